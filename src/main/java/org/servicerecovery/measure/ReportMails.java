package org.servicerecovery.measure;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Backoff;
import org.servicerecovery.InstantColumns;
import org.servicerecovery.correspondence.Mailing;
import org.servicerecovery.correspondence.SentMails;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Who wants the report by mail, and the mails. Every node may queue and send: a person and week is one row, whoever
 * writes it, and a mail is one node's while that sends it.
 */
@Component
class ReportMails implements SentMails {

    /** Why a report did not go out. */
    enum Trouble {
        /** Their role no longer sees what the business is measured by, or they are gone. */
        ROLE,
        ADDRESS,
        /** The mail server will never take it for this address. */
        REFUSED,
        /** It was tried often enough. */
        FAILED
    }

    /** @param said what the mail server said */
    record Subscription(
            String language,
            Instant since,
            @Nullable Trouble trouble,
            @Nullable String said,
            @Nullable Instant troubleAt) {}

    record Mail(String person, Week week, String language, String messageId, int tries) {}

    record Sent(Week week, Instant at) {}

    private static final Backoff TRIES = new Backoff(Duration.ofMinutes(1), Duration.ofHours(1), 6);
    /** Longer than it takes to make the pages and to send them, so that nobody else does it meanwhile. */
    private static final Duration CLAIM = Duration.ofMinutes(5);

    private final JdbcClient db;
    private final Clock clock;

    ReportMails(JdbcClient db, Clock clock) {
        this.db = db;
        this.clock = clock;
    }

    Optional<Subscription> of(String person) {
        return db.sql("select * from report_subscription where person = ?")
                .param(person)
                .query((row, n) -> new Subscription(
                        row.getString("language"),
                        row.getTimestamp("since").toInstant(),
                        row.getString("trouble") == null ? null : Trouble.valueOf(row.getString("trouble")),
                        row.getString("said"),
                        InstantColumns.read(row, "trouble_at")))
                .optional();
    }

    Optional<Sent> lastSent(String person) {
        return db.sql("""
                        select week, sent_at from report_mail where person = ? and sent_at is not null
                         order by week desc limit 1""")
                .param(person)
                .query((row, n) -> new Sent(
                        Week.named(row.getString("week")),
                        row.getTimestamp("sent_at").toInstant()))
                .optional();
    }

    /** From the next sending on; asked for again in another language, in that one. */
    @Transactional
    void subscribe(String person, String language) {
        db.sql("""
                        insert into report_subscription (person, language, since) values (?, ?, ?)
                        on conflict (person) do update set language = excluded.language""").params(person, language, now()).update();
    }

    /** What waits is not sent either. */
    @Transactional
    void unsubscribe(String person) {
        db.sql("delete from report_subscription where person = ?").param(person).update();
        db.sql("""
                        update report_mail set next_try_at = null, failure = 'It was no longer wanted.'
                         where person = ? and sent_at is null and next_try_at is not null""").param(person).update();
    }

    /** Leaves a mail for everybody who wanted one by then. Of those before it, what still waits has had its time. */
    @Transactional
    void queue(ReportSchedule.Sending sending) {
        String week = sending.week().toString();
        Timestamp now = now();
        db.sql("""
                        update report_mail set next_try_at = null, failure = 'A later week took its place.'
                         where next_try_at is not null and sent_at is null and week < ?""").param(week).update();
        db.sql("""
                        select person from report_subscription s
                         where since <= ? and not exists (select from report_mail m where m.person = s.person and m.week = ?)""")
                .params(Timestamp.from(sending.at()), week)
                .query(String.class)
                .list()
                .forEach(person -> db.sql("""
                                insert into report_mail (person, week, message_id, queued_at, next_try_at)
                                values (?, ?, ?, ?, ?) on conflict (person, week) do nothing""")
                        .params(person, week, Mailing.newId(), now, now)
                        .update());
    }

    /** The next mail that is due, claimed in a transaction of its own. */
    @Transactional
    Optional<Mail> claim() {
        return db.sql("""
                        update report_mail m set tries = tries + 1, next_try_at = :until
                          from report_subscription s
                         where s.person = m.person
                           and (m.person, m.week) = (select w.person, w.week from report_mail w
                                                       join report_subscription using (person)
                                                      where w.sent_at is null and w.next_try_at <= :now
                                                      order by w.next_try_at limit 1 for update of w skip locked)
                        returning m.person, m.week, s.language, m.message_id, m.tries""")
                .param("until", Timestamp.from(clock.instant().plus(CLAIM)))
                .param("now", now())
                .query((row, n) -> new Mail(
                        row.getString("person"),
                        Week.named(row.getString("week")),
                        row.getString("language"),
                        row.getString("message_id"),
                        row.getInt("tries")))
                .optional();
    }

    @Transactional
    void sent(Mail mail) {
        update(mail, "sent_at = ?, next_try_at = null, failure = null", now());
        db.sql("update report_subscription set trouble = null, said = null, trouble_at = null where person = ?")
                .param(mail.person())
                .update();
    }

    /** It is not tried again, and whoever waits for it can see why. */
    @Transactional
    void notSent(Mail mail, Trouble trouble, @Nullable String said) {
        update(mail, "next_try_at = null, failure = ?", said == null ? trouble.name() : said);
        db.sql("update report_subscription set trouble = ?, said = ?, trouble_at = ? where person = ?")
                .params(trouble.name(), said, now(), mail.person())
                .update();
    }

    /** The last one that came back stays told until another has gone out. */
    @Override
    @Transactional
    public boolean bounced(String messageId, String why) {
        Optional<String> person = db.sql("select person from report_mail where message_id = ? and sent_at is not null")
                .param(messageId)
                .query(String.class)
                .optional();
        person.ifPresent(each -> db.sql("""
                        update report_subscription set trouble = ?, said = ?, trouble_at = ?
                         where person = ? and said is distinct from ?""")
                .params(Trouble.REFUSED.name(), why, now(), each, why)
                .update());
        return person.isPresent();
    }

    /** Another try with growing distance, until it is given up. */
    @Transactional
    void failed(Mail mail, String why) {
        if (TRIES.isOver(mail.tries())) {
            notSent(mail, Trouble.FAILED, why);
            return;
        }
        db.sql("update report_mail set next_try_at = ?, failure = ? where person = ? and week = ?")
                .params(
                        Timestamp.from(clock.instant().plus(TRIES.pause(mail.tries()))),
                        why,
                        mail.person(),
                        mail.week().toString())
                .update();
    }

    private void update(Mail mail, String what, Object value) {
        db.sql("update report_mail set " + what + " where person = ? and week = ?")
                .params(value, mail.person(), mail.week().toString())
                .update();
    }

    private Timestamp now() {
        return Timestamp.from(clock.instant());
    }
}
