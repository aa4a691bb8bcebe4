package org.servicerecovery.compensation;

import static org.servicerecovery.compensation.LedgerAccount.ADJUSTMENTS;
import static org.servicerecovery.compensation.LedgerAccount.COMPED_SERVICES;
import static org.servicerecovery.compensation.LedgerAccount.CREDIT_USED;
import static org.servicerecovery.compensation.LedgerAccount.CUSTOMER_CREDIT;
import static org.servicerecovery.compensation.LedgerAccount.RECOVERY_COST;
import static org.servicerecovery.compensation.LedgerAccount.REFUNDS_IN_FLIGHT;
import static org.servicerecovery.compensation.LedgerAccount.REFUNDS_PAID;
import static org.servicerecovery.compensation.LedgerAccount.SERVICES_DONE;

import java.util.Arrays;
import java.util.List;
import org.servicerecovery.Coded;

/** What can happen to money, and between which accounts it moves then. */
public enum TransferKind implements Coded {
    REFUND_RESERVED("Refund reserved", RECOVERY_COST, REFUNDS_IN_FLIGHT),
    REFUND_PAID("Refund paid", REFUNDS_IN_FLIGHT, REFUNDS_PAID),
    REFUND_RELEASED("Refund declined", REFUNDS_IN_FLIGHT, RECOVERY_COST),
    REFUND_RETURNED("Refund came back", REFUNDS_PAID, RECOVERY_COST),
    /** Made outside, and meant for a case. */
    REFUND_ADOPTED("Refund adopted", RECOVERY_COST, REFUNDS_PAID),
    /** Made outside, and nothing to do with a case. */
    REFUND_EXTERNAL("Refund made outside", ADJUSTMENTS, REFUNDS_PAID),
    REFUND_EXTERNAL_RETURNED("Refund made outside came back", REFUNDS_PAID, ADJUSTMENTS),
    CREDIT_GRANTED("Credit granted", RECOVERY_COST, CUSTOMER_CREDIT),
    CREDIT_USED_UP("Credit used", CUSTOMER_CREDIT, CREDIT_USED),
    /** The invoice it was used for was voided. */
    CREDIT_USE_REVERSED("Credit use reversed", CREDIT_USED, CUSTOMER_CREDIT),
    CREDIT_EXPIRED("Credit expired", CUSTOMER_CREDIT, ADJUSTMENTS),
    CREDIT_VOIDED("Credit taken back", CUSTOMER_CREDIT, ADJUSTMENTS),
    SERVICE_COMPED("Service comped", RECOVERY_COST, COMPED_SERVICES),
    SERVICE_DONE("Comped service done", COMPED_SERVICES, SERVICES_DONE),
    SERVICE_CANCELLED("Comped service cancelled", COMPED_SERVICES, RECOVERY_COST);

    private final String label;
    private final LedgerAccount debit;
    private final LedgerAccount credit;

    TransferKind(String label, LedgerAccount debit, LedgerAccount credit) {
        this.label = label;
        this.debit = debit;
        this.credit = credit;
    }

    @Override
    public String label() {
        return label;
    }

    /** Whether figures count the recovery of its case as cheaper or dearer afterwards: as the database's trend_facts do. */
    boolean changesCost() {
        return debit == RECOVERY_COST || credit == RECOVERY_COST || (debit == CUSTOMER_CREDIT && credit == ADJUSTMENTS);
    }

    /** Whether less can be refunded of a payment afterwards. */
    boolean takesFromPayment() {
        return takes(credit) && !takes(debit);
    }

    static List<String> takingFromPayment() {
        return Arrays.stream(values())
                .filter(TransferKind::takesFromPayment)
                .map(Enum::name)
                .toList();
    }

    private static boolean takes(LedgerAccount account) {
        return account == REFUNDS_IN_FLIGHT || account == REFUNDS_PAID;
    }

    public LedgerAccount debit() {
        return debit;
    }

    public LedgerAccount credit() {
        return credit;
    }
}
