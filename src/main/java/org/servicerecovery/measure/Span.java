package org.servicerecovery.measure;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.temporal.IsoFields;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;

/**
 * What is asked for: the months from the first to the last, both in it, one by one or as quarters. A quarter is never
 * cut: asked for by quarter, the span is widened to whole ones.
 */
record Span(YearMonth from, YearMonth to, By by) {

    enum By {
        MONTH,
        QUARTER;

        String code() {
            return this == MONTH ? "month" : "quarter";
        }
    }

    private static final Pattern QUARTER = Pattern.compile("(\\d{4})-Q([1-4])");
    private static final int USUAL_MONTHS = 12;
    private static final int MOST_YEARS = 10;

    /**
     * @param from a month such as 2026-01 or a quarter such as 2026-Q1; null for twelve months, or four quarters, with the
     *     last
     * @param to likewise; null for the current month
     * @param by {@code month} or {@code quarter}; null for month
     * @throws Refused naming each wrong field
     */
    static Span of(@Nullable String from, @Nullable String to, @Nullable String by, LocalDate today) {
        Refused.Gathered wrong = new Refused.Gathered();
        By parts = By.MONTH;
        if ("quarter".equals(by)) {
            parts = By.QUARTER;
        } else if (by != null && !by.equals("month")) {
            wrong.add("by", "refused.notKnownChoose", by, "month, quarter");
        }
        YearMonth last = to == null ? YearMonth.from(today) : wrong.take(() -> month("to", to, true));
        YearMonth asked = from == null ? null : wrong.take(() -> month("from", from, false));
        wrong.refuseIfAny();
        if (last == null) {
            throw new IllegalStateException("What is missing was refused.");
        }
        YearMonth end = parts == By.MONTH ? last : firstOfQuarter(last).plusMonths(2);
        YearMonth first = asked == null ? end.minusMonths(USUAL_MONTHS - 1L) : asked;
        if (last.isBefore(first)) {
            throw Refused.field("to", "refused.measure.order");
        }
        if (first.plusYears(MOST_YEARS).isBefore(last)) {
            throw Refused.field("from", "refused.measure.long", String.valueOf(MOST_YEARS));
        }
        return new Span(parts == By.MONTH ? first : firstOfQuarter(first), end, parts);
    }

    /** Twelve months, the last one being that of a day. */
    static Span yearUntil(LocalDate day) {
        YearMonth last = YearMonth.from(day);
        return new Span(last.minusMonths(USUAL_MONTHS - 1L), last, By.MONTH);
    }

    /** The quarter that a day is in and the one before. */
    static Span quartersUntil(LocalDate day) {
        YearMonth first = firstOfQuarter(YearMonth.from(day));
        return new Span(first.minusMonths(3), first.plusMonths(2), By.QUARTER);
    }

    private static YearMonth month(String field, String text, boolean last) {
        Matcher quarter = QUARTER.matcher(text);
        try {
            if (quarter.matches()) {
                int number = Integer.parseInt(quarter.group(2));
                return YearMonth.of(Integer.parseInt(quarter.group(1)), number * 3 - (last ? 0 : 2));
            }
            if (text.matches("\\d{4}-\\d{2}")) {
                return YearMonth.parse(text);
            }
        } catch (DateTimeException noSuchMonth) {
            // Refused below.
        }
        throw Refused.field(field, "refused.measure.month");
    }

    private static YearMonth firstOfQuarter(YearMonth month) {
        return month.minusMonths((month.getMonthValue() - 1) % 3);
    }

    List<Period> periods() {
        List<Period> periods = new ArrayList<>();
        int length = by == By.MONTH ? 1 : 3;
        for (YearMonth month = from; !month.isAfter(to); month = month.plusMonths(length)) {
            String name = by == By.MONTH
                    ? month.toString()
                    : "%04d-Q%d".formatted(month.getYear(), month.atDay(1).get(IsoFields.QUARTER_OF_YEAR));
            periods.add(new Period(
                    name, month.atDay(1), month.plusMonths(length - 1L).atEndOfMonth()));
        }
        return periods;
    }

    Period whole() {
        return new Period(from + "/" + to, from.atDay(1), to.atEndOfMonth());
    }
}
