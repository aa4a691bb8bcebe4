package org.servicerecovery.sla.calendar;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.servicerecovery.Refused;

/**
 * Time counts while the local clock shows a time within the opening hours of its weekday, on days that are no holiday.
 * An hour that the clock shows twice counts twice, and one that it skips does not count.
 */
public final class OpeningHours implements WorkCalendar {

    /**
     * One stretch of a local day.
     *
     * @param to the first moment that does not count any more; midnight means the end of the day
     */
    public record Interval(LocalTime from, LocalTime to) {

        boolean isEmpty() {
            return !from.isBefore(to) && !endsWithDay();
        }

        boolean endsWithDay() {
            return to.equals(LocalTime.MIDNIGHT);
        }

        private LocalDateTime startOn(LocalDate day) {
            return day.atTime(from);
        }

        private LocalDateTime endOn(LocalDate day) {
            return endsWithDay() ? day.plusDays(1).atStartOfDay() : day.atTime(to);
        }

        @Override
        public String toString() {
            return from + "–" + (endsWithDay() ? "24:00" : to);
        }
    }

    private record Stretch(LocalDate day, Instant from, Instant to) {

        Duration length() {
            return Duration.between(from, to);
        }
    }

    /** Longer than any deadline, so that a walk along the weeks ends even when every one of them is a holiday. */
    private static final int MOST_WEEKS = 53 * 20;

    private static final Duration WEEK = Duration.ofDays(7);

    private final ZoneId zone;
    private final ZoneRules rules;
    private final Map<DayOfWeek, List<Interval>> week = new EnumMap<>(DayOfWeek.class);
    private final Predicate<LocalDate> holidays;
    /** Counting working days asks for the same ones again and again, and telling what counts of one takes its time. */
    private final Map<LocalDate, Boolean> workingDays = new ConcurrentHashMap<>();

    /**
     * @param week the opening hours by weekday; several intervals a day in any order, none on days that are missing
     * @param holidays the local days on which no time counts
     * @throws Refused when no time counts in the whole week, or intervals of a day overlap or are empty
     */
    public OpeningHours(ZoneId zone, Map<DayOfWeek, List<Interval>> week, Predicate<LocalDate> holidays) {
        this.zone = zone;
        this.rules = zone.getRules();
        this.holidays = holidays;
        for (DayOfWeek day : DayOfWeek.values()) {
            this.week.put(day, checked(day, week.getOrDefault(day, List.of())));
        }
        if (this.week.values().stream().allMatch(List::isEmpty)) {
            throw Refused.field("week", "refused.calendar.noTime");
        }
    }

    private static List<Interval> checked(DayOfWeek day, List<Interval> intervals) {
        List<Interval> sorted = new ArrayList<>(intervals);
        sorted.sort(Comparator.comparing(Interval::from));
        String field = "week." + day.name().toLowerCase(java.util.Locale.ROOT);
        for (int i = 0; i < sorted.size(); i++) {
            Interval interval = sorted.get(i);
            if (interval.isEmpty()) {
                throw Refused.field(field, "refused.calendar.endsBefore", interval.toString());
            }
            if (i > 0) {
                Interval before = sorted.get(i - 1);
                if (before.endsWithDay() || before.to().isAfter(interval.from())) {
                    throw Refused.field(field, "refused.calendar.overlap", before.toString(), interval.toString());
                }
            }
        }
        return List.copyOf(sorted);
    }

    @Override
    public ZoneId zone() {
        return zone;
    }

    @Override
    public Duration between(Instant from, Instant to) {
        return stretches(from, to).stream().map(Stretch::length).reduce(Duration.ZERO, Duration::plus);
    }

    @Override
    public Instant after(Instant from, Duration counting) {
        if (counting.isZero() || counting.isNegative()) {
            return from;
        }
        Duration left = counting;
        Instant window = from;
        for (int weeks = 0; weeks < MOST_WEEKS; weeks++, window = window.plus(WEEK)) {
            for (Stretch stretch : stretches(window, window.plus(WEEK))) {
                if (left.compareTo(stretch.length()) <= 0) {
                    return stretch.from().plus(left);
                }
                left = left.minus(stretch.length());
            }
        }
        throw new IllegalStateException("In 20 years from " + from + " there is less working time than " + counting);
    }

    @Override
    public boolean isOpen(Instant at) {
        LocalDateTime local = LocalDateTime.ofInstant(at, zone);
        return !holidays.test(local.toLocalDate())
                && hours(local.toLocalDate()).stream()
                        .anyMatch(interval -> !local.toLocalTime().isBefore(interval.from())
                                && (interval.endsWithDay()
                                        || local.toLocalTime().isBefore(interval.to())));
    }

    @Override
    public boolean isWorkingDay(LocalDate day) {
        return workingDays.computeIfAbsent(day, asked -> !stretches(asked).isEmpty());
    }

    @Override
    public Instant closeOf(LocalDate workingDay) {
        List<Stretch> stretches = stretches(workingDay);
        return stretches.isEmpty()
                ? endOf(workingDay)
                : stretches.get(stretches.size() - 1).to();
    }

    private List<Interval> hours(LocalDate day) {
        return week.getOrDefault(day.getDayOfWeek(), List.of());
    }

    private List<Stretch> stretches(LocalDate day) {
        Instant earliest = day.atStartOfDay().toInstant(ZoneOffset.MAX);
        Instant latest = day.plusDays(1).atStartOfDay().toInstant(ZoneOffset.MIN);
        return stretches(earliest, latest).stream()
                .filter(stretch -> stretch.day().equals(day))
                .toList();
    }

    /**
     * The stretches that count, in the order of time: between two changes of the local clock its offset is fixed. Not day
     * by day, because a clock put back over midnight shows the end of a day after the first minutes of the next.
     */
    private List<Stretch> stretches(Instant earliest, Instant latest) {
        List<Stretch> found = new ArrayList<>();
        Instant from = earliest;
        while (from.isBefore(latest)) {
            ZoneOffset offset = rules.getOffset(from);
            ZoneOffsetTransition change = rules.nextTransition(from);
            Instant until = change == null ? latest : earlier(change.getInstant(), latest);
            LocalDate last = LocalDate.ofInstant(until, offset);
            for (LocalDate day = LocalDate.ofInstant(from, offset); !day.isAfter(last); day = day.plusDays(1)) {
                for (Interval interval : holidays.test(day) ? List.<Interval>of() : hours(day)) {
                    Instant start = later(interval.startOn(day).toInstant(offset), from);
                    Instant end = earlier(interval.endOn(day).toInstant(offset), until);
                    if (start.isBefore(end)) {
                        found.add(new Stretch(day, start, end));
                    }
                }
            }
            from = until;
        }
        return found;
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }
}
