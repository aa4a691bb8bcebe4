package org.servicerecovery.cases;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.PlainText;
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
        externalId = PlainText.upToOrNull(PlainText.LONGEST_NAME, "originId", externalId);
        team = PlainText.upToOrNull(PlainText.LONGEST_NAME, "team", team);
        area = PlainText.upToOrNull(PlainText.LONGEST_NAME, "area", area);
        product = PlainText.upToOrNull(PlainText.LONGEST_NAME, "product", product);
        operative = PlainText.upToOrNull(PlainText.LONGEST_NAME, "operative", operative);
    }
}
