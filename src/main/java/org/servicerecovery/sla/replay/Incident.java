package org.servicerecovery.sla.replay;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.sla.ClockEntry;

/** An incident as the rows of its log tell it. */
final class Incident {

    private static final Set<String> AWAITING =
            Set.of("Awaiting User Info", "Awaiting Problem", "Awaiting Vendor", "Awaiting Evidence");

    private static final Set<String> OVER = Set.of("Resolved", "Closed");

    /**
     * One row of a log; instants are null where the log has no readable date.
     *
     * @param resolvedAt the incident's last resolution, which every row of it repeats; so does {@code closedAt}
     */
    record Row(
            @Nullable Instant updatedAt,
            String state,
            String priority,
            @Nullable Instant openedAt,
            @Nullable Instant resolvedAt,
            @Nullable Instant closedAt,
            boolean madeSla) {}

    /**
     * The facts of the incident's one clock, which runs to the first resolution.
     *
     * @param changes what follows the start, in the order of time
     * @param stoppedAt null while the incident is open
     * @param stopIsAnEvent whether a row of the log is the resolution, and not only a date that the rows repeat
     * @param priority as it was when the clock stopped, or last
     */
    record Facts(
            Instant startedAt,
            List<ClockEntry> changes,
            @Nullable Instant stoppedAt,
            boolean stopIsAnEvent,
            String priority) {}

    private record Event(Instant at, String state, String priority) {

        boolean isAwaiting() {
            return AWAITING.contains(state);
        }

        boolean isOver() {
            return OVER.contains(state);
        }
    }

    private final List<Event> events = new ArrayList<>();
    private String lastPriority = "";
    private @Nullable Instant openedAt;
    private @Nullable Instant resolvedAt;
    private @Nullable Instant closedAt;
    private boolean markedMissed;

    void add(Row row) {
        if (row.updatedAt() != null) {
            events.add(new Event(row.updatedAt(), row.state(), row.priority()));
        }
        lastPriority = row.priority();
        openedAt = openedAt == null ? row.openedAt() : openedAt;
        resolvedAt = row.resolvedAt() == null ? resolvedAt : row.resolvedAt();
        closedAt = row.closedAt() == null ? closedAt : row.closedAt();
        markedMissed |= !row.madeSla();
    }

    /** Null when no readable date says when the clock started. */
    @Nullable
    Facts facts() {
        List<Event> events = inOrder();
        Instant opened = openedAt == null && !events.isEmpty() ? events.get(0).at() : openedAt;
        if (opened == null) {
            return null;
        }
        Event resolution = events.stream().filter(Event::isOver).findFirst().orElse(null);
        Instant told = resolution != null ? resolution.at() : resolvedAt != null ? resolvedAt : closedAt;
        Instant stop = told == null ? null : later(told, opened);
        String priority = lastPriority;
        List<ClockEntry> changes = new ArrayList<>();
        boolean awaiting = false;
        for (Event event : events) {
            if (told != null && event.at().isAfter(told)) {
                break;
            }
            priority = event.priority();
            if (event.isOver()) {
                break;
            }
            if (event.isAwaiting() != awaiting) {
                awaiting = !awaiting;
                // Some rows are older than the opening; what they say holds from the opening on.
                Instant at = later(event.at(), opened);
                changes.add(
                        awaiting
                                ? new ClockEntry.Paused(at, event.state(), "log")
                                : new ClockEntry.Resumed(at, event.state(), "log"));
            }
        }
        if (stop != null) {
            changes.add(new ClockEntry.Stopped(stop, resolution == null ? null : resolution.state()));
        }
        return new Facts(opened, changes, stop, resolution != null, priority);
    }

    /** How often it went on after it was resolved or closed. */
    int reopenings() {
        int reopenings = 0;
        boolean over = false;
        for (Event event : inOrder()) {
            if (over && !event.isOver()) {
                reopenings++;
            }
            over = event.isOver();
        }
        return reopenings;
    }

    /** Whether the log says before the opening that something was done. */
    boolean beganBeforeItsOpening() {
        return openedAt != null
                && events.stream().anyMatch(event -> event.at().isBefore(Objects.requireNonNull(openedAt)));
    }

    /** Whether the log's own verdict is, on any row, that the promise was broken. */
    boolean isMarkedMissed() {
        return markedMissed;
    }

    /** By time alone; within a minute the order of the rows stays. */
    private List<Event> inOrder() {
        return events.stream().sorted(Comparator.comparing(Event::at)).toList();
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
