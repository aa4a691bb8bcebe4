package org.servicerecovery.compensation;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Variable;

/** Has a comped service cancelled. Runs as a job: an answer that is not known fails the job, which sends the same key again. */
@ProcessBean("cancelServiceDelegate")
class CancelServiceDelegate implements JavaDelegate {

    private final Compensations compensations;
    private final ServiceCancellations cancellations;

    CancelServiceDelegate(Compensations compensations, ServiceCancellations cancellations) {
        this.compensations = compensations;
        this.cancellations = cancellations;
    }

    @Override
    public void execute(DelegateExecution execution) {
        Compensation given =
                compensations.byInstance(execution.getProcessInstanceId()).orElseThrow();
        Variable.COMPENSATION_RESULT.set(execution, cancellations.ask(given));
    }
}
