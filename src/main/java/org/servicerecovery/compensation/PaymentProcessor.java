package org.servicerecovery.compensation;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.http.HttpHeaders;

/**
 * Whoever pays a customer's money back: a payment provider, or the built-in sandbox.
 *
 * <p>No call takes part in a transaction of ours. Persist the order and its key, commit, and only then call.
 */
public interface PaymentProcessor {

    /** As the operator chooses it, and as it stands in the address for its notices: lower case, one word. */
    String name();

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
     * Where an order stands now; a refund that was paid may have failed since. Empty when the processor does not know the
     * key now; a request still under way may become known later, so the safe answer to an empty look-up is to send the
     * same order with the same key again, never with a new one. {@link RefundOutcome.Unknown} when the processor cannot
     * be asked.
     */
    Optional<RefundOutcome> lookUp(RefundOrder order);

    /**
     * The processor's own list of refunds, ours and others', oldest first.
     *
     * @param since when they were booked at the earliest, by the processor's clock
     * @throws ProcessorUnavailable when the list cannot be had, or not to its end
     */
    List<ProcessorRefund> refunds(Instant since);

    /**
     * Reads what the processor sent by itself. It says only that there is news of a refund: what the news is, the
     * processor is asked, so that notices may come twice, late and in any order.
     *
     * @param body exactly as it came, because the signature is over its bytes
     * @return empty when it is about something else than a refund
     * @throws NoticeRefused when its signature does not hold, it is too old, or it cannot be read
     */
    Optional<RefundNotice> read(byte[] body, HttpHeaders headers) throws NoticeRefused;
}
