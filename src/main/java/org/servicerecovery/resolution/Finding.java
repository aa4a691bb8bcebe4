package org.servicerecovery.resolution;

import org.servicerecovery.Coded;

/** Whether the review finds for the customer; separate from the remedy. */
public enum Finding implements Coded {
    UPHELD("Upheld"),
    PARTIALLY_UPHELD("Partially upheld"),
    NOT_UPHELD("Not upheld");

    private final String label;

    Finding(String label) {
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }
}
