package org.servicerecovery.workorder;

import org.servicerecovery.Coded;

/** Whether the customer of a case is charged for a visit; its order has the price of any job. */
public enum Charged implements Coded {
    YES("Yes"),
    NO("No"),
    /** The notes say which part. */
    PARTLY("Partly");

    private final String label;

    Charged(String label) {
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }
}
