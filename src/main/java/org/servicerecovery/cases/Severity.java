package org.servicerecovery.cases;

import org.servicerecovery.Coded;

/** How badly the customer was let down; the DMN table resolution-deadline turns it into a deadline. */
public enum Severity implements Coded {
    MINOR("Minor"),
    MODERATE("Moderate"),
    MAJOR("Major"),
    CRITICAL("Critical");

    private final String label;

    Severity(String label) {
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }
}
