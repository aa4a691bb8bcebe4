package org.servicerecovery.measure;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.servicerecovery.Messages;
import org.servicerecovery.cases.Actor;
import org.servicerecovery.cases.CaseRoles;
import org.servicerecovery.cases.OwnerDirectory;
import org.servicerecovery.correspondence.Colleagues;
import org.servicerecovery.correspondence.Mailing;
import org.servicerecovery.measure.ReportMails.Trouble;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Sends the report of the last whole week to those who want it, to each what they may see at that moment. When no node
 * was up, it goes out as soon as one is: the latest alone.
 */
@Component
class ReportDelivery {

    private static final Logger LOG = LoggerFactory.getLogger(ReportDelivery.class);

    private final ReportMails mails;
    private final ReportSchedule schedule;
    private final RecoveryReport report;
    private final OwnerDirectory people;
    private final Colleagues colleagues;
    private final Mailing mailing;
    private final ReportMailText texts;
    private final Clock clock;

    ReportDelivery(
            ReportMails mails,
            ReportSchedule schedule,
            RecoveryReport report,
            OwnerDirectory people,
            Colleagues colleagues,
            Mailing mailing,
            ReportMailText texts,
            Clock clock) {
        this.mails = mails;
        this.schedule = schedule;
        this.report = report;
        this.people = people;
        this.colleagues = colleagues;
        this.mailing = mailing;
        this.texts = texts;
        this.clock = clock;
    }

    @Scheduled(fixedDelayString = "${service-recovery.report.every:PT1M}")
    void deliver() {
        mails.queue(schedule.latest(clock.instant()));
        for (Optional<ReportMails.Mail> next = mails.claim(); next.isPresent(); next = mails.claim()) {
            ReportMails.Mail mail = next.get();
            try {
                deliver(mail);
            } catch (RuntimeException e) {
                // Whatever it is, it is this mail's: the others wait for nothing.
                LOG.warn("The report of {} for {} could not be sent.", mail.week(), mail.person(), e);
                mails.failed(mail, "It could not be made.");
            }
        }
    }

    private void deliver(ReportMails.Mail mail) {
        Set<String> roles = people.rolesOf(mail.person());
        if (!CaseRoles.seesEveryTrend(new Actor(mail.person(), "engine", roles, false))) {
            mails.notSent(mail, Trouble.ROLE, null);
            return;
        }
        Optional<String> address = colleagues.addressOf(mail.person());
        if (address.isEmpty()) {
            mails.notSent(mail, Trouble.ADDRESS, null);
            return;
        }
        Mailing.Message message = AsReader.has(
                mail.person(), roles, Messages.asWritten(mail.language()), () -> message(mail, address.get()));
        Mailing.Answer answer = mailing.send(message);
        if (answer instanceof Mailing.Answer.RefusedForGood refused) {
            mails.notSent(mail, Trouble.REFUSED, refused.why());
        } else if (answer instanceof Mailing.Answer.NotNow notNow) {
            mails.failed(mail, notNow.why());
        } else {
            mails.sent(mail);
        }
    }

    private Mailing.Message message(ReportMails.Mail mail, String address) {
        Recovery.RecoveryJson data = report.figures(mail.week());
        return new Mailing.Message(
                mail.messageId(),
                "recovery-" + mail.week() + "-" + mail.messageId().replaceAll("@.*|[^0-9a-f-]", ""),
                List.of(address),
                texts.subject(mail.week()),
                texts.body(mail.week(), data),
                new Mailing.Attachment(RecoveryReport.fileName(mail.week()), report.pdf(mail.week(), data)),
                true);
    }
}
