package org.servicerecovery.sla.calendar;

import de.focus_shift.jollyday.core.CalendarHierarchy;
import de.focus_shift.jollyday.core.Holiday;
import de.focus_shift.jollyday.core.HolidayManager;
import de.focus_shift.jollyday.core.HolidayType;
import de.focus_shift.jollyday.core.ManagerParameters;
import java.time.LocalDate;
import java.time.Year;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;

/** The public holidays of a country or one of its regions, as Jollyday knows them. */
final class PublicHolidays {

    private final HolidayManager manager;
    private final String[] region;
    private final Map<Integer, Set<LocalDate>> byYear = new ConcurrentHashMap<>();

    private PublicHolidays(HolidayManager manager, String[] region) {
        this.manager = manager;
        this.region = region;
    }

    /**
     * Null without a country.
     *
     * @throws Refused when there is no such country or region
     */
    static @Nullable PublicHolidays of(@Nullable String place) {
        if (place == null || place.isBlank()) {
            return null;
        }
        String[] parts = place.strip().toLowerCase(Locale.ROOT).split("/");
        Set<String> countries = HolidayManager.getSupportedCalendarCodes();
        // Jollyday lists countries in capitals and regions in small letters.
        if (!countries.contains(parts[0].toUpperCase(Locale.ROOT))) {
            throw Refused.field("holidays", "refused.calendar.country", place);
        }
        HolidayManager manager = HolidayManager.getInstance(ManagerParameters.create(parts[0]));
        String[] region = Arrays.copyOfRange(parts, 1, parts.length);
        CalendarHierarchy at = manager.getCalendarHierarchy();
        for (String step : region) {
            CalendarHierarchy next = at.getChildren().get(step);
            if (next == null) {
                throw Refused.field(
                        "holidays",
                        "refused.calendar.region",
                        step,
                        parts[0],
                        new TreeSet<>(at.getChildren().keySet()).toString());
            }
            at = next;
        }
        return new PublicHolidays(manager, region);
    }

    boolean includes(LocalDate day) {
        return byYear.computeIfAbsent(
                        day.getYear(),
                        year -> manager.getHolidays(Year.of(year), HolidayType.PUBLIC_HOLIDAY, region).stream()
                                .map(Holiday::getDate)
                                .collect(Collectors.toUnmodifiableSet()))
                .contains(day);
    }
}
