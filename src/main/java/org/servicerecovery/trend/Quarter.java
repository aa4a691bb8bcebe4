package org.servicerecovery.trend;

import java.time.LocalDate;
import java.time.YearMonth;
import java.time.temporal.IsoFields;
import java.util.List;
import java.util.regex.Pattern;
import org.servicerecovery.Refused;

/** A calendar quarter, written 2026-Q4. */
public record Quarter(int year, int number) {

    static final Pattern NAME = Pattern.compile("[1-9]\\d{3}-Q[1-4]");

    public static Quarter of(LocalDate day) {
        return new Quarter(day.getYear(), day.get(IsoFields.QUARTER_OF_YEAR));
    }

    static Quarter of(YearMonth month) {
        return of(month.atDay(1));
    }

    /** @throws Refused naming the field {@code quarter} */
    public static Quarter parse(String text) {
        if (!NAME.matcher(text).matches()) {
            throw Refused.field("quarter", "refused.trend.quarter");
        }
        return new Quarter(Integer.parseInt(text.substring(0, 4)), Integer.parseInt(text.substring(6)));
    }

    public YearMonth first() {
        return YearMonth.of(year, number * 3 - 2);
    }

    public YearMonth last() {
        return YearMonth.of(year, number * 3);
    }

    List<YearMonth> months() {
        return List.of(first(), first().plusMonths(1), last());
    }

    public Quarter previous() {
        return of(first().minusMonths(1));
    }

    public Quarter next() {
        return of(last().plusMonths(1));
    }

    @Override
    public String toString() {
        return "%04d-Q%d".formatted(year, number);
    }
}
