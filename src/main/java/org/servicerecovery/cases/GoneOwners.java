package org.servicerecovery.cases;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Looks for owners who have left or work no cases any more, and leaves their cases to those that nobody owns. The engine
 * tells nobody when a person is removed. Nodes may look at the same time: the lock of each case lets one of them act.
 */
@Component
class GoneOwners {

    private static final Logger LOG = LoggerFactory.getLogger(GoneOwners.class);

    private final Cases cases;
    private final OwnerDirectory owners;

    GoneOwners(Cases cases, OwnerDirectory owners) {
        this.cases = cases;
        this.owners = owners;
    }

    @Scheduled(fixedDelayString = "${service-recovery.gone-owners.every:PT5M}")
    void releaseCases() {
        for (String owner : cases.ownersAtWork()) {
            if (!owners.mayOwnCases(owner)) {
                cases.notOverOf(owner).forEach(this::release);
            }
        }
    }

    /** One case that cannot be released keeps none of the others. */
    private void release(CaseNumber number) {
        try {
            cases.release(number);
        } catch (RuntimeException e) {
            LOG.warn("Case {} could not be taken from its owner, who is gone. It is tried again.", number, e);
        }
    }
}
