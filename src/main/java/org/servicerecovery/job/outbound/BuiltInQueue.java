package org.servicerecovery.job.outbound;

import java.time.Duration;

/** The queue that operatives see on their page: it reads the jobs themselves. */
final class BuiltInQueue implements JobReceiver {

    static final String NAME = "built-in";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean isBuiltIn() {
        return true;
    }

    @Override
    public Duration longest() {
        return Duration.ofSeconds(1);
    }

    @Override
    public Answer deliver(OutboundMessage message) {
        return new Answer.NotTaken("Jobs stay in the built-in queue: service-recovery.jobs.outbound.");
    }
}
