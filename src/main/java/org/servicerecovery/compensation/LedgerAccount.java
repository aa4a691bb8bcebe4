package org.servicerecovery.compensation;

import org.servicerecovery.Coded;

/** The accounts of the ledger, one of each for every currency; of customers' credit one for every customer as well. */
public enum LedgerAccount implements Coded {
    /** What recovery costs the business: refunds, credits and services given. */
    RECOVERY_COST("Cost of recovery", Side.DEBIT),
    /** Reserved, and perhaps on its way; not known to have arrived. */
    REFUNDS_IN_FLIGHT("Refunds in flight", Side.CREDIT),
    REFUNDS_PAID("Refunds paid", Side.CREDIT),
    /** What customers may still use: a liability. */
    CUSTOMER_CREDIT("Customer credit", Side.CREDIT),
    CREDIT_USED("Credit used", Side.CREDIT),
    /** Promised in kind, and not done yet: a liability as well. */
    COMPED_SERVICES("Comped services", Side.CREDIT),
    SERVICES_DONE("Comped services done", Side.CREDIT),
    /** Credit that expired or was taken back, less refunds that have nothing to do with a case. */
    ADJUSTMENTS("Adjustments", Side.CREDIT);

    /** The side on which an account grows. */
    enum Side {
        DEBIT,
        CREDIT
    }

    private final String label;
    private final Side normal;

    LedgerAccount(String label, Side normal) {
        this.label = label;
        this.normal = normal;
    }

    @Override
    public String label() {
        return label;
    }

    Side normal() {
        return normal;
    }

    boolean isPerCustomer() {
        return this == CUSTOMER_CREDIT;
    }
}
