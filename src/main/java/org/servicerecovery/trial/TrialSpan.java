package org.servicerecovery.trial;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;

/** Days of the business, from the first to the last, both in it. */
public record TrialSpan(LocalDate from, LocalDate to, ZoneId zone) {

    private static final int USUAL_MONTHS = 12;
    private static final int MOST_YEARS = 5;

    /**
     * @param from null for twelve months before its end
     * @param to null for today
     * @throws Refused naming the field
     */
    static TrialSpan of(@Nullable LocalDate from, @Nullable LocalDate to, LocalDate today, ZoneId zone) {
        LocalDate last = to == null ? today : to;
        LocalDate first = from == null ? last.minusMonths(USUAL_MONTHS).plusDays(1) : from;
        if (last.isBefore(first)) {
            throw Refused.field(to == null ? "from" : "to", "refused.measure.order");
        }
        if (first.plusYears(MOST_YEARS).isBefore(last)) {
            throw Refused.field("from", "refused.tableTrial.long", String.valueOf(MOST_YEARS));
        }
        return new TrialSpan(first, last, zone);
    }

    public Instant start() {
        return from.atStartOfDay(zone).toInstant();
    }

    /** The first instant that is not in it. */
    public Instant end() {
        return to.plusDays(1).atStartOfDay(zone).toInstant();
    }
}
