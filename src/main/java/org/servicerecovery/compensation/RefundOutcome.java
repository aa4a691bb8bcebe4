package org.servicerecovery.compensation;

import java.time.Instant;

/** What is known of a refund after asking the processor. No text in it holds an amount. */
public sealed interface RefundOutcome {

    /**
     * The money is on its way. It may still come back days later; the processor sends a notice then.
     *
     * @param reference the processor's own id of the refund
     * @param at when the processor booked it, by its clock
     */
    record Settled(String reference, Instant at) implements RefundOutcome {}

    /**
     * The processor took the order and does not know yet whether the money will arrive. It sends a notice when it does.
     *
     * @param reference the processor's own id of the refund
     */
    record Pending(String reference) implements RefundOutcome {}

    /**
     * The processor answered that it does not pay, or that the money came back. The customer has nothing of it,
     * and asking again does not change that.
     *
     * @param code stable, for machines, such as {@code charge_already_refunded}
     * @param reason one sentence for people
     */
    record Declined(String code, String reason) implements RefundOutcome {}

    /**
     * No answer that can be believed: time-out, lost connection, server error. The refund may have been paid. Look it up
     * or send it again with the same key; never count it as failed.
     */
    record Unknown(String why) implements RefundOutcome {}
}
