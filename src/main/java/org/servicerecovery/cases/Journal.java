package org.servicerecovery.cases;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * The append-only record of every change of a case. Each entry's hash covers the entry before it and a salted digest of
 * its content: a changed or reordered entry, or one removed before the last, shows, while content can be erased without breaking the chain.
 */
@Component
public class Journal {

    /** An entry; {@code content} is null once it has been erased. */
    public record Entry(
            int seq,
            Instant at,
            String actor,
            String route,
            String kind,
            @Nullable Map<String, Object> content) {

        /** Who owned the case until this entry; null where it changed no owner, or there was none. */
        public @Nullable Object formerOwner() {
            return kind.startsWith("owner ") && content != null ? content.get("from") : null;
        }
    }

    private record Row(
            Entry entry, @Nullable String text, byte @Nullable [] salt, byte[] digest, byte[] prevHash, byte[] hash) {}

    /** What the next entry needs to know of the last one. */
    private record Last(int seq, byte[] hash) {}

    private static final byte[] START = new byte[32];
    private static final TypeReference<Map<String, Object>> CONTENT = new TypeReference<>() {};

    private final JdbcClient db;
    private final Clock clock;
    private final ObjectMapper json =
            new ObjectMapper().configure(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, true);
    private final SecureRandom random = new SecureRandom();

    Journal(JdbcClient db, Clock clock) {
        this.db = db;
        this.clock = clock;
    }

    /** Adds an entry by the current actor. The caller holds the case's row lock, so that the sequence has no gap. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void append(long caseId, String kind, Map<String, ?> content) {
        append(caseId, Actor.current(), kind, content);
    }

    @Transactional(propagation = Propagation.MANDATORY)
    public void append(long caseId, Actor actor, String kind, Map<String, ?> content) {
        Last last = db.sql("select seq, hash from case_event where case_id = ? order by seq desc limit 1")
                .param(caseId)
                .query((row, n) -> new Last(row.getInt("seq"), row.getBytes("hash")))
                .optional()
                .orElse(new Last(0, START));
        int seq = last.seq() + 1;
        byte[] prevHash = last.hash();
        Instant at = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        String text = write(content);
        byte[] salt = new byte[16];
        random.nextBytes(salt);
        byte[] digest = sha256(salt, text.getBytes(StandardCharsets.UTF_8));
        byte[] hash = hash(caseId, seq, at, actor.id(), actor.route(), kind, digest, prevHash);
        db.sql("""
                        insert into case_event
                          (case_id, seq, at, actor, route, kind, content, salt, digest, prev_hash, hash)
                        values (?, ?, ?, ?, ?, ?, cast(? as json), ?, ?, ?, ?)""")
                .params(
                        caseId,
                        seq,
                        Timestamp.from(at),
                        actor.id(),
                        actor.route(),
                        kind,
                        text,
                        salt,
                        digest,
                        prevHash,
                        hash)
                .update();
    }

    public List<Entry> of(long caseId) {
        return db
                .sql("select * from case_event where case_id = ? order by seq")
                .param(caseId)
                .query(rows())
                // Not the query's own stream: unless somebody closes that, it keeps its connection.
                .list()
                .stream()
                .map(Row::entry)
                .toList();
    }

    /** The sequence number of the first entry that does not fit the chain, or empty when the chain holds. */
    public Optional<Integer> firstBrokenEntry(long caseId) {
        byte[] prevHash = START;
        int expected = 1;
        for (Row row : db.sql("select * from case_event where case_id = ? order by seq")
                .param(caseId)
                .query(rows())
                .list()) {
            Entry entry = row.entry();
            // Erased together, or both there and fitting.
            boolean contentFits = row.text() == null || row.salt() == null
                    ? row.text() == null && row.salt() == null
                    : Arrays.equals(row.digest(), sha256(row.salt(), row.text().getBytes(StandardCharsets.UTF_8)));
            byte[] hash = hash(
                    caseId,
                    entry.seq(),
                    entry.at(),
                    entry.actor(),
                    entry.route(),
                    entry.kind(),
                    row.digest(),
                    row.prevHash());
            if (entry.seq() != expected
                    || !contentFits
                    || !Arrays.equals(row.prevHash(), prevHash)
                    || !Arrays.equals(row.hash(), hash)) {
                return Optional.of(expected);
            }
            prevHash = row.hash();
            expected++;
        }
        return Optional.empty();
    }

    private RowMapper<Row> rows() {
        return (row, n) -> {
            String text = row.getString("content");
            Entry entry = new Entry(
                    row.getInt("seq"),
                    row.getTimestamp("at").toInstant(),
                    row.getString("actor"),
                    row.getString("route"),
                    row.getString("kind"),
                    text == null ? null : read(text));
            return new Row(
                    entry,
                    text,
                    row.getBytes("salt"),
                    row.getBytes("digest"),
                    row.getBytes("prev_hash"),
                    row.getBytes("hash"));
        };
    }

    private static byte[] hash(
            long caseId, int seq, Instant at, String actor, String route, String kind, byte[] digest, byte[] prevHash) {
        ByteBuffer numbers = ByteBuffer.allocate(20);
        numbers.putLong(caseId).putInt(seq).putLong(at.toEpochMilli());
        // A zero byte between the texts: none of them can hold one, so no two entries share a form.
        byte[] texts = (actor + '\0' + route + '\0' + kind).getBytes(StandardCharsets.UTF_8);
        return sha256(prevHash, numbers.array(), texts, digest);
    }

    private static byte[] sha256(byte[]... parts) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            for (byte[] part : parts) {
                sha.update(part);
            }
            return sha.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256.", e);
        }
    }

    private String write(Map<String, ?> content) {
        try {
            return json.writeValueAsString(new TreeMap<>(content));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("A journal entry's content must be plain values.", e);
        }
    }

    private Map<String, Object> read(String text) {
        try {
            return json.readValue(text, CONTENT);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A journal entry's content is not readable.", e);
        }
    }
}
