package org.servicerecovery.compensation;

import java.util.Date;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Submission;
import org.servicerecovery.engine.Variable;
import org.servicerecovery.sla.Clocks;

/** The process of a compensation starts: ties it to its offer, and tells the model what it needs to route. */
@ProcessBean("compensationStartedListener")
class CompensationStartedListener implements ExecutionListener {

    private final Compensations compensations;
    private final Cases cases;
    private final Clocks clock;

    CompensationStartedListener(Compensations compensations, Cases cases, Clocks clock) {
        this.compensations = compensations;
        this.cases = cases;
        this.clock = clock;
    }

    @Override
    public void notify(DelegateExecution execution) {
        Submission.take(execution);
        long id = Variable.COMPENSATION_ID.required(
                execution, "Compensation is offered in a step or through the API of its case.");
        Compensation offered = compensations.started(id, execution.getProcessInstanceId());
        RecoveryCase of = cases.lock(offered.caseId());
        Variable.CASE_NUMBER.set(execution, of.number().value());
        Variable.CASE_OWNER.set(execution, cases.goesOnAs(of).owner());
        Variable.SEVERITY.set(execution, of.severity().code());
        Variable.COMPENSATION_KIND.set(execution, offered.kind().family());
        Variable.CUSTOMER_ACCEPTED.set(execution, offered.acceptedAt() != null);
        Variable.APPROVED.set(execution, null);
        Variable.COMPENSATION_RESULT.set(execution, null);
        if (Variable.STEP_DUE_AT.get(execution) == null) {
            // Outside the plan there is no step: the money is due with the case.
            Variable.STEP_DUE_AT.set(execution, Date.from(clock.dueAt(of)));
        }
    }
}
