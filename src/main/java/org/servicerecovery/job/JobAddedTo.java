package org.servicerecovery.job;

import java.util.UUID;

/** Whoever worked a job had more to say after it had ended otherwise: its notes hold it. */
public record JobAddedTo(UUID job) {}
