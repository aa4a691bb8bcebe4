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
import org.servicerecovery.Coded;
import org.servicerecovery.InstantColumns;
import org.servicerecovery.PlainText;
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

/**
 * Wishes for more time. Somebody else decides on each, before the deadline passes.
 *
 * <p>Of the further clocks those may be extended that the table {@code further-clocks} says. Under the Housing Ombudsman's
 * Complaint Handling Code (April 2024) that is stage 1, by ten working days at most (6.4), and stage 2, by twenty (6.15);
 * the resident is told why, and given the Ombudsman's contact details (6.5, 6.16), so nobody approves without having said
 * how. The five days of the acknowledgement (6.2, 6.11) are not extended, nor are the FCA's three business days (DISP 1.5.1
 * R) and eight weeks (DISP 1.6.2 R): after these the complainant may go to the ombudsman, answered or not.
 */
@Component
public class Extensions {

    /**
     * @param clock the code of the clock that it is about
     * @param state requested, approved, refused or lapsed
     * @param told how the customer was told of it, where that has to be
     */
    public record Extension(
            long id,
            String clock,
            String requestedBy,
            Instant requestedAt,
            Instant oldDueAt,
            Instant newDueAt,
            String reason,
            String state,
            @Nullable String decidedBy,
            @Nullable Instant decidedAt,
            @Nullable String note,
            @Nullable String told) {

        /** As it stood at a moment after the wish. */
        Extension at(Instant moment) {
            return decidedAt == null || !decidedAt.isAfter(moment)
                    ? this
                    : new Extension(
                            id,
                            clock,
                            requestedBy,
                            requestedAt,
                            oldDueAt,
                            newDueAt,
                            reason,
                            "requested",
                            null,
                            null,
                            null,
                            null);
        }
    }

    private static final RowMapper<Extension> EXTENSION = (row, n) -> new Extension(
            row.getLong("id"),
            row.getString("clock"),
            row.getString("requested_by"),
            row.getTimestamp("requested_at").toInstant(),
            row.getTimestamp("old_due_at").toInstant(),
            row.getTimestamp("new_due_at").toInstant(),
            row.getString("reason"),
            row.getString("state").toLowerCase(java.util.Locale.ROOT),
            row.getString("decided_by"),
            InstantColumns.read(row, "decided_at"),
            row.getString("note"),
            row.getString("told"));

    private static final List<String> WAYS_TO_TELL = List.of("phone", "email", "letter", "in-person");

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
     * @param newDueAt for a promise of days the day of this moment, until its end
     * @throws Refused when the deadline is not known or has passed, the wish is not later or no working time, or another
     *     wish is waiting
     */
    @Transactional
    public Extension request(CaseNumber number, ClockName name, @Nullable Instant newDueAt, String reason) {
        Refused.Gathered wrong = new Refused.Gathered();
        if (newDueAt == null) {
            wrong.add("newDueAt", "refused.extension.untilWhen");
        }
        if (reason.isBlank()) {
            wrong.add("reason", "refused.extension.why");
        }
        wrong.take(() -> PlainText.upTo(PlainText.LONGEST_REASON, "reason", reason));
        wrong.refuseIfAny();
        Instant wished = Objects.requireNonNull(newDueAt).truncatedTo(ChronoUnit.MILLIS);
        RecoveryCase found = cases.lock(number);
        found.requireOpen("refused.case.clockStopped");
        CaseRoles.requireMayWork(found);
        Clocks.MoreTime more = clocks.extendable(found, name, wished);
        long id;
        try {
            id = db.sql("""
                            insert into clock_extension (case_id, epoch, clock, requested_by, requested_at, old_due_at,
                                                         new_due_at, reason, state)
                            values (?, ?, ?, ?, ?, ?, ?, ?, 'REQUESTED') returning id""")
                    .params(
                            found.id(),
                            found.epoch(),
                            name.code(),
                            Actor.current().id(),
                            Timestamp.from(clock.instant()),
                            Timestamp.from(more.from()),
                            Timestamp.from(more.to()),
                            reason)
                    .query(Long.class)
                    .single();
        } catch (DuplicateKeyException e) {
            throw Refused.conflict(
                    name == ClockName.RESOLUTION ? "refused.extension.waits" : "refused.extension.waitsForClock",
                    number.value(),
                    name.shown());
        }
        Map<String, Object> content = told(name, more.from(), more.to());
        content.put("reason", reason);
        journal.append(found.id(), "extension requested", content);
        process.extensionRequested(Objects.requireNonNull(found.processInstanceId()), id, name.code(), more.from());
        return get(id);
    }

