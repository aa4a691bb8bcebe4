package org.servicerecovery.correspondence;

import java.util.Optional;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The mailbox to which mails come back that could not be delivered; read by IMAP.
 *
 * @param address where mails come back to; each gets its own {@code name+<id>@domain}. Empty: they come back to the
 *     sender of the mail, and are told apart by what they quote of it
 * @param host the IMAP server; empty: nothing is read
 * @param tls whether the connection is encrypted from its start
 */
@ConfigurationProperties("service-recovery.mail.bounces")
record BouncesProperties(
        @DefaultValue("") String address,
        @DefaultValue("") String host,
        @DefaultValue("993") int port,
        @DefaultValue("true") boolean tls,
        @DefaultValue("") String user,
        @DefaultValue("") String password,
        @DefaultValue("INBOX") String folder) {

    BouncesProperties {
        if (!address.isEmpty() && !address.matches("[^\\s@+]+@[^\\s@]+")) {
            throw new IllegalArgumentException("service-recovery.mail.bounces.address is \"" + address
                    + "\"; it has to be an address such as bounces@example.org, without a plus sign.");
        }
    }

    boolean isRead() {
        return !host.isBlank();
    }

    Optional<String> returnPath(String messageId) {
        return address.isEmpty() ? Optional.empty() : Optional.of(MessageIds.returnPath(messageId, address));
    }

    /** Without the password, so that no log has it. */
    @Override
    public String toString() {
        return "BouncesProperties[" + user + "@" + host + ":" + port + "/" + folder + "]";
    }
}
