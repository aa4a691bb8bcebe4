package org.servicerecovery.measure;

import java.math.BigDecimal;
import java.util.List;
import java.util.SortedMap;
import org.servicerecovery.trend.Period;

/**
 * How long something took, for half of the cases and for nine in ten. Durations are counted in bands of which eight
 * double the time (trend_band): the end of one is 9 % above its beginning, and its middle less than 4.5 % from both.
 */
record TimeTaken(String key, String series) implements Measure {

    private static final double BANDS_TO_DOUBLE = 8;
    private static final double MIDDLE = 0.5;
    private static final double HALF = 0.5;
    private static final double NINE_IN_TEN = 0.9;

    @Override
    public Unit unit() {
        return Unit.SECONDS;
    }

    @Override
    public List<Value> of(Figures figures, Period period) {
        SortedMap<String, Figures.Sum> bands = figures.in(series, period);
        return List.of(quantile("median", HALF, bands), quantile("ninetieth", NINE_IN_TEN, bands));
    }

    private static Value quantile(String part, double share, SortedMap<String, Figures.Sum> bands) {
        long all = bands.values().stream().mapToLong(Figures.Sum::cases).sum();
        if (all == 0) {
            return Value.none(part);
        }
        double wanted = share * all;
        double below = 0;
        for (var band : bands.entrySet()) {
            long here = band.getValue().cases();
            if (below + here >= wanted) {
                double seconds = Math.pow(2, (Integer.parseInt(band.getKey()) + MIDDLE) / BANDS_TO_DOUBLE);
                return new Value(part, BigDecimal.valueOf(Math.round(seconds)), null, all, null, null);
            }
            below += here;
        }
        throw new IllegalStateException("No band holds a share below one.");
    }
}
