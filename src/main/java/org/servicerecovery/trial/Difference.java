package org.servicerecovery.trial;

import com.fasterxml.jackson.annotation.JsonFormat;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Something that would have been treated otherwise. */
public sealed interface Difference {

    /**
     * A case that would have had another deadline.
     *
     * @param severity that it began with; {@code changes} of it followed
     * @param dueBefore null where the clock was paused when the case was resolved, and it was not known
     * @param secondsLonger how much later the deadline would have been; negative for earlier
     * @param missedBefore whether it was missed
     */
    record Deadline(
            String caseNumber,
            String severity,
            int changes,
            Instant startedAt,
            Instant resolvedAt,
            @Nullable Instant dueBefore,
            @Nullable Instant dueAfter,
            long secondsLonger,
            boolean missedBefore,
            boolean missedAfter)
            implements Difference {}

    /**
     * A clock beside that of the resolution that would have had another deadline, would have run, or would not have.
     *
     * @param severity that its epoch began with
     * @param stoppedAt null where there was no such clock
     * @param dueBefore null where it would not have run; {@code secondsLonger} is 0 then
     * @param missedBefore null where it would not have run, or nothing says when it would have been stopped
     */
    record FurtherClock(
            String caseNumber,
            String clock,
            int stage,
            String severity,
            @Nullable Instant stoppedAt,
            @Nullable Instant startedBefore,
            @Nullable Instant startedAfter,
            @Nullable Instant dueBefore,
            @Nullable Instant dueAfter,
            long secondsLonger,
            @Nullable Boolean missedBefore,
            @Nullable Boolean missedAfter)
            implements Difference {}

    /**
     * A step that would have been due at another time.
     *
     * @param step its number in the plan
     */
    record Step(
            String caseNumber,
            int step,
            String type,
            String severity,
            Instant settledAt,
            Instant dueBefore,
            Instant dueAfter,
            long secondsLonger,
            boolean missedBefore,
            boolean missedAfter)
            implements Difference {}

    /**
     * An offer that others would have had to approve.
     *
     * @param amount of the offer; {@code onCase} and {@code toCustomer} with what was offered before, as the table is asked
     */
    record Approval(
            String caseNumber,
            long compensation,
            String kind,
            String currency,
            @JsonFormat(shape = JsonFormat.Shape.STRING) BigDecimal amount,
            @JsonFormat(shape = JsonFormat.Shape.STRING) BigDecimal onCase,
            @JsonFormat(shape = JsonFormat.Shape.STRING) BigDecimal toCustomer,
            String severity,
            Instant askedAt,
            String approvalBefore,
            String approvalAfter)
            implements Difference {}

    /**
     * A cluster that would have been a training signal and was not, or was one and would not have been, or would have had
     * other days to plan.
     *
     * @param key the team, area, product or operative; empty for a tag or family
     */
    record Signal(
            String quarter,
            String tag,
            String label,
            String dimension,
            String key,
            long cases,
            int thresholdBefore,
            int thresholdAfter,
            boolean signalBefore,
            boolean signalAfter,
            int planWithinDaysBefore,
            int planWithinDaysAfter)
            implements Difference {}

    /** Whether it tells of a case, which is not for everybody who may see counts. */
    default boolean tellsOfACase() {
        return !(this instanceof Signal);
    }
}
