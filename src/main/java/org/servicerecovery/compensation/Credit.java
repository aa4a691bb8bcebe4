package org.servicerecovery.compensation;

import java.time.Instant;
import org.joda.money.Money;

/**
 * Credit that a customer was given on a case, and what is left of it.
 *
 * @param compensationId what granted it
 * @param left not used, taken back or expired yet
 * @param expiresAt from when on it cannot be used
 */
public record Credit(
        long compensationId, String caseNumber, Money granted, Money left, Instant grantedAt, Instant expiresAt) {

    boolean isUsableAt(Instant moment) {
        return left.isPositive() && moment.isBefore(expiresAt);
    }
}
