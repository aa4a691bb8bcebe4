package org.servicerecovery.trend.statistics;

import java.time.YearMonth;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The rules that set cases against the number of jobs, for many clusters at once: a rise in a quarter ({@link RateIncrease}
 * under {@link FalseDiscoveries}) and a drift over months ({@link PoissonCusum}). Whole months alone are looked at. A
 * quarter is looked at after each of its three months, each time with a third of the rate: so the rate holds for the
 * quarter, and not for each look.
 *
 * @param <C> a cluster
 */
public final class VolumeRules<C> {

    /** The cases of one cluster and the jobs that they are set against. */
    public record Series(Map<YearMonth, Long> cases, Map<YearMonth, Long> jobs) {

        long cases(YearMonth month) {
            return cases.getOrDefault(month, 0L);
        }

        long jobs(YearMonth month) {
            return jobs.getOrDefault(month, 0L);
        }

        long cases(List<YearMonth> months) {
            return months.stream().mapToLong(this::cases).sum();
        }

        long jobs(List<YearMonth> months) {
            return months.stream().mapToLong(this::jobs).sum();
        }
    }

    /**
     * What was found about a cluster.
     *
     * @param value the probability, or the sum; {@code limit} is what it was held against
     */
    public record Found(long cases, double expected, long jobs, double value, double limit, boolean smallNumbers) {}

    private static final int LOOKS = 3;
    private static final int MONTHS_BEFORE = 12;
    private static final int FEWEST_MONTHS_BEFORE = 3;

    /** A drift is summed up over a year, against up to two years before that. */
    private static final int MONTHS_OF_DRIFT = 12;

    private static final int MOST_MONTHS_BEFORE_DRIFT = 24;
    private static final int FEWEST_MONTHS_BEFORE_DRIFT = 6;

    /** Below it nobody knows what the rate was. */
    private static final int FEWEST_CASES_BEFORE_DRIFT = 20;

    private final double falseDiscoveryRate;
    private final PoissonCusum cusum;
    private final int falseDriftEvery;
    private final Map<String, Double> intervals = new ConcurrentHashMap<>();

    /**
     * @param falseDiscoveryRate which share of the rises of a quarter may be chance
     * @param driftRatio the rise that is found soonest
     * @param falseDriftEvery months until a drift is found that is none, over all clusters together
     */
    public VolumeRules(double falseDiscoveryRate, double driftRatio, int falseDriftEvery) {
        this.falseDiscoveryRate = falseDiscoveryRate;
        this.cusum = new PoissonCusum(driftRatio);
        this.falseDriftEvery = falseDriftEvery;
    }

    /**
     * The clusters that have more cases per job than in the year before the quarter.
     *
     * @param known the months whose jobs are known
     * @param first of the quarter
     * @param last whole month of the quarter so far
     */
    public Map<C, Found> rises(Map<C, Series> clusters, Set<YearMonth> known, YearMonth first, YearMonth last) {
        List<YearMonth> now = months(first, last);
        List<YearMonth> before = months(first.minusMonths(MONTHS_BEFORE), first.minusMonths(1)).stream()
                .filter(known::contains)
                .toList();
        if (!known.containsAll(now) || now.isEmpty() || before.size() < FEWEST_MONTHS_BEFORE) {
            return Map.of();
        }
        Map<C, RateIncrease.Result> results = new HashMap<>();
        clusters.forEach((cluster, series) -> {
            long jobsBefore = series.jobs(before);
            long jobs = series.jobs(now);
            if (jobsBefore > 0 && jobs > 0) {
                results.put(cluster, RateIncrease.test(series.cases(before), jobsBefore, series.cases(now), jobs));
            }
        });
        double rate = falseDiscoveryRate / LOOKS;
        Map<C, Double> tests = new HashMap<>();
        results.forEach((cluster, result) -> tests.put(cluster, result.p()));
        Map<C, Found> found = new HashMap<>();
        for (C cluster : FalseDiscoveries.believed(tests, rate)) {
            RateIncrease.Result result = results.get(cluster);
            Series series = clusters.get(cluster);
            if (result != null && series != null) {
                found.put(
                        cluster,
                        new Found(
                                series.cases(now),
                                result.expected(),
                                series.jobs(now),
                                result.p(),
                                rate,
                                result.smallNumbers()));
            }
        }
        return found;
    }

    /** The clusters whose sum sounds in a month from the first to the last. */
    public Map<C, Found> drifts(Map<C, Series> clusters, Set<YearMonth> known, YearMonth first, YearMonth last) {
        YearMonth start = first.plusMonths(LOOKS).minusMonths(MONTHS_OF_DRIFT);
        List<YearMonth> before = months(start.minusMonths(MOST_MONTHS_BEFORE_DRIFT), start.minusMonths(1)).stream()
                .filter(known::contains)
                .toList();
        List<YearMonth> run =
                months(start, last).stream().filter(known::contains).toList();
        if (before.size() < FEWEST_MONTHS_BEFORE_DRIFT || !known.containsAll(months(first, last))) {
            return Map.of();
        }
        Map<C, Series> watched = new HashMap<>();
        clusters.forEach((cluster, series) -> {
            if (series.cases(before) >= FEWEST_CASES_BEFORE_DRIFT && series.jobs(run) > 0 && series.jobs(before) > 0) {
                watched.put(cluster, series);
            }
        });
        double runLength = (double) falseDriftEvery * watched.size();
        Map<C, Found> found = new HashMap<>();
        watched.forEach((cluster, series) ->
                sounds(series, before, run, first, runLength).forEach(each -> found.put(cluster, each)));
        return found;
    }

    private Stream<Found> sounds(
            Series series, List<YearMonth> before, List<YearMonth> run, YearMonth first, double runLength) {
        double rate = guarded(series.cases(before)) / series.jobs(before);
        List<PoissonCusum.Month> months = new ArrayList<>();
        run.forEach(month -> months.add(new PoissonCusum.Month(series.cases(month), rate * series.jobs(month))));
        double interval = interval(rate * series.jobs(run) / run.size(), runLength);
        double[] sums = cusum.sums(months, interval);
        for (int i = 0; i < sums.length; i++) {
            if (!run.get(i).isBefore(first) && sums[i] >= interval) {
                double expected = months.get(i).expected();
                return Stream.of(new Found(
                        months.get(i).cases(),
                        expected,
                        series.jobs(run.get(i)),
                        sums[i],
                        interval,
                        expected < RateIncrease.SMALL));
            }
        }
        return Stream.empty();
    }

    /**
     * The rate of before is counted, and where it was counted too low the sum sounds far too often (Jones, Champ and Rigdon,
     * "The run length distribution of the CUSUM with estimated parameters", 2004). So the sum is held against the upper
     * end of what the rate may have been, by one standard error.
     */
    private static double guarded(long cases) {
        return cases + Math.sqrt(cases);
    }

    /** Of an expectation within a twentieth: to find it costs much more than to add up a year. */
    private double interval(double expected, double runLength) {
        long step = Math.round(Math.log(Math.max(expected, 1e-3)) * 20);
        return intervals.computeIfAbsent(
                step + "/" + Math.round(Math.log(runLength) * 20),
                same -> cusum.interval(Math.exp(step / 20.0), runLength));
    }

    private static List<YearMonth> months(YearMonth first, YearMonth last) {
        return Stream.iterate(first, month -> !month.isAfter(last), month -> month.plusMonths(1))
                .toList();
    }
}
