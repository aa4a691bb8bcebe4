package org.servicerecovery.correspondence;

import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Submission;
import org.servicerecovery.plan.Plan;
import org.servicerecovery.plan.Step;
import org.servicerecovery.plan.StepOutcome;
import org.servicerecovery.plan.StepOutcomeListener;

/** The task "Write apology letter" was completed: the letter is mailed, or was printed before and is posted now. */
@ProcessBean("writeLetterListener")
class WriteLetterListener implements TaskListener {

    private final Plan plan;
    private final StepOutcomeListener steps;
    private final Letters letters;

    WriteLetterListener(Plan plan, StepOutcomeListener steps, Letters letters) {
        this.plan = plan;
        this.steps = steps;
        this.letters = letters;
    }

    @Override
    public void notify(DelegateTask task) {
        Submission form = Submission.take(task);
        Step step = plan.lockByInstance(task.getProcessInstanceId());
        if (steps.outcome(form) == StepOutcome.COMPLETED) {
            steps.notes(form);
            letters.send(step, form);
        }
        steps.settle(task, step, form);
    }
}
