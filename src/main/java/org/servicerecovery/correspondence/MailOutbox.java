package org.servicerecovery.correspondence;

import org.servicerecovery.cases.RecoveryCase;

/** Where mails to the customer are left with the business change that causes them; they are sent afterwards. */
public interface MailOutbox {

    /**
     * Leaves a mail to the customer of the case, within the caller's transaction.
     *
     * @throws org.servicerecovery.Refused when no e-mail address of the customer is known
     */
    void queue(RecoveryCase about, String subject, String body);
}
