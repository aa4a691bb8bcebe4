package org.servicerecovery.cases;

/** The severity of an open case was changed. Published within that transaction, under the case's row lock. */
public record SeverityChanged(long caseId, Severity from, Severity to) {}
