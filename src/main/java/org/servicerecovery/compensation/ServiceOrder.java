package org.servicerecovery.compensation;

import java.util.UUID;
import org.joda.money.Money;

/**
 * Something to be done for a customer for free.
 *
 * @param key persisted before the first call and kept for every repetition
 * @param number our own, such as {@code CS-17}: the service is marked as done or cancelled by it
 * @param description what is done, in words for the customer; empty once it was erased
 * @param value what the customer would have paid, above zero
 */
public record ServiceOrder(
        UUID key, String number, CompedService service, String customerNumber, String description, Money value) {}
