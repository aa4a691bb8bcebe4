package org.servicerecovery.plan;

import org.servicerecovery.Coded;

/** Whom a call to the customer reached. */
public enum CallResult implements Coded {
    REACHED("Reached"),
    VOICEMAIL("Voicemail"),
    NO_ANSWER("No answer");

    private final String label;

    CallResult(String label) {
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }
}
