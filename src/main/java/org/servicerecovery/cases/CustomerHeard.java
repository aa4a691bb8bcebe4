package org.servicerecovery.cases;

/**
 * A customer was heard of again, not as the answer to anything. Published in the transaction that takes it in.
 *
 * @param channel such as a complaint or a review
 */
public record CustomerHeard(long customerId, String channel) {}
