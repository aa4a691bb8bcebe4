package org.servicerecovery.compensation;

import java.time.Duration;
import org.servicerecovery.TimeOuts;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who schedules comped services, and how long we wait for an answer: with both time-outs at most half of the time for
 * which the engine locks a job.
 */
@ConfigurationProperties("service-recovery.comped-services")
record CompedServicesProperties(
        @DefaultValue Target quote,
        @DefaultValue Target membershipVisit,
        @DefaultValue("2s") Duration connectTimeout,
        @DefaultValue("10s") Duration readTimeout) {

    /**
     * A system of the business's own.
     *
     * @param url where orders are posted to; empty for the built-in list
     * @param secret what they are signed with
     */
    record Target(
            @DefaultValue("") String url, @DefaultValue("") String secret) {

        boolean isBuiltIn() {
            return url.isBlank();
        }

        /** Without the secret, so that no log has it. */
        @Override
        public String toString() {
            return "Target[" + url + "]";
        }
    }

    TimeOuts timeOuts() {
        return new TimeOuts("service-recovery.comped-services", connectTimeout, readTimeout);
    }
}
