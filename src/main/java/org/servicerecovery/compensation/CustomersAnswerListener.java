package org.servicerecovery.compensation;

import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.servicerecovery.Refused;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Submission;
import org.servicerecovery.engine.Variable;

/** The customer was asked, and somebody recorded the answer. */
@ProcessBean("customersAnswerListener")
class CustomersAnswerListener implements TaskListener {

    private final Compensations compensations;
    private final Offers offers;

    CustomersAnswerListener(Compensations compensations, Offers offers) {
        this.compensations = compensations;
        this.offers = offers;
    }

    @Override
    public void notify(DelegateTask task) {
        Submission form = Submission.take(task);
        Compensation offered = compensations.lockByInstance(task.getProcessInstanceId());
        String decision = form.requiredText("decision", "refused.missingChoose", "accepts, declines");
        String reason = form.textOrNull("reason");
        boolean accepted = switch (decision) {
            case "accepts" -> true;
            case "declines" -> false;
            default -> throw Refused.field("decision", "refused.notKnownChoose", decision, "accepts, declines");
        };
        if (!accepted && reason == null) {
            throw Refused.field("reason", "refused.compensation.whatCustomerSaid");
        }
        offers.customerAnswered(offered, accepted, reason);
        Variable.CUSTOMER_ACCEPTED.set(task.getExecution(), accepted);
    }
}
