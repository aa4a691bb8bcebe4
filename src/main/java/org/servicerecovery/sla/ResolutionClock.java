package org.servicerecovery.sla;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.InstantColumns;
import org.servicerecovery.cases.CaseEnded;
import org.servicerecovery.cases.Journal;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.engine.Decisions;
import org.servicerecovery.engine.TimerMoved;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Elapsed time against the severity's deadline, as a ledger of facts. The timers of the process are a projection of it.
 * Elapsed hours run day and night, across changes of the local clock.
 */
@Component
public class ResolutionClock {

    private static final String POLICY = "resolution-deadline";

    private final JdbcClient db;
    private final Clock clock;
    private final Decisions decisions;
    private final Journal journal;

    ResolutionClock(JdbcClient db, Clock clock, Decisions decisions, Journal journal) {
        this.db = db;
        this.clock = clock;
        this.decisions = decisions;
        this.journal = journal;
    }

    /**
     * What the timers of a new epoch are set to.
     *
     * @param nextLevelAt when the business owner is asked, if nobody has acted on the missed deadline
     */
    record Timers(Instant nearAt, Instant dueAt, Instant nextLevelAt) {}

    /** Starts the clock of the case's epoch, as the policy says for its severity. */
    @Transactional(propagation = Propagation.MANDATORY)
    Timers start(RecoveryCase started) {
        Decisions.Answer policy =
                decisions.ask(POLICY, Map.of("severity", started.severity().code()));
        // The engine keeps due dates in milliseconds; ours are the same instants.
        Instant startedAt = started.epochStartedAt().truncatedTo(ChronoUnit.MILLIS);
        Instant dueAt = startedAt.plus(Duration.ofHours(policy.number("hours")));
        Instant nearAt = dueAt.minus(Duration.ofHours(policy.number("warnHoursBefore")));
        append(started.id(), started.epoch(), "STARTED", startedAt, nearAt, dueAt);
        journal.append(
                started.id(),
                "clock started",
                Map.of("dueAt", dueAt.toString(), "nearAt", nearAt.toString(), "policy", policy.reference()));
        return new Timers(nearAt, dueAt, dueAt.plus(Duration.ofHours(policy.number("escalateHoursAfter"))));
    }

    /** Notes the warning that the deadline is near. After a downtime it may have passed: the breach says so then. */
    @Transactional(propagation = Propagation.MANDATORY)
    void near(RecoveryCase running) {
        Deadline deadline = of(running.id(), running.epoch()).orElseThrow();
        requireReached(deadline.nearAt());
        if (!clock.instant().isBefore(deadline.dueAt())) {
            return;
        }
        if (append(running.id(), running.epoch(), "NEAR", deadline.nearAt(), null, null)) {
            journal.append(
                    running.id(),
                    "deadline near",
                    Map.of("dueAt", deadline.dueAt().toString()));
        }
    }

    /** Notes the breach. Its time is the deadline, however late it was noticed. */
    @Transactional(propagation = Propagation.MANDATORY)
    void missed(RecoveryCase running) {
        Deadline deadline = of(running.id(), running.epoch()).orElseThrow();
        requireReached(deadline.dueAt());
        recordBreach(running.id(), running.epoch(), deadline);
    }

    private void requireReached(Instant point) {
        if (clock.instant().isBefore(point)) {
            throw new TimerMoved(point);
        }
    }

    /** Notes that nobody acted on the breach and the business owner was asked. */
    @Transactional(propagation = Propagation.MANDATORY)
    void escalated(RecoveryCase running) {
        if (append(running.id(), running.epoch(), "ESCALATED", clock.instant(), null, null)) {
            journal.append(running.id(), "escalated to the business owner", Map.of());
        }
    }

    @EventListener
    void stop(CaseEnded ended) {
        Optional<Deadline> running = of(ended.caseId(), ended.epoch());
        if (running.isEmpty() || running.get().stoppedAt() != null) {
            return;
        }
        if (ended.at().isAfter(running.get().dueAt())) {
            recordBreach(ended.caseId(), ended.epoch(), running.get());
        }
        append(ended.caseId(), ended.epoch(), "STOPPED", ended.at(), null, null);
    }

    /** The deadline of an epoch; empty before its clock has started. */
    public Optional<Deadline> of(long caseId, int epoch) {
        return db.sql("""
                        select s.near_at, s.due_at, e.at as stopped_at
                          from clock_entry s
                          left join clock_entry e on e.case_id = s.case_id and e.epoch = s.epoch and e.kind = 'STOPPED'
                         where s.case_id = ? and s.epoch = ? and s.kind = 'STARTED'""")
                .params(caseId, epoch)
                .query((row, n) -> new Deadline(
                        row.getTimestamp("near_at").toInstant(),
                        row.getTimestamp("due_at").toInstant(),
                        InstantColumns.read(row, "stopped_at")))
                .optional();
    }

    private void recordBreach(long caseId, int epoch, Deadline deadline) {
        if (append(caseId, epoch, "MISSED", deadline.dueAt(), null, null)) {
            journal.append(
                    caseId,
                    "deadline missed",
                    Map.of(
                            "dueAt",
                            deadline.dueAt().toString(),
                            "noticedAt",
                            clock.instant().toString()));
        }
    }

    /** False when an entry of this kind exists: every level notifies once an epoch. */
    private boolean append(
            long caseId, int epoch, String kind, Instant at, @Nullable Instant nearAt, @Nullable Instant dueAt) {
        return db.sql("""
                                insert into clock_entry (case_id, epoch, seq, kind, at, near_at, due_at)
                                select ?, ?, 1 + count(*), ?, ?, ?, ? from clock_entry where case_id = ? and epoch = ?
                                on conflict (case_id, epoch, kind) do nothing""")
                        .params(
                                caseId,
                                epoch,
                                kind,
                                Timestamp.from(at),
                                nearAt == null ? null : Timestamp.from(nearAt),
                                dueAt == null ? null : Timestamp.from(dueAt),
                                caseId,
                                epoch)
                        .update()
                == 1;
    }
}
