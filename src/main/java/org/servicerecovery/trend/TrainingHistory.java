package org.servicerecovery.trend;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.InstantColumns;
import org.servicerecovery.cases.Actor;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** What was tried against each pattern, and with what effect. Added to, never changed. */
@Component
public class TrainingHistory {

    /** What happens to a measure, in this order. */
    enum Kind {
        PLANNED("planned"),
        CARRIED_OUT("carried-out"),
        COMPARED("compared"),
        CHECKED("checked");

        private final String code;

        Kind(String code) {
            this.code = code;
        }
    }

    /**
     * One measure.
     *
     * @param attempt 1 is the first against this pattern
     * @param evidence what shows that it was carried out
     * @param effect effective or no-effect; null until somebody checks it
     * @param reason why the answer is another than that of the figures
     */
    public record Tried(
            int attempt,
            @Nullable String owner,
            String measure,
            @Nullable LocalDate dueOn,
            @Nullable LocalDate tookHoldOn,
            @Nullable String evidence,
            @Nullable LocalDate watchedUntil,
            @Nullable Comparison comparison,
            @Nullable String effect,
            @Nullable String notes,
            @Nullable String reason,
            @Nullable String checkedBy,
            @Nullable Instant checkedAt) {

        Tried withoutFigures() {
            return new Tried(
                    attempt,
                    owner,
                    measure,
                    dueOn,
                    tookHoldOn,
                    evidence,
                    watchedUntil,
                    null,
                    effect,
                    notes,
                    reason,
                    checkedBy,
                    checkedAt);
        }
    }

    private record Event(
            long signal,
            int attempt,
            String kind,
            JsonNode content,
            @Nullable String by,
            Instant at) {}

    private static final TypeReference<Map<String, Object>> PLAIN = new TypeReference<>() {};

    private final JdbcClient db;
    private final Clock clock;
    private final ObjectMapper json;

    TrainingHistory(JdbcClient db, Clock clock, ObjectMapper json) {
        this.db = db;
        this.clock = clock;
        this.json = json;
    }

    /** @return whether it had not been said before: what the engine does twice is written once */
    @Transactional(propagation = Propagation.MANDATORY)
    public boolean append(long signalId, int attempt, Kind kind, Object content) {
        return db.sql("""
                        insert into training_history (signal_id, attempt, kind, content, done_by, happened_at)
                        values (?, ?, ?, cast(? as jsonb), ?, ?) on conflict do nothing""")
                        .params(
                                signalId,
                                attempt,
                                kind.code,
                                write(content),
                                Actor.current().id(),
                                Timestamp.from(clock.instant()))
                        .update()
                == 1;
    }

    /** When a measure against a pattern was checked last. */
    Optional<Instant> lastChecked(long signalId) {
        return db.sql("select max(happened_at) from training_history where signal_id = ? and kind = ?")
                .params(signalId, Kind.CHECKED.code)
                .query((row, n) -> Optional.ofNullable(InstantColumns.read(row, "max")))
                .single();
    }

    List<Tried> of(long signalId) {
        return of(List.of(signalId)).getOrDefault(signalId, List.of());
    }

    /** The measures against each of these patterns, the first one first. */
    Map<Long, List<Tried>> of(Collection<Long> signalIds) {
        Map<Long, TreeMap<Integer, List<Event>>> events = new HashMap<>();
        db.sql("select * from training_history where signal_id = any(?) order by id")
                .param(signalIds.toArray(Long[]::new))
                .query((row, n) -> new Event(
                        row.getLong("signal_id"),
                        row.getInt("attempt"),
                        row.getString("kind"),
                        tree(row.getString("content")),
                        row.getString("done_by"),
                        row.getTimestamp("happened_at").toInstant()))
                .list()
                .forEach(event -> events.computeIfAbsent(event.signal(), none -> new TreeMap<>())
                        .computeIfAbsent(event.attempt(), none -> new ArrayList<>())
                        .add(event));
        Map<Long, List<Tried>> tried = new HashMap<>();
        events.forEach((signal, attempts) ->
                tried.put(signal, attempts.values().stream().map(this::together).toList()));
        return tried;
    }

    /** What was said of one measure, as one. */
    private Tried together(List<Event> events) {
        Map<String, Object> all = new HashMap<>();
        all.put("attempt", events.get(0).attempt());
        for (Event event : events) {
            if (event.kind().equals(Kind.COMPARED.code)) {
                all.put("comparison", event.content());
            } else {
                all.putAll(json.convertValue(event.content(), PLAIN));
            }
            if (event.kind().equals(Kind.CHECKED.code)) {
                all.put("checkedBy", event.by());
                all.put("checkedAt", event.at());
            }
        }
        return json.convertValue(all, Tried.class);
    }

    private JsonNode tree(String text) {
        try {
            return json.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("What was tried against a pattern cannot be read.", e);
        }
    }

    private String write(Object content) {
        try {
            return json.writeValueAsString(content);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("What was tried against a pattern cannot be written.", e);
        }
    }
}
