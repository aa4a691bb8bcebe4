package org.servicerecovery.workorder;

import org.servicerecovery.Coded;

/** How the customer heard when somebody comes. */
public enum AppointmentTold implements Coded {
    PHONE("Phone"),
    EMAIL("Email"),
    TEXT_MESSAGE("Text message"),
    /** When the visit was agreed, so before it was ordered. */
    AGREED_BEFORE("Agreed before"),
    NOT_REACHED("Not reached");

    private final String label;

    AppointmentTold(String label) {
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }
}
