package org.servicerecovery.job;

import java.util.UUID;

/**
 * A job has ended, as its state says. Published within the transaction that ends it and holds its row: who needs another
 * lock for what follows takes it in a transaction of its own, or two ends at once would wait for each other.
 */
public record JobEnded(UUID job) {}
