package org.servicerecovery.correspondence;

import jakarta.mail.MessagingException;
import jakarta.mail.internet.AddressException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.springframework.mail.MailSendException;

/** What a mail server said to a mail that it did not take. */
final class SmtpAnswers {

    private static final int LONGEST = 300;

    private SmtpAnswers() {}

    /** Why no further try can succeed: the address is none, or the server knows nobody there. */
    static Optional<String> refusedForGood(Exception failure) {
        return causes(failure).stream()
                .filter(cause -> cause instanceof AddressException
                        || (cause instanceof SMTPAddressFailedException refused && refused.getReturnCode() >= 500))
                .findFirst()
                .map(SmtpAnswers::text);
    }

    static String inWords(Exception failure) {
        List<Exception> causes = causes(failure);
        return text(causes.get(causes.size() - 1));
    }

    private static String text(Exception said) {
        String text = String.valueOf(said.getMessage()).replaceAll("\\s+", " ").strip();
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }

    /** The failure and what is behind it: Spring keeps the server's exceptions beside its own, Jakarta Mail in a chain. */
    private static List<Exception> causes(Exception failure) {
        List<Exception> all = new ArrayList<>(List.of(failure));
        for (int i = 0; i < all.size() && all.size() < 20; i++) {
            Exception each = all.get(i);
            if (each instanceof MailSendException sending) {
                all.addAll(Arrays.asList(sending.getMessageExceptions()));
            } else if (each instanceof MessagingException inMail && inMail.getNextException() != null) {
                all.add(inMail.getNextException());
            } else if (each.getCause() instanceof Exception cause && !all.contains(cause)) {
                all.add(cause);
            }
        }
        return all;
    }
}
