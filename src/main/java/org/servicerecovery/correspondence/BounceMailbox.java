package org.servicerecovery.correspondence;

import jakarta.mail.Flags;
import jakarta.mail.Folder;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Store;
import jakarta.mail.search.FlagTerm;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Looks for unread mails in the mailbox of bounces. What was recorded is marked as read afterwards: if we die in between
 * it is read again, which changes nothing. Mails that are no bounces of ours are left there, read, for people.
 */
@Component
class BounceMailbox {

    private static final Logger LOG = LoggerFactory.getLogger(BounceMailbox.class);
    private static final String TIMEOUT_MILLIS = "10000";

    private final BouncesProperties settings;
    private final List<SentMails> sent;

    BounceMailbox(BouncesProperties settings, List<SentMails> sent) {
        this.settings = settings;
        this.sent = sent;
    }

    @Scheduled(fixedDelayString = "${service-recovery.mail.bounces.every:PT1M}")
    void look() {
        if (!settings.isRead()) {
            return;
        }
        String protocol = settings.tls() ? "imaps" : "imap";
        Properties properties = new Properties();
        for (String name : new String[] {"connectiontimeout", "timeout", "writetimeout"}) {
            properties.put("mail." + protocol + "." + name, TIMEOUT_MILLIS);
        }
        properties.put("mail.imap.starttls.enable", "true");
        properties.put("mail.imaps.ssl.checkserveridentity", "true");
        try (Store store = Session.getInstance(properties).getStore(protocol)) {
            store.connect(settings.host(), settings.port(), settings.user(), settings.password());
            try (Folder folder = store.getFolder(settings.folder())) {
                folder.open(Folder.READ_WRITE);
                for (Message mail : folder.search(new FlagTerm(new Flags(Flags.Flag.SEEN), false))) {
                    take(mail);
                }
            }
        } catch (MessagingException e) {
            LOG.warn("The mailbox of bounces {} could not be read ({}).", settings, e.getMessage());
        }
    }

    private void take(Message mail) throws MessagingException {
        Optional<Bounce> bounce;
        try {
            bounce = Bounce.read(mail);
        } catch (IOException | MessagingException | RuntimeException e) {
            LOG.warn("A mail in the mailbox of bounces could not be understood. It is left there.", e);
            bounce = Optional.empty();
        }
        try {
            bounce.ifPresent(this::record);
        } catch (RuntimeException e) {
            LOG.warn("A bounce could not be recorded. It is read again.", e);
            // Reading its parts has marked it as read.
            mail.setFlag(Flags.Flag.SEEN, false);
            return;
        }
        mail.setFlag(Flags.Flag.SEEN, true);
    }

    private void record(Bounce bounce) {
        boolean ours = bounce.messageIds().stream()
                .anyMatch(id -> sent.stream().anyMatch(mails -> mails.bounced(id, bounce.why())));
        if (!ours) {
            LOG.info("A bounce is about no mail of ours. It is left in the mailbox.");
        }
    }
}
