package org.servicerecovery.sla;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.sla.ClockEntry.CalendarChanged;
import org.servicerecovery.sla.ClockEntry.Extended;
import org.servicerecovery.sla.ClockEntry.Paused;
import org.servicerecovery.sla.ClockEntry.Resumed;
import org.servicerecovery.sla.ClockEntry.SeverityChanged;
import org.servicerecovery.sla.ClockEntry.Started;
import org.servicerecovery.sla.ClockEntry.Stopped;
import org.servicerecovery.sla.ClockLedger.Verdict;

/**
 * The rules of the clock a second time, so slowly that they can be seen to be right: it walks from minute to minute and
 * asks of each whether it counts. It knows whole minutes only.
 */
final class MinuteCounter {

    private static final int DAY = 24 * 60;
    /** A walk that is longer has lost its way. */
    private static final int MOST_DAYS = 3 * 366;

    /** Minutes of the local day; the second does not count any more, 1440 is the end of the day. */
    record Span(int from, int to) {}

    /** Which minutes count. */
    static final class Plan {

        final ZoneId zone;
        final Map<DayOfWeek, List<Span>> week;
        final Set<LocalDate> holidays;
        private final Map<Long, BitSet> seen = new HashMap<>();
        private long dayNumber;
        private @Nullable BitSet day;

        /** @param week empty for around the clock */
        Plan(ZoneId zone, Map<DayOfWeek, List<Span>> week, Set<LocalDate> holidays) {
            this.zone = zone;
            this.week = week;
            this.holidays = holidays;
        }

        private boolean isCounting(LocalDateTime shown) {
            int time = shown.getHour() * 60 + shown.getMinute();
            for (Span span : week.getOrDefault(shown.getDayOfWeek(), List.of())) {
                if (span.from() <= time && time < span.to()) {
                    return !holidays.contains(shown.toLocalDate());
                }
            }
            return week.isEmpty();
        }

        boolean counts(long minute) {
            long number = Math.floorDiv(minute, (long) DAY);
            if (day == null || number != dayNumber) {
                dayNumber = number;
                day = seen.computeIfAbsent(number, this::look);
            }
            return day.get((int) (minute - number * DAY));
        }

        /** Every minute is looked at once. */
        private BitSet look(long number) {
            BitSet counting = new BitSet(DAY);
            for (int i = 0; i < DAY; i++) {
                counting.set(i, isCounting(shown(number * DAY + i)));
            }
            return counting;
        }

        LocalDateTime shown(long minute) {
            return LocalDateTime.ofInstant(Instant.ofEpochSecond(minute * 60), zone);
        }

        boolean crossesATransition(Instant from, Instant to) {
            ZoneOffsetTransition next = zone.getRules().nextTransition(from);
            return next != null && next.getInstant().isBefore(to);
        }

        @Override
        public String toString() {
            return zone + (week.isEmpty() ? " around the clock" : " " + week + " without " + holidays);
        }
    }

    /** What is expected of {@link ClockLedger.Reading}, and of the third level. */
    record Expected(
            @Nullable Instant nearAt,
            @Nullable Instant dueAt,
            Instant originalDueAt,
            Duration elapsed,
            Duration remaining,
            @Nullable Instant missedAt,
            Verdict verdict,
            @Nullable Instant levelThreeAt) {}

    private record Pause(long from, long to) {

        boolean isOpen() {
            return to == Long.MAX_VALUE;
        }
    }

    /** The clock after an entry, until the next. */
    private record State(
            long at,
            Policy policy,
            Plan plan,
            List<Pause> pauses,
            /** No deadline is earlier than the change that made it. */
            long floor,
            /** The promise; or the time used when a change brought a deadline that had passed, once that is extended. */
            long base,
            long extension,
            @Nullable Long date,
            @Nullable Long due,
            @Nullable Long near,
            @Nullable Long levelThree) {}

    private final BiFunction<String, Integer, Plan> plans;
    private final List<ClockEntry> entries = new ArrayList<>();
    private final List<State> states = new ArrayList<>();

    MinuteCounter(Started started, BiFunction<String, Integer, Plan> plans) {
        this.plans = plans;
        entries.add(started);
        long at = minute(started.at());
        Policy policy = started.policy();
        states.add(state(at, policy, List.of(), at, promise(policy), 0, null));
    }

    List<ClockEntry> entries() {
        return entries;
    }

    Instant start() {
        return entries.get(0).at();
    }

    /** The instant of the last entry. */
    Instant last() {
        return instant(lastState().at());
    }

