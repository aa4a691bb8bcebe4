package org.servicerecovery.compensation;

import java.time.Duration;
import java.util.Date;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Submission;
import org.servicerecovery.engine.Variable;

/** The process of a difference starts: whoever decides on it is told which it is. Amounts stay out of the engine. */
@ProcessBean("differenceStartedListener")
class DifferenceStartedListener implements ExecutionListener {

    /** With a weekend in between. */
    private static final Duration TIME_TO_DECIDE = Duration.ofDays(3);

    private final Differences differences;

    DifferenceStartedListener(Differences differences) {
        this.differences = differences;
    }

    @Override
    public void notify(DelegateExecution execution) {
        Submission.take(execution);
        long id = Variable.DIFFERENCE_ID.required(
                execution, "A difference is found by comparing with the payment processor's list.");
        Difference difference = differences.started(id, execution.getProcessInstanceId());
        Variable.DIFFERENCE.set(execution, difference.kind().label() + ": " + difference.reference());
        Variable.DIFFERENCE_DUE_AT.set(execution, Date.from(difference.foundAt().plus(TIME_TO_DECIDE)));
    }
}
