package org.servicerecovery.trend;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;

/**
 * What is asked for: the months from the first to the last, both in it, one by one or as quarters. A quarter is never
 * cut: asked for by quarter, the span is widened to whole ones.
 */
public record Span(YearMonth from, YearMonth to, By by) {

    public enum By {
        MONTH,
        QUARTER;

        public String code() {
            return this == MONTH ? "month" : "quarter";
        }
    }

    /** Java reads years of nine digits as well, which the database does not know. */
    private static final Pattern MONTH = Pattern.compile("[1-9]\\d{3}-\\d{2}");

    private static final int USUAL_MONTHS = 12;
    private static final int MOST_YEARS = 10;

    /** Widened to whole quarters where they are asked for. */
    public Span {
        if (by == By.QUARTER) {
            from = Quarter.of(from).first();
            to = Quarter.of(to).last();
        }
    }

    /**
     * @param from a month such as 2026-01 or a quarter such as 2026-Q1; null for twelve months, or four quarters, with the
     *     last
     * @param to likewise; null for the current month
     * @param by {@code month} or {@code quarter}; null for month
     * @throws Refused naming each wrong field
     */
    public static Span of(@Nullable String from, @Nullable String to, @Nullable String by, LocalDate today) {
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
        YearMonth end = parts == By.MONTH ? last : Quarter.of(last).last();
        YearMonth first = asked == null ? end.minusMonths(USUAL_MONTHS - 1L) : asked;
        if (last.isBefore(first)) {
            throw Refused.field(to == null ? "from" : "to", "refused.measure.order");
        }
        if (!last.isBefore(first.plusYears(MOST_YEARS))) {
            throw Refused.field("from", "refused.measure.long", String.valueOf(MOST_YEARS));
        }
        return new Span(first, end, parts);
    }

    /** Twelve months, the last one being that of a day. */
    public static Span yearUntil(LocalDate day) {
        YearMonth last = YearMonth.from(day);
        return new Span(last.minusMonths(USUAL_MONTHS - 1L), last, By.MONTH);
    }

    /** The quarter that a day is in and the one before. */
    public static Span quartersUntil(LocalDate day) {
        Quarter last = Quarter.of(day);
        return new Span(last.previous().first(), last.last(), By.QUARTER);
    }

    private static YearMonth month(String field, String text, boolean last) {
        try {
            if (Quarter.NAME.matcher(text).matches()) {
                Quarter quarter = Quarter.parse(text);
                return last ? quarter.last() : quarter.first();
            }
            if (MONTH.matcher(text).matches()) {
                return YearMonth.parse(text);
            }
        } catch (DateTimeException noSuchMonth) {
            // Refused below.
        }
        throw Refused.field(field, "refused.measure.month");
    }

    public List<Period> periods() {
        List<Period> periods = new ArrayList<>();
        int length = by == By.MONTH ? 1 : 3;
        for (YearMonth month = from; !month.isAfter(to); month = month.plusMonths(length)) {
            periods.add(new Period(
                    periodOf(month),
                    month.atDay(1),
                    month.plusMonths(length - 1L).atEndOfMonth()));
        }
        return periods;
    }

    /** The name of the period that a month is in. */
    String periodOf(YearMonth month) {
        return by == By.MONTH ? month.toString() : Quarter.of(month).toString();
    }

    public Period whole() {
        return new Period(from + "/" + to, from.atDay(1), to.atEndOfMonth());
    }
}
