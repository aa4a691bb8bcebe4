package org.servicerecovery;

import com.icegreen.greenmail.configuration.GreenMailConfiguration;
import com.icegreen.greenmail.user.GreenMailUser;
import com.icegreen.greenmail.user.UserException;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A mail server on loopback, one for all tests of a JVM: it takes every mail, and has a mailbox for bounces. */
public final class MailServer implements BeforeAllCallback {

    static final String SMTP_PROPERTY = "service-recovery.test.smtp";
    static final String IMAP_PROPERTY = "service-recovery.test.imap";
    public static final String BOUNCES = "bounces@service-recovery.example";

    private static final class Running {

        static final GreenMail SERVER = start();

        private static GreenMail start() {
            GreenMail server = new GreenMail(new ServerSetup[] {
                        new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP),
                        new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_IMAP)
                    })
                    .withConfiguration(GreenMailConfiguration.aConfig().withDisabledAuthentication());
            server.start();
            return server;
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        System.setProperty(
                SMTP_PROPERTY, String.valueOf(Running.SERVER.getSmtp().getPort()));
        System.setProperty(
                IMAP_PROPERTY, String.valueOf(Running.SERVER.getImap().getPort()));
    }

    /** What arrived for an address, in the order of its arrival. */
    public static List<MimeMessage> to(String address) {
        return Arrays.stream(Running.SERVER.getReceivedMessages())
                .filter(mail -> isTo(mail, address))
                .toList();
    }

    /** Puts a mail, headers and all, into the mailbox of bounces. */
    public static void comesBack(String mail) {
        try {
            MimeMessage message = new MimeMessage(
                    Session.getInstance(new Properties()),
                    new ByteArrayInputStream(mail.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8)));
            GreenMailUser mailbox = Running.SERVER.getUserManager().getUserByEmail(BOUNCES);
            if (mailbox == null) {
                mailbox = Running.SERVER.getUserManager().createUser(BOUNCES, BOUNCES, "any");
            }
            mailbox.deliver(message);
        } catch (MessagingException | UserException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * What a mail server writes of a mail that it could not deliver.
     *
     * @param action failed or delayed
     * @param address whose the mail was for
     * @param to where the report goes
     */
    public static String report(String action, String address, String to, String messageId) {
        return """
                From: mailer-daemon@elsewhere.example
                To: %s
                Subject: Delivery status
                MIME-Version: 1.0
                Content-Type: multipart/report; report-type=delivery-status; boundary="cut"

                --cut
                Content-Type: text/plain

                It is about your mail.
                --cut
                Content-Type: message/delivery-status

                Reporting-MTA: dns; mx.elsewhere.example

                Final-Recipient: rfc822; %s
                Action: %s
                Status: 5.1.1
                Diagnostic-Code: smtp; 550 5.1.1 <%s> unknown

                --cut
                Content-Type: text/rfc822-headers

                From: customer-care@localhost
                Message-ID: %s
                Subject: Sorry

                --cut--
                """.formatted(to, address, action, address, messageId);
    }

    private static boolean isTo(MimeMessage mail, String address) {
        try {
            return Arrays.stream(mail.getRecipients(Message.RecipientType.TO))
                    .anyMatch(each -> each.toString().contains(address));
        } catch (MessagingException e) {
            return false;
        }
    }
}
