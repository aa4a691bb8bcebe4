package org.servicerecovery.cases;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Submission;
import org.servicerecovery.engine.Variable;

/** The application started this instance for a case: ties the two together. */
@ProcessBean("bindCaseListener")
class BindCaseListener implements ExecutionListener {

    private final Cases cases;

    BindCaseListener(Cases cases) {
        this.cases = cases;
    }

    @Override
    public void notify(DelegateExecution execution) {
        Submission.take(execution);
        @Nullable String number = execution.getProcessBusinessKey();
        if (number == null) {
            throw Refused.conflict("refused.case.bareMessage");
        }
        remember(execution, cases.bind(new CaseNumber(number), execution.getProcessInstanceId()));
    }

    /** The ids the models read. Set anew wherever somebody could have set them otherwise. */
    static void remember(DelegateExecution execution, RecoveryCase bound) {
        Variable.CASE_NUMBER.set(execution, bound.number().value());
        Variable.CASE_OWNER.set(execution, bound.owner());
        Variable.SEVERITY.set(execution, bound.severity().code());
        Variable.ROUND_OUTCOME.set(execution, null);
    }
}
