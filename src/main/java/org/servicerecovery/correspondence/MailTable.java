package org.servicerecovery.correspondence;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Backoff;
import org.servicerecovery.InstantColumns;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.Actor;
import org.servicerecovery.cases.CaseEnded;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.CustomerReached;
import org.servicerecovery.cases.Journal;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.customer.Customer;
import org.servicerecovery.customer.Customers;
import org.servicerecovery.sla.AnsweredInWriting;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** The outbox as a table. Several nodes may deliver from it: each claims a mail before it sends it. */
@Component
class MailTable implements MailOutbox, SentMails {

    /** Whom a mail is for; colleagues' addresses are looked up when it goes out. */
    enum Audience {
        CUSTOMER,
        PERSON,
        ROLES
    }

    /**
     * A mail as it goes out; the message id stays the same over all tries.
     *
     * @param recipient an address, a user id, or group ids with commas, as the audience says
     */
    record Mail(
            long id,
            long caseId,
            Audience audience,
            String recipient,
            String subject,
            String body,
            String messageId,
            int tries,
            @Nullable Long letterId,
            @Nullable String privateLink) {}

    /** A mail as it is kept with its case. */
    record Kept(
            long id,
            String recipient,
            String subject,
            String body,
            String messageId,
            String queuedBy,
            Instant queuedAt,
            @Nullable Instant sentAt,
            @Nullable Instant bouncedAt,
            @Nullable String failure,
            @Nullable Long letterId,
            @Nullable String privateLink) {}

    /**
     * A mail that was accepted for a customer.
     *
     * @param epoch in which the letter that goes along was written; meaningless without one
     * @param stage the statutory stage that this letter ends
     */
    record Reached(
            long id,
            long caseId,
            Instant at,
            int epoch,
            @Nullable StatutoryStage stage) {}

    private static final RowMapper<Kept> KEPT = (row, n) -> new Kept(
            row.getLong("id"),
            row.getString("recipient"),
            row.getString("subject"),
            row.getString("body"),
            row.getString("message_id"),
            row.getString("queued_by"),
            row.getTimestamp("queued_at").toInstant(),
            InstantColumns.read(row, "sent_at"),
            InstantColumns.read(row, "bounced_at"),
            row.getString("failure"),
            row.getObject("letter_id", Long.class),
            row.getString("private_link"));

    private static final Backoff TRIES = new Backoff(Duration.ofMinutes(1), Duration.ofHours(1), 6);
    /** Longer than any attempt to send takes, so that nobody else sends the mail meanwhile. */
    static final Duration CLAIM = Duration.ofMinutes(5);

    private final JdbcClient db;
    private final Clock clock;
    private final Customers customers;
    private final Cases cases;
    private final Journal journal;
    private final UndeliveredMails undelivered;
    private final InvitationText invitations;
    private final QuietHours quiet;
    private final ApplicationEventPublisher events;

    MailTable(
            JdbcClient db,
            Clock clock,
            Customers customers,
            Cases cases,
            Journal journal,
            UndeliveredMails undelivered,
            InvitationText invitations,
            QuietHours quiet,
            ApplicationEventPublisher events) {
        this.db = db;
        this.clock = clock;
        this.customers = customers;
        this.cases = cases;
        this.journal = journal;
        this.undelivered = undelivered;
        this.invitations = invitations;
        this.quiet = quiet;
        this.events = events;
    }

    @Override
    @Transactional(propagation = Propagation.MANDATORY)
    public void queue(RecoveryCase about, String subject, String body) {
        queueToCustomer(about, subject, body, null);
    }

    /** A mail with a letter attached. */
    @Transactional(propagation = Propagation.MANDATORY)
    void queueLetter(RecoveryCase about, long letterId, String subject, String body) {
        queueToCustomer(about, subject, body, letterId);
    }

    @Override
    @Transactional(propagation = Propagation.MANDATORY)
    public Instant queueInvitation(
            RecoveryCase about, String template, String language, String link, Instant earliest) {
        Instant notBefore = quiet.notBefore(earliest);
        InvitationText.Text text = invitations.of(about, template, language);
        insert(
                about.id(),
                Audience.CUSTOMER,
                addressOf(about),
                text.subject(),
                text.body(),
                Actor.SYSTEM,
                notBefore,
                null,
                link);
        return notBefore;
    }

