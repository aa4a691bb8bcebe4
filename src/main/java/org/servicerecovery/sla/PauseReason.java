package org.servicerecovery.sla;

import java.util.Locale;
import org.servicerecovery.Coded;

/** Why a clock may stand still: it is the customer's turn. Whatever the customer answers ends the pause. */
public enum PauseReason implements Coded {
    WAITING_FOR_ANSWER("Waiting for the customer's answer"),
    CUSTOMER_ASKED_TO_WAIT("The customer asked us to wait"),
    CUSTOMER_AWAY("The customer cannot be reached until a date they gave"),
    NO_ACCESS("The customer has to give access first");

    private final String label;

    PauseReason(String label) {
        this.label = label;
    }

    @Override
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public String key() {
        return "pause." + code();
    }

    @Override
    public String label() {
        return label;
    }
}
