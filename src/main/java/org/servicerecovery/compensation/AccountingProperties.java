package org.servicerecovery.compensation;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How the general ledger of the business calls our accounts.
 *
 * @param glCodes by account, such as {@code customer-credit}, or by account and kind of transfer, such as
 *     {@code cost-of-recovery.credit-granted}, which comes before that of the account
 */
@ConfigurationProperties("service-recovery.accounting")
record AccountingProperties(@Nullable Map<String, String> glCodes) {

    /** Empty when the business has given it none. */
    String glCode(LedgerAccount account, TransferKind kind) {
        Map<String, String> codes = glCodes == null ? Map.of() : glCodes;
        return codes.getOrDefault(account.code() + "." + kind.code(), codes.getOrDefault(account.code(), ""));
    }
}
