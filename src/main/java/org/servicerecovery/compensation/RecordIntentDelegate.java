package org.servicerecovery.compensation;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Variable;

/** Reserves the money. What follows in the model is a transaction of its own, so the intent is committed by then. */
@ProcessBean("recordIntentDelegate")
class RecordIntentDelegate implements JavaDelegate {

    private final Compensations compensations;
    private final Giving giving;

    RecordIntentDelegate(Compensations compensations, Giving giving) {
        this.compensations = compensations;
        this.giving = giving;
    }

    @Override
    public void execute(DelegateExecution execution) {
        Compensation approved = compensations.lockByInstance(execution.getProcessInstanceId());
        Variable.COMPENSATION_RESULT.set(
                execution, giving.recordIntent(approved).result());
    }
}
