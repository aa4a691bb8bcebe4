package org.servicerecovery.sla;

import org.servicerecovery.Coded;

/** The clocks that a case can have, each with a ledger of its own. */
public enum ClockName implements Coded {
    RESOLUTION("Resolution"),
    /** Stopped by the first message that reached the customer. */
    ACKNOWLEDGEMENT("Acknowledgement"),
    /** The first answer under the Housing Ombudsman's Complaint Handling Code. */
    STAGE_1("Stage 1"),
    /** The review of it by a different person, under the same code. */
    STAGE_2("Stage 2"),
    /** The summary resolution under the FCA's DISP 1.5. */
    SUMMARY_RESOLUTION("Summary resolution"),
    /** The final response under the FCA's DISP 1.6. */
    FINAL_RESPONSE("Final response");

    private final String label;

    ClockName(String label) {
        this.label = label;
    }

    /** Whether a regulator asks for an answer in writing, and that alone stops the clock in time. */
    boolean isAnsweredInWriting() {
        return this == STAGE_1 || this == STAGE_2 || this == FINAL_RESPONSE;
    }

    @Override
    public String label() {
        return label;
    }
}
