package org.servicerecovery.sla;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.sla.ClockEntry.CalendarChanged;
import org.servicerecovery.sla.ClockEntry.Extended;
import org.servicerecovery.sla.ClockEntry.Merged;
import org.servicerecovery.sla.ClockEntry.SeverityChanged;
import org.servicerecovery.sla.ClockEntry.Started;
import org.servicerecovery.sla.calendar.AroundTheClock;
import org.servicerecovery.sla.calendar.Calendars;
import org.servicerecovery.sla.calendar.WorkCalendar;

/**
 * A clock of the past told again, as it would have run by another table. What happened stays: when it started, was paused,
 * when the severity changed, when it stopped. What was promised is another, and the {@link ClockLedger} says what comes of
 * that, so that there is one arithmetic. Calendars count with the version that counted then. More time is given as much
 * as was given, from the deadline there would have been, and none where that had passed: nobody could have wished for it.
 */
final class RetoldClock {

    /** A clock that was merged into another one. */
    record Duplicate(String number, List<ClockEntry> entries, List<Duplicate> duplicates) {}

    /** An entry of the ledger, or a version of some calendar that counted for what was open. */
    private record Happened(Instant at, @Nullable ClockEntry entry, Calendars.@Nullable Version saved) {

        static Happened of(ClockEntry entry) {
            return new Happened(entry.at(), entry, null);
        }

        static Happened of(Calendars.Version saved) {
            return new Happened(saved.savedAt(), null, saved);
        }
    }

    private final Function<Severity, @Nullable Policy> promises;
    private final Calendars calendars;
    private final List<Calendars.Version> versions;

    /**
     * @param promises what the table says; null where it has no answer
     * @param versions of all calendars, in the order in which they were saved
     */
    RetoldClock(Function<Severity, @Nullable Policy> promises, Calendars calendars, List<Calendars.Version> versions) {
        this.promises = promises;
        this.calendars = calendars;
        this.versions = versions;
    }

    /** Empty where the table had no answer for a severity that the case had. */
    Optional<ClockLedger> tell(List<ClockEntry> entries, List<Duplicate> duplicates) {
        List<ClockEntry> told = new ArrayList<>();
        Policy promised = ((Started) entries.get(0)).policy();
        for (Happened each : whatHappened(entries, duplicates)) {
            ClockEntry entry = each.entry();
            if (entry == null) {
                recompute(told, Objects.requireNonNull(each.saved()));
            } else if (entry instanceof Started started) {
                promised = started.policy();
                Policy other = policy(promised.severity(), started.at());
                if (other == null) {
                    return Optional.empty();
                }
                told.add(new Started(started.at(), other));
            } else if (entry instanceof SeverityChanged changed) {
                promised = changed.policy();
                Policy other = policy(promised.severity(), changed.at());
                if (other == null) {
                    return Optional.empty();
                }
                told.add(new SeverityChanged(changed.at(), other, changed.by()));
            } else if (entry instanceof CalendarChanged changed) {
                promised = promised.on(changed.version(), List.of());
            } else if (entry instanceof Extended extended) {
                extend(told, extended, promised);
            } else {
                told.add(entry);
            }
        }
        return Optional.of(new ClockLedger(told, calendars::get));
    }

    private @Nullable Policy policy(Severity severity, Instant at) {
        Policy asSaid = promises.apply(severity);
        return asSaid == null ? null : asSaid.on(versionAt(asSaid.calendar(), at), List.of());
    }

    /** A calendar that was not there yet counts with its first version. */
    private int versionAt(String calendar, Instant at) {
        if (calendar.equals(AroundTheClock.CODE)) {
            return 0;
        }
        int version = 0;
        for (Calendars.Version each : versions) {
            if (each.code().equals(calendar) && (version == 0 || !each.savedAt().isAfter(at))) {
                version = each.version();
            }
        }
        return version;
    }

    private void extend(List<ClockEntry> told, Extended extended, Policy promised) {
        ClockLedger.Reading now = new ClockLedger(told, calendars::get).at(extended.at());
        Instant due = now.dueAt();
        if (due == null || now.missedAt() != null || extended.at().isAfter(due)) {
            return;
        }
        WorkCalendar then = calendars.get(promised.calendar(), promised.calendarVersion());
        WorkCalendar other = calendars.get(now.policy().calendar(), now.policy().calendarVersion());
        Duration added = then.between(extended.from(), extended.to());
        told.add(new Extended(
                extended.at(),
                due,
                other.after(due, added),
                extended.reason(),
                extended.requestedBy(),
                extended.approvedBy()));
    }

    /** As it is recomputed: only what runs on that calendar, and was not missed. */
    private void recompute(List<ClockEntry> told, Calendars.Version saved) {
        ClockLedger.Reading now = new ClockLedger(told, calendars::get).at(saved.savedAt());
        if (now.missedAt() == null && now.policy().calendar().equals(saved.code())) {
            told.add(new CalendarChanged(saved.savedAt(), saved.version()));
        }
    }

    private List<Happened> whatHappened(List<ClockEntry> entries, List<Duplicate> duplicates) {
        Instant first = entries.get(0).at();
        Instant last = entries.get(entries.size() - 1).at();
        List<Happened> all = new ArrayList<>();
        List<String> merged = new ArrayList<>();
        for (ClockEntry entry : entries) {
            if (entry instanceof Merged merge) {
                merged.add(merge.number());
                all.add(Happened.of(again(merge, duplicates)));
            } else {
                all.add(Happened.of(entry));
            }
        }
        versions.stream()
                .filter(version -> version.recomputes()
                        && version.savedAt().isAfter(first)
                        && version.savedAt().isBefore(last))
                .map(Happened::of)
                .forEach(all::add);
        // One that was merged without a word, because it brought neither an earlier start nor a breach, may bring one
        // now.
        duplicates.stream()
                .filter(each -> !merged.contains(each.number()))
                .filter(each -> isWithin(each, first, last))
                .flatMap(each -> missed(each).stream().map(missedAt -> merge(each, missedAt)))
                .map(Happened::of)
                .forEach(all::add);
        if (all.size() > entries.size()) {
            // Of the same instant the end comes last, and otherwise what came first.
            all.sort(Comparator.comparing(Happened::at)
                    .thenComparing(each -> each.entry() instanceof ClockEntry.Stopped));
        }
        return all;
    }

    private static Merged merge(Duplicate duplicate, Instant missedAt) {
        return new Merged(
                end(duplicate), duplicate.number(), duplicate.entries().get(0).at(), List.of(), missedAt, "");
    }

    private Merged again(Merged merge, List<Duplicate> duplicates) {
        return duplicates.stream()
                .filter(each -> each.number().equals(merge.number()))
                .findFirst()
                .map(each -> new Merged(
                        merge.at(),
                        merge.number(),
                        merge.startedAt(),
                        merge.counted(),
                        missed(each).orElse(null),
                        merge.by()))
                .orElse(merge);
    }

    private static boolean isWithin(Duplicate duplicate, Instant first, Instant last) {
        return !end(duplicate).isBefore(first) && !end(duplicate).isAfter(last);
    }

    private static Instant end(Duplicate duplicate) {
        return duplicate.entries().get(duplicate.entries().size() - 1).at();
    }

    private Optional<Instant> missed(Duplicate duplicate) {
        return tell(duplicate.entries(), duplicate.duplicates())
                .map(ledger -> ledger.at(ledger.last().at()).missedAt());
    }
}
