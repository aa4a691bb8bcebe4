package org.servicerecovery.compensation;

import org.servicerecovery.Coded;

/** Where a comped service stands with the system that schedules it. */
public enum ServiceState implements Coded {
    /** The intent is recorded: it may be scheduled at any moment, or have been. */
    ORDERED("Ordered"),
    REFUSED("Refused"),
    SCHEDULED("Scheduled"),
    /** That it is to be cancelled is recorded: the system may have done so at any moment. */
    CANCELLING("Cancelling") {
        @Override
        public String inText() {
            return "being cancelled";
        }
    },
    DONE("Done"),
    CANCELLED("Cancelled");

    private final String label;

    ServiceState(String label) {
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }
}
