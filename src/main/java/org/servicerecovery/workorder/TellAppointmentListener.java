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
import org.servicerecovery.plan.FurtherSteps;
import org.servicerecovery.plan.Plan;
import org.servicerecovery.plan.Step;

/** The task "Tell the customer the appointment" was completed: they know it, or they are tried again later. */
@ProcessBean("tellAppointmentListener")
class TellAppointmentListener implements TaskListener {

    private final Plan plan;
    private final FurtherSteps furtherSteps;
    private final Visits visits;
    private final BusinessZone zone;

    TellAppointmentListener(Plan plan, FurtherSteps furtherSteps, Visits visits, BusinessZone zone) {
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
        visits.told(
                step,
                Coded.parse(AppointmentTold.class, "told", form.textOrNull("told")),
                form.textOrEmpty("notes"),
                tryAgainAt,
                furtherSteps.reachesCustomer(form));
        Variable.NEXT_TRY_AT.set(task.getExecution(), tryAgainAt == null ? null : Date.from(tryAgainAt));
        furtherSteps.plan(step, form);
    }
}
