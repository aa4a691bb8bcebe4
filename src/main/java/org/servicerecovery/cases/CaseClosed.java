package org.servicerecovery.cases;

/** A resolved case was closed: the customer knows and the cause is counted. Published within that transaction. */
public record CaseClosed(long caseId) {}
