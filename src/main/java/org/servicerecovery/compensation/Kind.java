package org.servicerecovery.compensation;

import org.servicerecovery.Coded;

/** What is given back. */
public enum Kind implements Coded {
    PARTIAL_REFUND("Partial refund"),
    FULL_REFUND("Full refund"),
    CREDIT("Credit");

    private final String label;

    Kind(String label) {
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }

    public boolean isRefund() {
        return this != CREDIT;
    }

    /** What the models and the approval table distinguish. */
    String family() {
        return isRefund() ? "refund" : "credit";
    }
}
