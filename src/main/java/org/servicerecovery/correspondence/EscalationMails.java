package org.servicerecovery.correspondence;

import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.servicerecovery.BusinessZone;
import org.servicerecovery.sla.LevelReached;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Tells colleagues of a near or missed deadline by mail, beside their task. The customer is not named in it. */
@Component
class EscalationMails {

    private static final DateTimeFormatter MOMENT =
            DateTimeFormatter.ofPattern("EEE d MMM yyyy, HH:mm z", Locale.ENGLISH);

    private final MailTable outbox;
    private final QuietHours quiet;
    private final Clock clock;
    private final BusinessZone zone;

    EscalationMails(MailTable outbox, QuietHours quiet, Clock clock, BusinessZone zone) {
        this.outbox = outbox;
        this.quiet = quiet;
        this.clock = clock;
        this.zone = zone;
    }

    @EventListener
    void tell(LevelReached reached) {
        if (reached.person() == null && reached.roles().isEmpty()) {
            return;
        }
        String due = MOMENT.format(reached.dueAt().atZone(zone.id()));
        String what = switch (reached.level()) {
            case 1 -> "deadline near";
            case 2 -> "deadline missed";
            default -> "nobody acted on the missed deadline";
        };
        Instant now = clock.instant();
        outbox.queueNotice(
                reached.caseId(),
                reached.person() != null ? MailTable.Audience.PERSON : MailTable.Audience.ROLES,
                reached.person() != null ? reached.person() : String.join(",", reached.roles()),
                reached.caseNumber() + ": " + what,
                """
                Case %s: %s.

                %s clock, due %s.
                There is a task for you in Tasklist; the tab Case shows the customer and the plan.
                """.formatted(reached.caseNumber(), what, reached.clock().label(), due),
                quiet.notBefore(now));
    }
}
