package org.servicerecovery.trend.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.servicerecovery.trend.statistics.RateRatio.Interval;

/** By numbers that can be worked out by hand: the limits of a binomial share are roots where one of its ends is empty. */
class RateRatioTest {

    @Test
    void sixBeforeAndNoneAfterIsFewerByItself() {
        // The share after is at most 1 - 0.025^(1/6) = 0.459258, which stands for 0.459258 / 0.540742.
        Interval found = RateRatio.of(6, 56, 0, 56);
        assertThat(found.value()).isZero();
        assertThat(found.low()).isZero();
        assertThat(found.high()).isCloseTo(0.849311, within(1e-5));
        assertThat(found.belowOne()).isTrue();
    }

    @Test
    void fiveBeforeAndNoneAfterMayBeChance() {
        // 1 - 0.025^(1/5) = 0.521824.
        Interval found = RateRatio.of(5, 56, 0, 56);
        assertThat(found.high()).isCloseTo(0.521824 / 0.478176, within(1e-5));
        assertThat(found.belowOne()).isFalse();
    }

    @Test
    void oneEachMayBeNearlyAnything() {
        // Two throws of a coin: 1 - sqrt(0.975) = 0.012579 and the same from above.
        Interval found = RateRatio.of(1, 10, 1, 10);
        assertThat(found.value()).isEqualTo(1);
        assertThat(found.low()).isCloseTo(0.012579 / 0.987421, within(1e-5));
        assertThat(found.high()).isCloseTo(0.987421 / 0.012579, within(1e-2));
        assertThat(found.belowOne() || found.aboveOne()).isFalse();
    }

    @Test
    void whatWasNeverBeforeIsNoMultipleOfIt() {
        Interval one = RateRatio.of(0, 10, 1, 10);
        assertThat(one.value()).isNull();
        assertThat(one.low()).isCloseTo(0.025 / 0.975, within(1e-6));
        assertThat(one.high()).isNull();
        Interval six = RateRatio.of(0, 10, 6, 10);
        assertThat(six.low()).isCloseTo(0.540742 / 0.459258, within(1e-5));
        assertThat(six.aboveOne()).isTrue();
        Interval none = RateRatio.of(0, 10, 0, 10);
        assertThat(none).isEqualTo(new Interval(null, 0, null));
        assertThat(none.belowOne() || none.aboveOne()).isFalse();
    }

    @Test
    void twiceTheTimeHalvesTheRate() {
        Interval same = RateRatio.of(6, 56, 6, 56);
        Interval longer = RateRatio.of(6, 56, 6, 112);
        assertThat(longer.value()).isEqualTo(0.5);
        assertThat(longer.low()).isCloseTo(same.low() / 2, within(1e-9));
        assertThat(longer.high()).isCloseTo(same.high() / 2, within(1e-9));
    }

    @Test
    void manyOnBothSidesAreToldApart() {
        // By the normal approximation of the logarithm: 0.5 * exp(+-1.96 * sqrt(1/200 + 1/100)) = 0.393 to 0.636.
        Interval found = RateRatio.of(200, 1000, 100, 1000);
        assertThat(found.low()).isCloseTo(0.393, within(0.01));
        assertThat(found.high()).isCloseTo(0.636, within(0.01));
    }

    @Test
    void inNoTimeNothingIsFrequent() {
        assertThatThrownBy(() -> RateRatio.of(1, 0, 1, 10)).hasMessageContaining("no time");
    }
}
