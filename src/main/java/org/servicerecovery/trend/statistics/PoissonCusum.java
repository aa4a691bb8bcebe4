package org.servicerecovery.trend.statistics;

import java.util.List;
import org.apache.commons.statistics.distribution.PoissonDistribution;

/**
 * Whether cases became more frequent little by little: the cumulative sum of Poisson counts (Lucas, "Counted data CUSUM's",
 * Technometrics 27, 1985). Each count adds what it has above the reference value k = (m₁ − m₀) / (ln m₁ − ln m₀), the sum
 * never falls below zero, and it sounds at the decision interval h. Here everything is measured in units of ln(m₁ / m₀):
 * then one h serves while the volume, and with it m₀, changes from month to month.
 *
 * <p>h is the one at which the sum sounds once in the wanted run of months while nothing has changed. The run length is
 * that of a Markov chain over the values of the sum (Brook and Evans, "An approach to the probability distribution of
 * CUSUM run length", Biometrika 59, 1972).
 */
public final class PoissonCusum {

    /** Values of the sum that are told apart: more of them change h by less than a hundredth. */
    private static final int CELLS = 60;

    private final double ratio;
    private final double logRatio;

    /** @param ratio the rise that is to be found soonest, such as 1.5 times as many */
    public PoissonCusum(double ratio) {
        if (!(ratio > 1)) {
            throw new IllegalArgumentException("A rise is more than once as many, not " + ratio + ".");
        }
        this.ratio = ratio;
        this.logRatio = Math.log(ratio);
    }

    /** One month. */
    public record Month(long cases, double expected) {}

    /** What one month adds. */
    private double added(long cases, double expected) {
        return cases * logRatio - expected * (ratio - 1);
    }

    /**
     * The sum after each month. It begins again at zero after it has sounded, so that a drift that goes on sounds again.
     */
    public double[] sums(List<Month> months, double interval) {
        double[] sums = new double[months.size()];
        double sum = 0;
        for (int i = 0; i < sums.length; i++) {
            Month month = months.get(i);
            sum = Math.max(0, (sum >= interval ? 0 : sum) + added(month.cases(), month.expected()));
            sums[i] = sum;
        }
        return sums;
    }

    /**
     * The decision interval h.
     *
     * @param expected cases of a month while nothing has changed
     * @param runLength how many months pass on average until it sounds all the same
     */
    public double interval(double expected, double runLength) {
        // At h the run is never shorter than exp(h): Lorden (1971). So the wanted h lies below.
        double low = 0;
        double high = Math.log(runLength);
        for (int i = 0; i < 30 && high - low > 1e-3; i++) {
            double middle = (low + high) / 2;
            if (runLength(expected, middle) < runLength) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }

    /** How many months pass on average until the sum reaches h, from zero, while nothing has changed. */
    public double runLength(double expected, double interval) {
        if (interval <= 0) {
            return 1;
        }
        double width = 2 * interval / (2 * CELLS - 1);
        double[] upTo = cumulative(expected, (int) ((interval + width + expected * (ratio - 1)) / logRatio) + 1);
        double[][] equations = new double[CELLS][CELLS + 1];
        for (int from = 0; from < CELLS; from++) {
            double before = 0;
            for (int to = 0; to < CELLS; to++) {
                // The sum lands in a cell when it is no more than the upper edge of it.
                double most = Math.floor((to * width + width / 2 - from * width + expected * (ratio - 1)) / logRatio);
                double now = most < 0 ? 0 : upTo[(int) most];
                equations[from][to] = (from == to ? 1 : 0) - (now - before);
                before = now;
            }
            equations[from][CELLS] = 1;
        }
        return solve(equations);
    }

    private static double[] cumulative(double expected, int most) {
        PoissonDistribution counts = PoissonDistribution.of(expected);
        double[] upTo = new double[most + 1];
        for (int i = 0; i <= most; i++) {
            upTo[i] = counts.cumulativeProbability(i);
        }
        return upTo;
    }

    /** The first unknown of linear equations, by elimination; a run that never ends is infinite. */
    private static double solve(double[][] equations) {
        int n = equations.length;
        for (int column = 0; column < n; column++) {
            int best = column;
            for (int row = column + 1; row < n; row++) {
                if (Math.abs(equations[row][column]) > Math.abs(equations[best][column])) {
                    best = row;
                }
            }
            double[] pivot = equations[best];
            if (Math.abs(pivot[column]) < 1e-14) {
                return Double.POSITIVE_INFINITY;
            }
            equations[best] = equations[column];
            equations[column] = pivot;
            for (int row = column + 1; row < n; row++) {
                double factor = equations[row][column] / pivot[column];
                if (factor != 0) {
                    for (int i = column; i <= n; i++) {
                        equations[row][i] -= factor * pivot[i];
                    }
                }
            }
        }
        double[] solution = new double[n];
        for (int row = n - 1; row >= 0; row--) {
            double rest = equations[row][n];
            for (int i = row + 1; i < n; i++) {
                rest -= equations[row][i] * solution[i];
            }
            solution[row] = rest / equations[row][row];
        }
        return solution[0] > 0 ? solution[0] : Double.POSITIVE_INFINITY;
    }
}
