package org.servicerecovery.compensation;

import org.servicerecovery.Coded;

/** What can be done for a customer for free. */
public enum CompedService implements Coded {
    /** Future work, for which a quote without a price is made. */
    QUOTE("Quote"),
    /** A visit under the customer's membership plan. */
    MEMBERSHIP_VISIT("Membership visit");

    private final String label;

    CompedService(String label) {
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }
}
