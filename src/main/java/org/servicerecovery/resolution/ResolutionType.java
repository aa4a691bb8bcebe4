package org.servicerecovery.resolution;

import org.servicerecovery.Coded;

/** How a case was made good. */
public enum ResolutionType implements Coded {
    APOLOGY_ONLY("Apology Only"),
    MAKE_GOOD_SERVICE("Make-Good Service"),
    PARTIAL_REFUND("Partial Refund"),
    FULL_REFUND("Full Refund"),
    COMPED_SERVICE("Comped Service"),
    SERVICE_CREDIT("Service Credit"),
    WRITTEN_LETTER("Written Letter"),
    COMBINED("Combined"),
    CUSTOMER_DECLINED_ALL("Customer Declined All");

    private final String label;

    ResolutionType(String label) {
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }
}
