package org.servicerecovery.sla;

import java.time.Instant;

/**
 * The answer that a regulator's procedure asks for went out to the customer.
 *
 * @param epoch of the case, in which it was written
 * @param stage the clock that waits for it
 */
public record AnsweredInWriting(long caseId, int epoch, ClockName stage, Instant at) {}
