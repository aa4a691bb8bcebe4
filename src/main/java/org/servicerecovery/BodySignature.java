package org.servicerecovery;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the body of a message between systems is signed: {@code t=<seconds since 1970>,v1=<HMAC-SHA-256 of "t.body",
 * hexadecimal>} in a header of the message.
 */
public final class BodySignature {

    private static final Pattern FORM = Pattern.compile("t=([0-9]{1,12}),v1=([0-9a-f]{64})");

    private final String header;
    private final byte[] secret;

    /** @param header the name of the header that it is sent in */
    public BodySignature(String header, String secret) {
        if (secret.isBlank()) {
            throw new IllegalArgumentException("A signature needs a secret.");
        }
        this.header = header;
        this.secret = secret.getBytes(StandardCharsets.UTF_8);
    }

    public String header() {
        return header;
    }

    public String sign(Instant at, byte[] body) {
        long seconds = at.getEpochSecond();
        return "t=" + seconds + ",v1=" + HexFormat.of().formatHex(hmac(seconds, body));
    }

    /**
     * When the body was signed.
     *
     * @throws IllegalArgumentException when it was not signed with this secret
     */
    public Instant verify(String value, byte[] body) {
        Matcher form = FORM.matcher(value);
        if (!form.matches()) {
            throw new IllegalArgumentException("The header " + header + " is not of the form t=...,v1=...");
        }
        long seconds = Long.parseLong(form.group(1));
        if (!MessageDigest.isEqual(HexFormat.of().parseHex(form.group(2)), hmac(seconds, body))) {
            throw new IllegalArgumentException("The signature is not made with this secret over this body.");
        }
        return Instant.ofEpochSecond(seconds);
    }

    private byte[] hmac(long seconds, byte[] body) {
        return Hmac.sha256(secret, (seconds + ".").getBytes(StandardCharsets.US_ASCII), body);
    }
}
