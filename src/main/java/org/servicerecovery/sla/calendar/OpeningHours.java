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

    private record Stretch(Instant from, Instant to) {}

    /** Longer than any deadline, so that a walk along the days ends even when every one of them is a holiday. */
    private static final int MOST_DAYS = 366 * 20;

    private final ZoneId zone;
    private final ZoneRules rules;
    private final Map<DayOfWeek, List<Interval>> week = new EnumMap<>(DayOfWeek.class);
    private final Predicate<LocalDate> holidays;

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
            throw Refused.field("week", "has no working time. A deadline on this calendar would never be reached.");
        }
    }

    private static List<Interval> checked(DayOfWeek day, List<Interval> intervals) {
        List<Interval> sorted = new ArrayList<>(intervals);
        sorted.sort(Comparator.comparing(Interval::from));
        String field = "week." + day.name().toLowerCase(java.util.Locale.ROOT);
        for (int i = 0; i < sorted.size(); i++) {
            Interval interval = sorted.get(i);
            if (interval.isEmpty()) {
                throw Refused.field(field, interval + " ends before it begins.");
            }
            if (i > 0) {
                Interval before = sorted.get(i - 1);
                if (before.endsWithDay() || before.to().isAfter(interval.from())) {
                    throw Refused.field(field, before + " and " + interval + " overlap.");
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
        Duration sum = Duration.ZERO;
        // A day back: at the date line, or where a transition crosses midnight, a local day may begin late.
        LocalDate last = to.atZone(zone).toLocalDate().plusDays(1);
        for (LocalDate day = from.atZone(zone).toLocalDate().minusDays(1); !day.isAfter(last); day = day.plusDays(1)) {
            for (Stretch stretch : stretches(day)) {
                Instant start = later(stretch.from(), from);
                Instant end = earlier(stretch.to(), to);
                if (start.isBefore(end)) {
                    sum = sum.plus(Duration.between(start, end));
                }
            }
        }
        return sum;
    }

    @Override
    public Instant after(Instant from, Duration counting) {
        if (counting.isZero() || counting.isNegative()) {
            return from;
        }
        Duration left = counting;
        LocalDate day = from.atZone(zone).toLocalDate().minusDays(1);
        for (int days = 0; days < MOST_DAYS; days++, day = day.plusDays(1)) {
            for (Stretch stretch : stretches(day)) {
                Instant start = later(stretch.from(), from);
                if (!start.isBefore(stretch.to())) {
                    continue;
                }
                Duration here = Duration.between(start, stretch.to());
                if (left.compareTo(here) <= 0) {
                    return start.plus(left);
                }
                left = left.minus(here);
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
        return !stretches(day).isEmpty();
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

    /** The stretches of a local day in the order of time: between two changes of the local clock its offset is fixed. */
    private List<Stretch> stretches(LocalDate day) {
        List<Interval> hours = hours(day);
        if (hours.isEmpty() || holidays.test(day)) {
            return List.of();
        }
        Instant earliest = day.atStartOfDay().toInstant(ZoneOffset.MAX);
        Instant latest = day.plusDays(1).atStartOfDay().toInstant(ZoneOffset.MIN);
        List<Stretch> found = new ArrayList<>(hours.size());
        Instant from = earliest;
        while (from.isBefore(latest)) {
            ZoneOffset offset = rules.getOffset(from);
            ZoneOffsetTransition change = rules.nextTransition(from);
            Instant until = change == null ? latest : earlier(change.getInstant(), latest);
            for (Interval interval : hours) {
                Stretch stretch = new Stretch(
                        later(interval.startOn(day).toInstant(offset), from),
                        earlier(interval.endOn(day).toInstant(offset), until));
                if (stretch.from().isBefore(stretch.to())) {
                    found.add(stretch);
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
