package org.servicerecovery.survey;

import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Looks for reminders that are due. Nodes may look at the same time: the lock of each case lets one of them act. */
@Component
class Reminders {

    private final AskAfterClosing surveys;

    Reminders(AskAfterClosing surveys) {
        this.surveys = surveys;
    }

    @Scheduled(fixedDelayString = "${service-recovery.survey.every:PT5M}")
    void look() {
        surveys.remind();
    }
}
