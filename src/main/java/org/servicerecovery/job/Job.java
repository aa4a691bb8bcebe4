package org.servicerecovery.job;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job as it stands.
 *
 * @param number from the ordinary series; null until the next release
 * @param team the group of operatives it is offered to
 * @param assignee who has taken it
 * @param notes what was done, or why not, in the words of whoever reported it; empty so far
 */
public record Job(
        UUID id,
        @Nullable String number,
        Order order,
        JobState state,
        @Nullable Instant releasedAt,
        @Nullable String team,
        @Nullable Instant dueAt,
        @Nullable String assignee,
        @Nullable String instanceId,
        String notes,
        @Nullable Instant endedAt,
        @Nullable String endedBy) {}
