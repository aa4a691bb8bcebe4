package org.servicerecovery.cases;

/** Steps of a case are planned for somebody by name who works no cases any more; the caller holds the case's lock. */
public record AssigneeGone(long caseId, String person) {}
