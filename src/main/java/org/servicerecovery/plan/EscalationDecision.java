package org.servicerecovery.plan;

import org.servicerecovery.Coded;

/** What a manager answers to the owner of a case who asked for a decision. */
public enum EscalationDecision implements Coded {
    GO_AHEAD("Go ahead"),
    ANOTHER_WAY("Another way"),
    DO_NOT("Do not");

    private final String label;

    EscalationDecision(String label) {
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }
}
