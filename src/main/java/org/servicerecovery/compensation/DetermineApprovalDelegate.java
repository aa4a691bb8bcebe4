package org.servicerecovery.compensation;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Variable;

/** Asks the policy who has to approve. */
@ProcessBean("determineApprovalDelegate")
class DetermineApprovalDelegate implements JavaDelegate {

    private final Compensations compensations;
    private final Approvals approvals;

    DetermineApprovalDelegate(Compensations compensations, Approvals approvals) {
        this.compensations = compensations;
        this.approvals = approvals;
    }

    @Override
    public void execute(DelegateExecution execution) {
        Compensation offered = compensations.lockByInstance(execution.getProcessInstanceId());
        Variable.APPROVAL.set(execution, approvals.determineApproval(offered));
    }
}
