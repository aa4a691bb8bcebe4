package org.servicerecovery.correspondence;

/**
 * An invitation could not be delivered, or came back. Published within the transaction that records it, under the
 * case's lock.
 *
 * @param link what {@link PrivateLinks} knows its link by
 */
public record InvitationUndelivered(long caseId, String link) {}
