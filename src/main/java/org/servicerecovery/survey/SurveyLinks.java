package org.servicerecovery.survey;

import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.correspondence.PrivateLinks;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The links of surveys: a random id of 128 bits and its HMAC-SHA-256. The key is in the database alone and a link in no
 * place at all, so that neither a colleague who reads the mails of a case nor a copy of its rows can answer for the
 * customer. What is forged is refused without asking the database.
 */
@Component
@EnableConfigurationProperties(SurveyProperties.class)
class SurveyLinks implements PrivateLinks {

    private static final String PATH = "/survey/";
    private static final String REFERENCE = "survey-";
    private static final int ID_BYTES = 16;
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_-]{64}");
    private static final String ALGORITHM = "HmacSHA256";

    private final JdbcClient db;
    private final Invitations invitations;
    private final SurveyProperties settings;
    private final SecureRandom random = new SecureRandom();
    private volatile @Nullable SecretKeySpec key;

    SurveyLinks(JdbcClient db, Invitations invitations, SurveyProperties settings) {
        this.db = db;
        this.invitations = invitations;
        this.settings = settings;
    }

    byte[] newId() {
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        return id;
    }

    static String reference(long invitationId) {
        return REFERENCE + invitationId;
    }

    static long invitationId(String reference) {
        return Long.parseLong(reference.substring(REFERENCE.length()));
    }

    @Override
    public Optional<String> link(String reference) {
        return invitations
                .byId(invitationId(reference))
                .filter(invitation -> invitation.state() == Invitation.State.OPEN)
                .map(invitation -> settings.url() + PATH + token(invitation.publicId()));
    }

    /** The public id in a token of ours; empty for any other text. */
    Optional<byte[]> read(String token) {
        if (!TOKEN.matcher(token).matches()) {
            return Optional.empty();
        }
        byte[] bytes = Base64.getUrlDecoder().decode(token);
        byte[] id = Arrays.copyOf(bytes, ID_BYTES);
        byte[] signature = Arrays.copyOfRange(bytes, ID_BYTES, bytes.length);
        return MessageDigest.isEqual(signature, sign(id)) ? Optional.of(id) : Optional.empty();
    }

    String token(byte[] id) {
        byte[] signature = sign(id);
        byte[] both = Arrays.copyOf(id, id.length + signature.length);
        System.arraycopy(signature, 0, both, id.length, signature.length);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(both);
    }

    private byte[] sign(byte[] id) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key());
            return mac.doFinal(id);
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("Every Java platform has " + ALGORITHM + ".", e);
        }
    }

    private SecretKeySpec key() {
        SecretKeySpec known = key;
        if (known == null) {
            known = new SecretKeySpec(
                    db.sql("select secret from survey_key")
                            .query((row, n) -> row.getBytes("secret"))
                            .single(),
                    ALGORITHM);
            key = known;
        }
        return known;
    }
}