    Policy policy() {
        return lastState().policy();
    }

    boolean isPaused() {
        return isPaused(lastState());
    }

    boolean isStopped() {
        return entries.get(entries.size() - 1) instanceof Stopped;
    }

    @Nullable
    Instant due() {
        return instant(lastState().due());
    }

    /** All instants at which something changes: the entries, and what was near and due after each. */
    List<Instant> turns() {
        List<Instant> turns = new ArrayList<>();
        for (State state : states) {
            for (Long minute : new Long[] {state.at(), state.near(), state.due()}) {
                if (minute != null) {
                    turns.add(instant(minute));
                }
            }
        }
        return turns;
    }

    void add(ClockEntry entry) {
        State s = lastState();
        long at = minute(entry.at());
        entries.add(entry);
        if (entry instanceof Paused) {
            List<Pause> pauses = new ArrayList<>(s.pauses());
            pauses.add(new Pause(at, Long.MAX_VALUE));
            states.add(state(at, s.policy(), pauses, s.floor(), s.base(), s.extension(), s.date()));
        } else if (entry instanceof Resumed) {
            List<Pause> pauses = new ArrayList<>(s.pauses());
            pauses.add(new Pause(pauses.remove(pauses.size() - 1).from(), at));
            states.add(state(at, s.policy(), pauses, s.floor(), s.base(), s.extension(), s.date()));
        } else if (entry instanceof SeverityChanged changed) {
            Policy policy = changed.policy();
            boolean raised = policy.severity().compareTo(s.policy().severity()) > 0;
            states.add(state(
                    at, policy, s.pauses(), at, promise(policy), raised ? 0 : s.extension(), raised ? null : s.date()));
        } else if (entry instanceof CalendarChanged changed) {
            Policy old = s.policy();
            Policy policy = new Policy(
                    old.source(),
                    old.severity(),
                    old.term(),
                    old.warnings(),
                    old.calendar(),
                    changed.version(),
                    old.levels());
            states.add(state(at, policy, s.pauses(), at, s.base(), s.extension(), s.date()));
        } else if (entry instanceof Extended extended) {
            long from = minute(extended.from());
            long to = minute(extended.to());
            if (s.policy().term().countsTime()) {
                long base = Math.max(s.base(), count(s, minute(start()), from) - s.extension());
                long extension = s.extension() + count(s, from, to);
                states.add(state(at, s.policy(), s.pauses(), s.floor(), base, extension, null));
            } else {
                states.add(state(at, s.policy(), s.pauses(), s.floor(), s.base(), s.extension(), to));
            }
        } else {
            states.add(state(at, s.policy(), s.pauses(), s.floor(), s.base(), s.extension(), s.date()));
        }
    }

    private State state(
            long at, Policy policy, List<Pause> pauses, long floor, long base, long extension, @Nullable Long date) {
        Plan plan = plans.apply(policy.calendar(), policy.calendarVersion());
        State s = new State(at, policy, plan, pauses, floor, base, extension, date, null, null, null);
        long start = minute(start());
        long warning = policy.warnings().get(0).toMinutes();
        boolean counting = policy.term().countsTime();
        Long due = counting ? reach(s, start, base + extension) : (Long) (date == null ? dated(s) : (long) date);
        Long near = counting ? reach(s, start, base + extension - warning) : (Long) (due - warning);
        due = due == null ? null : (Long) Math.max(due, floor);
        near = near == null ? null : (Long) Math.max(near, floor);
        Policy.Level level = policy.level(3);
        Long levelThree = level == null || due == null
                ? null
                : reach(s, due, level.after().toMinutes());
        return new State(at, policy, plan, pauses, floor, base, extension, date, due, near, levelThree);
    }

