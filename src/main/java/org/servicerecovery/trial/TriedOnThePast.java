package org.servicerecovery.trial;

import java.util.Set;
import org.servicerecovery.engine.TriedTable;

/** A table that can be tried: who asks it in the product knows what it would have said in the past. */
public interface TriedOnThePast {

    /** So many cases, offers or clusters are looked at at most, the newest first. */
    int MOST = 200_000;

    /** The id of the decision. */
    String table();

    /** Puts to both tables what was asked in the past. Reads alone. */
    TrialOutcome run(TriedTable before, TriedTable after, TrialSpan span, Patience patience);

    /** What of the outcome depends on the current user: two of whom this says the same share it. */
    default String seenAs() {
        return "";
    }

    /** The inputs that are amounts of money. */
    default Set<String> amounts() {
        return Set.of();
    }
}
