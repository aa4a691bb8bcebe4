package org.servicerecovery.trend.taxonomy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.Actor;
import org.servicerecovery.cases.CaseRoles;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Who changed the taxonomy, and how: written in the transaction of the change, one change at a time. */
@Component
class TaxonomyEvents {

    /** @param kind such as renamed; {@code content} says what was before */
    record Event(Instant at, String actor, String kind, Map<String, Object> content) {}

    private static final TypeReference<Map<String, Object>> CONTENT = new TypeReference<>() {};

    private final JdbcClient db;
    private final Clock clock;
    private final ObjectMapper json;

    TaxonomyEvents(JdbcClient db, Clock clock, ObjectMapper json) {
        this.db = db;
        this.clock = clock;
        this.json = json;
    }

    /**
     * To be called before what is to be changed is read: two people who merge A into B and B into A at once would both
     * find nothing in the way.
     *
     * @throws Refused when the taxonomy is not the current user's to change
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public void begin() {
        Actor actor = Actor.current();
        if (!actor.isSystem() && !CaseRoles.isLead(actor)) {
            throw Refused.forbidden("refused.taxonomy.role");
        }
        db.sql("select pg_advisory_xact_lock(hashtext('taxonomy'))")
                .query((row, n) -> true)
                .single();
    }

    @Transactional(propagation = Propagation.MANDATORY)
    public void append(long tagId, String kind, Map<String, ?> content) {
        db.sql("insert into taxonomy_event (tag_id, at, actor, kind, content) values (?, ?, ?, ?, cast(? as jsonb))")
                .params(tagId, Timestamp.from(clock.instant()), Actor.current().id(), kind, write(content))
                .update();
    }

    /** What became of a tag, newest first. */
    List<Event> of(long tagId) {
        return db.sql("select at, actor, kind, content from taxonomy_event where tag_id = ? order by id desc")
                .param(tagId)
                .query((row, n) -> new Event(
                        row.getTimestamp("at").toInstant(),
                        row.getString("actor"),
                        row.getString("kind"),
                        read(row.getString("content"))))
                .list();
    }

    private String write(Map<String, ?> content) {
        try {
            return json.writeValueAsString(content);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("An event's content must be plain values.", e);
        }
    }

    private Map<String, Object> read(String text) {
        try {
            return json.readValue(text, CONTENT);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("An event of the taxonomy is not readable.", e);
        }
    }
}
