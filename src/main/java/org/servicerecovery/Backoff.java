package org.servicerecovery;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * When something that failed is tried again: each time after twice as long, to a longest time, and how often. A part of
 * each wait is drawn, so that what failed together does not come back together.
 *
 * @param first the wait after the first try
 * @param tries after so many it is given up
 */
public record Backoff(Duration first, Duration longest, int tries) {

    private static final int MOST_DOUBLINGS = 40;

    public Backoff {
        if (first.isNegative() || first.isZero() || longest.compareTo(first) < 0 || tries < 1) {
            throw new IllegalArgumentException(
                    "Tries need a first wait above zero, a longest one that is not shorter, and at least one try.");
        }
    }

    public boolean isOver(int tried) {
        return tried >= tries;
    }

    /**
     * Between half of the wait and all of it.
     *
     * @param tried how often it was tried, at least once
     */
    public Duration pause(int tried) {
        int doublings = Math.min(tried - 1, MOST_DOUBLINGS);
        double full = Math.min((double) longest.toMillis(), first.toMillis() * Math.pow(2, doublings));
        return Duration.ofMillis(
                (long) (full * (0.5 + ThreadLocalRandom.current().nextDouble() / 2)));
    }
}
