package org.servicerecovery.compensation;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Variable;
import org.servicerecovery.plan.Plan;
import org.servicerecovery.plan.Step;
import org.servicerecovery.plan.StepOutcome;

/** The compensation of a step has ended. Settled, or ordered for good, it settles the step; otherwise the step is decided again. */
@ProcessBean("compensationEndedListener")
class CompensationEndedListener implements ExecutionListener {

    private final Compensations compensations;
    private final Plan plan;

    CompensationEndedListener(Compensations compensations, Plan plan) {
        this.compensations = compensations;
        this.plan = plan;
    }

    @Override
    public void notify(DelegateExecution execution) {
        if (execution.isCanceled()) {
            return;
        }
        Step step = plan.lockByInstance(execution.getProcessInstanceId());
        boolean settled = compensations
                .latestOfStep(step.id())
                .filter(latest -> latest.state() == CompensationState.SETTLED || latest.isApartFromStep())
                .map(latest -> {
                    plan.settle(step, StepOutcome.COMPLETED, latest.reason());
                    return true;
                })
                .orElse(false);
        Variable.COMPENSATION_RESULT.set(execution.getProcessInstance(), settled ? "settled" : "not-settled");
    }
}
