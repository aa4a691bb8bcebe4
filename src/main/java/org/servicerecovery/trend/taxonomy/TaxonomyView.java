package org.servicerecovery.trend.taxonomy;

/** As what the cause of a case is taken. */
public enum TaxonomyView {
    /** As the taxonomy is today: by the cause that stands on the case, and what that was merged into. */
    IS,
    /** As it was said when the case was closed, with the label of that day. */
    WAS,
    /** By the heads of families. */
    FAMILY
}
