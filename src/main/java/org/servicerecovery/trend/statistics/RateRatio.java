package org.servicerecovery.trend.statistics;

import org.apache.commons.statistics.distribution.BetaDistribution;
import org.jspecify.annotations.Nullable;

/**
 * How many times as frequent something is after as it was before, with the interval in which that may lie by chance. Given
 * how many there were in both times together, those after are binomial (Przyborowski and Wilenski, Biometrika 31, 1940);
 * the limits of their share are exact (Clopper and Pearson, "The use of confidence or fiducial limits illustrated in the
 * case of the binomial", Biometrika 26, 1934), and a share p stands for the ratio p / (1 - p) per exposure. That is the
 * interval of {@code poisson.test} in R. It covers the true ratio at least as often as it says, at any size; so it is
 * rather too wide than too narrow.
 */
public final class RateRatio {

    /** How sure the interval is. */
    public static final double LEVEL = 0.95;

    /**
     * @param value null where nothing was before, so that nothing can be a multiple of it
     * @param low end of the interval
     * @param high null where it has no end: there was nothing before
     */
    public record Interval(
            @Nullable Double value, double low, @Nullable Double high) {

        public boolean belowOne() {
            return high != null && high < 1;
        }

        public boolean aboveOne() {
            return low > 1;
        }
    }

    private RateRatio() {}

    /**
     * @param before how many there were, in so much exposure: days, or jobs; more than none
     * @param after the same of the time that is compared with it
     */
    public static Interval of(long before, double exposureBefore, long after, double exposureAfter) {
        if (!(exposureBefore > 0) || !(exposureAfter > 0)) {
            throw new IllegalArgumentException(
                    "Nothing is frequent in no time: " + exposureBefore + ", " + exposureAfter + ".");
        }
        double scale = exposureBefore / exposureAfter;
        double tail = (1 - LEVEL) / 2;
        double low = after == 0
                ? 0
                : odds(BetaDistribution.of(after, before + 1.0).inverseCumulativeProbability(tail)) * scale;
        @Nullable
        Double high = before == 0
                ? null
                : Double.valueOf(
                        odds(BetaDistribution.of(after + 1.0, before).inverseSurvivalProbability(tail)) * scale);
        return new Interval(before == 0 ? null : Double.valueOf((double) after / before * scale), low, high);
    }

    private static double odds(double share) {
        return share / (1 - share);
    }
}
