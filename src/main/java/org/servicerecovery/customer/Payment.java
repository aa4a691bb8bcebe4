package org.servicerecovery.customer;

import java.time.Instant;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * A payment the customer made.
 *
 * @param chargeId the payment processor's own id
 * @param tax how much of the amount was tax; null where nobody told
 * @param reference what the customer knows it by, such as an invoice number
 */
public record Payment(
        long id,
        long customerId,
        String chargeId,
        String reference,
        Money amount,
        @Nullable Money tax,
        Instant paidAt) {}
