package org.servicerecovery.correspondence;

import java.time.Instant;
import org.servicerecovery.cases.RecoveryCase;

/** Where mails to the customer are left with the business change that causes them; they are sent afterwards. */
public interface MailOutbox {

    /**
     * Leaves a mail to the customer of the case, within the caller's transaction.
     *
     * @throws org.servicerecovery.Refused when no e-mail address of the customer is known
     */
    void queue(RecoveryCase about, String subject, String body);

    /**
     * Leaves an invitation to a survey, within the caller's transaction, by the system. No clock takes it for news of
     * the case, and nobody has to see to it when it does not arrive ({@link InvitationUndelivered}).
     *
     * @param template of those for surveys
     * @param link what {@link PrivateLinks} knows the link by, which is put in when the mail goes out
     * @param earliest in quiet hours it goes out after them
     * @return when it goes out
     * @throws org.servicerecovery.Refused when no e-mail address of the customer is known
     */
    Instant queueInvitation(RecoveryCase about, String template, String language, String link, Instant earliest);
}
