package org.servicerecovery.compensation;

import java.util.UUID;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * Money to be paid back on one charge.
 *
 * @param idempotencyKey persisted before the first call and kept for every repetition
 * @param chargeId the processor's own id of the payment
 * @param amount above zero, in the currency of the charge, with the minor units of that currency (JPY none, KWD three)
 * @param askedBefore whether the processor may have it from an earlier try: then one that does not know the payment now,
 *     as with the credentials of another account, says nothing of the refund
 */
public record RefundOrder(UUID idempotencyKey, String chargeId, Money amount, boolean askedBefore) {

    public RefundOrder(UUID idempotencyKey, String chargeId, Money amount) {
        this(idempotencyKey, chargeId, amount, false);
    }

    public RefundOrder {
        if (!amount.isPositive()) {
            throw new IllegalArgumentException("A refund is above zero.");
        }
    }

    RefundOrder again() {
        return new RefundOrder(idempotencyKey, chargeId, amount, true);
    }

    /** The key that a processor tells; null when it is none of ours, which are UUIDs. */
    static @Nullable UUID keyOf(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
