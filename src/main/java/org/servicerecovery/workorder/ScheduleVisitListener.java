package org.servicerecovery.workorder;

import java.time.Instant;
import java.util.Map;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.BusinessZone;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.Journal;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Submission;
import org.servicerecovery.plan.Plan;
import org.servicerecovery.plan.Step;
import org.servicerecovery.plan.StepOutcome;
import org.servicerecovery.plan.StepOutcomeListener;

/** The task "Schedule visit" was completed: the work is ordered like any other job. */
@ProcessBean("scheduleVisitListener")
class ScheduleVisitListener implements TaskListener {

    private final Plan plan;
    private final StepOutcomeListener steps;
    private final WorkOrders orders;
    private final Journal journal;
    private final BusinessZone zone;

    ScheduleVisitListener(Plan plan, StepOutcomeListener steps, WorkOrders orders, Journal journal, BusinessZone zone) {
        this.plan = plan;
        this.steps = steps;
        this.orders = orders;
        this.journal = journal;
        this.zone = zone;
    }

    @Override
    public void notify(DelegateTask task) {
        Submission form = Submission.take(task);
        Step step = plan.lockByInstance(task.getProcessInstanceId());
        if (steps.outcome(form) == StepOutcome.COMPLETED) {
            @Nullable Instant from = form.moment("windowFrom", zone.id()).orElse(null);
            @Nullable Instant to = form.moment("windowTo", zone.id()).orElse(null);
            if (from != null && to != null && !to.isAfter(from)) {
                throw Refused.field("windowTo", "refused.visit.window");
            }
            String number = orders.place(
                    new WorkOrder(
                            form.requiredText("site", "refused.visit.where"),
                            form.requiredText("skill", "refused.visit.skill"),
                            form.requiredText("task", "refused.visit.what"),
                            from,
                            to),
                    step.id());
            journal.append(step.caseId(), "work ordered", Map.of("step", step.seq(), "order", number));
        }
        steps.settle(task, step, form);
    }
}
