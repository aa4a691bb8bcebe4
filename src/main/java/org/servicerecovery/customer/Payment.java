package org.servicerecovery.customer;

import java.time.Instant;
import org.joda.money.Money;

/**
 * A payment the customer made.
 *
 * @param chargeId the payment processor's own id
 * @param reference what the customer knows it by, such as an invoice number
 */
public record Payment(long id, long customerId, String chargeId, String reference, Money amount, Instant paidAt) {}
