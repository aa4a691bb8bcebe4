package org.servicerecovery;

/** How many entries a list over HTTP holds at most. */
public final class ListLimit {

    private static final int LONGEST_LIST = 500;

    private ListLimit() {}

    /** @throws Refused naming the field {@code limit} when so many cannot be asked for */
    public static int checked(int limit) {
        if (limit < 1 || limit > LONGEST_LIST) {
            throw Refused.field("limit", "refused.limit", String.valueOf(LONGEST_LIST));
        }
        return limit;
    }
}
