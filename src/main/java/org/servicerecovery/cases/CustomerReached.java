package org.servicerecovery.cases;

import java.time.Instant;

/**
 * A message of ours reached the customer: a mail was accepted, a call was answered, a letter was sent. Published under
 * the case's row lock.
 *
 * @param how such as mail, call or letter
 */
public record CustomerReached(long caseId, String how, Instant at) {

    /** Whether the customer answered there and then. */
    public boolean inTalk() {
        return how.equals("call");
    }
}
