package org.servicerecovery.sla.calendar;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;

/**
 * A calendar as it is written down, and as the API takes it.
 *
 * @param zone an id of the time zone database, such as {@code Europe/London}
 * @param week opening hours by weekday, such as {@code "monday": ["09:00-12:30", "13:00-17:00"]}; {@code 24:00} ends a day
 * @param holidays a country and region as Jollyday names them, such as {@code gb} or {@code de/by}; none without
 * @param closedOn further local days without working time
 * @param openOn days with working time although they are holidays
 */
public record CalendarDefinition(
        String zone,
        Map<String, List<String>> week,
        @Nullable String holidays,
        List<LocalDate> closedOn,
        List<LocalDate> openOn) {

    private static final Pattern INTERVAL = Pattern.compile("\\s*(\\d{1,2}:\\d\\d)\\s*[-–]\\s*(\\d{1,2}:\\d\\d)\\s*");

    /** @throws Refused naming what is wrong: zone, weekday, hours, or the holiday calendar */
    WorkCalendar toCalendar() {
        Refused.Gathered wrong = new Refused.Gathered();
        ZoneId id = wrong.take(this::zoneId);
        Map<DayOfWeek, List<OpeningHours.Interval>> hours = wrong.take(this::hours);
        PublicHolidays publicHolidays = wrong.take(() -> PublicHolidays.of(holidays));
        wrong.refuseIfAny();
        Set<LocalDate> closed = new HashSet<>(closedOn);
        Set<LocalDate> open = new HashSet<>(openOn);
        return new OpeningHours(
                java.util.Objects.requireNonNull(id),
                java.util.Objects.requireNonNull(hours),
                day -> closed.contains(day)
                        || (!open.contains(day) && publicHolidays != null && publicHolidays.includes(day)));
    }

    private ZoneId zoneId() {
        try {
            return ZoneId.of(zone);
        } catch (DateTimeException e) {
            throw Refused.field("zone", "refused.calendar.zone", zone);
        }
    }

    private Map<DayOfWeek, List<OpeningHours.Interval>> hours() {
        Map<DayOfWeek, List<OpeningHours.Interval>> hours = new EnumMap<>(DayOfWeek.class);
        week.forEach((name, intervals) -> hours.put(
                day(name), intervals.stream().map(text -> interval(name, text)).toList()));
        return hours;
    }

    private static DayOfWeek day(String name) {
        return Arrays.stream(DayOfWeek.values())
                .filter(day -> day.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> Refused.field(
                        "week",
                        "refused.calendar.weekday",
                        name,
                        Arrays.stream(DayOfWeek.values())
                                .map(day -> day.name().toLowerCase(Locale.ROOT))
                                .collect(Collectors.joining(", "))));
    }

    private static OpeningHours.Interval interval(String day, String text) {
        Matcher parts = INTERVAL.matcher(text);
        if (parts.matches()) {
            try {
                LocalTime to = parts.group(2).equals("24:00") ? LocalTime.MIDNIGHT : time(parts.group(2));
                return new OpeningHours.Interval(time(parts.group(1)), to);
            } catch (DateTimeException e) {
                // Told below.
            }
        }
        throw Refused.field("week." + day, "refused.calendar.stretch", text);
    }

    private static LocalTime time(String text) {
        return LocalTime.parse(text.length() == 4 ? "0" + text : text);
    }
}
