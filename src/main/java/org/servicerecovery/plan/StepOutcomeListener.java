package org.servicerecovery.plan;

import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.servicerecovery.Coded;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Submission;
import org.servicerecovery.engine.Variable;

/** The task of a step was completed: records how it ended, and plans the further step that the form may name. */
@ProcessBean("stepOutcomeListener")
public class StepOutcomeListener implements TaskListener {

    private static final String NOTES_MISSING = "are missing. Say what happened.";

    private final Cases cases;
    private final Plan plan;

    StepOutcomeListener(Cases cases, Plan plan) {
        this.cases = cases;
        this.plan = plan;
    }

    @Override
    public void notify(DelegateTask task) {
        Submission form = Submission.take(task);
        settle(task, plan.lockByInstance(task.getProcessInstanceId()), form);
    }

    /** Records the outcome that the form names; the caller holds the case's lock. */
    public StepOutcome settle(DelegateTask task, Step step, Submission form) {
        StepOutcome outcome = outcome(form);
        plan.settle(step, outcome, notes(form));
        Variable.STEP_OUTCOME.set(task.getExecution(), outcome.code());
        planFurtherStep(step, form);
        return outcome;
    }

    public StepOutcome outcome(Submission form) {
        return Coded.parse(StepOutcome.class, "outcome", form.textOrNull("outcome"));
    }

    public String notes(Submission form) {
        return form.requiredText("notes", NOTES_MISSING);
    }

    /** The form of every step can name one more. */
    public void planFurtherStep(Step step, Submission form) {
        form.text("nextStepType").ifPresent(type -> {
            RecoveryCase of = cases.lock(step.caseId());
            plan.add(of.number(), new NewStep(type, form.textOrEmpty("nextStepPurpose"), null));
        });
    }
}
