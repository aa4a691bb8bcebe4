package org.servicerecovery.plan;

import java.util.HashMap;
import java.util.Map;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.servicerecovery.Coded;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Submission;
import org.servicerecovery.engine.Variable;

/** The task of a step was completed: records how it ended, and plans the further step that the form may name. */
@ProcessBean("stepOutcomeListener")
public class StepOutcomeListener implements TaskListener {

    private static final String NOTES_MISSING = "refused.step.whatHappened";

    private final Plan plan;
    private final FurtherSteps furtherSteps;

    StepOutcomeListener(Plan plan, FurtherSteps furtherSteps) {
        this.plan = plan;
        this.furtherSteps = furtherSteps;
    }

    @Override
    public void notify(DelegateTask task) {
        Submission form = Submission.take(task);
        settle(task, plan.lockByInstance(task.getProcessInstanceId()), form);
    }

    /** Records the outcome that the form names; the caller holds the case's lock. */
    public StepOutcome settle(DelegateTask task, Step step, Submission form) {
        return settle(task, step, form, Map.of());
    }

    /** @param answers what the form of the step's type asked for besides; they go into the journal */
    public StepOutcome settle(DelegateTask task, Step step, Submission form, Map<String, String> answers) {
        StepOutcome outcome = outcome(form);
        Map<String, String> all = new HashMap<>(answers);
        all.putAll(answers(step, outcome, form));
        plan.settle(step, outcome, notes(form), all);
        Variable.STEP_OUTCOME.set(task.getExecution(), outcome.code());
        furtherSteps.plan(step, form);
        return outcome;
    }

    public StepOutcome outcome(Submission form) {
        return Coded.parse(StepOutcome.class, "outcome", form.textOrNull("outcome"));
    }

    public String notes(Submission form) {
        return form.requiredText("notes", NOTES_MISSING);
    }

    /** What the forms of some step types ask for besides. */
    private static Map<String, String> answers(Step step, StepOutcome outcome, Submission form) {
        Map<String, String> answers = new HashMap<>();
        if (step.type().equals("call-customer") && outcome == StepOutcome.COMPLETED) {
            answers.put(
                    "reached",
                    Coded.parse(CallResult.class, "reached", form.textOrNull("reached"))
                            .code());
        }
        return answers;
    }
}
