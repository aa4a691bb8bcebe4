package org.servicerecovery.trend.taxonomy;

/** A cause of the business's own taxonomy. The code is stable, the label may change. */
public record RootCauseTag(long id, String code, String label) {}
