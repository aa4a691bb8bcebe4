package org.servicerecovery.compensation;

import java.time.Instant;
import java.util.UUID;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * Money, credit or a service given for a case.
 *
 * @param paymentId the payment a refund is taken from; null for what is no refund
 * @param amount above zero; of a comped service what the customer would have paid
 * @param service what is done for free; null for money and credit
 * @param approval who has to approve: none, manager, business-owner or two-people; not yet determined while empty
 * @param acceptedAt when the customer's yes was recorded; null while the customer has not been asked
 * @param isApartFromStep whether it goes on without the step that ordered it: it is pending, or came back
 * @param approvedBy the first who approved; {@code secondApprovedBy} is another person, where the policy wants two
 */
public record Compensation(
        long id,
        long caseId,
        @Nullable Long stepId,
        Kind kind,
        @Nullable Long paymentId,
        Money amount,
        @Nullable CompedService service,
        String reason,
        CompensationState state,
        String approval,
        String offeredBy,
        @Nullable Instant acceptedAt,
        @Nullable String approvedBy,
        @Nullable String secondApprovedBy,
        UUID idempotencyKey,
        @Nullable String processorReference,
        @Nullable String failure,
        @Nullable String processInstanceId,
        boolean isApartFromStep) {

    /** Whether the processor took the order without knowing yet whether the money will arrive. */
    boolean isAcceptedByProcessor() {
        return state == CompensationState.IN_FLIGHT && processorReference != null;
    }
}
