package org.servicerecovery.compensation;

import java.time.Instant;

/** What is known of a refund after asking the processor. No text in it holds an amount. */
public sealed interface RefundOutcome {

    /**
     * The money is on its way, for good.
     *
     * @param reference the processor's own id of the refund
     * @param at when the processor booked it, by its clock
     */
    record Settled(String reference, Instant at) implements RefundOutcome {}

    /**
     * The processor answered that it does not pay. Nothing was booked, and asking again does not change it.
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
