package org.servicerecovery;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Signatures by <a href="https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md">Standard
 * Webhooks</a>: HMAC-SHA-256 over {@code id.timestamp.body}, in headers of the message. While a secret is replaced, a
 * message is signed with the new and the old one, and believed with either.
 */
public final class WebhookSignature {

    public static final String ID = "webhook-id";
    public static final String TIMESTAMP = "webhook-timestamp";
    public static final String SIGNATURE = "webhook-signature";

    private static final String PREFIX = "whsec_";
    /** As the specification says: 192 to 512 bits. */
    private static final int SHORTEST = 24;

    private static final int LONGEST = 64;
    private static final String VERSION = "v1,";
    /** As the specification's own libraries have it. */
    private static final Duration TOLERANCE = Duration.ofMinutes(5);
    /** No full stop: that separates the parts of what is signed. */
    private static final Pattern ID_FORM = Pattern.compile("[A-Za-z0-9_-]{1,100}");

    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,11}");

    private final List<byte[]> secrets;

    private WebhookSignature(List<byte[]> secrets) {
        this.secrets = secrets;
    }

    /**
     * @param property where the secret is set, for whoever has to mend it
     * @param secret {@code whsec_} and base64 of 24 to 64 random bytes
     * @param previous another one that still counts; empty when there is none
     * @throws IllegalArgumentException when one of them is of another form
     */
    public static WebhookSignature of(String property, String secret, String previous) {
        byte[] first = decoded(property, secret);
        return new WebhookSignature(previous.isBlank() ? List.of(first) : List.of(first, decoded(property, previous)));
    }

    private static byte[] decoded(String property, String secret) {
        try {
            byte[] bytes = secret.startsWith(PREFIX)
                    ? Base64.getDecoder()
                            .decode(secret.substring(PREFIX.length()).strip())
                    : new byte[0];
            if (bytes.length >= SHORTEST && bytes.length <= LONGEST) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            // Told below, without the secret.
        }
        throw new IllegalArgumentException(
                property + " has to be whsec_ and the base64 of " + SHORTEST + " to " + LONGEST + " random bytes.");
    }

    /** The value of the header {@link #SIGNATURE}. */
    public String sign(String id, Instant at, byte[] body) {
        return String.join(
                " ",
                secrets.stream()
                        .map(secret -> VERSION
                                + Base64.getEncoder().encodeToString(hmac(secret, id, at.getEpochSecond(), body)))
                        .toList());
    }

    /**
     * Takes a message that was signed with one of the secrets, not long ago.
     *
     * @throws Refused naming the header that is missing or does not hold
     */
    public void verify(
            @Nullable String id, @Nullable String timestamp, @Nullable String signature, byte[] body, Instant now) {
        if (id == null || !ID_FORM.matcher(id).matches()) {
            throw Refused.field(ID, "refused.webhook.id");
        }
        if (timestamp == null || !SECONDS.matcher(timestamp).matches()) {
            throw Refused.field(TIMESTAMP, "refused.webhook.timestamp");
        }
        long seconds = Long.parseLong(timestamp);
        if (Duration.between(Instant.ofEpochSecond(seconds), now).abs().compareTo(TOLERANCE) > 0) {
            throw Refused.field(TIMESTAMP, "refused.webhook.tooOld", String.valueOf(TOLERANCE.toMinutes()));
        }
        if (signature == null || signature.isBlank()) {
            throw Refused.field(SIGNATURE, "refused.webhook.missing");
        }
        List<byte[]> expected =
                secrets.stream().map(secret -> hmac(secret, id, seconds, body)).toList();
        boolean holds = Arrays.stream(signature.split(" ", 10))
                .filter(one -> one.startsWith(VERSION))
                .map(one -> one.substring(VERSION.length()))
                .anyMatch(one -> expected.stream()
                        .anyMatch(made -> MessageDigest.isEqual(
                                one.getBytes(StandardCharsets.UTF_8),
                                Base64.getEncoder().encode(made))));
        if (!holds) {
            throw Refused.field(SIGNATURE, "refused.webhook.signature");
        }
    }

    private static byte[] hmac(byte[] secret, String id, long seconds, byte[] body) {
        return Hmac.sha256(secret, (id + "." + seconds + ".").getBytes(StandardCharsets.US_ASCII), body);
    }
}
