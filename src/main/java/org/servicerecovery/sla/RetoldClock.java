package org.servicerecovery.sla;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.sla.ClockEntry.CalendarChanged;
import org.servicerecovery.sla.ClockEntry.Extended;
import org.servicerecovery.sla.ClockEntry.Merged;
import org.servicerecovery.sla.ClockEntry.SeverityChanged;
import org.servicerecovery.sla.ClockEntry.Started;
import org.servicerecovery.sla.calendar.AroundTheClock;
import org.servicerecovery.sla.calendar.Calendars;
import org.servicerecovery.sla.calendar.WorkCalendar;

/**
 * A clock of the past told again, as it would have run by another table. What happened stays: when it started, was paused,
 * when the severity changed, when it stopped. What was promised is another, and the {@link ClockLedger} says what comes of
 * that, so that there is one arithmetic. Calendars count with the version that counted then. More time is given as much
 * as was given, in working days where the promise is one of days, from the deadline there would have been; no more than a
 * regulator's clock may be given, and none where that deadline had passed: nobody could have wished for it.
 */
final class RetoldClock {

    /** A clock that was merged into another one, which may have stopped before. */
    record Duplicate(String number, Instant mergedAt, List<ClockEntry> entries, List<Duplicate> duplicates) {}

    /** An entry of the ledger, or a version of some calendar that counted for what was open. */
    private record Happened(Instant at, @Nullable ClockEntry entry, Calendars.@Nullable Version saved) {

        static Happened of(ClockEntry entry) {
            return new Happened(entry.at(), entry, null);
        }

        static Happened of(Calendars.Version saved) {
            return new Happened(saved.savedAt(), null, saved);
        }
    }

    private final ClockName name;
    private final Function<Severity, @Nullable Policy> promises;
    private final Calendars calendars;
    private final List<Calendars.Version> versions;

    /**
     * @param promises what the table says; null where it has no answer
     * @param versions of all calendars, in the order in which they were saved
     */
    RetoldClock(
            ClockName name,
            Function<Severity, @Nullable Policy> promises,
            Calendars calendars,
            List<Calendars.Version> versions) {
        this.name = name;
        this.promises = promises;
        this.calendars = calendars;
        this.versions = versions;
    }

    /** Empty where the table had no answer for a severity that the case had. */
    Optional<ClockLedger> tell(List<ClockEntry> entries, List<Duplicate> duplicates) {
        List<ClockEntry> told = new ArrayList<>();
        Policy promised = ((Started) entries.get(0)).policy();
        for (Happened each : whatHappened(entries, duplicates)) {
            ClockEntry entry = each.entry();
            if (entry == null) {
                recompute(told, Objects.requireNonNull(each.saved()));
            } else if (entry instanceof Started started) {
                promised = started.policy();
                Policy other = promises.apply(promised.severity());
                if (other == null) {
                    return Optional.empty();
                }
                // What waited for its start was promised before it, with the version of then.
                told.add(new Started(
                        started.at(),
                        other.calendar().equals(promised.calendar()) && promised.calendarVersion() > 0
                                ? other.on(promised.calendarVersion(), List.of())
                                : onCalendarOf(started.at(), other)));
            } else if (entry instanceof SeverityChanged changed) {
                promised = changed.policy();
                Policy other = promises.apply(promised.severity());
                if (other == null) {
                    return Optional.empty();
                }
                told.add(new SeverityChanged(changed.at(), onCalendarOf(changed.at(), other), changed.by()));
            } else if (entry instanceof CalendarChanged changed) {
                promised = promised.on(changed.version(), List.of());
            } else if (entry instanceof Extended extended) {
                extend(told, extended, promised);
            } else if (entry instanceof Merged merge) {
                again(merge, new ClockLedger(told, calendars::get), duplicates).ifPresent(told::add);
            } else {
                told.add(entry);
            }
        }
        return Optional.of(new ClockLedger(told, calendars::get));
    }

    private Policy onCalendarOf(Instant at, Policy asSaid) {
        return asSaid.on(versionAt(asSaid.calendar(), at), List.of());
    }

    /** A calendar that was not there yet counts with its first version. */
    private int versionAt(String calendar, Instant at) {
        if (calendar.equals(AroundTheClock.CODE)) {
            return 0;
        }
        int version = 0;
        for (Calendars.Version each : versions) {
            if (each.code().equals(calendar) && (version == 0 || !each.savedAt().isAfter(at))) {
                version = each.version();
            }
        }
        return version;
    }

