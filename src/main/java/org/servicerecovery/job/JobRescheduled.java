package org.servicerecovery.job;

import java.util.UUID;

/** A job has another time window. Published as {@link JobEnded} is. */
public record JobRescheduled(UUID job) {}