    private String addressOf(RecoveryCase about) {
        Customer customer = customers.byId(about.customerId());
        String recipient = customer.email();
        if (recipient == null || recipient.isBlank()) {
            throw Refused.field("message", "refused.mail.noAddress");
        }
        return recipient;
    }

    private void queueToCustomer(RecoveryCase about, String subject, String body, @Nullable Long letterId) {
        insert(
                about.id(),
                Audience.CUSTOMER,
                addressOf(about),
                subject,
                body,
                Actor.current().id(),
                clock.instant(),
                letterId,
                null);
        journal.append(about.id(), "mail queued", Map.of("subject", subject));
    }

    /** Leaves a mail to colleagues, not sent before a moment. The journal tells of the notice already. */
    @Transactional(propagation = Propagation.MANDATORY)
    void queueNotice(long caseId, Audience audience, String recipient, String subject, String body, Instant notBefore) {
        insert(caseId, audience, recipient, subject, body, Actor.current().id(), notBefore, null, null);
    }

    private void insert(
            long caseId,
            Audience audience,
            String recipient,
            String subject,
            String body,
            String queuedBy,
            Instant notBefore,
            @Nullable Long letterId,
            @Nullable String privateLink) {
        db.sql("""
                        insert into mail_outbox (case_id, audience, recipient, subject, body, message_id, queued_by,
                                                 queued_at, next_try_at, letter_id, private_link, told)
                        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""")
                .params(
                        caseId,
                        audience.name(),
                        recipient,
                        // A line break in a subject would start a header of its own.
                        subject.replaceAll("[\\r\\n]+", " "),
                        body,
                        MessageIds.of(UUID.randomUUID()),
                        queuedBy,
                        Timestamp.from(clock.instant()),
                        Timestamp.from(notBefore),
                        letterId,
                        privateLink,
                        privateLink != null)
                .update();
    }

    /** What colleagues were to be told of a case that has ended is told no more: no task waits for them. */
    @EventListener
    @Transactional(propagation = Propagation.MANDATORY)
    void tellNoMore(CaseEnded ended) {
        db.sql("""
                        update mail_outbox set next_try_at = null, failure = 'The case ended before this was sent.'
                         where case_id = ? and audience <> 'CUSTOMER' and sent_at is null and next_try_at is not null""").param(ended.caseId()).update();
    }

    /** Claims the next mail that is due, in a transaction of its own. */
    @Transactional
    Optional<Mail> claim() {
        Instant now = clock.instant();
        return db.sql("""
                        update mail_outbox set tries = tries + 1, next_try_at = :until
                         where id = (select id from mail_outbox
                                      where sent_at is null and next_try_at <= :now
                                      order by next_try_at limit 1 for update skip locked)
                        returning id, case_id, audience, recipient, subject, body, message_id, tries, letter_id,
                                  private_link""")
                .param("until", Timestamp.from(now.plus(CLAIM)))
                .param("now", Timestamp.from(now))
                .query((row, n) -> new Mail(
                        row.getLong("id"),
                        row.getLong("case_id"),
                        Audience.valueOf(row.getString("audience")),
                        row.getString("recipient"),
                        row.getString("subject"),
                        row.getString("body"),
                        row.getString("message_id"),
                        row.getInt("tries"),
                        row.getObject("letter_id", Long.class),
                        row.getString("private_link")))
                .optional();
    }

    @Transactional
    void sent(Mail mail) {
        RecoveryCase about = cases.lock(mail.caseId());
        db.sql("update mail_outbox set sent_at = ?, next_try_at = null, failure = null where id = ?")
                .params(Timestamp.from(clock.instant()), mail.id())
                .update();
        if (mail.audience() == Audience.CUSTOMER) {
            journal.append(about.id(), "mail sent", Map.of("subject", mail.subject()));
        }
    }

    /** What has been sent to customers and not been told to the clocks yet, oldest first. */
    List<Reached> reached() {
        return db.sql("""
                        select m.id, m.case_id, m.sent_at, l.epoch, l.stage from mail_outbox m
                          left join letter l on l.id = m.letter_id
                         where m.audience = 'CUSTOMER' and m.sent_at is not null and not m.told
                         order by m.sent_at limit 100""")
                .query((row, n) -> new Reached(
                        row.getLong("id"),
                        row.getLong("case_id"),
                        row.getTimestamp("sent_at").toInstant(),
                        row.getInt("epoch"),
                        StatutoryStage.withCode(String.valueOf(row.getString("stage")))
                                .orElse(null)))
                .list();
    }

