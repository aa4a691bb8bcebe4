package org.servicerecovery.cases;

import java.time.Instant;

/** An epoch of a case ended, whichever way. Published within the transaction that ends it. */
public record CaseEnded(long caseId, int epoch, Instant at) {}
