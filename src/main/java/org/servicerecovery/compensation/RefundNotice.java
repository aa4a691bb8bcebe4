package org.servicerecovery.compensation;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The processor has news of a refund.
 *
 * @param id the processor's own id of the notice: the same when it is sent again
 * @param reference the processor's own id of the refund
 * @param key the key it was ordered with; null when it was made outside
 */
public record RefundNotice(
        String id, String reference, @Nullable UUID key) {}
