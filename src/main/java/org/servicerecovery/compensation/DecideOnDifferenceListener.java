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
        String choice = form.requiredText("decision", "is missing. Choose one of: adopt, external, explained.");
        String caseNumber = form.textOrNull("onCase");
        String reason = form.requiredText("reason", "is missing. Say what you found out.");
        Differences.Decision decision = switch (choice) {
            case "adopt" -> Differences.Decision.ADOPT;
            case "external" -> Differences.Decision.EXTERNAL;
            case "explained" -> Differences.Decision.EXPLAINED;
            default ->
                throw Refused.field(
                        "decision", "\"" + choice + "\" is not known. Choose one of: adopt, external, explained.");
        };
        differences.decide(task.getProcessInstanceId(), decision, caseNumber, reason);
    }
}
