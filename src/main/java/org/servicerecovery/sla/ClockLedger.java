package org.servicerecovery.sla;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Coded;
import org.servicerecovery.sla.ClockEntry.CalendarChanged;
import org.servicerecovery.sla.ClockEntry.Extended;
import org.servicerecovery.sla.ClockEntry.Merged;
import org.servicerecovery.sla.ClockEntry.Paused;
import org.servicerecovery.sla.ClockEntry.Resumed;
import org.servicerecovery.sla.ClockEntry.SeverityChanged;
import org.servicerecovery.sla.ClockEntry.Span;
import org.servicerecovery.sla.ClockEntry.Started;
import org.servicerecovery.sla.ClockEntry.Stopped;
import org.servicerecovery.sla.calendar.WorkCalendar;

/**
 * The one place that knows when something is due. Facts, the policy kept with them and the calendar go in; the deadline,
 * its warning, the time used and left, and whether the promise was kept come out, for any moment. It reads no clock.
 *
 * <p>The rules, all on the calendar of the policy in force:
 *
 * <ul>
 *   <li>Time counts from the start, except while paused. The deadline is the first instant at which the promised time
 *       has passed; while paused it is not known.
 *   <li>A change of severity measures the time already used by the new policy. A new deadline that has passed is the
 *       moment of the change: nobody had promised it before.
 *   <li>An extension adds the counting time between the old and the new deadline. It was approved for the severity of
 *       its day: raising the severity ends it.
 *   <li>A broken promise stays broken, whatever is changed afterwards, and the further levels are told as long after it
 *       as it said. A stop in the very instant of the deadline keeps
 *       the promise.
 *   <li>A merge counts from the earlier start of the two cases: what counted for the other one before this clock had
 *       started counts here, without its pauses. A deadline that has passed by that is the moment of the merge. A promise
 *       that was broken for either is broken, since the first; nobody is told again of what was told here, and the
 *       further levels of what was broken there count from the merge.
 * </ul>
 */
public final class ClockLedger {

    /** Finds a calendar by code and version. */
    public interface Calendars {

        WorkCalendar get(String code, int version);
    }

    /** How the promise stands. */
    public enum Verdict implements Coded {
        ON_TRACK("On track"),
        NEAR("Near"),
        MISSED("Missed"),
        KEPT("Kept");

        private final String label;

        Verdict(String label) {
            this.label = label;
        }

        @Override
        public String label() {
            return label;
        }
    }

    /**
     * What a fact did to the deadline.
     *
     * @param dueAt the deadline from then on; null while it is not known
     */
    public record Line(ClockEntry entry, @Nullable Instant dueAt, Duration elapsed) {}

    /**
     * A clock as it stood at a moment.
     *
     * @param nearAt when the first level is told; null while paused before it
     * @param dueAt the deadline; null while paused before it
     * @param originalDueAt the deadline as it was first promised
     * @param elapsed counting time used since the start
     * @param remaining counting time left, negative after the deadline
     * @param missedAt the first deadline that passed unkept, which is the time of the breach
     */
    public record Reading(
            Policy policy,
            Instant startedAt,
            @Nullable Instant nearAt,
            @Nullable Instant dueAt,
            Instant originalDueAt,
            Duration elapsed,
            Duration remaining,
            @Nullable Instant pausedSince,
            @Nullable String pauseReason,
            @Nullable Instant stoppedAt,
            @Nullable Instant missedAt,
            Verdict verdict,
            List<Line> lines) {

        public boolean isRunning() {
            return stoppedAt == null;
        }

        public boolean isPaused() {
            return pausedSince != null && stoppedAt == null;
        }
    }

    /** The level of a warning. */
    static final int NEAR = 1;

    /** The level of a breach; the further ones come after it. */
    static final int MISSED = 2;

    private final List<ClockEntry> entries;
    private final Calendars calendars;

    /** @param entries in the order they were added; the first is the start */
    public ClockLedger(List<ClockEntry> entries, Calendars calendars) {
        if (entries.isEmpty() || !(entries.get(0) instanceof Started)) {
            throw new IllegalArgumentException("A clock's ledger begins with its start.");
        }
        this.entries = List.copyOf(entries);
        this.calendars = calendars;
    }

