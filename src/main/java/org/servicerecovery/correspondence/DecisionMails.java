package org.servicerecovery.correspondence;

import java.time.Clock;
import org.servicerecovery.cases.Actor;
import org.servicerecovery.plan.ManagerDecided;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Tells the owner of a case what the manager decided. The customer is not named in it. */
@Component
class DecisionMails {

    private final MailTable outbox;
    private final QuietHours quiet;
    private final Clock clock;

    DecisionMails(MailTable outbox, QuietHours quiet, Clock clock) {
        this.outbox = outbox;
        this.quiet = quiet;
        this.clock = clock;
    }

    @EventListener
    void tell(ManagerDecided decided) {
        String owner = decided.owner();
        if (owner == null || owner.equals(Actor.current().id())) {
            return;
        }
        outbox.queueNotice(
                decided.caseId(),
                MailTable.Audience.PERSON,
                owner,
                decided.number() + ": a manager decided",
                """
                Case %s, step %d: %s.

                The tab Case in Tasklist says why.
                """.formatted(
                        decided.number(), decided.step(), decided.decision().inText()),
                quiet.notBefore(clock.instant()));
    }
}
