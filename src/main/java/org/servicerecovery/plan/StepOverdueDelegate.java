package org.servicerecovery.plan;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.servicerecovery.engine.ProcessBean;

/** The timer "Step overdue" fired. */
@ProcessBean("stepOverdueDelegate")
class StepOverdueDelegate implements JavaDelegate {

    private final Plan plan;

    StepOverdueDelegate(Plan plan) {
        this.plan = plan;
    }

    @Override
    public void execute(DelegateExecution execution) {
        plan.overdue(plan.lockByInstance(execution.getProcessInstanceId()));
    }
}