    /** The ledger with one entry more. */
    ClockLedger with(ClockEntry entry) {
        List<ClockEntry> more = new ArrayList<>(entries);
        more.add(entry);
        return new ClockLedger(more, calendars);
    }

    /** The ledger as it would be if nobody had given more time. */
    private ClockLedger withoutExtensions() {
        return new ClockLedger(
                entries.stream().filter(entry -> !(entry instanceof Extended)).toList(), calendars);
    }

    ClockEntry last() {
        return entries.get(entries.size() - 1);
    }

    int size() {
        return entries.size();
    }

    boolean isRunning() {
        return !(last() instanceof Stopped);
    }

    /** Whether what the clock asked for was done; otherwise it ended with its case. */
    static boolean isDone(Stopped stopped) {
        return stopped.why() != null && !stopped.why().isEmpty();
    }

    /** Entries follow each other although the clocks of two nodes may differ by a little. */
    Instant notBeforeLast(Instant moment) {
        return moment.isBefore(last().at()) ? last().at() : moment;
    }

    /** The clock at a moment, by the entries made until then. Before the start it is read as just started. */
    public Reading at(Instant moment) {
        return fold(moment).reading(moment);
    }

    /** When a level of the escalation chain is told; null while that is not known, or when the chain ends before. */
    @Nullable
    Instant levelAt(Instant moment, int level) {
        return fold(moment).levelAt(level);
    }

    /** When each warning is due, the first first; null while that is not known. */
    List<@Nullable Instant> warningsAt(Instant moment) {
        return fold(moment).warnings();
    }

    /**
     * Until when one of the further clocks can be extended, whatever more time it was given already; null when it cannot.
     * How far is the table's to say, with its source.
     */
    @Nullable
    Instant extendableUntil(Instant moment) {
        Reading first = withoutExtensions().at(moment);
        Policy policy = first.policy();
        if (policy.extendBy() == 0 || first.dueAt() == null) {
            return null;
        }
        WorkCalendar calendar = calendars.get(policy.calendar(), policy.calendarVersion());
        // The end of a day is the first instant of the next; what counts days counts from the day that ends.
        return end(
                policy.term(), calendar, calendar.workingDayAfter(first.dueAt().minusMillis(1), policy.extendBy()));
    }

    /** When a day ends on which something is due: with its working hours, or at midnight. */
    static Instant end(Term term, WorkCalendar calendar, LocalDate day) {
        return term instanceof Term.WorkingDays days && days.atClose() ? calendar.closeOf(day) : calendar.endOf(day);
    }

    /**
     * What this clock takes over from one that is merged into its case; empty when that brings neither an earlier start nor
     * a breach.
     */
    Optional<Merged> takingOver(ClockLedger theirs, String number, Instant at, String by) {
        Instant startedAt = at(at).startedAt();
        Reading read = theirs.at(theirs.last().at());
        boolean earlier = read.startedAt().isBefore(startedAt);
        return earlier || read.missedAt() != null
                ? Optional.of(new Merged(
                        at,
                        number,
                        read.startedAt(),
                        earlier ? theirs.countedBefore(startedAt) : List.of(),
                        read.missedAt(),
                        by))
                : Optional.empty();
    }

    /** When the time of this clock counted, before a moment. */
    private List<Span> countedBefore(Instant moment) {
        return fold(last().at()).countedBefore(moment);
    }

    private Fold fold(Instant moment) {
        Fold fold = new Fold((Started) entries.get(0));
        for (ClockEntry entry : entries.subList(1, entries.size())) {
            if (entry.at().isAfter(moment)) {
                break;
            }
            fold.apply(entry);
        }
        return fold;
    }

    private final class Fold {

        private Instant startedAt;
        private final List<Span> runs = new ArrayList<>();
        private final List<Line> lines = new ArrayList<>();
        private final Instant originalDueAt;
        private Policy policy;
        private WorkCalendar calendar;
        /** What was promised, with extensions; only for terms that count time. */
        private Duration budget;
        /** What the extensions added, kept apart: the budget of one from a deadline that had passed is more. */
        private Duration extension = Duration.ZERO;
        /** The extended date; only for terms that stand by the date. */
        private @Nullable Instant date;
        /** No deadline is earlier than the change that made it. */
        private Instant floor;
        /** Since when time counts without a break; null while paused. */
        private @Nullable Instant runningSince;

