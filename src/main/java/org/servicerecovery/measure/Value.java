package org.servicerecovery.measure;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * One figure.
 *
 * @param part which of the measure's figures, such as {@code median}, or a currency
 * @param value null where there is nothing to measure
 * @param numerator null where none is divided
 * @param denominator of how many it is
 * @param low the lower end of what it may be by chance (95 %), null where it is not known
 * @param high the upper end
 */
record Value(
        String part,
        @Nullable BigDecimal value,
        @Nullable BigDecimal numerator,
        long denominator,
        @Nullable BigDecimal low,
        @Nullable BigDecimal high) {

    /** Below it one case more or less changes the figure by more than three in a hundred. */
    static final int FEW = 30;

    static Value none(String part) {
        return new Value(part, null, null, 0, null, null);
    }

    /** Whether there are so few that it should be read with care. */
    boolean isOfFew() {
        return denominator > 0 && denominator < FEW;
    }
}
