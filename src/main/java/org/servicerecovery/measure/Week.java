package org.servicerecovery.measure;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.temporal.IsoFields;
import java.time.temporal.TemporalAdjusters;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.servicerecovery.Refused;
import org.servicerecovery.trend.Period;

/** A week from Monday to Sunday in the business's zone, numbered as ISO 8601 does: 2026-W48. */
record Week(LocalDate monday) {

    private static final Pattern NAME = Pattern.compile("([1-9]\\d{3})-W(\\d{2})");

    static Week of(LocalDate day) {
        return new Week(day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)));
    }

    /** @throws Refused when it is none, or has not begun */
    static Week of(String name, LocalDate today) {
        Week week = named(name);
        if (week.monday.isAfter(today)) {
            throw Refused.field("week", "refused.report.future");
        }
        return week;
    }

    static Week named(String name) {
        Matcher parts = NAME.matcher(name);
        if (parts.matches()) {
            int year = Integer.parseInt(parts.group(1));
            try {
                // The fourth of January is in the first week.
                Week week = of(LocalDate.of(year, 1, 4)
                        .with(IsoFields.WEEK_OF_WEEK_BASED_YEAR, Integer.parseInt(parts.group(2))));
                if (week.toString().equals(name)) {
                    return week;
                }
            } catch (DateTimeException noSuchWeek) {
                // Refused below.
            }
        }
        throw Refused.field("week", "refused.report.week");
    }

    LocalDate sunday() {
        return monday.plusDays(6);
    }

    Week before() {
        return new Week(monday.minusWeeks(1));
    }

    /** That of the year in which the number counts. */
    int year() {
        return monday.get(IsoFields.WEEK_BASED_YEAR);
    }

    int number() {
        return monday.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR);
    }

    Period period() {
        return new Period(toString(), monday, sunday());
    }

    @Override
    public String toString() {
        return "%04d-W%02d".formatted(year(), number());
    }
}
