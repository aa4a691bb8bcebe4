package org.servicerecovery.workorder;

import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.servicerecovery.Coded;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Submission;
import org.servicerecovery.plan.FurtherSteps;
import org.servicerecovery.plan.Plan;
import org.servicerecovery.plan.Step;

/** The task "Tell the customer the appointment" was completed. */
@ProcessBean("tellAppointmentListener")
class TellAppointmentListener implements TaskListener {

    private final Plan plan;
    private final FurtherSteps furtherSteps;
    private final Visits visits;

    TellAppointmentListener(Plan plan, FurtherSteps furtherSteps, Visits visits) {
        this.plan = plan;
        this.furtherSteps = furtherSteps;
        this.visits = visits;
    }

    @Override
    public void notify(DelegateTask task) {
        Submission form = Submission.take(task);
        Step step = plan.lockByInstance(task.getProcessInstanceId());
        visits.told(
                step, Coded.parse(AppointmentTold.class, "told", form.textOrNull("told")), form.textOrEmpty("notes"));
        furtherSteps.plan(step, form);
    }
}
