package org.servicerecovery.cases;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;

/**
 * A case as it stands.
 *
 * @param closedAt since when it is over, however it ended; null while it is not
 * @param epoch the current pass from (re)opening to resolution, counted from 1
 * @param epochStartedAt when the current pass began: its clock counts from here
 * @param processInstanceId the instance of the current epoch; null only while it is being started
 * @param mergedInto the case that goes on in place of this one, which is a duplicate of it
 */
public record RecoveryCase(
        long id,
        CaseNumber number,
        long customerId,
        Severity severity,
        FailureSource source,
        String summary,
        @Nullable String verbatim,
        CaseState state,
        @Nullable String owner,
        String openedBy,
        Instant openedAt,
        @Nullable Instant reportedAt,
        @Nullable Instant closedAt,
        int epoch,
        int stage,
        Instant epochStartedAt,
        @Nullable String processInstanceId,
        @Nullable CaseNumber mergedInto) {

    /** The stage of a statutory profile in which somebody else reviews the first answer. */
    static final int REVIEW_STAGE = 2;

    public boolean isReview() {
        return stage == REVIEW_STAGE;
    }

    /**
     * @param otherwise key of the messages file: what it takes no more, by its number and state
     * @throws Refused when the case is resolved or over
     */
    public void requireOpen(String otherwise) {
        if (mergedInto != null) {
            throw Refused.conflict("refused.case.mergedInto", number.value(), mergedInto.value());
        }
        if (!state.isOpen()) {
            throw Refused.conflict(otherwise, number.value(), state.shownInText());
        }
    }
}
