package org.servicerecovery.plan;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One action of a plan.
 *
 * @param seq its number within the case, counted from 1 over all epochs
 * @param dueAt of a step that waits for another an estimate until it starts, unless it was set by hand
 * @param afterSeq the number of the step that it waits for, null when it starts at once
 * @param processInstanceId the instance in which it is worked, null before it is started
 */
public record Step(
        long id,
        long caseId,
        int epoch,
        int seq,
        String type,
        String label,
        String purpose,
        @Nullable String assignee,
        StepState state,
        @Nullable String notes,
        Instant dueAt,
        @Nullable String processInstanceId,
        String plannedBy,
        @Nullable String settledBy,
        @Nullable Instant settledAt,
        @Nullable Integer afterSeq) {}
