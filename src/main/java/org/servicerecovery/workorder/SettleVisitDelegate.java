package org.servicerecovery.workorder;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Variable;
import org.servicerecovery.plan.Plan;
import org.servicerecovery.plan.StepOutcome;

/** The work is over, and the customer was called: the step settles by itself. */
@ProcessBean("settleVisitDelegate")
class SettleVisitDelegate implements JavaDelegate {

    private final Plan plan;
    private final Visits visits;

    SettleVisitDelegate(Plan plan, Visits visits) {
        this.plan = plan;
        this.visits = visits;
    }

    @Override
    public void execute(DelegateExecution execution) {
        StepOutcome outcome = visits.settle(plan.lockByInstance(execution.getProcessInstanceId()));
        Variable.STEP_OUTCOME.set(execution, outcome.code());
    }
}