    /**
     * Decides on a wish by completing its task.
     *
     * @throws Refused when the caller wished it, may not decide, or the deadline has passed meanwhile
     */
    @Transactional
    public Extension decide(CaseNumber number, long id, boolean approved, String note, String told) {
        RecoveryCase found = cases.lock(number);
        requireOpen(found, id);
        Map<String, Object> answer = new HashMap<>();
        answer.put("decision", approved ? "approve" : "refuse");
        answer.put("note", note);
        answer.put("told", told);
        process.extensionDecided(Objects.requireNonNull(found.processInstanceId()), id, answer);
        return get(id);
    }

    /** The answer of the task; the caller holds the lock. */
    @Transactional(propagation = Propagation.MANDATORY)
    void decided(RecoveryCase found, long id, boolean approved, String note, String told) {
        Extension wish = requireOpen(found, id);
        Actor actor = Actor.current();
        if (!CaseRoles.worksEveryCase(actor)) {
            throw Refused.forbidden("refused.extension.byManager");
        }
        if (actor.id().equals(wish.requestedBy())) {
            throw Refused.forbidden("refused.extension.own");
        }
        ClockName name = Coded.parse(ClockName.class, "clock", wish.clock());
        PlainText.upTo(PlainText.LONGEST_REASON, "note", note);
        if (!told.isEmpty() && !WAYS_TO_TELL.contains(told)) {
            throw Refused.field("told", "refused.oneOf", String.join(", ", WAYS_TO_TELL));
        }
        if (approved) {
            if (name != ClockName.RESOLUTION && told.isEmpty()) {
                throw Refused.field("told", "refused.extension.told", String.join(", ", WAYS_TO_TELL));
            }
            Instant due = clocks.running(found, name).dueAt();
            if (!wish.oldDueAt().equals(due)) {
                throw Refused.conflict(
                        "refused.extension.deadlineMoved", String.valueOf(due), String.valueOf(wish.oldDueAt()));
            }
            clocks.extend(found, name, wish.newDueAt(), wish.reason(), wish.requestedBy());
        } else if (note.isBlank()) {
            throw Refused.field("note", "refused.extension.whyNot");
        }
        db.sql("update clock_extension set state = ?, decided_by = ?, decided_at = ?, note = ?, told = ? where id = ?")
                .params(
                        approved ? "APPROVED" : "REFUSED",
                        actor.id(),
                        Timestamp.from(clock.instant()),
                        note,
                        told.isEmpty() ? null : told,
                        id)
                .update();
        Map<String, Object> content = told(name, wish.oldDueAt(), wish.newDueAt());
        if (!told.isEmpty()) {
            content.put("told", told);
        }
        content.put("requestedBy", wish.requestedBy());
        content.put("reason", wish.reason());
        content.put("note", note);
        journal.append(found.id(), approved ? "extension approved" : "extension refused", content);
    }

    /** What the journal tells; the clock of the resolution needs no name. */
    private static Map<String, Object> told(ClockName name, Instant dueAt, Instant newDueAt) {
        Map<String, Object> content = new HashMap<>();
        content.put("dueAt", dueAt.toString());
        content.put("newDueAt", newDueAt.toString());
        if (name != ClockName.RESOLUTION) {
            content.put("clock", name.label());
        }
        return content;
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
                .orElseThrow(() -> Refused.conflict(
                        "refused.extension.none",
                        String.valueOf(id),
                        found.number().value()));
    }

    private Extension get(long id) {
        return db.sql("select * from clock_extension where id = ?")
                .param(id)
                .query(EXTENSION)
                .single();
    }
}
