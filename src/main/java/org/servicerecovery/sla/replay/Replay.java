package org.servicerecovery.sla.replay;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.sla.ClockEntry;
import org.servicerecovery.sla.ClockLedger;
import org.servicerecovery.sla.ClockLedger.Verdict;
import org.servicerecovery.sla.Policy;
import org.servicerecovery.sla.Term;
import org.servicerecovery.sla.calendar.WorkCalendar;

/** What the ledger says about every incident of a log, had each been promised within each of the windows. */
final class Replay {

    /** The windows that come with the product, by the severity that has them. */
    static final List<Policy> WINDOWS = List.of(
            window(Severity.CRITICAL, 4),
            window(Severity.MAJOR, 24),
            window(Severity.MODERATE, 48),
            window(Severity.MINOR, 72));

    private static Policy window(Severity severity, int hours) {
        // The code of the calendar says nothing here: one calendar judges the whole log.
        return new Policy(
                "replay",
                severity,
                new Term.CountingTime(Duration.ofHours(hours)),
                List.of(Duration.ZERO),
                "",
                0,
                List.of());
    }

    /** How the promises to a group of incidents stood, window by window. */
    static final class Attainment {

        private final int[] breaches = new int[WINDOWS.size()];
        private int incidents;

        private void add(boolean[] missed) {
            incidents++;
            for (int window = 0; window < missed.length; window++) {
                breaches[window] += missed[window] ? 1 : 0;
            }
        }

        int incidents() {
            return incidents;
        }

        int breaches(int window) {
            return breaches[window];
        }

        /** The share of promises kept, in percent with one decimal. */
        BigDecimal kept(int window) {
            return BigDecimal.valueOf(100L * (incidents - breaches[window]))
                    .divide(BigDecimal.valueOf(incidents), 1, RoundingMode.HALF_UP);
        }
    }

    private final ClockLedger.Calendars calendars;
    private final Instant lastInstant;
    private final SortedMap<String, Attainment> byPriority = new TreeMap<>();
    private final Attainment total = new Attainment();
    private int withoutStart;
    private int stoppedByDateOnly;
    private int open;
    private int reopened;
    private int reopenings;
    private int beganBeforeOpening;
    private int markedMissed;

    Replay(IncidentLog log, WorkCalendar calendar) {
        this.calendars = (code, version) -> calendar;
        this.lastInstant = log.lastInstant();
        log.incidents().forEach(this::add);
    }

    private void add(Incident incident) {
        markedMissed += incident.isMarkedMissed() ? 1 : 0;
        beganBeforeOpening += incident.beganBeforeItsOpening() ? 1 : 0;
        reopenings += incident.reopenings();
        reopened += incident.reopenings() > 0 ? 1 : 0;
        Incident.Facts facts = incident.facts();
        if (facts == null) {
            withoutStart++;
            return;
        }
        if (facts.stoppedAt() == null) {
            open++;
        } else if (!facts.stopIsAnEvent()) {
            stoppedByDateOnly++;
        }
        boolean[] missed = new boolean[WINDOWS.size()];
        for (int window = 0; window < missed.length; window++) {
            missed[window] = isMissed(facts, WINDOWS.get(window));
        }
        total.add(missed);
        byPriority
                .computeIfAbsent(facts.priority(), priority -> new Attainment())
                .add(missed);
    }

    private boolean isMissed(Incident.Facts facts, Policy promised) {
        List<ClockEntry> entries = new ArrayList<>();
        entries.add(new ClockEntry.Started(facts.startedAt(), promised));
        entries.addAll(facts.changes());
        Instant judgedAt = facts.stoppedAt() == null ? lastInstant : facts.stoppedAt();
        return new ClockLedger(entries, calendars).at(judgedAt).verdict() == Verdict.MISSED;
    }

    SortedMap<String, Attainment> byPriority() {
        return byPriority;
    }

    Attainment total() {
        return total;
    }

    /** Incidents of which no readable date says when they began; they are in no other count of clocks. */
    int withoutStart() {
        return withoutStart;
    }

    /** Incidents that no event resolves, but a date that their rows repeat. */
    int stoppedByDateOnly() {
        return stoppedByDateOnly;
    }

    int open() {
        return open;
    }

    int reopened() {
        return reopened;
    }

    int reopenings() {
        return reopenings;
    }

    int beganBeforeOpening() {
        return beganBeforeOpening;
    }

    int markedMissed() {
        return markedMissed;
    }
}
