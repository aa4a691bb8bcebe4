package org.servicerecovery.correspondence;

import jakarta.mail.BodyPart;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.internet.InternetHeaders;
import jakarta.mail.internet.MimeMultipart;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.angus.mail.dsn.DeliveryStatus;
import org.jspecify.annotations.Nullable;

/**
 * A report (RFC 3464) that a mail of ours was not delivered, and never will be. Reports of delay or success are none, nor
 * is an answer that somebody's computer writes.
 *
 * @param messageIds the ids that it may be about: what it quotes first, then what it was addressed to
 * @param why the other server's words
 */
record Bounce(List<String> messageIds, String why) {

    private static final int LONGEST = 300;

    static Optional<Bounce> read(Message mail) throws MessagingException, IOException {
        if (!mail.isMimeType("multipart/report")) {
            return Optional.empty();
        }
        Multipart parts = new MimeMultipart(mail.getDataHandler().getDataSource());
        List<String> ids = new ArrayList<>();
        Optional<String> why = Optional.empty();
        for (int i = 0; i < parts.getCount(); i++) {
            BodyPart part = parts.getBodyPart(i);
            if (part.isMimeType("message/delivery-status")) {
                why = failure(new DeliveryStatus(part.getInputStream()));
            } else if (part.isMimeType("message/rfc822") || part.isMimeType("text/rfc822-headers")) {
                header(new InternetHeaders(part.getInputStream()), "Message-ID").ifPresent(ids::add);
            }
        }
        Stream.of("To", "Delivered-To", "X-Original-To")
                .flatMap(name -> values(mail, name))
                .flatMap(value -> MessageIds.inReturnPath(value).stream())
                .forEach(ids::add);
        return why.map(words -> new Bounce(ids, words));
    }

    private static Optional<String> failure(DeliveryStatus status) {
        for (int i = 0; i < status.getRecipientDSNCount(); i++) {
            InternetHeaders recipient = status.getRecipientDSN(i);
            if (header(recipient, "Action").filter("failed"::equalsIgnoreCase).isPresent()) {
                String words = Stream.of(header(recipient, "Diagnostic-Code"), header(recipient, "Status"))
                        .flatMap(Optional::stream)
                        .findFirst()
                        .map(said -> said.replaceFirst("(?i)^smtp;\\s*", ""))
                        .orElse("no reason was given");
                return Optional.of(words.length() <= LONGEST ? words : words.substring(0, LONGEST) + "…");
            }
        }
        return Optional.empty();
    }

    private static Optional<String> header(InternetHeaders headers, String name) {
        @Nullable String value = headers.getHeader(name, " ");
        return Optional.ofNullable(value)
                .map(text -> text.replaceAll("\\s+", " ").strip());
    }

    private static Stream<String> values(Message mail, String name) {
        try {
            String @Nullable [] values = mail.getHeader(name);
            return values == null ? Stream.of() : Arrays.stream(values);
        } catch (MessagingException e) {
            return Stream.of();
        }
    }
}
