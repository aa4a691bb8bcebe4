package org.servicerecovery.correspondence;

import jakarta.mail.MessagingException;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.eclipse.angus.mail.smtp.SMTPMessage;
import org.servicerecovery.installation.CannotStart;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.mail.MailException;
import org.springframework.mail.javamail.JavaMailSender;
import org.springframework.mail.javamail.JavaMailSenderImpl;
import org.springframework.mail.javamail.MimeMessageHelper;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Sends what lies in the outbox: by SMTP when {@code spring.mail.host} is set, else into the folder {@code mail} of the
 * data directory, one {@code .eml} file a mail, where one can look at them.
 */
@Component
@EnableConfigurationProperties({BouncesProperties.class, Letterhead.class})
class MailDelivery {

    private static final Logger LOG = LoggerFactory.getLogger(MailDelivery.class);

    private final MailTable outbox;
    private final Colleagues colleagues;
    private final @org.jspecify.annotations.Nullable JavaMailSender smtp;
    private final BouncesProperties bounces;
    private final PrivateLinks links;
    private final Path folder;
    private final String from;

    MailDelivery(
            MailTable outbox,
            Colleagues colleagues,
            ObjectProvider<JavaMailSender> smtp,
            BouncesProperties bounces,
            PrivateLinks links,
            @Value("${service-recovery.data-dir:data}") Path dataDirectory,
            @Value("${service-recovery.mail.from:customer-care@localhost}") String from) {
        this.outbox = outbox;
        this.colleagues = colleagues;
        this.bounces = bounces;
        this.links = links;
        this.smtp = smtp.getIfAvailable();
        this.folder = dataDirectory.resolve("mail");
        this.from = address(from);
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
        try {
            send(mail, addresses, body.get());
        } catch (MailException | MessagingException | IOException e) {
            // An address that is none, or that the server knows not, is none in half an hour either.
            Optional<String> refused = SmtpAnswers.refusedForGood(e);
            if (refused.isPresent()) {
                giveUp(mail, refused.get());
                return;
            }
            // A mail server's own words often quote the recipient: they stay at the case.
            LOG.warn("Mail {} could not be sent ({}).", mail.id(), e.getClass().getSimpleName());
            failed(mail, SmtpAnswers.inWords(e));
            return;
        }
        outbox.sent(mail);
    }

    private static String address(String from) {
        try {
            new InternetAddress(from, true);
            return from;
        } catch (AddressException e) {
            throw new CannotStart("service-recovery.mail.from is \"" + from + "\", which is no e-mail address."
                    + " Set it to the address that mails to customers come from, such as customer-care@example.org.");
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

    /** Where bounces are read, each mail has a sender of its own on its envelope: they come back with its id. */
    private MimeMessage envelope(MailTable.Mail mail) throws MessagingException {
        if (smtp == null) {
            return new JavaMailSenderImpl().createMimeMessage();
        }
        MimeMessage plain = smtp.createMimeMessage();
        Optional<String> returnPath = bounces.returnPath(mail.messageId());
        if (returnPath.isEmpty()) {
            return plain;
        }
        SMTPMessage message = new SMTPMessage(plain.getSession());
        message.setEnvelopeFrom(returnPath.get());
        return message;
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

    private void send(MailTable.Mail mail, List<String> addresses, String body) throws MessagingException, IOException {
        MimeMessage message = envelope(mail);
        boolean hasLetter = mail.letterId() != null;
        MimeMessageHelper helper = new MimeMessageHelper(message, hasLetter, StandardCharsets.UTF_8.name());
        helper.setFrom(from);
        helper.setTo(addresses.toArray(String[]::new));
        helper.setSubject(mail.subject());
        helper.setText(body);
        if (mail.letterId() != null) {
            helper.addAttachment(
                    "letter.pdf", new ByteArrayResource(outbox.letter(mail.letterId())), "application/pdf");
        }
        message.saveChanges();
        message.setHeader("Message-ID", mail.messageId());
        if (mail.privateLink() != null) {
            // RFC 3834: answers by a computer, such as those of somebody on holiday, stay away.
            message.setHeader("Auto-Submitted", "auto-generated");
        }
        if (smtp != null) {
            smtp.send(message);
            return;
        }
        Files.createDirectories(folder);
        try (OutputStream file = Files.newOutputStream(folder.resolve(mail.id() + ".eml"))) {
            message.writeTo(file);
        }
    }
}
