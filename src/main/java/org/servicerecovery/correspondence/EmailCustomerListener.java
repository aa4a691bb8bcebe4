package org.servicerecovery.correspondence;

import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Submission;
import org.servicerecovery.plan.Plan;
import org.servicerecovery.plan.Step;
import org.servicerecovery.plan.StepOutcome;
import org.servicerecovery.plan.StepOutcomeListener;

/** The task "Email customer" was completed: the mail goes to the outbox with the step's outcome. */
@ProcessBean("emailCustomerListener")
class EmailCustomerListener implements TaskListener {

    private static final int LONGEST_SUBJECT = 200;

    private final Plan plan;
    private final Cases cases;
    private final StepOutcomeListener steps;
    private final MailOutbox outbox;

    EmailCustomerListener(Plan plan, Cases cases, StepOutcomeListener steps, MailOutbox outbox) {
        this.plan = plan;
        this.cases = cases;
        this.steps = steps;
        this.outbox = outbox;
    }

    @Override
    public void notify(DelegateTask task) {
        Submission form = Submission.take(task);
        Step step = plan.lockByInstance(task.getProcessInstanceId());
        if (steps.outcome(form) == StepOutcome.COMPLETED) {
            String subject = form.requiredText("subject", "refused.mail.about");
            String message = form.requiredText("message", "refused.mail.write");
            if (subject.length() > LONGEST_SUBJECT) {
                throw Refused.field(
                        "subject",
                        "refused.manyCharacters",
                        String.valueOf(subject.length()),
                        String.valueOf(LONGEST_SUBJECT));
            }
            Merge.requireFilled("subject", subject);
            Merge.requireFilled("message", message);
            outbox.queue(cases.lock(step.caseId()), subject, message);
        }
        steps.settle(task, step, form);
    }
}