    Expected at(Instant moment) {
        long start = minute(start());
        long asked = minute(moment);
        List<State> past = asked < start
                ? states.subList(0, 1)
                : states.stream().filter(state -> state.at() <= asked).toList();
        State now = past.get(past.size() - 1);
        boolean stopped = past.size() == states.size() && isStopped();
        long measured = stopped ? now.at() : Math.max(asked, start);

        Long missed = null;
        Long levelThree = now.levelThree();
        for (int i = 0; i < past.size() && missed == null; i++) {
            Long due = past.get(i).due();
            boolean last = i + 1 == past.size();
            long until = last ? measured : past.get(i + 1).at();
            missed = due != null && due < until ? due : null;
            if (missed != null && !last) {
                levelThree = afterBreach(past.get(i), missed);
            }
        }

        long elapsed;
        long remaining;
        if (!now.policy().term().countsTime()) {
            elapsed = measured - start;
            remaining = now.due() - measured;
        } else {
            elapsed = count(now, start, measured);
            if (now.due() == null) {
                remaining = now.base() + now.extension() - elapsed;
            } else {
                remaining = count(now, measured, now.due()) - count(now, now.due(), measured);
            }
        }
        Verdict verdict = Verdict.ON_TRACK;
        if (missed != null) {
            verdict = Verdict.MISSED;
        } else if (stopped) {
            verdict = Verdict.KEPT;
        } else if (now.near() != null && now.near() <= measured) {
            verdict = Verdict.NEAR;
        }
        return new Expected(
                instant(now.near()),
                instant(now.due()),
                instant((long) states.get(0).due()),
                Duration.ofMinutes(elapsed),
                Duration.ofMinutes(remaining),
                instant(missed),
                verdict,
                instant(levelThree));
    }

    /** As the broken promise said; what changed afterwards, a pause too, changes nothing. */
    private @Nullable Long afterBreach(State broken, long missed) {
        Policy.Level level = broken.policy().level(3);
        State unpaused = new State(
                broken.at(),
                broken.policy(),
                broken.plan(),
                List.of(),
                broken.floor(),
                broken.base(),
                broken.extension(),
                broken.date(),
                null,
                null,
                null);
        return level == null ? null : reach(unpaused, missed, level.after().toMinutes());
    }

    private static boolean isPaused(State s) {
        return s.pauses().stream().anyMatch(Pause::isOpen);
    }

    private static boolean counts(State s, long minute) {
        if (s.policy().term().countsTime()) {
            for (Pause pause : s.pauses()) {
                if (pause.from() <= minute && minute < pause.to()) {
                    return false;
                }
            }
        }
        return s.plan().counts(minute);
    }

    /** None when the second is not after the first. */
    private static long count(State s, long from, long to) {
        long counted = 0;
        for (long minute = from; minute < to; minute++) {
            counted += counts(s, minute) ? 1 : 0;
        }
        return counted;
    }

    /** The first minute by which so many have counted; null when the clock stands still before. */
    private static @Nullable Long reach(State s, long from, long minutes) {
        long standstill = s.policy().term().countsTime() && isPaused(s)
                ? s.pauses().get(s.pauses().size() - 1).from()
                : Long.MAX_VALUE;
        long counted = 0;
        long minute = from;
        while (counted < minutes) {
            if (minute >= standstill) {
                return null;
            }
            counted += counts(s, minute) ? 1 : 0;
            minute = next(minute, from);
        }
        return minute;
    }

    /** The end of the day that the term names, by walking until the local date is a later one. */
    private long dated(State s) {
        Plan plan = s.plan();
        long start = minute(start());
        long minute = start;
        LocalDate first = plan.shown(start).toLocalDate();
        if (s.policy().term() instanceof Term.Weeks weeks) {
            LocalDate target = first.plusWeeks(weeks.weeks());
            while (!plan.shown(minute).toLocalDate().isAfter(target)) {
                minute = next(minute, start);
            }
            return minute;
        }
        Term.WorkingDays days = (Term.WorkingDays) s.policy().term();
        LocalDate day = first;
        for (int found = 0; found < days.days(); minute = next(minute, start)) {
            if (plan.counts(minute) && plan.shown(minute).toLocalDate().isAfter(day)) {
                day = plan.shown(minute).toLocalDate();
                found++;
            }
        }
        long close = minute;
        for (; !plan.shown(minute).toLocalDate().isAfter(day); minute = next(minute, start)) {
            close = plan.counts(minute) ? minute + 1 : close;
        }
        return days.atClose() ? close : minute;
    }

    private static long next(long minute, long from) {
        if (minute - from > (long) MOST_DAYS * DAY) {
            throw new IllegalStateException("Walked for years from " + instant(from));
        }
        return minute + 1;
    }

    private static long promise(Policy policy) {
        return policy.term() instanceof Term.CountingTime counting
                ? counting.length().toMinutes()
                : 0;
    }

    private State lastState() {
        return states.get(states.size() - 1);
    }

    private static long minute(Instant instant) {
        return instant.getEpochSecond() / 60;
    }

    private static @Nullable Instant instant(@Nullable Long minute) {
        return minute == null ? null : Instant.ofEpochSecond(minute * 60);
    }
}
