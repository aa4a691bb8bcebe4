package org.servicerecovery.compensation;

/** What is known of a transaction on a customer's balance after asking for it. No text in it holds an amount. */
sealed interface BalanceOutcome {

    /** @param reference the processor's own id of the transaction */
    record Booked(String reference) implements BalanceOutcome {}

    /** The processor does not make it. The reason is one sentence for people. */
    record Declined(String reason) implements BalanceOutcome {}

    /** No answer that can be believed. It may have been made; never count it as failed. */
    record Unknown(String why) implements BalanceOutcome {}
}
