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
import java.util.UUID;
import org.eclipse.angus.mail.smtp.SMTPMessage;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.installation.CannotStart;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.mail.MailException;
import org.springframework.mail.javamail.JavaMailSender;
import org.springframework.mail.javamail.JavaMailSenderImpl;
import org.springframework.mail.javamail.MimeMessageHelper;
import org.springframework.stereotype.Component;

/**
 * Hands a mail over: by SMTP when {@code spring.mail.host} is set, else into the folder {@code mail} of the data
 * directory, one {@code .eml} file a mail, where one can look at them. Whoever has a mail keeps it until it is accepted.
 */
@Component
public class Mailing {

    /**
     * @param messageId the same over all tries, see {@link #newId}
     * @param file what it is called in the folder
     * @param byComputer answers by another computer, such as those of somebody on holiday, are to stay away (RFC 3834)
     */
    public record Message(
            String messageId,
            String file,
            List<String> to,
            String subject,
            String body,
            @Nullable Attachment attachment,
            boolean byComputer) {}

    /** A PDF that goes along. */
    public record Attachment(String name, byte[] pdf) {}

    /** What became of it. */
    public sealed interface Answer {

        record Accepted() implements Answer {}

        /** @param why in the server's words, which may quote the address */
        record RefusedForGood(String why) implements Answer {}

        /** Another try may succeed. */
        record NotNow(String why) implements Answer {}
    }

    private static final Logger LOG = LoggerFactory.getLogger(Mailing.class);

    private final @Nullable JavaMailSender smtp;
    private final BouncesProperties bounces;
    private final Path folder;
    private final String from;

    Mailing(
            ObjectProvider<JavaMailSender> smtp,
            BouncesProperties bounces,
            @Value("${service-recovery.data-dir:data}") Path dataDirectory,
            @Value("${service-recovery.mail.from:customer-care@localhost}") String from) {
        this.smtp = smtp.getIfAvailable();
        this.bounces = bounces;
        this.folder = dataDirectory.resolve("mail");
        this.from = address(from);
    }

    /** For a mail that has none yet; nobody can guess it. */
    public static String newId() {
        return MessageIds.of(UUID.randomUUID());
    }

    public Answer send(Message mail) {
        try {
            handOver(mail);
            return new Answer.Accepted();
        } catch (MailException | MessagingException | IOException e) {
            // An address that is none, or that the server knows not, is none in half an hour either.
            Optional<String> refused = SmtpAnswers.refusedForGood(e);
            if (refused.isPresent()) {
                return new Answer.RefusedForGood(refused.get());
            }
            // A mail server's own words often quote the recipient: they are not logged.
            LOG.warn(
                    "Mail {} could not be sent ({}).", mail.file(), e.getClass().getSimpleName());
            return new Answer.NotNow(SmtpAnswers.inWords(e));
        }
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

    private void handOver(Message mail) throws MessagingException, IOException {
        MimeMessage message = envelope(mail);
        Attachment attachment = mail.attachment();
        MimeMessageHelper helper = new MimeMessageHelper(message, attachment != null, StandardCharsets.UTF_8.name());
        helper.setFrom(from);
        helper.setTo(mail.to().toArray(String[]::new));
        helper.setSubject(mail.subject());
        helper.setText(mail.body());
        if (attachment != null) {
            helper.addAttachment(attachment.name(), new ByteArrayResource(attachment.pdf()), "application/pdf");
        }
        message.saveChanges();
        message.setHeader("Message-ID", mail.messageId());
        if (mail.byComputer()) {
            message.setHeader("Auto-Submitted", "auto-generated");
        }
        if (smtp != null) {
            smtp.send(message);
            return;
        }
        Files.createDirectories(folder);
        try (OutputStream file = Files.newOutputStream(folder.resolve(mail.file() + ".eml"))) {
            message.writeTo(file);
        }
    }

    /** Where bounces are read, each mail has a sender of its own on its envelope: they come back with its id. */
    private MimeMessage envelope(Message mail) throws MessagingException {
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
}
