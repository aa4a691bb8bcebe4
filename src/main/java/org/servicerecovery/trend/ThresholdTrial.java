package org.servicerecovery.trend;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.servicerecovery.Messages;
import org.servicerecovery.engine.Decisions;
import org.servicerecovery.engine.TriedTable;
import org.servicerecovery.engine.TriedTable.Sayings;
import org.servicerecovery.trend.taxonomy.TagTree;
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
 * Which clusters would have been training signals. Looked at are whole quarters, each of the span in full, by the taxonomy
 * of today and by the threshold alone: what rates and drifts find depends on no table. A cluster has its signal by either
 * table where one was recorded that its cases of today are too few for, by the table of before: they fell away since, or it
 * was found otherwise.
 */
@Component
class ThresholdTrial implements TriedOnThePast {

    private static final String NEW = "new";
    private static final String GONE = "gone";
    private static final String OTHER_DAYS = "otherDays";
    private static final String BEFORE = "signalsBefore";
    private static final String AFTER = "signalsAfter";
    /** Of clusters that overlap, the first alone asks somebody. */
    private static final String TASKS_BEFORE = "tasksBefore";

    private static final String TASKS_AFTER = "tasksAfter";
    private static final String NOT_COMPARABLE = "notComparable";

    private static final List<String> COUNTED =
            List.of(BEFORE, AFTER, NEW, GONE, OTHER_DAYS, TASKS_BEFORE, TASKS_AFTER, NOT_COMPARABLE);

    private final JdbcClient db;
    private final TrendCounts counts;
    private final TrainingSignals signals;

    ThresholdTrial(JdbcClient db, TrendCounts counts, TrainingSignals signals) {
        this.db = db;
        this.counts = counts;
        this.signals = signals;
    }

    @Override
    public String table() {
        return TrainingThresholds.TABLE;
    }

    /** Clusters by operative are for those alone who lead. */
    @Override
    public String seenAs() {
        return TrendAccess.seesOperatives() ? "with operatives" : "";
    }

    @Override
    public TrialOutcome run(TriedTable before, TriedTable after, TrialSpan span, Patience patience) {
        Set<Dimension> dimensions = EnumSet.allOf(Dimension.class);
        boolean operatives = TrendAccess.seesOperatives();
        if (!operatives) {
            dimensions.remove(Dimension.OPERATIVE);
        }
        Found found = new Found(
                TagTree.read(db),
                operatives,
                before.sayings(TrainingThresholds::ask),
                after.sayings(TrainingThresholds::ask),
                after.sayings(TrainingThresholds::ask));
        // The newest first: of those the most is known, and looked at.
        for (Quarter quarter = Quarter.of(span.to());
                !quarter.last().atEndOfMonth().isBefore(span.from());
                quarter = quarter.previous()) {
            patience.check();
            if (found.looked >= MOST) {
                found.cut = true;
                break;
            }
            Map<Cluster, Long> cases = new HashMap<>();
            counts.clusters(found.tree, dimensions, quarter.first(), quarter.last())
                    .forEach((cluster, months) -> cases.put(
                            cluster,
                            months.values().stream().mapToLong(Long::longValue).sum()));
            Set<Cluster> recorded = signals.of(quarter).stream()
                    .map(each -> each.cluster().today(found.tree))
                    .filter(each -> dimensions.contains(each.dimension()))
                    .collect(Collectors.toSet());
            recorded.forEach(each -> cases.putIfAbsent(each, 0L));
            found.look(quarter, cases, recorded);
        }
        return found.outcome();
    }

    private static final class Found {

        private final TagTree tree;
        private final boolean operatives;
        private final Sayings<TrainingThresholds.Question, Decisions.Answer> before;
        private final Sayings<TrainingThresholds.Question, Decisions.Answer> after;
        /** What the tried table says of operatives' clusters of the causes that were looked at, whether there are any or not. */
        private final Sayings<TrainingThresholds.Question, Decisions.Answer> leftOut;

        private final Tally tally = new Tally(COUNTED);
        private final List<Group> groups = new ArrayList<>();
        private final List<Difference.Signal> differences = new ArrayList<>();
        private long looked;
        private boolean cut;

        Found(
                TagTree tree,
                boolean operatives,
                Sayings<TrainingThresholds.Question, Decisions.Answer> before,
                Sayings<TrainingThresholds.Question, Decisions.Answer> after,
                Sayings<TrainingThresholds.Question, Decisions.Answer> leftOut) {
            this.tree = tree;
            this.operatives = operatives;
            this.before = before;
            this.after = after;
            this.leftOut = leftOut;
        }

