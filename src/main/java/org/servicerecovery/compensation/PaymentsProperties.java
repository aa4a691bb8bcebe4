package org.servicerecovery.compensation;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.TimeOuts;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who pays refunds, and how long we wait for an answer.
 *
 * @param readTimeout how long one answer may take; with the connect time-out, for all requests that a refund takes, at
 *     most half of the time for which the engine locks a job, because after that time it starts the job once more
 * @param customerBalance whether credit is put on the processor's balance of a customer whom it knows; what stands there is
 *     looked after all the same
 * @param reconcileBack how old refunds may be whose news a lost notice would have told; a bank may send money back for
 *     weeks
 * @param noticeSecret what the processor signs its notices with; a sandbox in this process has one made up at each start
 */
@ConfigurationProperties("service-recovery.payments")
record PaymentsProperties(
        @DefaultValue("sandbox") String processor,
        @DefaultValue("2s") Duration connectTimeout,
        @DefaultValue("8s") Duration readTimeout,
        @DefaultValue("") String noticeSecret,
        @DefaultValue("false") boolean customerBalance,
        @DefaultValue("35d") Duration reconcileBack,
        @DefaultValue Sandbox sandbox,
        @DefaultValue Stripe stripe) {

    TimeOuts timeOuts() {
        return new TimeOuts("service-recovery.payments", connectTimeout, readTimeout);
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "PaymentsProperties[processor=" + processor + ", sandbox=" + sandbox + ", stripe=" + stripe + "]";
    }

    /**
     * Stripe.
     *
     * @param apiKey a secret key, or a restricted one that may read and write refunds
     * @param apiBase another address than Stripe's own, for a proxy or a test
     */
    record Stripe(
            @DefaultValue("") String apiKey,
            @DefaultValue("") String apiBase) {

        /** Without the key. */
        @Override
        public String toString() {
            return "Stripe[apiBase=" + apiBase + "]";
        }
    }

    /**
     * The built-in sandbox processor.
     *
     * @param url where it runs in a process of its own; when set, none is started here
     * @param jdbcUrl the database of its book when it runs here; else a database of its own in the
     *     embedded server
     * @param port on loopback when it runs here; 0 takes a free one
     * @param slowDelay how late it answers for charges marked {@code -slow-}
     * @param newsDelay how long a refund stays pending on a charge marked {@code -pending-}, and how late it fails on one
     *     marked {@code -fails-later-}
     */
    record Sandbox(
            @Nullable String url,
            @Nullable String jdbcUrl,
            @DefaultValue("0") int port,
            @DefaultValue("15s") Duration slowDelay,
            @DefaultValue("30s") Duration newsDelay) {}
}
