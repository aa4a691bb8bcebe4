package org.servicerecovery.compensation;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Variable;

/** Asks the policy who has to approve. */
@ProcessBean("determineApprovalDelegate")
class DetermineApprovalDelegate implements JavaDelegate {

    private final Compensations compensations;

    DetermineApprovalDelegate(Compensations compensations) {
        this.compensations = compensations;
    }

    @Override
    public void execute(DelegateExecution execution) {
        Compensation offered = compensations.lockByInstance(execution.getProcessInstanceId());
        Variable.APPROVAL.set(execution, compensations.determineApproval(offered));
    }
}
