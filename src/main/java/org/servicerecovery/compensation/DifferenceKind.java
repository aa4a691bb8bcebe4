package org.servicerecovery.compensation;

import org.servicerecovery.Coded;

/** How the processor's list and the ledger may disagree. */
public enum DifferenceKind implements Coded {
    /** The processor paid a refund that nobody ordered here, such as one made on its own pages. */
    MADE_OUTSIDE("Made outside"),
    /** The processor paid a try of ours that it had declined, as far as we know. */
    PAID_AFTER_DECLINE("Paid after it was declined"),
    /** Both know the refund, with another amount or another charge. */
    OTHER_AMOUNT("Another amount"),
    /** It counts as paid here, and the processor does not know it. */
    NOT_AT_PROCESSOR("Not known to the processor"),
    /** The processor does not put credit on a customer's balance, or does not take it off. */
    CREDIT_REFUSED("Credit refused by the processor"),
    /** For a day it has not been known whether the processor did that. */
    CREDIT_UNANSWERED("Credit without an answer"),
    /** Less stands on a customer's balance than is left of the credit here. */
    CREDIT_SHORT("Less credit at the processor");

    private final String label;

    DifferenceKind(String label) {
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }

    /** Whether money left that the ledger does not have yet. */
    boolean isMissingInLedger() {
        return this == MADE_OUTSIDE || this == PAID_AFTER_DECLINE;
    }
}
