package org.servicerecovery.workorder;

import java.util.Map;
import java.util.UUID;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.BusinessZone;
import org.servicerecovery.cases.Journal;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Submission;
import org.servicerecovery.job.OrderFields;
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
            UUID job = orders.place(order(form), step.id());
            journal.append(step.caseId(), "work ordered", Map.of("step", step.seq(), "job", job.toString()));
        }
        steps.settle(task, step, form);
    }

    private OrderFields order(Submission form) {
        return new OrderFields(
                form.textOrNull("site"),
                form.textOrNull("contactName"),
                form.textOrNull("contactPhone"),
                form.textOrNull("skill"),
                form.textOrNull("area"),
                form.textOrNull("task"),
                form.moment("windowFrom", zone.id()).orElse(null),
                form.moment("windowTo", zone.id()).orElse(null),
                form.textOrNull("parts"),
                minutes(form),
                form.textOrNull("priceReference"));
    }

    private static @Nullable Integer minutes(Submission form) {
        return form.decimal("durationMinutes")
                .map(number -> {
                    try {
                        return number.intValueExact();
                    } catch (ArithmeticException e) {
                        // Refused with the numbers that are possible.
                        return 0;
                    }
                })
                .orElse(null);
    }
}
