package org.servicerecovery;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A day that a request names. */
public final class AskedDay {

    /** Java reads years of nine digits as well: no column holds them, and of other ages nothing is known. */
    private static final Pattern OF_OUR_AGE = Pattern.compile("(?:19|[2-8][0-9]|9[0-8])[0-9]{2}-[0-9]{2}-[0-9]{2}");

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
}
