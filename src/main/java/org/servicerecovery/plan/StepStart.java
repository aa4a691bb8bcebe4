package org.servicerecovery.plan;

import org.servicerecovery.Coded;

/** When a step of a plan starts. */
public enum StepStart implements Coded {
    AT_ONCE("At once"),
    /** However that one ends: completed, skipped or failed. */
    AFTER_PREVIOUS("When the step before it is settled");

    private final String label;

    StepStart(String label) {
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }

    @Override
    public String code() {
        return this == AT_ONCE ? "at-once" : "after-previous";
    }
}
