package org.servicerecovery.trend;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.BusinessZone;
import org.servicerecovery.OneNodeAtATime;
import org.servicerecovery.engine.Decisions;
import org.servicerecovery.engine.RecoveryProcess;
import org.servicerecovery.engine.Variable;
import org.servicerecovery.trend.TrainingSignal.Evidence;
import org.servicerecovery.trend.statistics.VolumeRules;
import org.servicerecovery.trend.taxonomy.TagTree;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Looks for patterns in a quarter: by the threshold of {@code training-threshold.dmn}, and where the number of jobs is
 * known by {@link VolumeRules}. One signal a cluster and quarter, whichever rule finds it first; what the others find is
 * added to it. A cluster that overlaps with one that somebody is asked about is kept beside it and asks nobody again; only what is
 * found of an operative takes nothing from wider ones, which more people see.
 */
@Component
@EnableConfigurationProperties(TrendProperties.class)
class SignalFinder {

    private static final String THRESHOLD = "threshold";
    private static final String RATE = "rate";
    private static final String DRIFT = "drift";

    /** A year that is summed up, two before it that it is held against, and the quarter itself. */
    private static final int MONTHS_BACK = 36;

    private static final Set<Dimension> EVERY = EnumSet.allOf(Dimension.class);
    /** Nobody tells how many jobs an operative had. */
    private static final Set<Dimension> WITH_VOLUMES = EnumSet.complementOf(EnumSet.of(Dimension.OPERATIVE));

    private final JdbcClient db;
    private final Clock clock;
    private final BusinessZone zone;
    private final Trends trends;
    private final TrendCounts counts;
    private final JobVolumes volumes;
    private final TrainingSignals signals;
    private final Decisions decisions;
    private final RecoveryProcess process;
    private final OneNodeAtATime oneNode;
    private final VolumeRules<Cluster> rules;

    SignalFinder(
            JdbcClient db,
            Clock clock,
            BusinessZone zone,
            Trends trends,
            TrendCounts counts,
            JobVolumes volumes,
            TrainingSignals signals,
            Decisions decisions,
            RecoveryProcess process,
            OneNodeAtATime oneNode,
            TrendProperties settings) {
        this.db = db;
        this.clock = clock;
        this.zone = zone;
        this.trends = trends;
        this.counts = counts;
        this.volumes = volumes;
        this.signals = signals;
        this.decisions = decisions;
        this.process = process;
        this.oneNode = oneNode;
        this.rules =
                new VolumeRules<>(settings.falseDiscoveryRate(), settings.driftRatio(), settings.falseDriftEvery());
    }

    /**
     * The quarters in which something changed, that of a month that is over since, and those at work that were looked at by
     * another table than the one that is deployed now.
     */
    List<Quarter> toLookAt() {
        YearMonth whole = lastWholeMonth();
        return db
                .sql("""
                        select quarter from trend_quarter
                         where changed or quarter in (:atWork) and asked_table is distinct from :table
                        union
                        select :quarter where not exists (
                          select from trend_quarter where quarter = :quarter and looked_until >= :month)
                        order by 1""")
                .param(
                        "atWork",
                        trends.quartersAtWork().stream().map(Quarter::toString).toList())
                .param("table", decisions.newestId(TrainingThresholds.TABLE))
                .param("quarter", Quarter.of(whole).toString())
                .param("month", whole.atDay(1))
                .query(String.class)
                .list()
                .stream()
                .map(Quarter::parse)
                .toList();
    }

    private YearMonth lastWholeMonth() {
        return YearMonth.from(zone.dateOf(clock.instant())).minusMonths(1);
    }

    /** Looks for the patterns of a quarter, all or nothing: what fails leaves the quarter to be looked at again. */
    void look(Quarter quarter) {
        oneNode.run(TrendFold.LOCK, () -> {
            // Before anything is read: this waits for whoever changes the taxonomy now, and a later mark stays. A table
            // deployed from now on is another than the one kept here, and so is heard by the next look.
            db.sql("""
                            insert into trend_quarter (quarter, changed, looked_until, asked_table) values (?, false, ?, ?)
                            on conflict (quarter) do update set (changed, looked_until, asked_table) =
                              (excluded.changed, excluded.looked_until, excluded.asked_table)""")
                    .params(quarter.toString(), lastWholeMonth().atDay(1), decisions.newestId(TrainingThresholds.TABLE))
                    .update();
            TagTree tree = TagTree.read(db);
            boolean allAnew = isMarked(quarter);
            Look look = new Look(quarter, tree, signals.of(quarter));
            Set<Cluster> before = Set.copyOf(look.known.keySet());
            byThreshold(look);
            LocalDate today = zone.dateOf(clock.instant());
            if (trends.quartersAtWork().contains(quarter) && !isTestedOn(quarter, today)) {
                byVolume(look);
            }
            db.sql("update trend_quarter set tested_on = ? where quarter = ?")
                    .params(today, quarter.toString())
                    .update();
            List<Long> take = look.known.values().stream()
                    .filter(each -> allAnew || !before.contains(each.cluster()))
                    .map(TrainingSignals.Known::id)
                    .toList();
            if (!take.isEmpty()) {
                signals.takeCases(tree, quarter, take);
            }
        });
    }

