package org.servicerecovery.job.outbound;

import java.util.UUID;

/**
 * One change of a job, as the receiver is told of it.
 *
 * @param messageId the same over all tries
 * @param body the bytes that are sent are these, at each try
 * @param tries with this one
 * @param lease of whoever has claimed it: a later claim has another one
 */
record OutboundMessage(long id, UUID messageId, UUID job, ChangeType type, String body, int tries, int lease) {}
