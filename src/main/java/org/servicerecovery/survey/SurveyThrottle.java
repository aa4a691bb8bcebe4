package org.servicerecovery.survey;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import org.servicerecovery.Buckets;

/** How often the public page may be asked for from one address, and answers be sent by one link. */
final class SurveyThrottle {

    /** Many customers may come from one address, and a scanner of mails follows links in bursts. */
    private static final Bandwidth FOR_ADDRESS = Buckets.limit(120, Duration.ofSeconds(1));

    private static final Bandwidth FOR_LINK = Buckets.limit(10, Duration.ofSeconds(30));

    private final Buckets<String> addresses;
    private final Buckets<Long> links;

    SurveyThrottle(TimeMeter time) {
        this.addresses = new Buckets<>(time);
        this.links = new Buckets<>(time);
    }

    /** How long to wait; zero for the request that is let in. */
    Duration request(String address) {
        return wait(addresses.of(address, FOR_ADDRESS).tryConsumeAndReturnRemaining(1));
    }

    Duration answer(long invitationId) {
        return wait(links.of(invitationId, FOR_LINK).tryConsumeAndReturnRemaining(1));
    }

    private static Duration wait(ConsumptionProbe probe) {
        return probe.isConsumed() ? Duration.ZERO : Duration.ofNanos(probe.getNanosToWaitForRefill());
    }
}
