package org.servicerecovery.trend;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Submission;
import org.servicerecovery.engine.Variable;

/** The process of a training signal starts. */
@ProcessBean("signalStartedListener")
class SignalStartedListener implements ExecutionListener {

    private final TrainingSignals signals;

    SignalStartedListener(TrainingSignals signals) {
        this.signals = signals;
    }

    @Override
    public void notify(DelegateExecution execution) {
        Submission.take(execution);
        long id = Variable.SIGNAL_ID.required(execution, "refused.trend.byCases");
        signals.started(id, execution.getProcessInstanceId());
        Variable.TRAINING_OWNER.set(execution, null);
        Variable.TRAINING_CAUSE.set(execution, signals.causeOf(id));
    }
}
