package org.servicerecovery.resolution;

import java.util.List;
import org.servicerecovery.cases.CaseNumber;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * When a prevention action was done some weeks ago, compares the cases before and after, so that it stands in its owner's
 * list to be judged. Each case under its own lock: two nodes that look at once compare it once.
 */
@Component
public class PreventionChecks {

    private static final Logger LOG = LoggerFactory.getLogger(PreventionChecks.class);

    private static final int MOST_AT_ONCE = 200;

    private final Preventions preventions;

    PreventionChecks(Preventions preventions) {
        this.preventions = preventions;
    }

    @Scheduled(fixedDelayString = "${service-recovery.prevention.every}")
    public void look() {
        List<CaseNumber> due = preventions.toCompare(MOST_AT_ONCE);
        for (CaseNumber each : due) {
            try {
                preventions.compare(each);
            } catch (RuntimeException failed) {
                LOG.error("The prevention action of {} was not compared; it is tried again.", each.value(), failed);
            }
        }
    }
}
