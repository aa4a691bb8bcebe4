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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.servicerecovery.Messages;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.engine.TriedTable;
import org.servicerecovery.engine.TriedTable.Sayings;
import org.servicerecovery.sla.ClockTable.Epoch;
import org.servicerecovery.sla.MergedCases.Merged;
import org.servicerecovery.sla.RetoldClock.Duplicate;
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
 * Which cases would have had another deadline. Of the past are the cases that figures count, by the day of their first
 * resolution: none that was withdrawn, opened in error or merged into another, and none that is still open.
 */
@Component
class DeadlineTrial implements TriedOnThePast {

    private static final String OTHER_WARNINGS = "otherWarnings";

    private final JdbcClient db;
    private final ClockTable clocks;
    private final MergedCases mergedCases;
    private final Calendars calendars;

    DeadlineTrial(JdbcClient db, ClockTable clocks, MergedCases mergedCases, Calendars calendars) {
        this.db = db;
        this.clocks = clocks;
        this.mergedCases = mergedCases;
        this.calendars = calendars;
    }

    @Override
    public String table() {
        return ResolutionPolicy.TABLE;
    }

    @Override
    public TrialOutcome run(TriedTable before, TriedTable after, TrialSpan span, Patience patience) {
        Sayings<Severity, Policy> said = before.sayings(ResolutionPolicy::ask);
        Sayings<Severity, Policy> says = after.sayings(ResolutionPolicy::ask);
        List<Calendars.Version> versions = calendars.versions();
        Found found = new Found(
                new RetoldClock(ClockName.RESOLUTION, said::to, calendars, versions),
                new RetoldClock(ClockName.RESOLUTION, says::to, calendars, versions));
        List<Past> past = past(span);
        boolean cut = past.size() > MOST;
        List<Past> looked = cut ? past.subList(0, MOST) : past;
        mergedCases.inParts(looked, patience, part -> {
            Map<Epoch, List<ClockEntry>> ledgers = clocks.entries(part.epochs(), ClockName.RESOLUTION);
            part.looked().forEach(each -> {
                List<ClockEntry> entries = ledgers.getOrDefault(each.of(), List.of());
                // Without a clock, or one that never stopped, there was no promise to keep.
                if (!entries.isEmpty() && entries.get(entries.size() - 1) instanceof ClockEntry.Stopped) {
                    found.look(each.number(), entries, duplicates(each.of().caseId(), part.merged(), ledgers));
                }
            });
        });
        return found.outcome(cut, Asked.of(said), Asked.of(says));
    }

    private record Past(Epoch of, String number, boolean hasDuplicates) implements MergedCases.Looked {}

    /** Found by trend_fact_resolved_idx, the newest first. */
    private List<Past> past(TrialSpan span) {
        return db.sql("""
                        select f.case_id, v.epoch, c.number,
                               exists (select from recovery_case d where d.duplicate_of = f.case_id) as merged
                          from trend_fact f
                          join recovery_case c on c.id = f.case_id
                          join lateral (select min(r.epoch) as epoch from resolution r where r.case_id = f.case_id) v on true
                         where f.resolved_on between :from and :to
                         order by f.resolved_on desc, f.case_id desc limit :most""")
                .param("from", span.from())
                .param("to", span.to())
                .param("most", MOST + 1)
                .query((row, n) -> new Past(
                        new Epoch(row.getLong("case_id"), row.getInt("epoch")),
                        row.getString("number"),
                        row.getBoolean("merged")))
                .list();
    }

    private static List<Duplicate> duplicates(
            long into, Map<Long, List<Merged>> merged, Map<Epoch, List<ClockEntry>> ledgers) {
        return merged.getOrDefault(into, List.of()).stream()
                .filter(each -> ledgers.containsKey(each.of()))
                .map(each -> {
                    List<ClockEntry> entries = ledgers.getOrDefault(each.of(), List.of());
                    return new Duplicate(
                            each.number(),
                            entries.get(entries.size() - 1).at(),
                            entries,
                            duplicates(each.of().caseId(), merged, ledgers));
                })
                .toList();
    }

    /** What comes of looking at one case after the other. */
    private static final class Found {

        private final RetoldClock before;
        private final RetoldClock after;
        private final Tally tally = new Tally(List.of(
                LONGER, SHORTER, NOW_MET, NOW_MISSED, MISSED_BEFORE, MISSED_AFTER, OTHER_WARNINGS, "notComparable"));
        private final Map<Severity, Group> groups = new TreeMap<>();
        private final List<Difference.Deadline> differences = new ArrayList<>();
        private long looked;

