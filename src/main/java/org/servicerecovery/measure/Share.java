package org.servicerecovery.measure;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.servicerecovery.trend.Period;

/**
 * How many of all that were judged in a way.
 *
 * @param parts which keys count, by the name of the part
 */
record Share(String key, String series, List<Part> parts) implements Measure {

    record Part(String name, Set<String> counted) {}

    private static final int PLACES = 4;
    /** The standard normal deviate of 95 %. */
    private static final double Z = 1.959964;

    static Share ofYes(String key, String series) {
        return new Share(key, series, List.of(new Part("share", Set.of("YES"))));
    }

    @Override
    public Unit unit() {
        return Unit.SHARE;
    }

    @Override
    public List<Value> of(Figures figures, Period period) {
        Map<String, Figures.Sum> sums = figures.in(series, period);
        long all = sums.values().stream().mapToLong(Figures.Sum::cases).sum();
        return parts.stream()
                .map(part -> value(
                        part.name(),
                        part.counted().stream()
                                .mapToLong(counted -> sums.getOrDefault(counted, Figures.Sum.NONE)
                                        .cases())
                                .sum(),
                        all))
                .toList();
    }

    /** With Wilson's interval, which holds for few and for shares near none and all as well. */
    private static Value value(String part, long counted, long all) {
        if (all == 0) {
            return Value.none(part);
        }
        double share = (double) counted / all;
        double spread = Z * Z / all;
        double middle = (share + spread / 2) / (1 + spread);
        double half = Z * Math.sqrt(share * (1 - share) / all + spread / (4 * all)) / (1 + spread);
        return new Value(
                part,
                BigDecimal.valueOf(counted).divide(BigDecimal.valueOf(all), PLACES, RoundingMode.HALF_UP),
                BigDecimal.valueOf(counted),
                all,
                rounded(Math.max(0, middle - half)),
                rounded(Math.min(1, middle + half)));
    }

    private static BigDecimal rounded(double share) {
        return BigDecimal.valueOf(share).setScale(PLACES, RoundingMode.HALF_UP);
    }
}
