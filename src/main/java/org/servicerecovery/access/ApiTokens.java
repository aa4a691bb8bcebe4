package org.servicerecovery.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.servicerecovery.Refused;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Tokens for machines. A token acts for one user, with the groups that user is in at that moment. */
@Component
class ApiTokens {

    record Token(long id, String name, String userId, Instant createdAt, String createdBy) {}

    /** @param secret shown this once: only its digest is kept */
    record Issued(long id, String name, String userId, String secret) {}

    private static final String PREFIX = "sr_";
    private static final int SECRET_BYTES = 32;

    private final JdbcClient db;
    private final Clock clock;
    private final Members members;
    private final SecureRandom random = new SecureRandom();

    ApiTokens(JdbcClient db, Clock clock, Members members) {
        this.db = db;
        this.clock = clock;
        this.members = members;
    }

    @Transactional
    public Issued issue(String name, String userId, String by) {
        if (name.isBlank()) {
            throw Refused.field("name", "refused.token.whatFor");
        }
        if (members.signedIn(userId).isEmpty()) {
            throw Refused.field("userId", "refused.token.noUser");
        }
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        String secret = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        long id = db.sql("""
                        insert into api_token (name, user_id, digest, created_at, created_by)
                        values (?, ?, ?, ?, ?) returning id""")
                .params(name.strip(), userId, digest(secret), Timestamp.from(clock.instant()), by)
                .query(Long.class)
                .single();
        return new Issued(id, name.strip(), userId, secret);
    }

    List<Token> valid() {
        return db.sql("""
                        select id, name, user_id, created_at, created_by from api_token
                        where revoked_at is null order by id""")
                .query((row, n) -> new Token(
                        row.getLong("id"),
                        row.getString("name"),
                        row.getString("user_id"),
                        row.getTimestamp("created_at").toInstant(),
                        row.getString("created_by")))
                .list();
    }

    @Transactional
    public void revoke(long id) {
        int revoked = db.sql("update api_token set revoked_at = ? where id = ? and revoked_at is null")
                .params(Timestamp.from(clock.instant()), id)
                .update();
        if (revoked == 0) {
            throw Refused.notFound("refused.token.none");
        }
    }

    /** Empty when the token is unknown or revoked, or its user is gone. */
    Optional<SignedIn> signedIn(String secret) {
        // Found by its digest: 256 random bits need neither salt nor a slow hash, and the look-up leaks no prefix.
        return db.sql("select user_id from api_token where digest = ? and revoked_at is null")
                .param(digest(secret))
                .query(String.class)
                .optional()
                .flatMap(members::signedIn);
    }

    private static byte[] digest(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
