package org.servicerecovery.trend.taxonomy;

/** A tag is called otherwise than before. Told in the transaction of the change. */
public record TagRenamed(long id) {}
