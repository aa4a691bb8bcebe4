package org.servicerecovery.compensation;

import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.servicerecovery.Refused;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Submission;
import org.servicerecovery.engine.Variable;

/** What was promised could not be given, or came back, and somebody decided: try again, or give up. */
@ProcessBean("declinedCompensationListener")
class DeclinedCompensationListener implements TaskListener {

    private final Compensations compensations;
    private final Giving giving;

    DeclinedCompensationListener(Compensations compensations, Giving giving) {
        this.compensations = compensations;
        this.giving = giving;
    }

    @Override
    public void notify(DelegateTask task) {
        Submission form = Submission.take(task);
        Compensation declined = compensations.lockByInstance(task.getProcessInstanceId());
        String decision = form.requiredText("decision", "refused.missingChoose", "try-again, give-up");
        String reason = form.requiredText("reason", "refused.sayWhy");
        switch (decision) {
            case "try-again" -> giving.tryAgain(declined, reason);
            case "give-up" -> giving.givenUp(declined, reason);
            default -> throw Refused.field("decision", "refused.notKnownChoose", decision, "try-again, give-up");
        }
        Variable.AFTER_DECLINE.set(task.getExecution(), decision);
    }
}
