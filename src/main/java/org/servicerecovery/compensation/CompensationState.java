package org.servicerecovery.compensation;

import org.servicerecovery.Coded;

/** Where a compensation stands. */
public enum CompensationState implements Coded {
    OFFERED("Offered"),
    CUSTOMER_DECLINED("Declined by the customer"),
    APPROVED("Approved"),
    NOT_APPROVED("Not approved"),
    /** The intent is recorded and the money reserved: it may be paid at any moment, or have been. */
    IN_FLIGHT("In flight"),
    SETTLED("Settled"),
    DECLINED("Declined"),
    GIVEN_UP("Given up");

    private final String label;

    CompensationState(String label) {
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }

    /** Whether money may still move: nobody has decided against it, and it has not been paid. */
    boolean isOpen() {
        return switch (this) {
            case OFFERED, APPROVED, IN_FLIGHT, DECLINED -> true;
            case CUSTOMER_DECLINED, NOT_APPROVED, SETTLED, GIVEN_UP -> false;
        };
    }
}
