package org.servicerecovery.sla.calendar;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;

/** Which stretches of time count towards a deadline. Durations are elapsed time: a night shift may have nine hours. */
public sealed interface WorkCalendar permits AroundTheClock, OpeningHours {

    /** The zone in which its days begin and its hours are read. */
    ZoneId zone();

    /** The time that counts between two instants; zero when the second is not after the first. */
    Duration between(Instant from, Instant to);

    /** The first instant at which so much counting time has passed since {@code from}; {@code from} itself for none. */
    Instant after(Instant from, Duration counting);

    /** Whether time counts at this instant. */
    boolean isOpen(Instant at);

    /** Whether any time of this local day counts. */
    boolean isWorkingDay(LocalDate day);

    /** When the counting hours of this working day end. */
    Instant closeOf(LocalDate workingDay);

    /** The n-th working day after the local day of an instant, which is never counted itself. */
    default LocalDate workingDayAfter(Instant from, int n) {
        LocalDate day = from.atZone(zone()).toLocalDate();
        for (int found = 0; found < n; ) {
            day = day.plusDays(1);
            if (isWorkingDay(day)) {
                found++;
            }
        }
        return day;
    }

    /** The last instant of a local day, which is the first of the next. */
    default Instant endOf(LocalDate day) {
        return day.plusDays(1).atStartOfDay(zone()).toInstant();
    }
}
