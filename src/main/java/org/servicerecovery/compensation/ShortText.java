package org.servicerecovery.compensation;

import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;

/** A line of text as the API takes it, refused with the name of the field. */
final class ShortText {

    private static final int LONGEST = 300;

    private ShortText() {}

    /** @throws Refused when it is missing, too long, or cannot be stored */
    static String required(String field, @Nullable String value) {
        if (value == null || value.isBlank()) {
            throw Refused.field(field, "refused.missing");
        }
        if (value.length() > LONGEST || value.indexOf('\0') >= 0) {
            throw Refused.field(field, "refused.shortText", String.valueOf(LONGEST));
        }
        return value.strip();
    }
}