        Found(RetoldClock before, RetoldClock after) {
            this.before = before;
            this.after = after;
        }

        void look(String number, List<ClockEntry> entries, List<Duplicate> duplicates) {
            looked++;
            Instant stopped = entries.get(entries.size() - 1).at();
            Optional<ClockLedger.Reading> was = before.tell(entries, duplicates).map(ledger -> ledger.at(stopped));
            Optional<ClockLedger.Reading> would =
                    after.tell(entries, duplicates).map(ledger -> ledger.at(stopped));
            Severity severity = ((ClockEntry.Started) entries.get(0)).policy().severity();
            Map<String, Long> group = group(severity, was, would).counts();
            tally.count(group, "cases");
            if (was.isEmpty() || would.isEmpty()) {
                tally.count(group, "notComparable");
                return;
            }
            long longer = longer(was.get(), would.get()).toSeconds();
            boolean missedBefore = was.get().missedAt() != null;
            boolean missedAfter = would.get().missedAt() != null;
            tally.deadline(group, longer, missedBefore, missedAfter);
            if (!was.get().policy().warnings().equals(would.get().policy().warnings())) {
                tally.count(group, OTHER_WARNINGS);
            }
            if (longer == 0 && missedBefore == missedAfter) {
                return;
            }
            differences.add(new Difference.Deadline(
                    number,
                    severity.code(),
                    (int) entries.stream()
                            .filter(entry -> entry instanceof ClockEntry.SeverityChanged)
                            .count(),
                    was.get().startedAt(),
                    stopped,
                    was.get().dueAt(),
                    would.get().dueAt(),
                    longer,
                    missedBefore,
                    missedAfter));
        }

        private Group group(Severity severity, Optional<ClockLedger.Reading> was, Optional<ClockLedger.Reading> would) {
            return groups.computeIfAbsent(severity, none -> {
                Map<String, String> of = new LinkedHashMap<>();
                of.put("severity", severity.code());
                was.ifPresent(reading -> promised(of, "Before", reading));
                would.ifPresent(reading -> promised(of, "After", reading));
                Map<String, Long> zero = new LinkedHashMap<>();
                zero.put("cases", 0L);
                zero.putAll(tally.zero());
                return new Group(of, zero, null);
            });
        }

        /** What was promised at the start. */
        private static void promised(Map<String, String> of, String when, ClockLedger.Reading reading) {
            if (reading.lines().get(0).entry() instanceof ClockEntry.Started started
                    && started.policy().term() instanceof Term.CountingTime time) {
                of.put("hours" + when, String.valueOf(time.length().toHours()));
                of.put("calendar" + when, started.policy().calendar());
            }
        }

        /** While paused a deadline is not known; what is left of the time is. */
        private static Duration longer(ClockLedger.Reading was, ClockLedger.Reading would) {
            Instant dueBefore = was.dueAt();
            Instant dueAfter = would.dueAt();
            return dueBefore != null && dueAfter != null
                    ? Duration.between(dueBefore, dueAfter)
                    : would.remaining().minus(was.remaining());
        }

        TrialOutcome outcome(boolean cut, Asked asked, Asked askedOfTheOther) {
            differences.sort(Comparator.comparingLong((Difference.Deadline each) -> Math.abs(each.secondsLonger()))
                    .reversed()
                    .thenComparing(Difference.Deadline::caseNumber));
            return TrialOutcome.of(
                    looked,
                    cut,
                    tally,
                    Found::sentence,
                    List.copyOf(groups.values()),
                    differences,
                    asked,
                    askedOfTheOther);
        }

        private static String sentence(long looked, long differing, Map<String, Long> counts) {
            if (looked == 0) {
                return Messages.text("tableTrial.deadline.nonePast");
            }
            List<String> lengths = Tally.told("tableTrial.deadline", counts, List.of(LONGER, SHORTER));
            List<String> verdicts =
                    Tally.told("tableTrial.deadline", counts, List.of(NOW_MET, NOW_MISSED, OTHER_WARNINGS));
            String first = Tally.sentence(
                    "tableTrial.deadline",
                    looked,
                    differing,
                    lengths.isEmpty() ? Messages.text("tableTrial.deadline.same") : String.join(", ", lengths));
            return verdicts.isEmpty() ? first + "." : first + "; " + String.join("; ", verdicts) + ".";
        }
    }
}
