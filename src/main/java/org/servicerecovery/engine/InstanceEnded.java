package org.servicerecovery.engine;

import org.jspecify.annotations.Nullable;

/**
 * A process instance ended, published within the engine's transaction.
 *
 * @param businessKey the case number, or the number of a step
 * @param deleted whether it was deleted instead of reaching an end event
 * @param reason what the one who deleted it gave as reason
 */
public record InstanceEnded(
        String processInstanceId,
        String processKey,
        @Nullable String businessKey,
        boolean deleted,
        @Nullable String reason) {}
