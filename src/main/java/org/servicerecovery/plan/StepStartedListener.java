package org.servicerecovery.plan;

import java.util.Date;
import java.util.Objects;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Submission;
import org.servicerecovery.engine.Variable;

/** The process of a step starts: ties it to the step, and tells the model its type, assignee and due time. */
@ProcessBean("stepStartedListener")
class StepStartedListener implements ExecutionListener {

    private final Cases cases;
    private final Plan plan;

    StepStartedListener(Cases cases, Plan plan) {
        this.cases = cases;
        this.plan = plan;
    }

    @Override
    public void notify(DelegateExecution execution) {
        Submission.take(execution);
        DelegateExecution caller = execution.getSuperExecution();
        if (caller == null) {
            throw Refused.conflict("refused.step.byPlan");
        }
        RecoveryCase of = cases.lockByInstance(caller.getProcessInstanceId());
        Long stepId = Objects.requireNonNull(Variable.STEP_ID.get(execution), "the plan names the step");
        Step planned = plan.get(stepId);
        if (planned.caseId() != of.id()) {
            throw Refused.conflict("refused.step.anotherCase");
        }
        Step step = plan.started(stepId, execution.getProcessInstanceId());
        Variable.CASE_NUMBER.set(execution, of.number().value());
        Variable.CASE_OWNER.set(execution, of.owner());
        Variable.STEP_TYPE.set(execution, step.type());
        Variable.STEP_ASSIGNEE.set(execution, Plan.assigneeOf(step, of));
        Variable.STEP_DUE_AT.set(execution, Date.from(step.dueAt()));
        Variable.NEXT_TRY_AT.set(execution, null);
        Variable.COMPENSATION_ID.set(execution, null);
    }
}
