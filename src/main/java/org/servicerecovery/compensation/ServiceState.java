package org.servicerecovery.compensation;

import org.servicerecovery.Coded;

/** Where a comped service stands with the system that schedules it. */
public enum ServiceState implements Coded {
    /** The intent is recorded: it may be scheduled at any moment, or have been. */
    ORDERED("Ordered"),
    REFUSED("Refused"),
    SCHEDULED("Scheduled"),
    DONE("Done"),
    CANCELLED("Cancelled");

    private final String label;

    ServiceState(String label) {
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }
}
