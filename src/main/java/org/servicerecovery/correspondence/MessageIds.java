package org.servicerecovery.correspondence;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The ids of our mails, which nobody can guess, and the addresses that bounces of them come back to: {@code
 * bounces+<id>@example.org} where {@code bounces@example.org} is read.
 */
final class MessageIds {

    private static final Pattern RETURN_PATH = Pattern.compile("\\+([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@");

    private MessageIds() {}

    static String of(UUID id) {
        return "<" + id + "@service-recovery>";
    }

    static String returnPath(String messageId, String bounceAddress) {
        int at = bounceAddress.lastIndexOf('@');
        String id = messageId.substring(1, messageId.indexOf('@'));
        return bounceAddress.substring(0, at) + "+" + id + bounceAddress.substring(at);
    }

    static Optional<String> inReturnPath(String address) {
        Matcher found = RETURN_PATH.matcher(address);
        return found.find() ? Optional.of(of(UUID.fromString(found.group(1)))) : Optional.empty();
    }
}
