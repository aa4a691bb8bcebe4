package org.servicerecovery.trend;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Folds what was appended, then looks for patterns where something changed. Nodes take turns. */
@Component
public class TrendTick {

    private static final Logger LOG = LoggerFactory.getLogger(TrendTick.class);

    private final TrendFold fold;
    private final SignalFinder signals;

    TrendTick(TrendFold fold, SignalFinder signals) {
        this.fold = fold;
        this.signals = signals;
    }

    @Scheduled(fixedDelayString = "${service-recovery.trend.every:PT10S}")
    public void look() {
        if (fold.isOfAnotherZone()) {
            TrendFold.Recount recount = fold.recount();
            fold.isOfThisZone();
            LOG.info(
                    "Counted {} cases by the days of the business; {} of them were on another day.",
                    recount.cases(),
                    recount.wrongCases());
        }
        fold.fold();
        signals.takeTouchedCases();
        for (Quarter quarter : signals.toLookAt()) {
            try {
                signals.look(quarter);
            } catch (RuntimeException failed) {
                // The quarter stays marked, and the others get their turn: a table may have been deployed that answers
                // nothing.
                LOG.error("Signals of {} were not looked for; it is tried again.", quarter, failed);
            }
        }
        signals.followMerges();
    }
}
