package org.servicerecovery.workorder;

import org.jspecify.annotations.Nullable;
import org.servicerecovery.cases.CaseNumber;

/**
 * Nobody comes to a customer who was told that somebody would, because their case is over. There is no plan left that could ask
 * somebody to call them.
 *
 * @param owner of the case, as far as there is one
 */
public record VisitCalledOff(
        long caseId, CaseNumber number, int step, @Nullable String owner) {}
