package org.servicerecovery.cases;

import org.servicerecovery.Coded;

/** Where the business learned of the failure. */
public enum FailureSource implements Coded {
    COMPLAINT("Complaint"),
    NEGATIVE_REVIEW("Negative review"),
    LOW_NPS("Low NPS"),
    CALLBACK("Callback"),
    SUPPORT_TICKET("Support ticket"),
    INTERNAL_ESCALATION("Internal escalation");

    private final String label;

    FailureSource(String label) {
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }
}
