package org.servicerecovery.plan;

import org.jspecify.annotations.Nullable;
import org.servicerecovery.cases.CaseNumber;

/**
 * A manager answered an escalation of the plan. Published within that transaction.
 *
 * @param owner who owns the case and waits for the answer; null when nobody does
 */
public record ManagerDecided(
        long caseId, CaseNumber number, int step, @Nullable String owner, EscalationDecision decision) {}
