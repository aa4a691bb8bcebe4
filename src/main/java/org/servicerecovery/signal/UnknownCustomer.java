package org.servicerecovery.signal;

import org.servicerecovery.Coded;

/** What to do with a signal whose customer is not known here. */
enum UnknownCustomer implements Coded {
    /** Refuse it: only known customers have cases. */
    MATCH("Match"),
    /** Register the customer under the number the signal gives. */
    CREATE("Create"),
    /** Keep the signal without a case until somebody names the customer. */
    HOLD("Hold");

    private final String label;

    UnknownCustomer(String label) {
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }
}
