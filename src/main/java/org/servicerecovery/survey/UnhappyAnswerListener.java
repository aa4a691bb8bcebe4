package org.servicerecovery.survey;

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

/** The process of an unhappy answer starts: it is told whose it is. What the customer says stays out of the engine. */
@ProcessBean("unhappyAnswerListener")
class UnhappyAnswerListener implements ExecutionListener {

    private static final Duration TIME_TO_ACT = Duration.ofDays(1);

    private final UnhappyAnswers answers;
    private final OwnerDirectory owners;
    private final Clock clock;

    UnhappyAnswerListener(UnhappyAnswers answers, OwnerDirectory owners, Clock clock) {
        this.answers = answers;
        this.owners = owners;
        this.clock = clock;
    }

    @Override
    public void notify(DelegateExecution execution) {
        Submission.take(execution);
        Long id = Variable.SURVEY_ID.get(execution);
        if (id == null) {
            throw Refused.conflict("survey.refused.start");
        }
        RecoveryCase about = answers.started(id, execution.getProcessInstanceId());
        // Whoever has left since the case was closed is not waited for.
        @Nullable String owner = about.owner();
        boolean isHere = owner != null && owners.mayOwnCases(owner);
        Variable.CASE_NUMBER.set(execution, about.number().value());
        Variable.CASE_OWNER.set(execution, isHere ? owner : null);
        Variable.SEVERITY.set(execution, about.severity().code());
        Variable.SURVEY_DUE_AT.set(execution, Date.from(clock.instant().plus(TIME_TO_ACT)));
    }
}
