package org.servicerecovery;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A day that a request names. */
public final class AskedDay {

    /** The first day that is taken anywhere. */
    public static final LocalDate EARLIEST = LocalDate.of(1900, 1, 1);

    /** The same for what is told by the moment, in UTC. */
    public static final Instant EARLIEST_MOMENT =
            EARLIEST.atStartOfDay(ZoneOffset.UTC).toInstant();

    /** Java reads years of nine digits as well: no column holds them, and of other ages nothing is known. */
    private static final Pattern OF_OUR_AGE = Pattern.compile("(?:19|[2-8][0-9]|9[0-8])[0-9]{2}-[0-9]{2}-[0-9]{2}");

    private static final int MOST_YEARS_AHEAD = 2;

    private AskedDay() {}

    /** @throws Refused naming the field when it is missing, or no day from 1900 to 9899 */
    public static LocalDate of(String field, @Nullable String text) {
        try {
            if (text != null && OF_OUR_AGE.matcher(text).matches()) {
                return LocalDate.parse(text);
            }
        } catch (DateTimeException noSuchDay) {
            // Refused below, like a missing one.
        }
        throw Refused.field(field, "refused.day");
    }

    /**
     * What somebody is to do is not put off for ever: it would never be overdue.
     *
     * @throws Refused naming the field when the day is more than {@value #MOST_YEARS_AHEAD} years ahead
     */
    public static LocalDate soonEnough(String field, LocalDate dueOn, LocalDate today) {
        LocalDate latest = today.plusYears(MOST_YEARS_AHEAD);
        if (dueOn.isAfter(latest)) {
            throw Refused.field(field, "refused.dueTooLate", Messages.day(latest));
        }
        return dueOn;
    }
}
