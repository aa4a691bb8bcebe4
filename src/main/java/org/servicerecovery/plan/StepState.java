package org.servicerecovery.plan;

import org.servicerecovery.Coded;

/** Where a step stands. The last three are its ends. */
public enum StepState implements Coded {
    PLANNED("Planned"),
    STARTED("Started"),
    COMPLETED("Completed"),
    SKIPPED("Skipped"),
    FAILED("Failed");

    private final String label;

    StepState(String label) {
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }

    public boolean isSettled() {
        return this == COMPLETED || this == SKIPPED || this == FAILED;
    }
}
