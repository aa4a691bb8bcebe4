package org.servicerecovery.trend.taxonomy;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tag with all that the taxonomy knows of it. Other tags are named by their codes.
 *
 * @param parent the family it belongs to
 * @param owner who answers for it
 * @param state in use, merged, split or retired
 * @param mergedInto as somebody said; it may have been merged on since
 * @param splitFrom the tag of which it is a part
 * @param instead what is to be chosen in place of it, where it is not in use
 */
record TagDetails(
        long id,
        String code,
        String label,
        String definition,
        @Nullable String parent,
        @Nullable String owner,
        String state,
        @Nullable String mergedInto,
        @Nullable String splitFrom,
        List<String> instead,
        List<String> aliases,
        Instant createdAt,
        @Nullable Instant retiredAt) {

    static final String IN_USE = "in-use";
    static final String MERGED = "merged";
    static final String SPLIT = "split";
    static final String RETIRED = "retired";

    boolean isInUse() {
        return state.equals(IN_USE);
    }

    RootCauseTag tag() {
        return new RootCauseTag(id, code, label);
    }

    /** As a sentence names it: people know the label, machines the code. */
    String named() {
        return label + " (" + code + ")";
    }
}
