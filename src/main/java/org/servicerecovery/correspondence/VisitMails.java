package org.servicerecovery.correspondence;

import java.time.Clock;
import org.servicerecovery.workorder.VisitCalledOff;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Asks the owner of a case that is over to call a customer who still expects somebody. The customer is not named in it. */
@Component
class VisitMails {

    private final MailTable outbox;
    private final QuietHours quiet;
    private final Clock clock;

    VisitMails(MailTable outbox, QuietHours quiet, Clock clock) {
        this.outbox = outbox;
        this.quiet = quiet;
        this.clock = clock;
    }

    @EventListener
    void tell(VisitCalledOff off) {
        if (off.owner() == null) {
            return;
        }
        outbox.queueNotice(
                off.caseId(),
                MailTable.Audience.PERSON,
                off.owner(),
                off.number() + ": nobody comes to the customer any more",
                """
                The case %s is over, and the visit of step %d was taken from the queue.
                The customer was told that somebody comes: please call them.

                The tab Case in Tasklist says when.
                """.formatted(off.number(), off.step()),
                quiet.notBefore(clock.instant()));
    }
}
