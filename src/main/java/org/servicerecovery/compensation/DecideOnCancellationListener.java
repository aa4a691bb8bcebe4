package org.servicerecovery.compensation;

import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.servicerecovery.Refused;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Submission;
import org.servicerecovery.engine.Variable;

/** A service could not be cancelled, or nobody knows, and somebody decided: ask again, it is cancelled, or it takes place. */
@ProcessBean("decideOnCancellationListener")
class DecideOnCancellationListener implements TaskListener {

    private final Compensations compensations;
    private final ServiceCancellations cancellations;

    DecideOnCancellationListener(Compensations compensations, ServiceCancellations cancellations) {
        this.compensations = compensations;
        this.cancellations = cancellations;
    }

    @Override
    public void notify(DelegateTask task) {
        Submission form = Submission.take(task);
        Compensation given = compensations.lockByInstance(task.getProcessInstanceId());
        String decision = form.requiredText("decision", "refused.missingChoose", "try-again, cancelled, keep");
        String reason = form.requiredText("reason", "refused.sayWhy");
        switch (decision) {
            case "try-again" -> cancellations.tryAgain(given, reason);
            case "cancelled" -> cancellations.cancelledByWord(given, reason);
            case "keep" -> cancellations.keep(given, reason);
            default ->
                throw Refused.field("decision", "refused.notKnownChoose", decision, "try-again, cancelled, keep");
        }
        Variable.AFTER_CANCELLATION.set(task.getExecution(), decision);
    }
}