    private void extend(List<ClockEntry> told, Extended extended, Policy promised) {
        ClockLedger ledger = new ClockLedger(told, calendars::get);
        ClockLedger.Reading now = ledger.at(extended.at());
        Instant due = now.dueAt();
        if (due == null || now.missedAt() != null || extended.at().isAfter(due)) {
            return;
        }
        WorkCalendar then = calendars.get(promised.calendar(), promised.calendarVersion());
        Instant to = asMuchLater(now.policy(), due, extended, then);
        if (name != ClockName.RESOLUTION) {
            Instant latest = Objects.requireNonNullElse(ledger.extendableUntil(extended.at()), due);
            to = to.isAfter(latest) ? latest : to;
        }
        if (to.isAfter(due)) {
            told.add(new Extended(
                    extended.at(), due, to, extended.reason(), extended.requestedBy(), extended.approvedBy()));
        }
    }

    private Instant asMuchLater(Policy policy, Instant due, Extended extended, WorkCalendar then) {
        WorkCalendar other = calendars.get(policy.calendar(), policy.calendarVersion());
        if (policy.term().countsTime()) {
            return other.after(due, then.between(extended.from(), extended.to()));
        }
        // The end of a day is the first instant of the next.
        LocalDate last = extended.to().minusMillis(1).atZone(then.zone()).toLocalDate();
        int days = 0;
        while (!then.workingDayAfter(extended.from().minusMillis(1), days + 1).isAfter(last)) {
            days++;
        }
        return ClockLedger.end(policy.term(), other, other.workingDayAfter(due.minusMillis(1), days));
    }

    /** As it is recomputed: only what runs on that calendar, and was not missed. */
    private void recompute(List<ClockEntry> told, Calendars.Version saved) {
        ClockLedger.Reading now = new ClockLedger(told, calendars::get).at(saved.savedAt());
        if (now.missedAt() == null && now.policy().calendar().equals(saved.code())) {
            told.add(new CalendarChanged(saved.savedAt(), saved.version()));
        }
    }

    private List<Happened> whatHappened(List<ClockEntry> entries, List<Duplicate> duplicates) {
        Instant first = entries.get(0).at();
        Instant last = entries.get(entries.size() - 1).at();
        List<Happened> all = new ArrayList<>();
        List<String> merged = new ArrayList<>();
        for (ClockEntry entry : entries) {
            if (entry instanceof Merged merge) {
                merged.add(merge.number());
            }
            all.add(Happened.of(entry));
        }
        versions.stream()
                .filter(version -> version.recomputes()
                        && version.savedAt().isAfter(first)
                        && version.savedAt().isBefore(last))
                .map(Happened::of)
                .forEach(all::add);
        // One that was merged without a word, because it brought neither an earlier start nor a breach, may bring one
        // now.
        duplicates.stream()
                .filter(each -> !merged.contains(each.number()))
                .filter(each ->
                        !each.mergedAt().isBefore(first) && !each.mergedAt().isAfter(last))
                .map(each -> merge(each, first))
                .map(Happened::of)
                .forEach(all::add);
        if (all.size() > entries.size()) {
            // Of the same instant the end comes last, and otherwise what came first.
            all.sort(Comparator.comparing(Happened::at)
                    .thenComparing(each -> each.entry() instanceof ClockEntry.Stopped));
        }
        return all;
    }

    private static Merged merge(Duplicate duplicate, Instant first) {
        List<ClockEntry> theirs = duplicate.entries();
        Instant end = theirs.get(theirs.size() - 1).at();
        return new Merged(
                end.isBefore(first) ? first : end,
                duplicate.number(),
                theirs.get(0).at(),
                List.of(),
                null,
                "");
    }

    /** What the other clock brings as it is told again; empty for nothing. */
    private Optional<Merged> again(Merged merge, ClockLedger running, List<Duplicate> duplicates) {
        for (Duplicate each : duplicates) {
            if (each.number().equals(merge.number())) {
                return tell(each.entries(), each.duplicates())
                        .flatMap(theirs -> running.takingOver(theirs, merge.number(), merge.at(), merge.by()));
            }
        }
        return Optional.of(merge);
    }
}
