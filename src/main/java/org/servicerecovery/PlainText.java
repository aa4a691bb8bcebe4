package org.servicerecovery;

import org.jspecify.annotations.Nullable;

/** What people and other systems write: as long as it may be, and nothing that cannot be kept. */
public final class PlainText {

    /** Why somebody did something. */
    public static final int LONGEST_REASON = 2_000;
    /** What is to be done so that a failure does not happen again, or was done. */
    public static final int LONGEST_ACTION = 2_000;
    /** A note, or what a customer said. */
    public static final int LONGEST_NOTE = 10_000;
    /** A name, an id of another system, a channel. */
    public static final int LONGEST_NAME = 200;

    private PlainText() {}

    /**
     * The text as it came.
     *
     * @throws Refused naming the field, when it is longer or holds a character that is none
     */
    public static String upTo(int longest, String field, String text) {
        if (text.length() > longest) {
            throw Refused.field(
                    field, "refused.manyCharacters", String.valueOf(text.length()), String.valueOf(longest));
        }
        if (text.indexOf('\0') >= 0) {
            throw Refused.field(field, "refused.nul");
        }
        return text;
    }

    /** The same of a text that may be missing. */
    public static @Nullable String upToOrNull(int longest, String field, @Nullable String text) {
        return text == null ? null : upTo(longest, field, text);
    }
}
