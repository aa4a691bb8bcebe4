package org.servicerecovery.trend.statistics;

import org.apache.commons.statistics.distribution.BinomialDistribution;

/**
 * Whether cases became more frequent than they were, per number of jobs: the conditional test of two Poisson rates
 * (Przyborowski and Wilenski, "Homogeneity of results in testing samples from Poisson series", Biometrika 31, 1940).
 * When the rate per job is the same before and now, then of all cases together each fell into the present with the
 * probability that the present has in the jobs. So the tail is that of a binomial distribution, exact at every size.
 *
 * <p>The plain test of a Poisson count against its expectation takes the rate of before for known. It is counted itself,
 * and where it was counted by few cases that test sounds far more often than it promises. This one has the uncertainty of
 * both sides in it. It sounds a little less often than it promises, because counts are whole; the mid-p form, which halves
 * the probability of the count itself, is nearer on average but promises nothing, and what is promised here is a ceiling.
 */
public final class RateIncrease {

    /** Below it, the numbers are too small to say much: as a rule of thumb since Cochran (1954). */
    public static final double SMALL = 5;

    /**
     * @param expected how many there would be now at the rate of before
     * @param p the probability of as many or more, were the rate the same
     */
    public record Result(double expected, double p) {

        public boolean smallNumbers() {
            return expected < SMALL;
        }
    }

    private RateIncrease() {}

    /**
     * @param before cases of the time that is compared with
     * @param jobsBefore jobs of that time, more than none
     * @param jobs now, more than none
     */
    public static Result test(long before, long jobsBefore, long now, long jobs) {
        double expected = (double) before / jobsBefore * jobs;
        if (now == 0) {
            return new Result(expected, 1);
        }
        double share = (double) jobs / (jobsBefore + jobs);
        double p = BinomialDistribution.of(Math.toIntExact(before + now), share)
                .survivalProbability(Math.toIntExact(now - 1));
        return new Result(expected, p);
    }
}
