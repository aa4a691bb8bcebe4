package org.servicerecovery.measure;

import java.util.List;
import org.servicerecovery.MoneyColumns;
import org.servicerecovery.trend.Period;

/** What recovery cost, each currency by itself: amounts of two are never added. */
record Cost(String key, String series) implements Measure {

    @Override
    public Unit unit() {
        return Unit.MONEY;
    }

    @Override
    public List<Value> of(Figures figures, Period period) {
        return figures.in(series, period).entrySet().stream()
                .map(cost -> new Value(
                        cost.getKey(),
                        MoneyColumns.of(cost.getValue().total(), cost.getKey()).getAmount(),
                        null,
                        cost.getValue().cases(),
                        null,
                        null))
                .toList();
    }
}
