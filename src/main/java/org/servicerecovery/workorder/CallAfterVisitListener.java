package org.servicerecovery.workorder;

import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.servicerecovery.Coded;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Submission;
import org.servicerecovery.plan.CallResult;
import org.servicerecovery.plan.FurtherSteps;
import org.servicerecovery.plan.Plan;
import org.servicerecovery.plan.Step;

/** The task "Call after the visit" was completed. */
@ProcessBean("callAfterVisitListener")
class CallAfterVisitListener implements TaskListener {

    private final Plan plan;
    private final FurtherSteps furtherSteps;
    private final Visits visits;

    CallAfterVisitListener(Plan plan, FurtherSteps furtherSteps, Visits visits) {
        this.plan = plan;
        this.furtherSteps = furtherSteps;
        this.visits = visits;
    }

    @Override
    public void notify(DelegateTask task) {
        Submission form = Submission.take(task);
        Step step = plan.lockByInstance(task.getProcessInstanceId());
        visits.called(
                step,
                Coded.parse(CallResult.class, "reached", form.textOrNull("reached")),
                form.requiredText("notes", "refused.step.whatHappened"));
        furtherSteps.plan(step, form);
    }
}
