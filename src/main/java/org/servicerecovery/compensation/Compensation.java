package org.servicerecovery.compensation;

import java.util.UUID;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * Money or credit given back for a case.
 *
 * @param paymentId the payment a refund is taken from; null for a credit
 * @param approval who has to approve: none, manager or business-owner; not yet determined while empty
 */
public record Compensation(
        long id,
        long caseId,
        @Nullable Long stepId,
        Kind kind,
        @Nullable Long paymentId,
        Money amount,
        String reason,
        CompensationState state,
        String approval,
        String offeredBy,
        @Nullable String approvedBy,
        UUID idempotencyKey,
        @Nullable String processorReference,
        @Nullable String failure,
        @Nullable String processInstanceId) {}
