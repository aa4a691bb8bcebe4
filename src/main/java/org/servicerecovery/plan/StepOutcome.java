package org.servicerecovery.plan;

import org.servicerecovery.Coded;

/** How a step ended. */
public enum StepOutcome implements Coded {
    COMPLETED("Completed"),
    SKIPPED("Skipped"),
    FAILED("Failed");

    private final String label;

    StepOutcome(String label) {
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }

    StepState state() {
        return StepState.valueOf(name());
    }
}
