package org.servicerecovery.customer;

/** A payment became known for refunds. Published within the transaction that records it. */
public record PaymentRegistered(Payment payment) {}
