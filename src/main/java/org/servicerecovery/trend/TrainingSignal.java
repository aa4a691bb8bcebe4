package org.servicerecovery.trend;

import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** A pattern that crossed its threshold: one tag in one quarter. */
public record TrainingSignal(
        long id,
        String tag,
        String label,
        String quarter,
        int cases,
        Instant openedAt,
        @Nullable String owner,
        @Nullable String measure,
        @Nullable LocalDate measureDueOn,
        @Nullable String effect,
        @Nullable Instant closedAt) {}
