package org.servicerecovery.sla;

import org.servicerecovery.Coded;

/** The clocks that a case can have, each with a ledger of its own. */
public enum ClockName implements Coded {
    RESOLUTION("Resolution");

    private final String label;

    ClockName(String label) {
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }
}
