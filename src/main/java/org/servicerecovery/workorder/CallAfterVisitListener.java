package org.servicerecovery.workorder;

import java.time.Instant;
import java.util.Date;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.servicerecovery.BusinessZone;
import org.servicerecovery.Coded;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Submission;
import org.servicerecovery.engine.Variable;
import org.servicerecovery.plan.CallResult;
import org.servicerecovery.plan.FurtherSteps;
import org.servicerecovery.plan.Plan;
import org.servicerecovery.plan.Step;

/** The task "Call after the visit" was completed: the customer was reached, or is called again later. */
@ProcessBean("callAfterVisitListener")
class CallAfterVisitListener implements TaskListener {

    private final Plan plan;
    private final FurtherSteps furtherSteps;
    private final Visits visits;
    private final BusinessZone zone;

    CallAfterVisitListener(Plan plan, FurtherSteps furtherSteps, Visits visits, BusinessZone zone) {
        this.zone = zone;
        this.plan = plan;
        this.furtherSteps = furtherSteps;
        this.visits = visits;
    }

    @Override
    public void notify(DelegateTask task) {
        Submission form = Submission.take(task);
        Step step = plan.lockByInstance(task.getProcessInstanceId());
        Instant tryAgainAt = form.moment("tryAgainAt", zone.id()).orElse(null);
        visits.called(
                step,
                Coded.parse(CallResult.class, "reached", form.textOrNull("reached")),
                form.requiredText("notes", "refused.step.whatHappened"),
                tryAgainAt,
                furtherSteps.reachesCustomer(form),
                form.text("charged")
                        .map(charged -> Coded.parse(Charged.class, "charged", charged))
                        .orElse(null),
                form.textOrEmpty("chargedNotes"));
        Variable.NEXT_TRY_AT.set(task.getExecution(), tryAgainAt == null ? null : Date.from(tryAgainAt));
        furtherSteps.plan(step, form);
    }
}
