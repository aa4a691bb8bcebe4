package org.servicerecovery.trend.taxonomy;

/**
 * A tag was merged, taken apart from another one again, or put into another family: cases count under other tags or families
 * than before. Told in the transaction of the change.
 */
public record TagsRegrouped() {}
