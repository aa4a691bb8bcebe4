package org.servicerecovery.compensation;

import java.math.BigDecimal;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Submission;
import org.servicerecovery.engine.Variable;
import org.servicerecovery.plan.FurtherSteps;
import org.servicerecovery.plan.Plan;
import org.servicerecovery.plan.Step;
import org.servicerecovery.plan.StepOutcome;
import org.servicerecovery.plan.StepOutcomeListener;

/**
 * The task "Issue refund" or "Issue credit" was completed. Completed means: offer it, and the step is settled when the
 * money is. Skipped and failed settle the step at once.
 */
@ProcessBean("offerCompensationListener")
class OfferCompensationListener implements TaskListener {

    private final Plan plan;
    private final Cases cases;
    private final StepOutcomeListener steps;
    private final FurtherSteps furtherSteps;
    private final Offers offers;

    OfferCompensationListener(
            Plan plan, Cases cases, StepOutcomeListener steps, FurtherSteps furtherSteps, Offers offers) {
        this.plan = plan;
        this.cases = cases;
        this.steps = steps;
        this.furtherSteps = furtherSteps;
        this.offers = offers;
    }

    @Override
    public void notify(DelegateTask task) {
        Submission form = Submission.take(task);
        Step step = plan.lockByInstance(task.getProcessInstanceId());
        if (steps.outcome(form) != StepOutcome.COMPLETED) {
            Variable.COMPENSATION_ID.set(task.getExecution(), null);
            steps.settle(task, step, form);
            return;
        }
        Compensation offered = offers.offer(
                cases.lock(step.caseId()),
                step.id(),
                new Offer(
                        kind(step, form),
                        form.textOrNull("paymentReference"),
                        form.decimal("amount").orElse((BigDecimal) null),
                        form.textOrNull("currency"),
                        steps.notes(form),
                        accepted(form),
                        null));
        Variable.COMPENSATION_ID.set(task.getExecution(), offered.id());
        Variable.STEP_OUTCOME.set(task.getExecution(), StepOutcome.COMPLETED.code());
        furtherSteps.plan(step, form);
    }

    /** Whoever says nothing has the customer's yes: most offers are made in a talk. */
    private static boolean accepted(Submission form) {
        String answer = form.textOrNull("customersAnswer");
        if (answer == null || answer.equals("accepted")) {
            return true;
        }
        if (answer.equals("to-be-asked")) {
            return false;
        }
        throw Refused.field("customersAnswer", "refused.notKnownChoose", answer, "accepted, to-be-asked");
    }

    private static Kind kind(Step step, Submission form) {
        if (step.type().equals("issue-credit")) {
            return Kind.CREDIT;
        }
        String kind = form.requiredText("refundKind", "refused.missingChoose", "partial, full");
        return switch (kind) {
            case "partial" -> Kind.PARTIAL_REFUND;
            case "full" -> Kind.FULL_REFUND;
            default -> throw Refused.field("refundKind", "refused.notKnownChoose", kind, "partial, full");
        };
    }
}
