package org.servicerecovery.survey;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.cases.Actor;
import org.servicerecovery.cases.CaseClosed;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.Journal;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.correspondence.InvitationUndelivered;
import org.servicerecovery.correspondence.MailOutbox;
import org.servicerecovery.customer.Customers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Asks the customer of a case that was closed, and reminds once. The mail lies in the outbox with the row that says so, in
 * one transaction under the case's lock, so that nothing is sent twice or forgotten.
 */
@Component
class AskAfterClosing {

    private static final Logger LOG = LoggerFactory.getLogger(AskAfterClosing.class);
    private static final Set<String> TOLD = Set.of("loop closed", "customer not reached");
    private static final Actor BY_ITSELF = new Actor(Actor.SYSTEM, "engine", Set.of(), true);

    private final JdbcClient db;
    private final Clock clock;
    private final Cases cases;
    private final Customers customers;
    private final Journal journal;
    private final MailOutbox outbox;
    private final Invitations invitations;
    private final SurveyLinks links;
    private final SurveyProperties settings;
    private final TransactionTemplate transaction;

    AskAfterClosing(
            JdbcClient db,
            Clock clock,
            Cases cases,
            Customers customers,
            Journal journal,
            MailOutbox outbox,
            Invitations invitations,
            SurveyLinks links,
            SurveyProperties settings,
            TransactionTemplate transaction) {
        this.db = db;
        this.clock = clock;
        this.cases = cases;
        this.customers = customers;
        this.journal = journal;
        this.outbox = outbox;
        this.invitations = invitations;
        this.links = links;
        this.settings = settings;
        this.transaction = transaction;
    }

    /** Only cases that were resolved are closed; one that was withdrawn, a duplicate or opened in error asks nobody. */
    @EventListener
    @Transactional(propagation = Propagation.MANDATORY)
    void invite(CaseClosed event) {
        RecoveryCase closed = cases.lock(event.caseId());
        Instant now = clock.instant();
        if (settings.url().isEmpty() || !isToBeAsked(closed, now)) {
            return;
        }
        long id = db.sql("""
                        insert into survey_invitation (case_id, epoch, customer_id, public_id, invited_at, expires_at)
                        values (?, ?, ?, ?, ?, ?) returning id""")
                .params(
                        closed.id(),
                        closed.epoch(),
                        closed.customerId(),
                        links.newId(),
                        Timestamp.from(now),
                        Timestamp.from(now))
                .query(Long.class)
                .single();
        Instant goesOut = send(closed, id, "invitation", now.plus(settings.after()));
        Instant expires = goesOut.plus(settings.validFor());
        db.sql("update survey_invitation set invited_at = ?, expires_at = ?, remind_at = ? where id = ?")
                .params(Timestamp.from(goesOut), Timestamp.from(expires), remindAt(goesOut, expires), id)
                .update();
        journal.append(closed.id(), BY_ITSELF, "survey sent", Map.of("until", expires.toString()));
    }

    private boolean isToBeAsked(RecoveryCase closed, Instant now) {
        String address = customers.byId(closed.customerId()).email();
        return address != null
                && !address.isBlank()
                // Whether one is happy with the end is a strange question to somebody who was not told of it.
                && !"customer not reached".equals(howTheLoopWasClosed(closed))
                && !hasRefused(closed.customerId())
                && !wasAskedLately(closed, now);
    }

    private @Nullable String howTheLoopWasClosed(RecoveryCase closed) {
        return journal.of(closed.id()).stream()
                .map(Journal.Entry::kind)
                .filter(TOLD::contains)
                .reduce((earlier, later) -> later)
                .orElse(null);
    }

    private boolean hasRefused(long customerId) {
        return db.sql("select exists (select from survey_refusal where customer_id = ?)")
                .param(customerId)
                .query(Boolean.class)
                .single();
    }

    /** On another case: whether this one has been put right after it was opened again is worth a second question. */
    private boolean wasAskedLately(RecoveryCase closed, Instant now) {
        return db.sql("""
                        select exists (select from survey_invitation
                                        where customer_id = ? and case_id <> ? and invited_at > ?)""")
                .params(closed.customerId(), closed.id(), Timestamp.from(now.minus(settings.notAgainWithin())))
                .query(Boolean.class)
                .single();
    }

    private @Nullable Timestamp remindAt(Instant goesOut, Instant expires) {
        Instant at = goesOut.plus(settings.remindAfter());
        return settings.remindAfter().isZero() || !at.isBefore(expires) ? null : Timestamp.from(at);
    }

    private Instant send(RecoveryCase about, long id, String template, Instant earliest) {
        return outbox.queueInvitation(about, template, settings.language(), SurveyLinks.reference(id), earliest);
    }

    /** Reminds whoever is due. What cannot be done now is tried again the next time, and keeps none of the others. */
    void remind() {
        List<Long> due = db.sql("select id from survey_invitation where remind_at <= ? order by remind_at limit 500")
                .param(Timestamp.from(clock.instant()))
                .query(Long.class)
                .list();
        for (long id : due) {
            try {
                transaction.executeWithoutResult(status -> remind(id));
            } catch (RuntimeException e) {
                LOG.warn("The reminder of survey {} could not be left in the outbox. It is tried again.", id, e);
            }
        }
    }

    private void remind(long id) {
        Invitation invitation = invitations.byId(id).orElseThrow();
        RecoveryCase about = cases.lock(invitation.caseId());
        int first = db.sql("update survey_invitation set remind_at = null where id = ? and remind_at is not null")
                .param(id)
                .update();
        String address = customers.byId(about.customerId()).email();
        boolean isOpen =
                invitations.byId(id).orElseThrow().state() == Invitation.State.OPEN && !hasRefused(about.customerId());
        if (first == 1 && isOpen && address != null && !address.isBlank()) {
            Instant goesOut = send(about, id, "reminder", clock.instant());
            db.sql("update survey_invitation set reminded_at = ? where id = ?")
                    .params(Timestamp.from(goesOut), id)
                    .update();
            journal.append(about.id(), BY_ITSELF, "survey reminded", Map.of());
        }
    }

    /** Nobody is given work for it: how the case ended the customer was told before, and the timeline says what happened. */
    @EventListener
    @Transactional(propagation = Propagation.MANDATORY)
    void undelivered(InvitationUndelivered mail) {
        db.sql("update survey_invitation set undelivered_at = ?, remind_at = null where id = ?")
                .params(Timestamp.from(clock.instant()), SurveyLinks.invitationId(mail.link()))
                .update();
    }
}
