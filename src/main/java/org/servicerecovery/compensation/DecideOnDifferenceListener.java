package org.servicerecovery.compensation;

import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.servicerecovery.Refused;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Submission;

/** Somebody decided what to do about a difference with the payment processor. */
@ProcessBean("decideOnDifferenceListener")
class DecideOnDifferenceListener implements TaskListener {

    private final Differences differences;

    DecideOnDifferenceListener(Differences differences) {
        this.differences = differences;
    }

    @Override
    public void notify(DelegateTask task) {
        Submission form = Submission.take(task);
        String choice = form.requiredText("decision", "refused.missingChoose", "adopt, external, explained");
        String caseNumber = form.textOrNull("onCase");
        String reason = form.requiredText("reason", "refused.difference.whatFound");
        Differences.Decision decision = switch (choice) {
            case "adopt" -> Differences.Decision.ADOPT;
            case "external" -> Differences.Decision.EXTERNAL;
            case "explained" -> Differences.Decision.EXPLAINED;
            default -> throw Refused.field("decision", "refused.notKnownChoose", choice, "adopt, external, explained");
        };
        differences.decide(task.getProcessInstanceId(), decision, caseNumber, reason);
    }
}
