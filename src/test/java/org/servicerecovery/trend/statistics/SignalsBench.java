package org.servicerecovery.trend.statistics;

import java.time.YearMonth;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.statistics.distribution.PoissonDistribution;

/**
 * What {@code bench/signals.sh} runs: three years of a business whose causes are known, once for each seed, and what each
 * rule finds in it. The rules are those of the application; only the cases are made up.
 */
final class SignalsBench {

    private static final YearMonth BEGIN = YearMonth.of(2024, 1);
    private static final int MONTHS = 36;
    private static final int TAGS = 30;
    private static final int TEAMS = 8;
    private static final int AREAS = 6;
    private static final int JOBS_A_MONTH = 40_000;
    private static final int SIX = 6;
    private static final double RATE = Double.parseDouble(System.getProperty("rate", "0.05"));
    private static final double RATIO = Double.parseDouble(System.getProperty("ratio", "1.5"));
    private static final int FALSE_DRIFT_EVERY = Integer.getInteger("false-drift-every", 24);

    /** @param kind of the key: tag, team or area */
    private record Cluster(String kind, int tag, int key) {}

    /**
     * @param from the month in which it begins
     * @param factor how many times as many cases in the end
     * @param months until it is reached: 0 for at once
     * @param team the only one in which it happens, -1 for all
     */
    private record Planted(int tag, int team, int from, double factor, int months) {

        double at(int month) {
            if (month < from) {
                return 1;
            }
            return months == 0 ? factor : 1 + (factor - 1) * Math.min(1, (month - from + 1.0) / months);
        }
    }

    private record Business(Map<Cluster, VolumeRules.Series> clusters, Set<YearMonth> known, List<Planted> planted) {}

    private static final class Tally {
        int falseAlarms;
        int quarters;
        int quartersWithFalse;
        int sounded;
        final Map<String, Integer> found = new TreeMap<>();
        final Map<String, Integer> delays = new TreeMap<>();
    }

    private SignalsBench() {}

    public static void main(String[] arguments) {
        int seeds = arguments.length == 0 ? 200 : Integer.parseInt(arguments[0]);
        System.out.printf(
                "%d seeds, %d causes x (1 + %d teams + %d areas), about %d jobs a month, %d months; planted from the 25th month%n",
                seeds, TAGS, TEAMS, AREAS, JOBS_A_MONTH, MONTHS);
        System.out.printf(
                "configured: false discovery rate %.2f a quarter; one false drift in %d months; drift ratio %.1f%n",
                RATE, FALSE_DRIFT_EVERY, RATIO);
        long start = System.nanoTime();
        for (boolean planted : new boolean[] {false, true}) {
            Map<String, Tally> tallies = new TreeMap<>();
            VolumeRules<Cluster> rules = new VolumeRules<>(RATE, RATIO, FALSE_DRIFT_EVERY);
            for (int seed = 0; seed < seeds; seed++) {
                run(make(seed, planted), rules, tallies);
            }
            print(planted, seeds, tallies);
        }
        System.out.printf("%d s%n", (System.nanoTime() - start) / 1_000_000_000);
    }

    private static Business make(int seed, boolean withPlanted) {
        Random random = new Random(seed);
        UniformRandomProvider rng = new SplittableRandom(seed)::nextLong;
        List<Planted> planted = withPlanted
                ? List.of(
                        new Planted(0, -1, 24 + random.nextInt(6), 2, 0),
                        new Planted(1, random.nextInt(TEAMS), 24 + random.nextInt(6), 3, 0),
                        new Planted(2, -1, 24, 1.6, 9))
                : List.of();
        double[] rates = IntStream.range(0, TAGS)
                // The planted causes are of middling frequency; the others from a few a year to hundreds a month.
                .mapToDouble(tag -> (tag < 3 ? 30 : Math.exp(random.nextGaussian() * 1.3 + 2.5)) / JOBS_A_MONTH)
                .toArray();
        Map<Cluster, VolumeRules.Series> clusters = new HashMap<>();
        Set<YearMonth> known = new HashSet<>();
        for (int month = 0; month < MONTHS; month++) {
            YearMonth at = BEGIN.plusMonths(month);
            known.add(at);
            double season = 1 + 0.3 * Math.sin(2 * Math.PI * month / 12) + 0.01 * month;
            for (int team = 0; team < TEAMS; team++) {
                for (int area = 0; area < AREAS; area++) {
                    long jobs = PoissonDistribution.of(JOBS_A_MONTH * season / TEAMS / AREAS * (0.6 + 0.1 * team))
                            .createSampler(rng)
                            .sample();
                    for (int tag = 0; tag < TAGS; tag++) {
                        double factor = 1;
                        for (Planted each : planted) {
                            if (each.tag() == tag && (each.team() < 0 || each.team() == team)) {
                                factor *= each.at(month);
                            }
                        }
                        long cases = PoissonDistribution.of(jobs * rates[tag] * factor)
                                .createSampler(rng)
                                .sample();
                        add(clusters, new Cluster("tag", tag, 0), at, cases, jobs);
                        add(clusters, new Cluster("team", tag, team), at, cases, jobs);
                        add(clusters, new Cluster("area", tag, area), at, cases, jobs);
                    }
                }
            }
        }
        return new Business(clusters, known, planted);
    }

