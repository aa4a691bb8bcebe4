package org.servicerecovery.survey;

import java.sql.Timestamp;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Messages;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.Actor;
import org.servicerecovery.cases.CaseAccess;
import org.servicerecovery.cases.CaseNumber;
import org.servicerecovery.cases.CaseReopened;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.Journal;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.engine.RecoveryProcess;
import org.servicerecovery.engine.Tasks;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** A customer is not content with how a case ended: its owner opens it again, or says why not. Lock order: case. */
@Component
class UnhappyAnswers {

    private static final int LONGEST_NOTES = 4_000;

    /** What can be done about such an answer. */
    enum Decision {
        REOPEN,
        LEAVE
    }

    private final JdbcClient db;
    private final Clock clock;
    private final Cases cases;
    private final CaseAccess access;
    private final Journal journal;
    private final Invitations invitations;
    private final RecoveryProcess process;

    UnhappyAnswers(
            JdbcClient db,
            Clock clock,
            Cases cases,
            CaseAccess access,
            Journal journal,
            Invitations invitations,
            RecoveryProcess process) {
        this.db = db;
        this.clock = clock;
        this.cases = cases;
        this.access = access;
        this.journal = journal;
        this.invitations = invitations;
        this.process = process;
    }

    /** The process that asks has started; answers with the case. */
    @Transactional(propagation = Propagation.MANDATORY)
    RecoveryCase started(long invitationId, String processInstanceId) {
        int rows = db.sql("""
                        update survey_invitation set process_instance_id = ?
                         where id = ? and process_instance_id is null and answered_at is not null""").params(processInstanceId, invitationId).update();
        if (rows != 1) {
            throw Refused.conflict("survey.refused.asked");
        }
        return cases.lock(invitations.byId(invitationId).orElseThrow().caseId());
    }

    /**
     * Decides through the process.
     *
     * @param submitted what the form would submit: decision, notes
     */
    @Transactional
    public void decide(CaseNumber number, Map<String, Object> submitted) {
        RecoveryCase found = cases.lock(number);
        access.requireTakesPart(found);
        process.complete(
                invitations
                        .undecidedInstance(found.id())
                        .orElseThrow(() -> Refused.conflict("survey.refused.nothing", number.value())),
                List.of(Tasks.ACT_ON_UNHAPPY_ANSWER),
                submitted,
                Messages.text("survey.refused.nothing", number.value()));
    }

    /** The task was completed. */
    @Transactional(propagation = Propagation.MANDATORY)
    void decided(String processInstanceId, String decision, String notes) {
        Invitation answered = invitations
                .byInstance(processInstanceId)
                .orElseThrow(() -> Refused.conflict("survey.refused.noAnswer"));
        // Whoever may complete the task decides: the case is over, and its owner may be gone.
        RecoveryCase found = cases.lock(answered.caseId());
        boolean reopens = decision.equals("reopen");
        if (!reopens && !decision.equals("leave")) {
            throw Refused.field("decision", "survey.refused.decision");
        }
        if (!reopens && notes.isBlank()) {
            throw Refused.field("notes", "survey.refused.notesMissing");
        }
        if (notes.length() > LONGEST_NOTES) {
            throw Refused.field("notes", "survey.refused.notesTooLong", notes.length(), LONGEST_NOTES);
        }
        if (!record(answered.id(), found, reopens ? Decision.REOPEN : Decision.LEAVE, notes)) {
            throw Refused.conflict("survey.refused.decided");
        }
        if (reopens) {
            cases.reopenAsAsked(
                    found,
                    notes.isBlank()
                            ? "The customer is not content with how it ended (" + answered.score() + " of 5)."
                            : notes);
        }
    }

    /** Opened again by another way: there is nothing left to decide. */
    @EventListener
    @Transactional(propagation = Propagation.MANDATORY)
    void openedAgain(CaseReopened event) {
        @Nullable String waiting = invitations.undecidedInstance(event.caseId()).orElse(null);
        if (waiting != null) {
            Invitation answered = invitations.byInstance(waiting).orElseThrow();
            record(answered.id(), cases.lock(event.caseId()), Decision.REOPEN, "");
            process.caseOpenedAgain(waiting);
        }
    }

    private boolean record(long invitationId, RecoveryCase found, Decision decision, String notes) {
        int first = db.sql("""
                        update survey_invitation set decision = ?, decided_by = ?, decided_at = ?
                         where id = ? and decided_at is null""")
                .params(decision.name(), Actor.current().id(), Timestamp.from(clock.instant()), invitationId)
                .update();
        if (first == 1 && decision == Decision.LEAVE) {
            // That it was opened again, and why, the case says itself.
            Map<String, Object> content = new HashMap<>();
            content.put("decision", decision.name().toLowerCase(Locale.ROOT));
            content.put("notes", notes);
            journal.append(found.id(), "unhappy answer decided", content);
        }
        return first == 1;
    }
}
