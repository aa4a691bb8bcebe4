package org.servicerecovery.cases;

import java.time.Instant;

/**
 * When somebody is away, and who has their work meanwhile.
 *
 * @param until when they are back
 */
record Absence(long id, String person, Instant from, Instant until, String substitute, State state, String setBy) {

    enum State {
        PLANNED,
        RUNNING,
        OVER,
        /** Called off before it began. */
        CANCELLED
    }

    boolean isRunningAt(Instant moment) {
        return state == State.RUNNING && !from.isAfter(moment) && until.isAfter(moment);
    }
}
