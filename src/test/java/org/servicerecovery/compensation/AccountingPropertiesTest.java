package org.servicerecovery.compensation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** The codes of the general ledger are read as the business writes them. */
class AccountingPropertiesTest {

    @Test
    void theCodeOfAKindComesBeforeThatOfItsAccount() {
        AccountingProperties codes = new Binder(new MapConfigurationPropertySource(Map.of(
                        "service-recovery.accounting.gl-codes.cost-of-recovery", "6850",
                        "service-recovery.accounting.gl-codes.cost-of-recovery.credit-granted", "6851",
                        "service-recovery.accounting.gl-codes.customer-credit", "1780")))
                .bind("service-recovery.accounting", AccountingProperties.class)
                .get();

        assertThat(codes.glCode(LedgerAccount.RECOVERY_COST, TransferKind.REFUND_RESERVED))
                .isEqualTo("6850");
        assertThat(codes.glCode(LedgerAccount.RECOVERY_COST, TransferKind.CREDIT_GRANTED))
                .isEqualTo("6851");
        assertThat(codes.glCode(LedgerAccount.CUSTOMER_CREDIT, TransferKind.CREDIT_GRANTED))
                .isEqualTo("1780");
        assertThat(codes.glCode(LedgerAccount.REFUNDS_PAID, TransferKind.REFUND_PAID))
                .isEmpty();
    }
}
