package org.servicerecovery.resolution;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.trend.taxonomy.RootCauseTag;

/** How an epoch of a case ended. The tag's label is as it was then. */
public record Resolution(
        long caseId,
        int epoch,
        ResolutionType type,
        RootCauseTag tag,
        String preventionAction,
        String resolvedBy,
        Instant resolvedAt,
        @Nullable Finding finding,
        @Nullable String foundBy) {}