        private @Nullable Paused pause;
        private @Nullable Instant stoppedAt;
        private @Nullable Instant missedAt;
        /** The promise that was broken: who is told how long afterwards is not changed by what comes later. */
        private @Nullable Policy broken;

        private @Nullable WorkCalendar brokenOn;
        /** From when the further levels count: the breach, or the merge that brought it. */
        private @Nullable Instant brokenSince;

        Fold(Started started) {
            startedAt = started.at();
            floor = startedAt;
            runningSince = startedAt;
            policy = started.policy();
            calendar = calendars.get(policy.calendar(), policy.calendarVersion());
            budget = promised(policy);
            originalDueAt = Objects.requireNonNull(due());
            lines.add(new Line(started, originalDueAt, Duration.ZERO));
        }

        void apply(ClockEntry entry) {
            Instant before = due();
            if (missedAt == null && before != null && entry.at().isAfter(before)) {
                breakAt(before, before);
            }
            if (entry instanceof Paused paused) {
                runs.add(new Span(runningSince(), paused.at()));
                runningSince = null;
                pause = paused;
            } else if (entry instanceof Resumed resumed) {
                runningSince = resumed.at();
                pause = null;
            } else if (entry instanceof SeverityChanged changed) {
                if (changed.policy().severity().compareTo(policy.severity()) > 0) {
                    extension = Duration.ZERO;
                    date = null;
                }
                become(changed.policy(), changed.at());
                budget = promised(policy).plus(extension);
            } else if (entry instanceof CalendarChanged changed) {
                become(policy.on(changed.version(), policy.levels()), changed.at());
            } else if (entry instanceof Extended extended) {
                if (policy.term().countsTime()) {
                    Duration added = calendar.between(extended.from(), extended.to());
                    extension = extension.plus(added);
                    budget = elapsedAt(extended.from()).plus(added);
                } else {
                    date = extended.to();
                }
            } else if (entry instanceof Merged merged) {
                merge(merged);
            } else if (entry instanceof Stopped stopped) {
                stoppedAt = stopped.at();
            }
            lines.add(new Line(entry, due(), elapsedAt(entry.at())));
        }

        private void merge(Merged merged) {
            if (merged.startedAt().isBefore(startedAt)) {
                runs.addAll(0, merged.counted());
                startedAt = merged.startedAt();
                floor = merged.at();
            }
            Instant theirs = merged.missedAt();
            if (theirs != null && missedAt == null) {
                breakAt(theirs, merged.at());
            } else if (theirs != null && theirs.isBefore(missedAt)) {
                missedAt = theirs;
            }
        }

        private void breakAt(Instant deadline, Instant since) {
            missedAt = deadline;
            broken = policy;
            brokenOn = calendar;
            brokenSince = since;
        }

        private void become(Policy newPolicy, Instant at) {
            policy = newPolicy;
            calendar = calendars.get(policy.calendar(), policy.calendarVersion());
            floor = at;
        }

        private Instant runningSince() {
            return runningSince == null ? floor : runningSince;
        }

        private @Nullable Instant due() {
            Term term = policy.term();
            if (term instanceof Term.CountingTime) {
                return notBeforeFloor(reached(budget));
            }
            if (date != null) {
                return notBeforeFloor(date);
            }
            if (term instanceof Term.WorkingDays days) {
                return notBeforeFloor(end(term, calendar, calendar.workingDayAfter(startedAt, days.days())));
            }
            LocalDate day = startedAt.atZone(calendar.zone()).toLocalDate().plusWeeks(((Term.Weeks) term).weeks());
            return notBeforeFloor(calendar.endOf(day));
        }

        private @Nullable Instant near() {
            return near(policy.warnings().get(0));
        }

        private List<@Nullable Instant> warnings() {
            List<@Nullable Instant> points = new ArrayList<>();
            policy.warnings().forEach(warning -> points.add(near(warning)));
            return points;
        }

