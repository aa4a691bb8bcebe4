package org.servicerecovery.correspondence;

import java.time.Clock;
import java.util.Objects;
import java.util.stream.Stream;
import org.servicerecovery.cases.Actor;
import org.servicerecovery.cases.CaseMerged;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Tells the owners of two merged cases by mail, but for the one who merged them. The customer is not named in it. */
@Component
class MergeNotices {

    private final MailTable outbox;
    private final QuietHours quiet;
    private final Clock clock;

    MergeNotices(MailTable outbox, QuietHours quiet, Clock clock) {
        this.outbox = outbox;
        this.quiet = quiet;
        this.clock = clock;
    }

    @EventListener
    void tell(CaseMerged merged) {
        String duplicate = merged.duplicate().number().value();
        String goesOn = merged.goesOn().number().value();
        Stream.of(merged.goesOn().owner(), merged.duplicate().owner())
                .filter(Objects::nonNull)
                .distinct()
                .filter(owner -> !owner.equals(Actor.current().id()))
                .forEach(owner -> outbox.queueNotice(
                        merged.goesOn().id(),
                        MailTable.Audience.PERSON,
                        owner,
                        goesOn + ": " + duplicate + " was merged in",
                        """
                        Case %s is a duplicate and was merged into %s, which goes on.

                        Its notes, photos, letters and money are read there, in Tasklist on the tab Case.
                        The clock counts from the earlier start of the two.
                        """.formatted(duplicate, goesOn),
                        quiet.notBefore(clock.instant())));
    }
}