    /** Cases that changed since are in the signals of before; what is found from now on takes its own. */
    void takeTouchedCases() {
        oneNode.run(TrendFold.LOCK, () -> signals.takeTouchedCases(TagTree.read(db)));
    }

    /**
     * One pattern asks once: where a cause was merged, its signal for which nothing is planned yet becomes part of the one
     * that has the task of what its cases count in now; once the merge is taken back, it asks again.
     */
    void followMerges() {
        oneNode.run(TrendFold.LOCK, () -> {
            TagTree tree = TagTree.read(db);
            for (TrainingSignals.Asked each : signals.asked()) {
                Cluster today = each.cluster().today(tree);
                if (!today.equals(each.cluster())) {
                    join(each, today, new Look(each.quarter(), tree, signals.of(each.quarter())));
                } else if (each.partOf() != null) {
                    takeApart(each, new Look(each.quarter(), tree, signals.of(each.quarter())));
                }
            }
        });
    }

    private void join(TrainingSignals.Asked each, Cluster today, Look look) {
        boolean isSettled = each.partOf() == null ? each.isPlanned() : look.isAbout(each.partOf(), today);
        Long whole = isSettled ? null : look.askedBy(today);
        if (whole != null && signals.madePart(each.id(), whole)) {
            process.patternMerged(each.processInstanceId());
            takeCasesOf(look);
        }
    }

    private void takeApart(TrainingSignals.Asked each, Look look) {
        Long askedBy = look.askedBy(each.cluster());
        signals.takenApart(each.id(), askedBy);
        if (askedBy == null) {
            start(look, each.cluster(), each.id());
        }
        takeCasesOf(look);
    }

    /** Of older quarters too, which are not looked at any more. */
    private void takeCasesOf(Look look) {
        signals.takeCases(
                look.tree,
                look.quarter,
                look.known.values().stream().map(TrainingSignals.Known::id).toList());
    }

    /** Whether the quarter is to be seen with other eyes: see {@link Trends#markChanged}. */
    private boolean isMarked(Quarter quarter) {
        return db.sql("select count(*) from trend_quarter where quarter = ? and tested_on is null")
                        .param(quarter.toString())
                        .query(Integer.class)
                        .single()
                > 0;
    }

    private boolean isTestedOn(Quarter quarter, LocalDate day) {
        return db.sql("select count(*) from trend_quarter where quarter = ? and tested_on >= ?")
                        .params(quarter.toString(), day)
                        .query(Integer.class)
                        .single()
                > 0;
    }

    /** What is known of a quarter while it is looked through. */
    private static final class Look {

        final Quarter quarter;
        final TagTree tree;
        final Map<Cluster, TrainingSignals.Known> known = new LinkedHashMap<>();
        /** What the table says of a cause and dimension, asked once. */
        final Map<Cluster, Decisions.Answer> policies = new HashMap<>();

        Look(Quarter quarter, TagTree tree, List<TrainingSignals.Known> signals) {
            this.quarter = quarter;
            this.tree = tree;
            signals.forEach(each -> known.put(each.cluster(), each));
        }

        /** Whether a signal is about what overlaps with this cluster. */
        boolean isAbout(long signal, Cluster cluster) {
            return known.values().stream()
                    .anyMatch(each -> each.id() == signal && each.cluster().overlaps(cluster, tree));
        }

        /**
         * The signal that has the task of whatever overlaps with this cluster. A closed one asks nobody any more, and one
         * of an operative is not for everybody who is to see the wider ones.
         */
        @Nullable
        Long askedBy(Cluster cluster) {
            return known.values().stream()
                    .filter(each -> each.asks() && each.cluster().overlaps(cluster, tree))
                    .filter(each -> each.cluster().dimension() != Dimension.OPERATIVE
                            || cluster.dimension() == Dimension.OPERATIVE)
                    .map(TrainingSignals.Known::id)
                    .findFirst()
                    .orElse(null);
        }
    }

