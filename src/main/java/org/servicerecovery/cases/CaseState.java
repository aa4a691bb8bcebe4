package org.servicerecovery.cases;

import org.servicerecovery.Coded;

/** Where a case stands. */
public enum CaseState implements Coded {
    /** Being planned and worked; the resolution clock runs. */
    OPEN("Open"),
    /** The resolution is recorded and the clock has stopped; the customer is still to be told. */
    RESOLVED("Resolved"),
    /** Resolved, the customer told, the cause counted. */
    CLOSED("Closed"),
    WITHDRAWN("Withdrawn"),
    DUPLICATE("Duplicate"),
    OPENED_IN_ERROR("Opened in error"),
    /** An administrator ended its process: nothing was resolved, and somebody has to reopen it. */
    INTERRUPTED("Interrupted");

    private final String label;

    CaseState(String label) {
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }

    /** Whether nothing more happens on the case unless it is opened again; the database knows it by {@code closed_at}. */
    public boolean isOver() {
        return this != OPEN && this != RESOLVED;
    }

    /** Whether an epoch of the case is still to reach its resolution. */
    public boolean isOpen() {
        return this == OPEN;
    }
}
