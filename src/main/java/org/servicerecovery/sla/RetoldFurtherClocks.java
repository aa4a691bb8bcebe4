package org.servicerecovery.sla;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.installation.StatutoryProfile.Profile;
import org.servicerecovery.sla.ClockEntry.SeverityChanged;
import org.servicerecovery.sla.ClockEntry.Started;
import org.servicerecovery.sla.ClockEntry.Stopped;
import org.servicerecovery.sla.FurtherClocks.FurtherClock;
import org.servicerecovery.sla.FurtherClocks.Question;
import org.servicerecovery.sla.RetoldClock.Duplicate;
import org.servicerecovery.sla.calendar.Calendars;

/**
 * The clocks beside that of the resolution, told again as they would have run by another table. When a clock was stopped,
 * extended or merged its own ledger says, and that of the resolution how severe the case was meanwhile. What waits for the
 * acknowledgement starts by it as that is told again, since it starts when it was due at the latest.
 */
final class RetoldFurtherClocks {

    /** An epoch that is over, by its ledgers; that of the resolution is among them. */
    record Past(String number, int stage, Map<ClockName, List<ClockEntry>> ledgers, List<Past> merged) {

        List<ClockEntry> of(ClockName name) {
            return ledgers.getOrDefault(name, List.of());
        }

        Severity severity() {
            return ((Started) of(ClockName.RESOLUTION).get(0)).policy().severity();
        }

        Instant startedAt() {
            return of(ClockName.RESOLUTION).get(0).at();
        }

        Instant endedAt() {
            return last(of(ClockName.RESOLUTION)).at();
        }

        Stream<SeverityChanged> changes() {
            return of(ClockName.RESOLUTION).stream()
                    .filter(SeverityChanged.class::isInstance)
                    .map(SeverityChanged.class::cast);
        }
    }

    /** @param reading at its end; null where nothing says when it would have started */
    record Told(ClockLedger.@Nullable Reading reading, List<ClockEntry> entries, List<Duplicate> merged) {

        private static final Told UNKNOWN = new Told(null, List.of(), List.of());
    }

    private final Function<Question, @Nullable List<FurtherClock>> table;
    private final Profile profile;
    private final Calendars calendars;
    private final List<Calendars.Version> versions;

    /**
     * @param table what it says; null where it has no answer
     * @param profile by which the epochs ran
     * @param versions of all calendars, in the order in which they were saved
     */
    RetoldFurtherClocks(
            Function<Question, @Nullable List<FurtherClock>> table,
            Profile profile,
            Calendars calendars,
            List<Calendars.Version> versions) {
        this.table = table;
        this.profile = profile;
        this.calendars = calendars;
        this.versions = versions;
    }

    /** Those that would have started. Empty where the table had no answer for a severity that the case had. */
    Optional<Map<ClockName, Told>> tell(Past past) {
        Map<Severity, Map<ClockName, FurtherClock>> promises = new EnumMap<>(Severity.class);
        List<Severity> severities = Stream.concat(
                        Stream.of(past.severity()),
                        past.changes().map(each -> each.policy().severity()))
                .distinct()
                .toList();
        for (Severity severity : severities) {
            List<FurtherClock> said = table.apply(new Question(profile, past.stage(), severity));
            if (said == null) {
                return Optional.empty();
            }
            Map<ClockName, FurtherClock> clocks = new EnumMap<>(ClockName.class);
            said.forEach(clock -> clocks.putIfAbsent(clock.name(), clock));
            promises.put(severity, clocks);
        }
        Map<String, Map<ClockName, Told>> merged = new HashMap<>();
        for (Past each : past.merged()) {
            Optional<Map<ClockName, Told>> theirs = tell(each);
            if (theirs.isEmpty()) {
                return Optional.empty();
            }
            merged.put(each.number(), theirs.get());
        }
        Map<ClockName, Told> told = new EnumMap<>(ClockName.class);
        // In the order of the names the acknowledgement comes before what waits for it.
        promises.getOrDefault(past.severity(), Map.of())
                .values()
                .forEach(clock -> tell(clock, past, promises, merged, told.get(ClockName.ACKNOWLEDGEMENT))
                        .ifPresent(each -> told.put(clock.name(), each)));
        return Optional.of(told);
    }

