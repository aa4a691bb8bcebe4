package org.servicerecovery.compensation;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Books off what is left of credits whose time is over. Nodes may look at the same time: each is booked once. */
@Component
class CreditExpiry {

    private static final Logger LOG = LoggerFactory.getLogger(CreditExpiry.class);

    private final Credits credits;
    private final BalanceReading balances;

    CreditExpiry(Credits credits, BalanceReading balances) {
        this.credits = credits;
        this.balances = balances;
    }

    @Scheduled(fixedDelayString = "${service-recovery.credit.expiry-every:PT15M}")
    void bookOff() {
        credits.expired().forEach(this::bookOff);
    }

    /** One that cannot be booked keeps none of the others. */
    private void bookOff(long compensationId) {
        try {
            balances.catchUp(credits.ownerOf(compensationId));
            credits.expire(compensationId);
        } catch (RuntimeException e) {
            LOG.warn("The expired credit {} could not be booked off. It is tried again.", compensationId, e);
        }
    }
}
