package org.servicerecovery.compensation;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Variable;

/** Reserves the money. What follows in the model is a transaction of its own, so the intent is committed by then. */
@ProcessBean("recordIntentDelegate")
class RecordIntentDelegate implements JavaDelegate {

    private final Compensations compensations;

    RecordIntentDelegate(Compensations compensations) {
        this.compensations = compensations;
    }

    @Override
    public void execute(DelegateExecution execution) {
        Compensation approved = compensations.lockByInstance(execution.getProcessInstanceId());
        Variable.COMPENSATION_RESULT.set(
                execution, compensations.recordIntent(approved).result());
    }
}
