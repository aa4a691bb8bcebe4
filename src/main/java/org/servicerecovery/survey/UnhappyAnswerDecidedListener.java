package org.servicerecovery.survey;

import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Submission;

/** The task "Act on unhappy answer" was completed. */
@ProcessBean("unhappyAnswerDecidedListener")
class UnhappyAnswerDecidedListener implements TaskListener {

    private final UnhappyAnswers answers;

    UnhappyAnswerDecidedListener(UnhappyAnswers answers) {
        this.answers = answers;
    }

    @Override
    public void notify(DelegateTask task) {
        Submission form = Submission.take(task);
        answers.decided(
                task.getProcessInstanceId(),
                form.requiredText("decision", "survey.refused.decisionMissing"),
                form.textOrEmpty("notes"));
    }
}
