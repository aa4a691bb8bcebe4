package org.servicerecovery.cases;

import org.jspecify.annotations.Nullable;

/**
 * A case has another owner, or none any more; whoever runs processes of their own for the case hands them over.
 */
public record OwnerChanged(
        long caseId,
        int epoch,
        @Nullable String from,
        @Nullable String to) {}
