package org.servicerecovery.customer;

/** A customer is known by this id at the payment processor. */
public record CustomerAtProcessor(long customerId, String id) {}
