package org.servicerecovery.compensation;

import org.servicerecovery.Coded;

/** What is given back. */
public enum Kind implements Coded {
    PARTIAL_REFUND("Partial refund"),
    FULL_REFUND("Full refund"),
    CREDIT("Credit"),
    /** Something is done for free; its amount is what the customer would have paid. */
    COMPED_SERVICE("Comped service");

    private final String label;

    Kind(String label) {
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }

    public boolean isRefund() {
        return this == PARTIAL_REFUND || this == FULL_REFUND;
    }

    /** What the models and the approval table distinguish. */
    public String family() {
        return isRefund() ? "refund" : code();
    }
}
