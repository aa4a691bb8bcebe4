package org.servicerecovery.engine;

import java.time.Instant;

/**
 * A timer fired, and what it stands for is not reached: it was moved in that very moment, or run by hand. The job fails,
 * nothing it did remains, and it waits for the right time; no retry is used up.
 */
public final class TimerMoved extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Instant until;

    public TimerMoved(Instant until) {
        super("What this timer stands for is reached at " + until + ", not before.");
        this.until = until;
    }

    Instant until() {
        return until;
    }
}
