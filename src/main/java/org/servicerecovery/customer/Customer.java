package org.servicerecovery.customer;

import org.jspecify.annotations.Nullable;

/**
 * An account of the business. The number is the one the business itself uses.
 *
 * @param address where letters go, in the lines of an envelope without the name
 * @param processorCustomer what the payment processor calls this customer, such as {@code cus_…}
 */
public record Customer(
        long id,
        String number,
        String name,
        @Nullable String email,
        @Nullable String phone,
        @Nullable String address,
        @Nullable String processorCustomer) {}
