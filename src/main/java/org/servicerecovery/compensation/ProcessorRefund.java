package org.servicerecovery.compensation;

import java.time.Instant;
import java.util.UUID;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * A refund in the processor's own list.
 *
 * @param reference the processor's own id of it
 * @param key the key it was ordered with; null when it was made outside, such as on the processor's own pages
 * @param bookedAt by the processor's clock
 */
public record ProcessorRefund(
        String reference, @Nullable UUID key, String chargeId, Money amount, RefundOutcome outcome, Instant bookedAt) {}
