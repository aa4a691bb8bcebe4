package org.servicerecovery.plan;

import java.util.Map;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.servicerecovery.Coded;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Submission;

/** The task "Escalate to manager" was completed: the decision goes back to the owner of the case. */
@ProcessBean("managerDecidedListener")
class ManagerDecidedListener implements TaskListener {

    private final Plan plan;
    private final StepOutcomeListener steps;

    ManagerDecidedListener(Plan plan, StepOutcomeListener steps) {
        this.plan = plan;
        this.steps = steps;
    }

    @Override
    public void notify(DelegateTask task) {
        Submission form = Submission.take(task);
        Step step = plan.lockByInstance(task.getProcessInstanceId());
        if (steps.outcome(form) != StepOutcome.COMPLETED) {
            steps.settle(task, step, form);
            return;
        }
        EscalationDecision decision = Coded.parse(EscalationDecision.class, "decision", form.textOrNull("decision"));
        steps.settle(task, step, form, Map.of("decision", decision.inText()));
        plan.decided(step, decision);
    }
}
