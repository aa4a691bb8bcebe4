package org.servicerecovery.measure;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import org.servicerecovery.trend.Period;

/**
 * The mean of answers from 1 to 5.
 *
 * @param groups whose answers; their keys begin with the group, as in "before 4", unless there is but one
 */
record MeanScore(String key, String series, List<String> groups) implements Measure {

    private static final int PLACES = 2;
    private static final int BEST = 5;
    private static final double Z = 1.959964;

    @Override
    public Unit unit() {
        return Unit.SCORE;
    }

    @Override
    public List<Value> of(Figures figures, Period period) {
        Map<String, Figures.Sum> sums = figures.in(series, period);
        return groups.stream()
                .map(group -> mean(group, groups.size() == 1 ? "" : group + " ", sums))
                .toList();
    }

    private static Value mean(String group, String prefix, Map<String, Figures.Sum> sums) {
        long answers = 0;
        long total = 0;
        long squares = 0;
        for (int score = 1; score <= BEST; score++) {
            long here = sums.getOrDefault(prefix + score, Figures.Sum.NONE).cases();
            answers += here;
            total += here * score;
            squares += here * score * score;
        }
        if (answers == 0) {
            return Value.none(group);
        }
        BigDecimal mean = BigDecimal.valueOf(total).divide(BigDecimal.valueOf(answers), PLACES, RoundingMode.HALF_UP);
        if (answers == 1) {
            return new Value(group, mean, BigDecimal.valueOf(total), answers, null, null);
        }
        double exact = (double) total / answers;
        double half = Z * Math.sqrt((squares - total * exact) / (answers - 1) / answers);
        return new Value(
                group,
                mean,
                BigDecimal.valueOf(total),
                answers,
                rounded(Math.max(1, exact - half)),
                rounded(Math.min(BEST, exact + half)));
    }

    private static BigDecimal rounded(double score) {
        return BigDecimal.valueOf(score).setScale(PLACES, RoundingMode.HALF_UP);
    }
}
