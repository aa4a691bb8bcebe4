package org.servicerecovery.sla;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.InstantColumns;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.Actor;
import org.servicerecovery.cases.CaseEnded;
import org.servicerecovery.cases.CaseNumber;
import org.servicerecovery.cases.CaseRoles;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.Journal;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.engine.RecoveryProcess;
import org.springframework.context.event.EventListener;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Wishes for more time. Somebody else decides on each, before the deadline passes. */
@Component
public class Extensions {

    /** @param state requested, approved, refused or lapsed */
    public record Extension(
            long id,
            String requestedBy,
            Instant requestedAt,
            Instant oldDueAt,
            Instant newDueAt,
            String reason,
            String state,
            @Nullable String decidedBy,
            @Nullable Instant decidedAt,
            @Nullable String note) {

        /** As it stood at a moment after the wish. */
        Extension at(Instant moment) {
            return decidedAt == null || !decidedAt.isAfter(moment)
                    ? this
                    : new Extension(
                            id, requestedBy, requestedAt, oldDueAt, newDueAt, reason, "requested", null, null, null);
        }
    }

    private static final RowMapper<Extension> EXTENSION = (row, n) -> new Extension(
            row.getLong("id"),
            row.getString("requested_by"),
            row.getTimestamp("requested_at").toInstant(),
            row.getTimestamp("old_due_at").toInstant(),
            row.getTimestamp("new_due_at").toInstant(),
            row.getString("reason"),
            row.getString("state").toLowerCase(java.util.Locale.ROOT),
            row.getString("decided_by"),
            InstantColumns.read(row, "decided_at"),
            row.getString("note"));

    private final JdbcClient db;
    private final Clock clock;
    private final Clocks clocks;
    private final Cases cases;
    private final Journal journal;
    private final RecoveryProcess process;

    Extensions(JdbcClient db, Clock clock, Clocks clocks, Cases cases, Journal journal, RecoveryProcess process) {
        this.db = db;
        this.clock = clock;
        this.clocks = clocks;
        this.cases = cases;
        this.journal = journal;
        this.process = process;
    }

    /** The wishes for more time in an epoch, oldest first. */
    public List<Extension> of(long caseId, int epoch) {
        return db.sql("select * from clock_extension where case_id = ? and epoch = ? order by id")
                .params(caseId, epoch)
                .query(EXTENSION)
                .list();
    }

    /**
     * Asks for a later deadline.
     *
     * @throws Refused when the deadline is not known or has passed, the wish is not later or no working time, or another
     *     wish is waiting
     */
    @Transactional
    public Extension request(CaseNumber number, @Nullable Instant newDueAt, String reason) {
        Refused.Gathered wrong = new Refused.Gathered();
        if (newDueAt == null) {
            wrong.add("newDueAt", "is missing. Say until when the case needs.");
        }
        if (reason.isBlank()) {
            wrong.add("reason", "is missing. Say why more time is needed.");
        }
        wrong.refuseIfAny();
        Instant wished = Objects.requireNonNull(newDueAt).truncatedTo(ChronoUnit.MILLIS);
        RecoveryCase found = cases.lock(number);
        found.requireOpen(": its clock has stopped");
        CaseRoles.requireMayWork(found);
        Instant due = clocks.extendable(found, clocks.running(found), wished);
        long id;
        try {
            id = db.sql("""
                            insert into clock_extension (case_id, epoch, clock, requested_by, requested_at, old_due_at,
                                                         new_due_at, reason, state)
                            values (?, ?, ?, ?, ?, ?, ?, ?, 'REQUESTED') returning id""")
                    .params(
                            found.id(),
                            found.epoch(),
                            ClockName.RESOLUTION.code(),
                            Actor.current().id(),
                            Timestamp.from(clock.instant()),
                            Timestamp.from(due),
                            Timestamp.from(wished),
                            reason)
                    .query(Long.class)
                    .single();
        } catch (DuplicateKeyException e) {
            throw Refused.conflict("An extension of " + number + " waits for a decision already.");
        }
        journal.append(
                found.id(),
                "extension requested",
                Map.of("dueAt", due.toString(), "newDueAt", wished.toString(), "reason", reason));
        process.extensionRequested(Objects.requireNonNull(found.processInstanceId()), id);
        return get(id);
    }

    /**
     * Decides on a wish by completing its task.
     *
     * @throws Refused when the caller wished it, may not decide, or the deadline has passed meanwhile
     */
    @Transactional
    public Extension decide(CaseNumber number, long id, boolean approved, String note) {
        RecoveryCase found = cases.lock(number);
        requireOpen(found, id);
        Map<String, Object> answer = new HashMap<>();
        answer.put("decision", approved ? "approve" : "refuse");
        answer.put("note", note);
        process.complete(
                Objects.requireNonNull(found.processInstanceId()),
                List.of("UserTask_ApproveExtension"),
                answer,
                "This extension is decided already.");
        return get(id);
    }

    /** The answer of the task; the caller holds the lock. */
    @Transactional(propagation = Propagation.MANDATORY)
    void decided(RecoveryCase found, long id, boolean approved, String note) {
        Extension wish = requireOpen(found, id);
        Actor actor = Actor.current();
        if (!CaseRoles.worksEveryCase(actor)) {
            throw Refused.forbidden("A manager decides on more time.");
        }
        if (actor.id().equals(wish.requestedBy())) {
            throw Refused.forbidden("You asked for this extension yourself: somebody else has to decide on it.");
        }
        if (approved) {
            Instant due = clocks.running(found).dueAt();
            if (!wish.oldDueAt().equals(due)) {
                throw Refused.conflict("The deadline is " + due + " now, and not " + wish.oldDueAt()
                        + " as when this was asked for. Do not approve it; more time can be asked for again.");
            }
            clocks.extend(found, wish.newDueAt(), wish.reason(), wish.requestedBy());
        } else if (note.isBlank()) {
            throw Refused.field("note", "is missing. Say why there is not more time.");
        }
        db.sql("update clock_extension set state = ?, decided_by = ?, decided_at = ?, note = ? where id = ?")
                .params(approved ? "APPROVED" : "REFUSED", actor.id(), Timestamp.from(clock.instant()), note, id)
                .update();
        Map<String, Object> content = new HashMap<>();
        content.put("dueAt", wish.oldDueAt().toString());
        content.put("newDueAt", wish.newDueAt().toString());
        content.put("requestedBy", wish.requestedBy());
        content.put("reason", wish.reason());
        content.put("note", note);
        journal.append(found.id(), approved ? "extension approved" : "extension refused", content);
    }

    @EventListener
    void lapse(CaseEnded ended) {
        db.sql("update clock_extension set state = 'LAPSED' where case_id = ? and epoch = ? and state = 'REQUESTED'")
                .params(ended.caseId(), ended.epoch())
                .update();
    }

    private Extension requireOpen(RecoveryCase found, long id) {
        return of(found.id(), found.epoch()).stream()
                .filter(wish -> wish.id() == id)
                .findFirst()
                .filter(wish -> wish.state().equals("requested"))
                .orElseThrow(() ->
                        Refused.conflict("No extension " + id + " of " + found.number() + " waits for a decision."));
    }

    private Extension get(long id) {
        return db.sql("select * from clock_extension where id = ?")
                .param(id)
                .query(EXTENSION)
                .single();
    }
}