    private Optional<Told> tell(
            FurtherClock clock,
            Past past,
            Map<Severity, Map<ClockName, FurtherClock>> promises,
            Map<String, Map<ClockName, Told>> merged,
            @Nullable Told acknowledgement) {
        ClockName name = clock.name();
        List<Duplicate> duplicates = new ArrayList<>();
        past.merged().forEach(each -> {
            Told running = merged.getOrDefault(each.number(), Map.of()).get(name);
            if (running != null && running.reading() != null) {
                duplicates.add(new Duplicate(each.number(), each.endedAt(), running.entries(), running.merged()));
            }
        });
        Instant start = past.startedAt();
        if (clock.waitsForAcknowledgement()) {
            if (acknowledgement != null && past.of(ClockName.ACKNOWLEDGEMENT).isEmpty()) {
                return Optional.of(Told.UNKNOWN);
            }
            // It runs in a case that is merged in: the customer waits for it already.
            Optional<Instant> first = Stream.concat(
                            Stream.ofNullable(acknowledgement).flatMap(each -> startOfWhatWaits(each, past).stream()),
                            duplicates.stream().map(Duplicate::mergedAt))
                    .min(Comparator.naturalOrder());
            if (first.isEmpty()) {
                return Optional.empty();
            }
            start = first.get();
        }
        Map<Severity, Policy> policies = new EnumMap<>(Severity.class);
        promises.forEach((severity, clocks) -> {
            FurtherClock said = clocks.get(name);
            if (said != null) {
                policies.put(severity, said.policy());
            }
        });
        List<ClockEntry> entries = entries(clock, start, past, policies);
        return new RetoldClock(name, policies::get, calendars, versions)
                .tell(entries, duplicates)
                .map(ledger -> new Told(ledger.at(ledger.last().at()), entries, duplicates));
    }

    private static Optional<Instant> startOfWhatWaits(Told acknowledgement, Past past) {
        ClockLedger.Reading reading = acknowledgement.reading();
        if (reading == null) {
            return Optional.empty();
        }
        if (reading.missedAt() != null) {
            return Optional.of(Clocks.startAfter(reading.missedAt()));
        }
        Stopped stopped = (Stopped) last(acknowledgement.entries());
        // By the moment as well: why it was stopped may have been erased.
        return ClockLedger.isDone(stopped) || stopped.at().isBefore(past.endedAt())
                ? Optional.of(stopped.at())
                : Optional.empty();
    }

    /** What happened to a clock from a start on, whenever it had started. */
    private List<ClockEntry> entries(FurtherClock clock, Instant start, Past past, Map<Severity, Policy> policies) {
        List<ClockEntry> own = past.of(clock.name());
        // Without a clock nothing says when what it asks for was done: it ends with its epoch at the latest.
        Stopped stopped = own.isEmpty() ? new Stopped(past.endedAt(), null) : (Stopped) last(own);
        Instant end = stopped.at().isBefore(start) ? start : stopped.at();
        Policy promised = own.isEmpty() ? clock.policy() : ((Started) own.get(0)).policy();
        List<ClockEntry> all = new ArrayList<>();
        own.stream()
                .filter(each ->
                        !(each instanceof Started || each instanceof SeverityChanged || each instanceof Stopped))
                .forEach(all::add);
        past.changes().forEach(each -> {
            Severity severity = each.policy().severity();
            Policy next = policies.get(severity);
            // What the law promises in days does not depend on how severe the case is.
            if (next != null && next.term().countsTime()) {
                Policy then = own.isEmpty()
                        ? promised
                        : new ClockLedger(own, calendars::get).at(each.at()).policy();
                all.add(new SeverityChanged(each.at(), then.as(severity), each.by()));
            }
        });
        all.removeIf(each -> each.at().isBefore(start) || each.at().isAfter(end));
        all.sort(Comparator.comparing(ClockEntry::at));
        all.add(0, new Started(start, promised.as(past.severity())));
        all.add(new Stopped(end, stopped.why()));
        return all;
    }

    private static ClockEntry last(List<ClockEntry> entries) {
        return entries.get(entries.size() - 1);
    }
}