    private static void add(
            Map<Cluster, VolumeRules.Series> to, Cluster cluster, YearMonth month, long cases, long jobs) {
        VolumeRules.Series series =
                to.computeIfAbsent(cluster, none -> new VolumeRules.Series(new HashMap<>(), new HashMap<>()));
        series.cases().merge(month, cases, Long::sum);
        series.jobs().merge(month, jobs, Long::sum);
    }

    /** The last year, quarter by quarter, each looked at after each of its months. */
    private static void run(Business business, VolumeRules<Cluster> rules, Map<String, Tally> tallies) {
        Map<String, Set<String>> seen = new HashMap<>();
        for (int quarter = 24; quarter < MONTHS; quarter += 3) {
            Map<String, Set<Cluster>> inQuarter = new HashMap<>();
            YearMonth first = BEGIN.plusMonths(quarter);
            for (int month = 0; month < 3; month++) {
                YearMonth last = first.plusMonths(month);
                Map<String, Set<Cluster>> now = new HashMap<>();
                now.put("rule of six", six(business, first, last));
                now.put(
                        "rate (Poisson)",
                        rules.rises(business.clusters(), business.known(), first, last)
                                .keySet());
                now.put(
                        "drift (CUSUM)",
                        rules.drifts(business.clusters(), business.known(), first, last)
                                .keySet());
                int at = quarter + month;
                now.forEach((rule, found) -> {
                    inQuarter.computeIfAbsent(rule, none -> new HashSet<>()).addAll(found);
                    Tally tally = tallies.computeIfAbsent(rule, none -> new Tally());
                    for (Planted each : business.planted()) {
                        boolean hit =
                                at >= each.from() && found.stream().anyMatch(cluster -> cluster.tag() == each.tag());
                        if (hit
                                && seen.computeIfAbsent(rule, none -> new HashSet<>())
                                        .add(name(each))) {
                            tally.found.merge(name(each), 1, Integer::sum);
                            tally.delays.merge(name(each), at - each.from() + 1, Integer::sum);
                        }
                    }
                });
            }
            Set<Integer> changed = new HashSet<>();
            business.planted().forEach(each -> changed.add(each.tag()));
            inQuarter.forEach((rule, found) -> {
                Tally tally = tallies.computeIfAbsent(rule, none -> new Tally());
                long wrong = found.stream()
                        .filter(cluster -> !changed.contains(cluster.tag()))
                        .count();
                tally.quarters++;
                tally.sounded += found.size();
                tally.falseAlarms += (int) wrong;
                tally.quartersWithFalse += wrong > 0 ? 1 : 0;
            });
        }
    }

    private static Set<Cluster> six(Business business, YearMonth first, YearMonth last) {
        List<YearMonth> months = new ArrayList<>();
        for (YearMonth month = first; !month.isAfter(last); month = month.plusMonths(1)) {
            months.add(month);
        }
        Set<Cluster> found = new HashSet<>();
        business.clusters().forEach((cluster, series) -> {
            if (series.cases(months) >= SIX) {
                found.add(cluster);
            }
        });
        return found;
    }

    private static String name(Planted each) {
        return each.months() > 0 ? "drift to x1.6 in 9 months" : each.team() < 0 ? "step x2" : "step x3 in one team";
    }

    private static void print(boolean planted, int seeds, Map<String, Tally> tallies) {
        System.out.printf("%n%s%n", planted ? "Three changes planted" : "Nothing planted: whatever sounds is false");
        tallies.forEach((rule, tally) -> {
            System.out.printf(
                    "  %-16s false a quarter %7.3f; quarters with a false one %5.1f %%; false of all that sounded %5.1f %%%n",
                    rule,
                    (double) tally.falseAlarms / tally.quarters,
                    100.0 * tally.quartersWithFalse / tally.quarters,
                    tally.sounded == 0 ? 0 : 100.0 * tally.falseAlarms / tally.sounded);
            tally.found.forEach((name, found) -> System.out.printf(
                    "  %-16s   %-26s found in %5.1f %% of seeds, after %.1f months%n",
                    "", name, 100.0 * found / seeds, (double) tally.delays.getOrDefault(name, 0) / found));
        });
    }
}
