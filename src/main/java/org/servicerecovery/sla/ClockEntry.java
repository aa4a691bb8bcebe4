package org.servicerecovery.sla;

import java.time.Instant;
import java.util.List;
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

    /** A stretch of time. */
    record Span(Instant from, Instant to) {}

    /**
     * Another case turned out to be about the same failure and was merged into this one.
     *
     * @param number that of the other case
     * @param startedAt when its clock had started
     * @param counted when its clock was running before this one had started; empty when it started later
     * @param missedAt when its promise was broken; null when it was not
     */
    record Merged(
            Instant at,
            String number,
            Instant startedAt,
            List<Span> counted,
            @Nullable Instant missedAt,
            String by) implements ClockEntry {}

    /** @param why resolved, withdrawn and so on, or what was done that the clock asked for */
    record Stopped(Instant at, @Nullable String why) implements ClockEntry {}
}
