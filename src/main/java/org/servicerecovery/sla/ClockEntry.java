package org.servicerecovery.sla;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A fact about a clock. Entries are only added, in the order of their instants. */
public sealed interface ClockEntry {

    Instant at();

    record Started(Instant at, Policy policy) implements ClockEntry {}

    /** @param reason a code of the list of reasons */
    record Paused(Instant at, String reason, String by) implements ClockEntry {}

    record Resumed(Instant at, String why, String by) implements ClockEntry {}

    record SeverityChanged(Instant at, Policy policy, String by) implements ClockEntry {}

    /** The calendar got a new version that counts for open cases as well. */
    record CalendarChanged(Instant at, int version) implements ClockEntry {}

    /** @param from the deadline before, kept for good */
    record Extended(Instant at, Instant from, Instant to, String reason, String requestedBy, String approvedBy)
            implements ClockEntry {}

    /** @param why resolved, withdrawn and so on, or what was done that the clock asked for */
    record Stopped(Instant at, @Nullable String why) implements ClockEntry {}
}
