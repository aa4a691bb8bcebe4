package org.servicerecovery.job;

import org.servicerecovery.Coded;

/** Where a job stands. */
public enum JobState implements Coded {
    OPEN("Open"),
    DONE("Done"),
    PARTLY("Partly"),
    NO_ACCESS("No access"),
    CANCELLED("Cancelled");

    private final String label;

    JobState(String label) {
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }

    /** Whether it can be said of a visit: neither open nor cancelled. */
    public boolean isOutcome() {
        return this != OPEN && this != CANCELLED;
    }
}
