package org.servicerecovery.plan;

import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.BusinessZone;
import org.servicerecovery.Coded;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Submission;
import org.servicerecovery.engine.Variable;

/** The task "Call customer" was completed: the step is settled, or the customer is called again later. */
@ProcessBean("callCustomerListener")
class CallCustomerListener implements TaskListener {

    private final Plan plan;
    private final Calls calls;
    private final StepOutcomeListener steps;
    private final FurtherSteps furtherSteps;
    private final BusinessZone zone;

    CallCustomerListener(
            Plan plan, Calls calls, StepOutcomeListener steps, FurtherSteps furtherSteps, BusinessZone zone) {
        this.plan = plan;
        this.calls = calls;
        this.steps = steps;
        this.furtherSteps = furtherSteps;
        this.zone = zone;
    }

    @Override
    public void notify(DelegateTask task) {
        Submission form = Submission.take(task);
        Step step = plan.lockByInstance(task.getProcessInstanceId());
        @Nullable Instant tryAgainAt = null;
        if (steps.outcome(form) == StepOutcome.COMPLETED) {
            tryAgainAt = form.moment("tryAgainAt", zone.id()).orElse(null);
            List<Wish> wants = form.choices("wants").stream()
                    .map(wish -> Coded.parse(Wish.class, "wants", wish))
                    .distinct()
                    .toList();
            calls.record(
                    step,
                    Coded.parse(CallResult.class, "reached", form.textOrNull("reached")),
                    wants,
                    steps.notes(form),
                    tryAgainAt);
        }
        Variable.NEXT_TRY_AT.set(task.getExecution(), tryAgainAt == null ? null : Date.from(tryAgainAt));
        if (tryAgainAt == null) {
            steps.settle(task, step, form);
        } else {
            furtherSteps.plan(step, form);
        }
    }
}
