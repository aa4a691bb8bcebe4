package org.servicerecovery.trend.taxonomy;

import org.servicerecovery.Refused;

/** As what the cause of a case is taken. */
public enum TaxonomyView {
    /** As the taxonomy is today: by the cause that stands on the case, and what that was merged into. */
    IS,
    /** As it was said when the case was closed, with the label of that day. */
    WAS,
    /** By the heads of families. */
    FAMILY;

    /** @throws Refused naming the field when it is none of {@code is}, {@code was} and {@code family} */
    public static TaxonomyView parse(String field, String text) {
        return switch (text) {
            case "is" -> IS;
            case "was" -> WAS;
            case "family" -> FAMILY;
            default -> throw Refused.field(field, "refused.notKnownChoose", text, "is, was, family");
        };
    }
}
