package org.servicerecovery.cases;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;

/**
 * The record of the failure that caused a case.
 *
 * @param kind job, invoice, ticket, review, survey or call
 * @param externalId its id in the system that owns it
 * @param paymentId the payment for the affected work, among the customer's payments
 */
public record Origin(
        String kind,
        @Nullable String externalId,
        @Nullable String team,
        @Nullable String area,
        @Nullable String product,
        @Nullable String operative,
        @Nullable Long paymentId) {

    public static final Set<String> KINDS = Set.of("job", "invoice", "ticket", "review", "survey", "call");

    public Origin {
        if (!KINDS.contains(kind)) {
            throw Refused.field(
                    "originKind", "refused.notKnownChoose", kind, "job, invoice, ticket, review, survey, call");
        }
    }
}