    private void byThreshold(Look look) {
        Instant now = clock.instant();
        Map<Cluster, TreeMap<YearMonth, Long>> byMonth =
                counts.clusters(look.tree, EVERY, look.quarter.first(), look.quarter.last());
        Map<Cluster, Decisions.Answer> reached = new HashMap<>();
        Map<Cluster, Long> cases = new HashMap<>();
        byMonth.forEach((cluster, months) -> {
            long sum = months.values().stream().mapToLong(Long::longValue).sum();
            Decisions.Answer policy = policy(look, cluster);
            if (TrainingThresholds.isReached(policy, sum)) {
                reached.put(cluster, policy);
                cases.put(cluster, sum);
            }
        });
        for (Cluster cluster : inOrder(reached.keySet())) {
            long sum = cases.getOrDefault(cluster, 0L);
            int threshold = policy(look, cluster).number(TrainingThresholds.THRESHOLD);
            found(look, cluster, new Evidence(THRESHOLD, now, sum, threshold, sum, null, null, false));
        }
    }

    private Decisions.Answer policy(Look look, Cluster cluster) {
        return look.policies.computeIfAbsent(
                new Cluster(cluster.dimension(), cluster.tagId(), ""),
                each -> TrainingThresholds.ask(
                        decisions.newestOf(TrainingThresholds.TABLE),
                        new TrainingThresholds.Question(
                                look.tree.get(each.tagId()).code(), each.dimension())));
    }

    private void byVolume(Look look) {
        JobVolumes.Known jobs = volumes.known(look.quarter.first().minusMonths(MONTHS_BACK), lastWholeMonth());
        YearMonth last = look.quarter.months().stream()
                .filter(month ->
                        !month.isAfter(lastWholeMonth()) && jobs.months().contains(month))
                .reduce((earlier, later) -> later)
                .orElse(null);
        if (last == null) {
            return;
        }
        Map<Cluster, VolumeRules.Series> clusters = new HashMap<>();
        counts.clusters(look.tree, WITH_VOLUMES, look.quarter.first().minusMonths(MONTHS_BACK), last)
                .forEach((cluster, cases) -> {
                    Map<YearMonth, Long> done = jobs.of(cluster);
                    if (!done.isEmpty()) {
                        clusters.put(cluster, new VolumeRules.Series(cases, done));
                    }
                });
        Instant now = clock.instant();
        YearMonth first = look.quarter.first();
        add(look, rules.rises(clusters, jobs.months(), first, last), RATE, now);
        add(look, rules.drifts(clusters, jobs.months(), first, last), DRIFT, now);
    }

    private void add(Look look, Map<Cluster, VolumeRules.Found> all, String rule, Instant now) {
        for (Cluster cluster : inOrder(all.keySet())) {
            VolumeRules.Found each = all.get(cluster);
            if (each != null) {
                found(
                        look,
                        cluster,
                        new Evidence(
                                rule,
                                now,
                                each.cases(),
                                each.limit(),
                                each.value(),
                                each.expected(),
                                each.jobs(),
                                each.smallNumbers()));
            }
        }
    }

    /** Causes first, then families, then what is narrower: the first of those that overlap asks somebody. */
    static List<Cluster> inOrder(Set<Cluster> clusters) {
        List<Cluster> all = new ArrayList<>(clusters);
        all.sort(Comparator.comparing(Cluster::dimension)
                .thenComparing(Cluster::tagId)
                .thenComparing(Cluster::key));
        return all;
    }

    private void found(Look look, Cluster cluster, Evidence evidence) {
        TrainingSignals.Known before = look.known.get(cluster);
        if (before != null) {
            if (!before.isFoundBy(evidence.rule())) {
                signals.add(before, evidence);
            }
            return;
        }
        Long askedBy = look.askedBy(cluster);
        long id = signals.open(cluster, look.quarter, evidence, askedBy);
        look.known.put(cluster, new TrainingSignals.Known(id, cluster, List.of(evidence), askedBy == null));
        if (askedBy == null) {
            start(look, cluster, id);
        }
    }

    private void start(Look look, Cluster cluster, long id) {
        Duration planWithin = Duration.ofDays(policy(look, cluster).number(TrainingThresholds.PLAN_WITHIN_DAYS));
        String key = "TS-" + look.quarter + "-" + look.tree.get(cluster.tagId()).code();
        process.patternFound(
                // What else the pattern is about may be a name.
                cluster.dimension() == Dimension.TAG
                        ? key
                        : key + "-" + cluster.dimension().code() + "-" + id,
                Map.of(
                        Variable.SIGNAL_ID.name(),
                        id,
                        Variable.LEADS_ALONE.name(),
                        cluster.dimension() == Dimension.OPERATIVE,
                        Variable.TRAINING_DUE_AT.name(),
                        RecoveryProcess.toDate(clock.instant().plus(planWithin))));
    }
}
