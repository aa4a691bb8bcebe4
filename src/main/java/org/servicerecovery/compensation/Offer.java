package org.servicerecovery.compensation;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What somebody wants to give back, as a form or a call names it.
 *
 * @param amount of a comped service what the customer would have paid
 * @param accepted whether the customer has said yes to it; otherwise the answer is asked for first
 * @param comped what is done for free; null for money and credit
 */
record Offer(
        Kind kind,
        @Nullable String paymentReference,
        @Nullable BigDecimal amount,
        @Nullable String currency,
        String reason,
        boolean accepted,
        @Nullable Comped comped) {

    Offer {
        if ((kind == Kind.COMPED_SERVICE) != (comped != null)) {
            throw new IllegalArgumentException("What is done for free belongs to a comped service, and to no other.");
        }
    }

    /** @param description what is done, in words for the customer */
    record Comped(CompedService service, String description) {}
}
