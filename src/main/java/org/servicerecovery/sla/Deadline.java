package org.servicerecovery.sla;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The promise of one epoch of a case.
 *
 * @param nearAt when the owner is warned
 * @param dueAt when the case has to be resolved
 * @param stoppedAt when the clock stopped, null while it runs
 */
public record Deadline(
        Instant nearAt, Instant dueAt, @Nullable Instant stoppedAt) {

    /** Whether the promise was broken by this moment. A resolution in the very instant of the deadline keeps it. */
    public boolean isMissedAt(Instant moment) {
        return (stoppedAt == null ? moment : stoppedAt).isAfter(dueAt);
    }
}
