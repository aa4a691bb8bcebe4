package org.servicerecovery.engine;

import org.jspecify.annotations.Nullable;

/**
 * A job failed for the last time: its process stands still until somebody starts it again in Cockpit. Published once,
 * for the instance that the job belongs to, within the transaction that records the incident.
 *
 * @param message why it failed, in the words of the last failure
 */
public record ProcessStuck(
        String processInstanceId, @Nullable String message) {}
