package org.servicerecovery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Does once what somebody sends again because no answer came: by a key that they made, in the header {@value #HEADER}. The
 * key is kept in the transaction of what is done, so both are there or neither is; the same sent at the same time waits.
 */
@Component
public class Once {

    public static final String HEADER = "Idempotency-Key";

    private static final Pattern KEY = Pattern.compile("[!-~]{8,100}");
    private static final Duration KNOWN_FOR = Duration.ofDays(30);

    private record First(byte[] digest, String result) {}

    private final JdbcClient db;
    private final Clock clock;
    private final ObjectMapper json;
    private final TransactionTemplate transaction;

    Once(JdbcClient db, Clock clock, ObjectMapper json, PlatformTransactionManager transactions) {
        this.db = db;
        this.clock = clock;
        this.json = json;
        this.transaction = new TransactionTemplate(transactions);
    }

    /**
     * Does it, unless this person has had it done with this key within the last thirty days.
     *
     * @param key null: it is done in any case
     * @param wish everything that is asked for
     * @param act does it and answers with what is found by: that of the first time is answered again
     * @throws Refused when the key is none, or stands for another wish
     */
    public String run(@Nullable String key, String person, Object wish, Supplier<String> act) {
        if (key == null) {
            return act.get();
        }
        if (!KEY.matcher(key).matches()) {
            throw Refused.field(HEADER, "refused.key.malformed");
        }
        byte[] digest = digest(key, wish);
        return Objects.requireNonNull(transaction.execute(status -> {
            if (!isNew(key, person, digest)) {
                return again(key, person, digest);
            }
            String result = act.get();
            db.sql("update sent_once set result = ? where person = ? and key = ?")
                    .params(result, person, key)
                    .update();
            return result;
        }));
    }

    /** Waits for a transaction that has written the same key. */
    private boolean isNew(String key, String person, byte[] digest) {
        Timestamp now = Timestamp.from(clock.instant());
        db.sql("delete from sent_once where at < ?")
                .param(Timestamp.from(clock.instant().minus(KNOWN_FOR)))
                .update();
        return db.sql("""
                                insert into sent_once (person, key, digest, at) values (?, ?, ?, ?)
                                on conflict (person, key) do nothing""").params(person, key, digest, now).update() == 1;
    }

    private String again(String key, String person, byte[] digest) {
        First first = db.sql("select digest, result from sent_once where person = ? and key = ?")
                .params(person, key)
                .query((row, n) -> new First(row.getBytes("digest"), row.getString("result")))
                .single();
        if (!Arrays.equals(first.digest(), digest)) {
            throw Refused.conflictOver(HEADER, "refused.key.otherWish", first.result());
        }
        return first.result();
    }

    private byte[] digest(String key, Object wish) {
        try {
            String text = key + "\n" + json.writeValueAsString(wish);
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (JsonProcessingException | NoSuchAlgorithmException e) {
            throw new IllegalStateException("What was asked for cannot be told from another wish.", e);
        }
    }
}
