package org.servicerecovery.correspondence;

import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.OwnerDirectory;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Submission;
import org.servicerecovery.engine.Variable;

/** The process of a mail that did not arrive starts: it is told whose it is. What the mail says stays out of the engine. */
@ProcessBean("mailUndeliveredListener")
class MailUndeliveredListener implements ExecutionListener {

    private static final Duration TIME_TO_ACT = Duration.ofDays(1);

    private final UndeliveredMails mails;
    private final OwnerDirectory owners;
    private final Clock clock;

    MailUndeliveredListener(UndeliveredMails mails, OwnerDirectory owners, Clock clock) {
        this.mails = mails;
        this.owners = owners;
        this.clock = clock;
    }

    @Override
    public void notify(DelegateExecution execution) {
        Submission.take(execution);
        Long id = Variable.MAIL_ID.get(execution);
        if (id == null) {
            throw Refused.conflict("refused.mail.startedByUndelivered");
        }
        RecoveryCase about = mails.started(id, execution.getProcessInstanceId());
        Variable.CASE_NUMBER.set(execution, about.number().value());
        // Whoever has left since the case was over is not waited for.
        @Nullable String owner = about.owner();
        boolean isHere = owner != null && owners.mayOwnCases(owner);
        Variable.CASE_OWNER.set(execution, isHere ? owner : null);
        Variable.SEVERITY.set(execution, about.severity().code());
        Variable.MAIL_DUE_AT.set(execution, Date.from(clock.instant().plus(TIME_TO_ACT)));
    }
}
