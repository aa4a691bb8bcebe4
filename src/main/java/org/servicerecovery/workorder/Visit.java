package org.servicerecovery.workorder;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.job.JobState;
import org.servicerecovery.plan.CallResult;
import org.servicerecovery.plan.StepState;

/**
 * The job of a step as the case's side knows it, which may be a moment behind the job itself.
 *
 * @param failed whether the work was not done, by the table
 * @param cancelWanted whether the case's own side does not want it any more
 * @param agreed what was agreed with the customer when it was ordered
 * @param toldAgainBy the step, by its id, that tells the customer another appointment than the one they were told
 * @param charged whether the customer is charged for it; null while nobody has said
 * @param againAt when somebody said how the case goes on after a visit that failed
 */
record Visit(
        UUID job,
        long stepId,
        int stepSeq,
        StepState step,
        JobState state,
        Instant windowFrom,
        Instant windowTo,
        boolean failed,
        boolean cancelWanted,
        String agreed,
        @Nullable AppointmentTold told,
        @Nullable Instant toldAt,
        String toldNotes,
        @Nullable Long toldAgainBy,
        @Nullable CallResult call,
        @Nullable Instant calledAt,
        String callNotes,
        @Nullable Instant againAt,
        String againNotes,
        @Nullable Charged charged,
        String chargedNotes) {

    /** Whether the customer was told of a visit that was called off with its step, so that no task asks for a call. */
    boolean isExpectedInVain() {
        return isTold()
                && state == JobState.CANCELLED
                && (step == StepState.SKIPPED || step == StepState.FAILED)
                && call == null
                && toldAgainBy == null;
    }

    /** Whether the customer expects somebody in a time window. */
    boolean isTold() {
        return told != null && told != AppointmentTold.NOT_REACHED;
    }
}
