package org.servicerecovery.compensation;

import java.util.Optional;
import java.util.UUID;

/**
 * Whoever pays a customer's money back: a payment provider, or the built-in sandbox.
 *
 * <p>Neither call takes part in a transaction of ours. Persist the order and its key, commit, and only then call.
 */
public interface PaymentProcessor {

    /**
     * Asks for a refund and waits for the answer, for at most the configured time-outs. The same order with the same key
     * may be sent as often as it takes: it is paid once, and answered as it was the first time. That holds for a decline
     * too, so a new attempt after a decline needs a new key.
     *
     * @throws IllegalStateException when the processor knows the key for another charge or amount: a mistake of ours
     *     that no repetition mends. The message holds no amount.
     */
    RefundOutcome refund(RefundOrder order);

    /**
     * What became of an order. Empty when the processor does not know the key now; a request still under way may become
     * known later, so the safe answer to an empty look-up is to send the same order with the same key again, never with
     * a new one. {@link RefundOutcome.Unknown} when the processor cannot be asked.
     */
    Optional<RefundOutcome> lookUp(UUID idempotencyKey);
}
