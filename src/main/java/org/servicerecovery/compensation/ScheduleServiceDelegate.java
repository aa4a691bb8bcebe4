package org.servicerecovery.compensation;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Variable;

/** Has a comped service scheduled. Runs as a job: an answer that is not known fails the job, which sends the same key again. */
@ProcessBean("scheduleServiceDelegate")
class ScheduleServiceDelegate implements JavaDelegate {

    private final Compensations compensations;
    private final CompedServices services;

    ScheduleServiceDelegate(Compensations compensations, CompedServices services) {
        this.compensations = compensations;
        this.services = services;
    }

    @Override
    public void execute(DelegateExecution execution) {
        Compensation intent =
                compensations.byInstance(execution.getProcessInstanceId()).orElseThrow();
        Variable.COMPENSATION_RESULT.set(execution, services.schedule(intent));
    }
}
