package org.servicerecovery.sla;

import static org.servicerecovery.trial.Tally.LONGER;
import static org.servicerecovery.trial.Tally.MISSED_AFTER;
import static org.servicerecovery.trial.Tally.MISSED_BEFORE;
import static org.servicerecovery.trial.Tally.NOW_MET;
import static org.servicerecovery.trial.Tally.NOW_MISSED;
import static org.servicerecovery.trial.Tally.SHORTER;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.engine.TriedTable;
import org.servicerecovery.engine.TriedTable.Sayings;
import org.servicerecovery.installation.StatutoryProfile;
import org.servicerecovery.sla.ClockTable.Epoch;
import org.servicerecovery.sla.FurtherClocks.FurtherClock;
import org.servicerecovery.sla.FurtherClocks.Question;
import org.servicerecovery.sla.MergedCases.Merged;
import org.servicerecovery.sla.RetoldFurtherClocks.Told;
import org.servicerecovery.sla.calendar.Calendars;
import org.servicerecovery.trial.Difference;
import org.servicerecovery.trial.Patience;
import org.servicerecovery.trial.Tally;
import org.servicerecovery.trial.TrialOutcome;
import org.servicerecovery.trial.TrialOutcome.Asked;
import org.servicerecovery.trial.TrialOutcome.Group;
import org.servicerecovery.trial.TrialSpan;
import org.servicerecovery.trial.TriedOnThePast;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Which clocks beside that of the resolution would have had another deadline, would have run or would not have. Of the
 * past are the cases that {@link DeadlineTrial} looks at, with each of their epochs that were resolved. By which profile
 * one ran is known since the current one was chosen; earlier ones are left out.
 */
@Component
class FurtherClocksTrial implements TriedOnThePast {

    /** Epochs have several clocks, which mostly count days: half as many as of others take some ten seconds. */
    private static final int MOST_EPOCHS = MOST / 2;

    private static final String STARTED = "wouldStart";
    private static final String NOT_STARTED = "wouldNotStart";
    private static final List<String> TOLD = List.of(LONGER, SHORTER, STARTED, NOT_STARTED, NOW_MET, NOW_MISSED);

    private static final String OTHER_WARNINGS = "otherWarnings";
    private static final String OTHER_PROFILE = "otherProfile";
    private static final String START_UNKNOWN = "startUnknown";
    private static final String STOP_UNKNOWN = "stopUnknown";
    /** What is said beside the differences, each in a sentence of its own. */
    private static final List<String> TOLD_BESIDE = List.of(OTHER_WARNINGS, STOP_UNKNOWN, START_UNKNOWN, OTHER_PROFILE);

    private final JdbcClient db;
    private final ClockTable clocks;
    private final MergedCases mergedCases;
    private final StatutoryProfile profile;
    private final Calendars calendars;

    FurtherClocksTrial(
            JdbcClient db, ClockTable clocks, MergedCases mergedCases, StatutoryProfile profile, Calendars calendars) {
        this.db = db;
        this.clocks = clocks;
        this.mergedCases = mergedCases;
        this.profile = profile;
        this.calendars = calendars;
    }

    @Override
    public String table() {
        return FurtherClocks.TABLE;
    }

    @Override
    public TrialOutcome run(TriedTable before, TriedTable after, TrialSpan span, Patience patience) {
        Sayings<Question, List<FurtherClock>> said = before.sayings(FurtherClocks::ask);
        Sayings<Question, List<FurtherClock>> says = after.sayings(FurtherClocks::ask);
        StatutoryProfile.Chosen chosen = profile.chosen();
        List<Calendars.Version> versions = calendars.versions();
        Found found = new Found(
                new RetoldFurtherClocks(said::to, chosen.profile(), calendars, versions),
                new RetoldFurtherClocks(says::to, chosen.profile(), calendars, versions),
                chosen.since());
        List<Past> past = past(span);
        boolean cut = past.size() > MOST_EPOCHS;
        List<Past> looked = cut ? past.subList(0, MOST_EPOCHS) : past;
        mergedCases.inParts(looked, patience, part -> {
            Ledgers ledgers = new Ledgers(clocks.entries(part.epochs(), List.of(ClockName.values())), part.merged());
            part.looked()
                    .forEach(each ->
                            ledgers.of(each.of(), each.number(), each.stage()).ifPresent(found::look));
        });
        return found.outcome(cut, Asked.of(said), Asked.of(says));
    }

    private record Past(Epoch of, String number, int stage, boolean hasDuplicates) implements MergedCases.Looked {}