    /** Apart from the sending: a clock that cannot be stopped must not send the mail again. */
    @Transactional
    void tell(Reached mail) {
        cases.lockWhatGoesOn(mail.caseId());
        int told = db.sql("update mail_outbox set told = true where id = ? and not told")
                .param(mail.id())
                .update();
        if (told == 1) {
            events.publishEvent(new CustomerReached(mail.caseId(), "mail", mail.at()));
            if (mail.stage() != null) {
                events.publishEvent(new AnsweredInWriting(
                        mail.caseId(), mail.epoch(), mail.stage().clock(), mail.at()));
            }
        }
    }

    /** It will never go out, and the journal says why. */
    @Transactional
    void impossible(Mail mail, String why) {
        giveUp(mail, why);
    }

    /** What it asks for cannot be done any more: it is not sent, and nothing is wrong. */
    @Transactional
    void pointless(Mail mail) {
        db.sql("update mail_outbox set next_try_at = null, failure = ? where id = ?")
                .params("Not sent: what it asks for was over by then.", mail.id())
                .update();
    }

    /** Another try with growing distance, until it is given up and the journal says so. */
    @Transactional
    void failed(Mail mail, String why) {
        if (TRIES.isOver(mail.tries())) {
            giveUp(mail, why);
            return;
        }
        db.sql("update mail_outbox set next_try_at = ?, failure = ? where id = ?")
                .params(Timestamp.from(clock.instant().plus(TRIES.pause(mail.tries()))), why, mail.id())
                .update();
    }

    /** Those to customers alone. */
    @Override
    @Transactional
    public boolean bounced(String messageId, String why) {
        Optional<Kept> known = db.sql(
                        "select * from mail_outbox where message_id = ? and audience = 'CUSTOMER' and sent_at is not null")
                .param(messageId)
                .query(KEPT)
                .optional();
        known.ifPresent(mail -> {
            RecoveryCase about = cases.lockWithWhatGoesOn(caseOf(mail));
            int first = db.sql("update mail_outbox set bounced_at = ?, failure = ? where id = ? and bounced_at is null")
                    .params(Timestamp.from(clock.instant()), why, mail.id())
                    .update();
            if (first == 1) {
                journal.append(about.id(), "mail bounced", Map.of("subject", mail.subject(), "why", why));
                followUp(about, mail.id(), mail.subject(), why, mail.privateLink());
            }
        });
        return known.isPresent();
    }

    private long caseOf(Kept mail) {
        return db.sql("select case_id from mail_outbox where id = ?")
                .param(mail.id())
                .query(Long.class)
                .single();
    }

    /** @throws Refused when the case has no such mail to its customer */
    Kept get(RecoveryCase of, long id) {
        return db.sql("select * from mail_outbox where id = ? and case_id = ? and audience = 'CUSTOMER'")
                .params(id, of.id())
                .query(KEPT)
                .optional()
                .orElseThrow(
                        () -> Refused.notFound("refused.mail.none", of.number().value(), String.valueOf(id)));
    }

    byte[] letter(long letterId) {
        return db.sql("select pdf from letter where id = ?")
                .param(letterId)
                .query((row, n) -> row.getBytes("pdf"))
                .single();
    }

    private void giveUp(Mail mail, String why) {
        RecoveryCase about = cases.lockWithWhatGoesOn(mail.caseId());
        db.sql("update mail_outbox set next_try_at = null, failure = ? where id = ?")
                .params(why, mail.id())
                .update();
        journal.append(about.id(), "mail failed", Map.of("subject", mail.subject(), "why", why));
        if (mail.audience() == Audience.CUSTOMER) {
            followUp(about, mail.id(), mail.subject(), why, mail.privateLink());
        }
    }

    private void followUp(RecoveryCase about, long mailId, String subject, String why, @Nullable String privateLink) {
        if (privateLink == null) {
            undelivered.followUp(about, mailId, subject, why);
        } else {
            events.publishEvent(new InvitationUndelivered(about.id(), privateLink));
        }
    }
}
