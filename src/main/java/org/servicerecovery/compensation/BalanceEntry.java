package org.servicerecovery.compensation;

import java.util.UUID;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened on a customer's balance at the processor. Amounts above zero are in the customer's favour.
 *
 * @param reference the processor's own id of it
 * @param key the key it was ordered with; null when it is none of ours
 * @param document the processor's own id of the invoice it is about; null when it is about none
 * @param after what stood on the balance afterwards, in this currency
 */
record BalanceEntry(
        String reference,
        @Nullable UUID key,
        Cause cause,
        @Nullable String document,
        Money amount,
        Money after) {

    enum Cause {
        /** Set against an invoice. */
        APPLIED,
        /** Back from an invoice that was voided. */
        UNAPPLIED,
        /** Ours, somebody's by hand, or whatever else. */
        OTHER
    }

    /** Whether credit went into an invoice: a debt that is collected is applied to one too. */
    boolean isUse() {
        return cause == Cause.APPLIED && amount.isNegative();
    }

    boolean isUseReversed() {
        return cause == Cause.UNAPPLIED && amount.isPositive();
    }
}