    /** Cases are found by trend_fact_resolved_idx, the newest first. */
    private List<Past> past(TrialSpan span) {
        return db.sql("""
                        select f.case_id, e.epoch, e.stage, c.number,
                               exists (select from recovery_case d where d.duplicate_of = f.case_id) as merged
                          from trend_fact f
                          join recovery_case c on c.id = f.case_id
                          join resolution r on r.case_id = f.case_id
                          join case_epoch e on e.case_id = r.case_id and e.epoch = r.epoch
                         where f.resolved_on between :from and :to
                         order by f.resolved_on desc, f.case_id desc, e.epoch limit :most""")
                .param("from", span.from())
                .param("to", span.to())
                .param("most", MOST_EPOCHS + 1)
                .query((row, n) -> new Past(
                        new Epoch(row.getLong("case_id"), row.getInt("epoch")),
                        row.getString("number"),
                        row.getInt("stage"),
                        row.getBoolean("merged")))
                .list();
    }

    private record Ledgers(Map<Epoch, Map<ClockName, List<ClockEntry>>> all, Map<Long, List<Merged>> merged) {

        /** Empty where no clock ran, or one still runs: there was no promise to keep, or it is not over. */
        Optional<RetoldFurtherClocks.Past> of(Epoch epoch, String number, int stage) {
            Map<ClockName, List<ClockEntry>> ledgers = all.getOrDefault(epoch, Map.of());
            boolean over = ledgers.containsKey(ClockName.RESOLUTION)
                    && ledgers.values().stream()
                            .allMatch(each -> each.get(each.size() - 1) instanceof ClockEntry.Stopped);
            if (!over) {
                return Optional.empty();
            }
            RetoldFurtherClocks.Past alone = new RetoldFurtherClocks.Past(number, stage, ledgers, List.of());
            // Cases of one stage alone are merged, and one may have been merged into an earlier epoch.
            List<RetoldFurtherClocks.Past> duplicates = merged.getOrDefault(epoch.caseId(), List.of()).stream()
                    .flatMap(each -> of(each.of(), each.number(), stage).stream())
                    .filter(each -> !each.endedAt().isBefore(alone.startedAt())
                            && !each.endedAt().isAfter(alone.endedAt()))
                    .toList();
            return Optional.of(new RetoldFurtherClocks.Past(number, stage, ledgers, duplicates));
        }
    }

    /** What comes of looking at one epoch after the other. */
    private static final class Found {

        private record Key(ClockName clock, int stage, Severity severity) {}

        private final RetoldFurtherClocks before;
        private final RetoldFurtherClocks after;
        private final Instant since;
        private final Tally tally =
                new Tally(Stream.of(TOLD, List.of(MISSED_BEFORE, MISSED_AFTER), TOLD_BESIDE, List.of("notComparable"))
                        .flatMap(List::stream)
                        .toList());
        private final Map<Key, Group> groups = new TreeMap<>(
                Comparator.comparing(Key::clock).thenComparing(Key::stage).thenComparing(Key::severity));
        private final List<Difference.FurtherClock> differences = new ArrayList<>();
        private long looked;

        /** @param since when the profile was chosen by which the tables are asked */
        Found(RetoldFurtherClocks before, RetoldFurtherClocks after, Instant since) {
            this.before = before;
            this.after = after;
            this.since = since;
        }

        void look(RetoldFurtherClocks.Past past) {
            if (earliestStart(past).isBefore(since)) {
                tally.count(OTHER_PROFILE);
                return;
            }
            Optional<Map<ClockName, Told>> was = before.tell(past);
            Optional<Map<ClockName, Told>> would = after.tell(past);
            if (was.isEmpty() || would.isEmpty()) {
                looked++;
                tally.count("notComparable");
                return;
            }
            Set<ClockName> names = EnumSet.noneOf(ClockName.class);
            names.addAll(was.get().keySet());
            names.addAll(would.get().keySet());
            names.forEach(
                    name -> look(past, name, was.get().get(name), would.get().get(name)));
        }

        private static Instant earliestStart(RetoldFurtherClocks.Past past) {
            return past.merged().stream()
                    .map(Found::earliestStart)
                    .filter(each -> each.isBefore(past.startedAt()))
                    .min(Comparator.naturalOrder())
                    .orElse(past.startedAt());
        }

