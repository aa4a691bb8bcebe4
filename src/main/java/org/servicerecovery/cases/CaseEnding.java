package org.servicerecovery.cases;

/**
 * A case is about to be resolved, or to end without a resolution. Whoever knows a reason against it throws {@code
 * Refused}.
 */
public record CaseEnding(long caseId, boolean resolved) {}
