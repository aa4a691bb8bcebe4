package org.servicerecovery.compensation;

import java.time.Instant;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Messages;

/**
 * One refund, or credit, on which the processor and the ledger do not agree.
 *
 * @param reference the processor's own id of the refund, or ours where the processor has none
 * @param paymentReference of a refund, as is the payment's id
 * @param compensationId the compensation it may belong to; of credit the one that granted it
 * @param detail of credit, what is the matter, in sentences without an amount
 * @param bookedAt when the refund was booked, by the processor's clock where it has it
 * @param decision adopted, external or explained; null until somebody decides
 */
public record Difference(
        long id,
        DifferenceKind kind,
        String reference,
        @Nullable String paymentReference,
        @Nullable Long paymentId,
        @Nullable Long compensationId,
        Money amount,
        Instant bookedAt,
        Instant foundAt,
        @Nullable String detail,
        @Nullable String decision,
        @Nullable String decidedBy,
        @Nullable Instant decidedAt,
        @Nullable String reason) {

    /** For whoever decides: what is the matter, without a customer's name. */
    public String inText() {
        String compensation = String.valueOf(compensationId);
        String payment = String.valueOf(paymentReference);
        return switch (kind) {
            case MADE_OUTSIDE -> Messages.text("difference.madeOutside", amount.toString(), payment, reference);
            case PAID_AFTER_DECLINE ->
                Messages.text("difference.paidAfterDecline", amount.toString(), payment, reference);
            case OTHER_AMOUNT ->
                Messages.text("difference.otherAmount", amount.toString(), payment, reference, compensation);
            case NOT_AT_PROCESSOR ->
                Messages.text("difference.notAtProcessor", amount.toString(), payment, compensation);
            case CREDIT_REFUSED, CREDIT_UNANSWERED, CREDIT_SHORT ->
                Messages.text("difference.credit", compensation, amount.toString(), String.valueOf(detail));
        };
    }
}
