package org.servicerecovery.job;

import java.util.UUID;

/** A job has its number and is in the queue. Published as {@link JobEnded} is. */
public record JobReleased(UUID job) {}
