package org.servicerecovery.cases;

/**
 * The customer answered, on whatever channel. Published within the transaction that keeps the answer.
 *
 * @param channel such as phone or e-mail
 */
public record CustomerReplied(long caseId, String channel) {}