        void look(Quarter quarter, Map<Cluster, Long> clusters, Set<Cluster> recorded) {
            if (clusters.isEmpty()) {
                return;
            }
            Map<String, Long> here = tally.zero();
            List<Cluster> were = new ArrayList<>();
            List<Cluster> would = new ArrayList<>();
            for (Cluster cluster : SignalFinder.inOrder(clusters.keySet())) {
                looked++;
                long cases = clusters.getOrDefault(cluster, 0L);
                TagTree.Tag tag = tree.get(cluster.tagId());
                TrainingThresholds.Question question = new TrainingThresholds.Question(tag.code(), cluster.dimension());
                if (!operatives && cluster.dimension() == Dimension.TAG) {
                    leftOut.to(new TrainingThresholds.Question(tag.code(), Dimension.OPERATIVE));
                }
                Decisions.Answer was = before.to(question);
                Decisions.Answer is = after.to(question);
                if (was == null || is == null) {
                    here.merge(NOT_COMPARABLE, 1L, Long::sum);
                    continue;
                }
                boolean reached = TrainingThresholds.isReached(was, cases);
                boolean kept = !reached && recorded.contains(cluster);
                boolean signalBefore = reached || kept;
                boolean signalAfter = TrainingThresholds.isReached(is, cases) || kept;
                if (signalBefore) {
                    were.add(cluster);
                }
                if (signalAfter) {
                    would.add(cluster);
                }
                int daysBefore = was.number(TrainingThresholds.PLAN_WITHIN_DAYS);
                int daysAfter = is.number(TrainingThresholds.PLAN_WITHIN_DAYS);
                boolean otherDays = signalBefore && signalAfter && daysBefore != daysAfter;
                if (signalBefore == signalAfter && !otherDays) {
                    continue;
                }
                here.merge(otherDays ? OTHER_DAYS : signalAfter ? NEW : GONE, 1L, Long::sum);
                differences.add(new Difference.Signal(
                        quarter.toString(),
                        tag.code(),
                        tag.label(),
                        cluster.dimension().code(),
                        cluster.key(),
                        cases,
                        was.number(TrainingThresholds.THRESHOLD),
                        is.number(TrainingThresholds.THRESHOLD),
                        signalBefore,
                        signalAfter,
                        daysBefore,
                        daysAfter));
            }
            here.put(BEFORE, (long) were.size());
            here.put(AFTER, (long) would.size());
            here.put(TASKS_BEFORE, tasks(were));
            here.put(TASKS_AFTER, tasks(would));
            tally.add(here);
            here.put("clusters", (long) clusters.size());
            groups.add(new Group(Map.of("quarter", quarter.toString()), here, null));
        }

        /** As {@link SignalFinder} has it: one that overlaps with one that asked before asks nobody again. */
        private long tasks(List<Cluster> inOrder) {
            List<Cluster> asking = new ArrayList<>();
            for (Cluster cluster : inOrder) {
                if (asking.stream().noneMatch(each -> each.overlaps(cluster, tree))) {
                    asking.add(cluster);
                }
            }
            return asking.size();
        }

        TrialOutcome outcome() {
            differences.sort(Comparator.comparing((Difference.Signal each) -> each.signalBefore() == each.signalAfter())
                    .thenComparing(Difference.Signal::cases, Comparator.reverseOrder())
                    .thenComparing(Difference.Signal::quarter, Comparator.reverseOrder())
                    .thenComparing(Difference.Signal::label)
                    .thenComparing(Difference.Signal::key));
            return TrialOutcome.of(
                    looked,
                    cut,
                    tally,
                    (all, differing, told) ->
                            sentence(all, told) + (operatives ? "" : " " + Messages.text("tableTrial.signal.leftOut")),
                    groups,
                    differences,
                    Asked.of(before),
                    Asked.of(after, leftOut));
        }

        private static String sentence(long looked, Map<String, Long> counts) {
            if (looked == 0) {
                return Messages.text("tableTrial.signal.nonePast");
            }
            long were = counts.getOrDefault(BEFORE, 0L);
            long would = counts.getOrDefault(AFTER, 0L);
            if (were == 0 && would == 0) {
                return Messages.text("tableTrial.signal.noneEver") + ".";
            }
            List<String> parts = Tally.told("tableTrial.signal", counts, List.of(NEW, GONE, OTHER_DAYS));
            return (parts.isEmpty()
                            ? Messages.text(Messages.ofCount("tableTrial.signal.none", were), were)
                            : Messages.text(
                                    Messages.ofCount("tableTrial.signal.some", would),
                                    would,
                                    were,
                                    String.join(", ", parts)))
                    + ".";
        }
    }
}
