package org.servicerecovery.sla.calendar;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;

/** All time counts, day and night. */
public record AroundTheClock(ZoneId zone) implements WorkCalendar {

    /** Its name in the policies. */
    public static final String CODE = "24x7";

    @Override
    public Duration between(Instant from, Instant to) {
        return to.isAfter(from) ? Duration.between(from, to) : Duration.ZERO;
    }

    @Override
    public Instant after(Instant from, Duration counting) {
        return from.plus(counting);
    }

    @Override
    public boolean isOpen(Instant at) {
        return true;
    }

    @Override
    public boolean isWorkingDay(LocalDate day) {
        // A date that the zone skipped, at the date line, never was.
        return endOf(day).isAfter(endOf(day.minusDays(1)));
    }

    @Override
    public Instant closeOf(LocalDate workingDay) {
        return endOf(workingDay);
    }
}
