package org.servicerecovery.correspondence;

import java.sql.Timestamp;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.Journal;
import org.servicerecovery.cases.OwnerChanged;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.customer.Customer;
import org.servicerecovery.customer.Customers;
import org.servicerecovery.engine.RecoveryProcess;
import org.servicerecovery.engine.Variable;
import org.servicerecovery.plan.NewStep;
import org.servicerecovery.plan.Plan;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * A mail did not reach the customer, so somebody has to reach them another way: a further step in the plan of a case that
 * is open, which cannot be resolved before; a task apart from any plan when the case is resolved or over.
 */
@Component
class UndeliveredMails {

    private static final int LONGEST_QUOTE = 150;

    private final JdbcClient db;
    private final Clock clock;
    private final Cases cases;
    private final Customers customers;
    private final Plan plan;
    private final Journal journal;
    private final RecoveryProcess process;

    UndeliveredMails(
            JdbcClient db,
            Clock clock,
            Cases cases,
            Customers customers,
            Plan plan,
            Journal journal,
            RecoveryProcess process) {
        this.db = db;
        this.clock = clock;
        this.cases = cases;
        this.customers = customers;
        this.plan = plan;
        this.journal = journal;
        this.process = process;
    }

    /** Asks somebody, on the case that goes on, to reach the customer; the caller holds the locks of both. */
    @Transactional(propagation = Propagation.MANDATORY)
    void followUp(RecoveryCase of, long mailId, String subject, String why) {
        RecoveryCase about = cases.lockWhatGoesOn(of.number());
        Customer customer = customers.byId(about.customerId());
        boolean hasPhone = customer.phone() != null && !customer.phone().isBlank();
        NewStep wanted = new NewStep(
                hasPhone ? "call-customer" : "email-customer",
                "The mail \"" + quote(subject) + "\" could not be delivered: " + quote(why)
                        + " Reach the customer another way, and have the address mended.",
                null);
        if (plan.addByItself(about, wanted).isEmpty()) {
            process.mailUndelivered(
                    about.number().value() + "/mail-" + mailId, Map.of(Variable.MAIL_ID.name(), mailId));
        }
    }

    private static String quote(String text) {
        return text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "…";
    }

    /** The process that asks has started; answers with the case. */
    @Transactional(propagation = Propagation.MANDATORY)
    RecoveryCase started(long mailId, String processInstanceId) {
        int rows = db.sql(
                        "update mail_outbox set follow_up_instance_id = ? where id = ? and follow_up_instance_id is null")
                .params(processInstanceId, mailId)
                .update();
        if (rows != 1) {
            throw Refused.conflict("refused.mail.askedAlready");
        }
        return cases.lockWhatGoesOn(db.sql("select case_id from mail_outbox where id = ?")
                .param(mailId)
                .query(Long.class)
                .single());
    }

    /** Somebody reached the customer, or says why that was not possible: whoever may complete the task. */
    @Transactional(propagation = Propagation.MANDATORY)
    void handled(String processInstanceId, String notes) {
        record Asked(long id, long caseId, String subject) {}
        Optional<Asked> asked = db.sql("select id, case_id, subject from mail_outbox where follow_up_instance_id = ?")
                .param(processInstanceId)
                .query((row, n) -> new Asked(row.getLong("id"), row.getLong("case_id"), row.getString("subject")))
                .optional();
        Asked mail = asked.orElseThrow(() -> Refused.conflict("refused.mail.noInstance"));
        RecoveryCase about = cases.lockWhatGoesOn(mail.caseId());
        db.sql("update mail_outbox set followed_up_at = ? where id = ?")
                .params(Timestamp.from(clock.instant()), mail.id())
                .update();
        journal.append(about.id(), "undelivered mail handled", Map.of("subject", mail.subject(), "notes", notes));
    }

    /** The task goes along with its case. */
    @EventListener
    void ownerChanged(OwnerChanged changed) {
        List<String> waiting =
                db.sql("""
                        select follow_up_instance_id from mail_outbox
                         where case_id in (select case_family(?)) and follow_up_instance_id is not null and followed_up_at is null""").param(changed.caseId()).query(String.class).list();
        waiting.forEach(instance -> process.handOver(instance, changed.from(), changed.to()));
    }
}
