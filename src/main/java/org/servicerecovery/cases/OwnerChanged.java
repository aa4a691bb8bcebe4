package org.servicerecovery.cases;

import org.jspecify.annotations.Nullable;

/** A case has another owner; whoever runs processes of their own for the case hands them over. */
public record OwnerChanged(long caseId, int epoch, @Nullable String from, String to) {}
