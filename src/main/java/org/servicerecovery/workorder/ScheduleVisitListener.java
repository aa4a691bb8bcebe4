package org.servicerecovery.workorder;

import java.time.Instant;
import java.util.Date;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.BusinessZone;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Submission;
import org.servicerecovery.engine.Variable;
import org.servicerecovery.engine.VisitsAreWaitedFor;
import org.servicerecovery.job.Order;
import org.servicerecovery.job.OrderFields;
import org.servicerecovery.plan.FurtherSteps;
import org.servicerecovery.plan.Plan;
import org.servicerecovery.plan.Step;
import org.servicerecovery.plan.StepOutcome;
import org.servicerecovery.plan.StepOutcomeListener;

/** The task "Schedule visit" was completed: the work is ordered like any other job, or the step is settled without. */
@ProcessBean("scheduleVisitListener")
class ScheduleVisitListener implements TaskListener {

    private final Plan plan;
    private final StepOutcomeListener steps;
    private final FurtherSteps furtherSteps;
    private final Visits visits;
    private final BusinessZone zone;

    ScheduleVisitListener(
            Plan plan, StepOutcomeListener steps, FurtherSteps furtherSteps, Visits visits, BusinessZone zone) {
        this.plan = plan;
        this.steps = steps;
        this.furtherSteps = furtherSteps;
        this.visits = visits;
        this.zone = zone;
    }

    @Override
    public void notify(DelegateTask task) {
        Submission form = Submission.take(task);
        Step step = plan.lockByInstance(task.getProcessInstanceId());
        boolean ordered = steps.outcome(form) == StepOutcome.COMPLETED;
        Variable.VISIT_ORDERED.set(task.getExecution(), ordered);
        if (!ordered) {
            steps.settle(task, step, form);
            return;
        }
        Order order = visits.order(
                step, order(form), steps.notes(form), form.textOrNull("letThrough"), form.textOrNull("letThroughCode"));
        if (!VisitsAreWaitedFor.inProcessOf(task.getBpmnModelElementInstance())) {
            // Of a model that settles the step when the work is ordered.
            steps.settle(task, step, form);
            return;
        }
        Instant dueAt = visits.dueAfter(step, order.windowTo());
        Variable.STEP_DUE_AT.set(task.getExecution(), Date.from(dueAt));
        Variable.APPOINTMENT_DUE_AT.set(
                task.getExecution(), Date.from(visits.appointmentDue(step.dueAt(), order.windowFrom())));
        plan.moveDue(step, dueAt);
        furtherSteps.plan(step, form);
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
