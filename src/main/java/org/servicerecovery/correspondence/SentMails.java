package org.servicerecovery.correspondence;

/** Mails that went out and may come back: asked by whoever reads the mailbox to which they do. */
public interface SentMails {

    /**
     * What was accepted came back. Told again it changes nothing.
     *
     * @return whether the id is that of one of these mails
     */
    boolean bounced(String messageId, String why);
}
