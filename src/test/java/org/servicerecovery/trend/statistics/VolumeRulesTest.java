package org.servicerecovery.trend.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.statistics.distribution.PoissonDistribution;
import org.junit.jupiter.api.Test;

class VolumeRulesTest {

    @Test
    void theProbabilityOfARiseIsThatOfAllCasesFallingIntoThePresentByTheirShareOfTheJobs() {
        // Of 4 cases 3 now, with a quarter of the jobs now: 4 (1/4)^3 (3/4) + (1/4)^4 = 13/256.
        RateIncrease.Result result = RateIncrease.test(1, 300, 3, 100);
        assertThat(result.p()).isCloseTo(13.0 / 256, within(1e-12));
        assertThat(result.expected()).isCloseTo(1.0 / 3, within(1e-12));
        assertThat(result.smallNumbers()).isTrue();
        assertThat(RateIncrease.test(60, 1200, 15, 100).smallNumbers()).isFalse();
        assertThat(RateIncrease.test(5, 10, 0, 10).p()).isEqualTo(1);
        assertThat(RateIncrease.test(0, 300, 2, 100).p()).as("never before").isCloseTo(1.0 / 16, within(1e-12));
    }

    @Test
    void ofManyTestsTheStepUpBelievesThoseBelowTheirLine() {
        // The example of Benjamini and Hochberg (1995): 15 tests at 0.05, of which four are believed.
        Map<Integer, Double> tests = new java.util.HashMap<>();
        double[] p = {
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528,
            0.7590, 1.0
        };
        for (int i = 0; i < p.length; i++) {
            tests.put(i, p[i]);
        }
        assertThat(FalseDiscoveries.believed(tests, 0.05)).containsExactlyInAnyOrder(0, 1, 2, 3);
        assertThat(FalseDiscoveries.believed(Map.of(), 0.05)).isEmpty();
        assertThat(FalseDiscoveries.believed(Map.of("a", 0.04, "b", 0.05), 0.05))
                .as("the last below its line takes those before it along")
                .containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void theDecisionIntervalGivesTheRunLengthThatIsAskedFor() {
        PoissonCusum cusum = new PoissonCusum(1.5);
        for (double expected : new double[] {2, 12}) {
            double interval = cusum.interval(expected, 200);
            assertThat(cusum.runLength(expected, interval)).isBetween(190.0, 260.0);
            // The same by running it, with a seed.
            UniformRandomProvider rng = new SplittableRandom(3)::nextLong;
            var counts = PoissonDistribution.of(expected).createSampler(rng);
            long months = 0;
            int runs = 2_000;
            for (int i = 0; i < runs; i++) {
                double sum = 0;
                while (sum < interval) {
                    sum = Math.max(0, sum + counts.sample() * Math.log(1.5) - expected * 0.5);
                    months++;
                }
            }
            assertThat((double) months / runs)
                    .as("at " + expected)
                    .isCloseTo(
                            cusum.runLength(expected, interval), org.assertj.core.data.Percentage.withPercentage(10));
        }
    }

    @Test
    void theSumBeginsAgainAfterItHasSounded() {
        PoissonCusum cusum = new PoissonCusum(2);
        List<PoissonCusum.Month> months =
                List.of(new PoissonCusum.Month(0, 2), new PoissonCusum.Month(6, 2), new PoissonCusum.Month(6, 2));
        double added = 6 * Math.log(2) - 2;
        assertThat(cusum.sums(months, 2)).containsExactly(0, added, added);
        assertThat(cusum.sums(months, 100)).containsExactly(0, added, 2 * added);
    }
}
