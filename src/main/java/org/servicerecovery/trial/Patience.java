package org.servicerecovery.trial;

import java.time.Duration;
import org.servicerecovery.Refused;

/** How long a trial may take: somebody waits for it, and it works with what everybody works with. */
public final class Patience {

    static final Duration MOST = Duration.ofSeconds(25);

    private final long until = System.nanoTime() + MOST.toNanos();

    Patience() {}

    /** @throws Refused when it has taken too long */
    public void check() {
        if (System.nanoTime() - until > 0) {
            throw tooLong();
        }
    }

    static Refused tooLong() {
        return Refused.conflictOver("from", "refused.tableTrial.tooLong", String.valueOf(MOST.toSeconds()));
    }
}
