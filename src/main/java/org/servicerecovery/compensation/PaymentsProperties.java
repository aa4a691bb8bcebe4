package org.servicerecovery.compensation;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who pays refunds, and how long we wait for an answer.
 *
 * @param readTimeout how long one answer may take; with the connect time-out at most 30 s, because a job of the engine
 *     is locked for 60 s and another executor would start it a second time after that
 */
@ConfigurationProperties("service-recovery.payments")
record PaymentsProperties(
        @DefaultValue("sandbox") String processor,
        @DefaultValue("2s") Duration connectTimeout,
        @DefaultValue("10s") Duration readTimeout,
        @DefaultValue Sandbox sandbox) {

    private static final Duration LONGEST_CALL = Duration.ofSeconds(30);

    PaymentsProperties {
        if (!isPositive(connectTimeout) || !isPositive(readTimeout)) {
            throw new IllegalArgumentException(
                    "service-recovery.payments.connect-timeout and read-timeout must be above zero.");
        }
        if (connectTimeout.plus(readTimeout).compareTo(LONGEST_CALL) > 0) {
            throw new IllegalArgumentException(
                    "service-recovery.payments.connect-timeout and read-timeout together must not exceed 30s:"
                            + " a refund has to be answered well within the job's lock of 60s.");
        }
    }

    private static boolean isPositive(Duration duration) {
        return !duration.isNegative() && !duration.isZero();
    }

    /**
     * The built-in sandbox processor.
     *
     * @param url where it runs in a process of its own; when set, none is started here
     * @param jdbcUrl the database of its book when it runs here; else a database of its own in the
     *     embedded server
     * @param port on loopback when it runs here; 0 takes a free one
     * @param slowDelay how late it answers for charges marked {@code -slow-}
     */
    record Sandbox(
            @Nullable String url,
            @Nullable String jdbcUrl,
            @DefaultValue("0") int port,
            @DefaultValue("15s") Duration slowDelay) {}
}
