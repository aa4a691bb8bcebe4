package org.servicerecovery.workorder;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An ordinary job: what has to be done, where, and when. It has no place for a case, a complaint or a customer's mood.
 *
 * @param windowFrom start of the time window, null when it is not agreed yet
 */
public record WorkOrder(
        String site,
        String skill,
        String task,
        @Nullable Instant windowFrom,
        @Nullable Instant windowTo) {}