        private void look(RetoldFurtherClocks.Past past, ClockName name, @Nullable Told was, @Nullable Told would) {
            looked++;
            if (isUnknown(was) || isUnknown(would)) {
                tally.count(START_UNKNOWN);
                return;
            }
            ClockLedger.Reading reading = was == null ? null : was.reading();
            ClockLedger.Reading other = would == null ? null : would.reading();
            boolean stopIsKnown = !past.of(name).isEmpty();
            Group all = group(past, name);
            promised(all.of(), "Before", reading);
            promised(all.of(), "After", other);
            Map<String, Long> group = all.counts();
            tally.count(group, "clocks");
            Boolean missedBefore = missed(reading, stopIsKnown);
            Boolean missedAfter = missed(other, stopIsKnown);
            if ((reading != null && missedBefore == null) || (other != null && missedAfter == null)) {
                tally.count(group, STOP_UNKNOWN);
            }
            long longer = longer(reading, other).toSeconds();
            tally.deadline(group, longer, missedBefore, missedAfter);
            if (reading != null && other != null) {
                if (!reading.policy().warnings().equals(other.policy().warnings())) {
                    tally.count(group, OTHER_WARNINGS);
                }
                if (longer == 0 && Objects.equals(missedBefore, missedAfter)) {
                    return;
                }
            } else {
                tally.count(group, reading == null ? STARTED : NOT_STARTED);
            }
            differences.add(new Difference.FurtherClock(
                    past.number(),
                    name.code(),
                    past.stage(),
                    past.severity().code(),
                    stopIsKnown ? past.of(name).get(past.of(name).size() - 1).at() : null,
                    reading == null ? null : reading.startedAt(),
                    other == null ? null : other.startedAt(),
                    reading == null ? null : reading.dueAt(),
                    other == null ? null : other.dueAt(),
                    longer,
                    missedBefore,
                    missedAfter));
        }

        private static boolean isUnknown(@Nullable Told told) {
            return told != null && told.reading() == null;
        }

        /** These are never paused, so that their deadlines are known where they run. */
        private static Duration longer(ClockLedger.@Nullable Reading was, ClockLedger.@Nullable Reading would) {
            return was == null || would == null || was.dueAt() == null || would.dueAt() == null
                    ? Duration.ZERO
                    : Duration.between(was.dueAt(), would.dueAt());
        }

        /** Null where it did not run, or was past its deadline at the end and may have been stopped before. */
        private static @Nullable Boolean missed(ClockLedger.@Nullable Reading reading, boolean stopIsKnown) {
            if (reading == null || (reading.missedAt() != null && !stopIsKnown)) {
                return null;
            }
            return reading.missedAt() != null;
        }

        private Group group(RetoldFurtherClocks.Past past, ClockName name) {
            return groups.computeIfAbsent(new Key(name, past.stage(), past.severity()), none -> {
                Map<String, String> of = new LinkedHashMap<>();
                of.put("clock", name.code());
                of.put("stage", String.valueOf(past.stage()));
                of.put("severity", past.severity().code());
                Map<String, Long> zero = new LinkedHashMap<>();
                zero.put("clocks", 0L);
                zero.putAll(tally.zero());
                return new Group(of, zero, null);
            });
        }

        /** What was promised at the start. */
        private static void promised(Map<String, String> of, String when, ClockLedger.@Nullable Reading reading) {
            if (reading != null && reading.lines().get(0).entry() instanceof ClockEntry.Started started) {
                of.put(
                        "length" + when,
                        String.valueOf(FurtherClocks.length(started.policy().term())));
                of.put("unit" + when, FurtherClocks.unit(started.policy().term()));
                of.put("calendar" + when, started.policy().calendar());
            }
        }

        TrialOutcome outcome(boolean cut, Asked asked, Asked askedOfTheOther) {
            differences.sort(Comparator.comparingLong((Difference.FurtherClock each) -> Math.abs(each.secondsLonger()))
                    .reversed()
                    .thenComparing(Difference.FurtherClock::caseNumber)
                    .thenComparing(Difference.FurtherClock::stage)
                    .thenComparing(Difference.FurtherClock::clock));
            return TrialOutcome.of(
                    looked,
                    cut,
                    tally,
                    Found::sentences,
                    List.copyOf(groups.values()),
                    differences,
                    asked,
                    askedOfTheOther);
        }

        private static String sentences(long looked, long differing, Map<String, Long> counts) {
            return Stream.concat(
                            Stream.of(Tally.sentence("tableTrial.clock", looked, differing, counts, TOLD)),
                            Tally.told("tableTrial.clock", counts, TOLD_BESIDE).stream())
                    .collect(Collectors.joining(" "));
        }
    }
}
