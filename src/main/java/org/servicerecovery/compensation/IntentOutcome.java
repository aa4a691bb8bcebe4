package org.servicerecovery.compensation;

/** Whether the money could be reserved, and the word by which the model routes. */
enum IntentOutcome {
    RESERVED("reserved"),
    /** Less is left than was promised: the reason is at the compensation. */
    NOT_POSSIBLE("declined"),
    /** Who approved may not do so any more: it has to be approved again. */
    APPROVAL_VOID("approval-void");

    private final String result;

    IntentOutcome(String result) {
        this.result = result;
    }

    String result() {
        return result;
    }
}
