package org.servicerecovery.correspondence;

import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Sends what lies in the outbox. */
@Component
@EnableConfigurationProperties({BouncesProperties.class, Letterhead.class})
class MailDelivery {

    private static final Logger LOG = LoggerFactory.getLogger(MailDelivery.class);

    private final MailTable outbox;
    private final Colleagues colleagues;
    private final PrivateLinks links;
    private final Mailing mailing;

    MailDelivery(MailTable outbox, Colleagues colleagues, PrivateLinks links, Mailing mailing) {
        this.outbox = outbox;
        this.colleagues = colleagues;
        this.links = links;
        this.mailing = mailing;
    }

    @Scheduled(fixedDelayString = "${service-recovery.mail.every:PT2S}")
    void deliver() {
        for (Optional<MailTable.Mail> next = outbox.claim(); next.isPresent(); next = outbox.claim()) {
            MailTable.Mail mail = next.get();
            try {
                deliver(mail);
            } catch (RuntimeException e) {
                // Whatever it is, it is this mail's: the others wait for nothing.
                LOG.warn("Mail {} could not be sent.", mail.id(), e);
                failed(mail, "It could not be made, or what became of it not recorded.");
            }
        }
        outbox.reached().forEach(this::tell);
    }

    private void deliver(MailTable.Mail mail) {
        List<String> addresses = addresses(mail);
        if (addresses.isEmpty()) {
            giveUp(mail, "No e-mail address is known for " + mail.recipient() + ".");
            return;
        }
        Optional<String> body = body(mail);
        if (body.isEmpty()) {
            outbox.pointless(mail);
            return;
        }
        Mailing.Answer answer = mailing.send(message(mail, addresses, body.get()));
        if (answer instanceof Mailing.Answer.RefusedForGood refused) {
            giveUp(mail, refused.why());
        } else if (answer instanceof Mailing.Answer.NotNow notNow) {
            failed(mail, notNow.why());
        } else {
            outbox.sent(mail);
        }
    }

    /** What cannot be recorded now is tried again when its claim is over; it keeps no other mail waiting. */
    private void giveUp(MailTable.Mail mail, String why) {
        try {
            outbox.impossible(mail, why);
        } catch (RuntimeException e) {
            LOG.warn("Mail {} cannot be sent, and nobody could be told yet.", mail.id(), e);
        }
    }

    private void failed(MailTable.Mail mail, String why) {
        try {
            outbox.failed(mail, why);
        } catch (RuntimeException e) {
            LOG.warn("Mail {} was not sent, and nobody could be told yet.", mail.id(), e);
        }
    }

    /** One that cannot be told keeps none of the others; it is told again. */
    private void tell(MailTable.Reached mail) {
        try {
            outbox.tell(mail);
        } catch (RuntimeException e) {
            LOG.warn("Mail {} reached the customer, and the clocks of its case could not be told.", mail.id(), e);
        }
    }

    private List<String> addresses(MailTable.Mail mail) {
        return switch (mail.audience()) {
            case CUSTOMER -> List.of(mail.recipient());
            case PERSON -> colleagues.addressOf(mail.recipient()).stream().toList();
            case ROLES -> colleagues.addressesOf(List.of(mail.recipient().split(",")));
        };
    }

    /** The text with the customer's link in it; empty when that leads nowhere any more. */
    private Optional<String> body(MailTable.Mail mail) {
        return mail.privateLink() == null
                ? Optional.of(mail.body())
                : links.link(mail.privateLink())
                        .map(link -> mail.body().replace("{{" + PrivateLinks.FIELD + "}}", link));
    }

    private Mailing.Message message(MailTable.Mail mail, List<String> addresses, String body) {
        Mailing.Attachment letter =
                mail.letterId() == null ? null : new Mailing.Attachment("letter.pdf", outbox.letter(mail.letterId()));
        return new Mailing.Message(
                mail.messageId(),
                String.valueOf(mail.id()),
                addresses,
                mail.subject(),
                body,
                letter,
                mail.privateLink() != null);
    }
}
