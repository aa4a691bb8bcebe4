package org.servicerecovery.trend;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How patterns are looked for.
 *
 * @param every how often changes are folded
 * @param falseDiscoveryRate which share of the rises found by number of jobs in a quarter may be chance
 * @param driftRatio the rise that is to be found soonest where it comes little by little
 * @param falseDriftEvery how many months pass on average until a drift is found that is none, over all clusters together
 */
@ConfigurationProperties("service-recovery.trend")
record TrendProperties(
        @DefaultValue("PT10S") Duration every,
        @DefaultValue("0.05") double falseDiscoveryRate,
        @DefaultValue("1.5") double driftRatio,
        @DefaultValue("24") int falseDriftEvery) {

    TrendProperties {
        if (!(falseDiscoveryRate > 0 && falseDiscoveryRate < 1)) {
            throw new IllegalArgumentException(
                    "service-recovery.trend.false-discovery-rate is between 0 and 1, not " + falseDiscoveryRate + ".");
        }
        if (!(driftRatio > 1)) {
            throw new IllegalArgumentException(
                    "service-recovery.trend.drift-ratio is more than 1, not " + driftRatio + ".");
        }
        if (falseDriftEvery < 1) {
            throw new IllegalArgumentException(
                    "service-recovery.trend.false-drift-every is at least one month, not " + falseDriftEvery + ".");
        }
    }
}