        private @Nullable Instant near(Duration warning) {
            Instant due = due();
            if (!policy.term().countsTime()) {
                return due == null ? null : notBeforeFloor(due.minus(warning));
            }
            Instant near = notBeforeFloor(reached(budget.minus(warning)));
            return near == null || due == null || near.isBefore(due) ? near : due;
        }

        private @Nullable Instant levelAt(int number) {
            if (number == NEAR) {
                return near();
            }
            if (missedAt != null && broken != null && brokenOn != null && brokenSince != null) {
                Policy.Level level = broken.level(number);
                return number == MISSED ? missedAt : level == null ? null : brokenOn.after(brokenSince, level.after());
            }
            Instant due = due();
            if (number == MISSED) {
                return due;
            }
            Policy.Level level = policy.level(number);
            if (level == null || due == null) {
                return null;
            }
            // From the deadline on, so that one which lies in the past brings no burst of further levels.
            return policy.term().countsTime()
                    ? reached(elapsedAt(due).plus(level.after()), due)
                    : calendar.after(due, level.after());
        }

        private @Nullable Instant notBeforeFloor(@Nullable Instant instant) {
            return instant == null || instant.isAfter(floor) ? instant : floor;
        }

        private @Nullable Instant reached(Duration used) {
            return reached(used, startedAt);
        }

        /** The first instant, not before {@code earliest}, at which so much time is used; null when a pause is before. */
        private @Nullable Instant reached(Duration used, Instant earliest) {
            if (used.isNegative() || used.isZero()) {
                return earliest;
            }
            Duration left = used;
            for (Span run : runs) {
                Duration length = calendar.between(run.from(), run.to());
                if (left.compareTo(length) <= 0) {
                    Instant found = calendar.after(run.from(), left);
                    return found.isBefore(earliest) ? earliest : found;
                }
                left = left.minus(length);
            }
            if (runningSince == null) {
                return null;
            }
            Instant found = calendar.after(runningSince, left);
            return found.isBefore(earliest) ? earliest : found;
        }

        private List<Span> countedBefore(Instant moment) {
            List<Span> all = new ArrayList<>(runs);
            if (runningSince != null) {
                all.add(new Span(runningSince, moment));
            }
            return all.stream()
                    .filter(run -> run.from().isBefore(moment))
                    .map(run -> run.to().isBefore(moment) ? run : new Span(run.from(), moment))
                    .filter(run -> run.from().isBefore(run.to()))
                    .toList();
        }

        private Duration elapsedAt(Instant moment) {
            Duration sum = Duration.ZERO;
            for (Span run : runs) {
                Instant end = run.to().isBefore(moment) ? run.to() : moment;
                sum = sum.plus(calendar.between(run.from(), end));
            }
            return runningSince == null ? sum : sum.plus(calendar.between(runningSince, moment));
        }

        Reading reading(Instant moment) {
            Instant asked = moment.isBefore(startedAt) ? startedAt : moment;
            Instant measured = stoppedAt == null ? asked : stoppedAt;
            Instant due = due();
            Instant near = near();
            if (missedAt == null && due != null && measured.isAfter(due)) {
                missedAt = due;
            }
            Duration elapsed;
            Duration remaining;
            if (policy.term().countsTime()) {
                elapsed = elapsedAt(measured);
                remaining = (due == null ? budget : elapsedAt(due)).minus(elapsed);
            } else {
                elapsed = Duration.between(startedAt, measured);
                remaining = Duration.between(measured, Objects.requireNonNull(due));
            }
            Verdict verdict;
            if (missedAt != null) {
                verdict = Verdict.MISSED;
            } else if (stoppedAt != null) {
                verdict = Verdict.KEPT;
            } else if (near != null && !measured.isBefore(near)) {
                verdict = Verdict.NEAR;
            } else {
                verdict = Verdict.ON_TRACK;
            }
            return new Reading(
                    policy,
                    startedAt,
                    near,
                    due,
                    originalDueAt,
                    elapsed,
                    remaining,
                    pause == null ? null : pause.at(),
                    pause == null ? null : pause.reason(),
                    stoppedAt,
                    missedAt,
                    verdict,
                    List.copyOf(lines));
        }
    }

    private static Duration promised(Policy policy) {
        return policy.term() instanceof Term.CountingTime counting ? counting.length() : Duration.ZERO;
    }
}
