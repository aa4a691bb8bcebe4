package org.servicerecovery.compensation;

import java.time.Instant;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

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
        String refund = amount + " on payment " + paymentReference;
        return switch (kind) {
            case MADE_OUTSIDE ->
                "The payment processor refunded " + refund + " as " + reference + ". Nobody ordered that here.";
            case PAID_AFTER_DECLINE ->
                "The payment processor refunded " + refund + " as " + reference
                        + ", an order of ours that had been declined.";
            case OTHER_AMOUNT ->
                "The payment processor has " + reference + " with " + refund + "; compensation " + compensationId
                        + " says otherwise.";
            case NOT_AT_PROCESSOR ->
                "Compensation " + compensationId + ", " + refund
                        + ", counts as paid, and the payment processor does not know it.";
            case CREDIT_REFUSED, CREDIT_UNANSWERED, CREDIT_SHORT ->
                "Credit of compensation " + compensationId + ", " + amount + ": " + detail;
        };
    }
}
