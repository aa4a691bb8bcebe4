package org.servicerecovery.compensation;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Variable;

/** Asks the processor what became of a refund that was pending. Runs as a job: without an answer it asks again. */
@ProcessBean("askForRefundDelegate")
class AskForRefundDelegate implements JavaDelegate {

    private final Compensations compensations;
    private final Giving giving;
    private final ReturnedCompensation returned;
    private final PaymentProcessor processor;

    AskForRefundDelegate(
            Compensations compensations, Giving giving, ReturnedCompensation returned, PaymentProcessor processor) {
        this.compensations = compensations;
        this.giving = giving;
        this.returned = returned;
        this.processor = processor;
    }

    @Override
    public void execute(DelegateExecution execution) {
        Compensation pending =
                compensations.byInstance(execution.getProcessInstanceId()).orElseThrow();
        RefundOutcome outcome = processor
                .lookUp(giving.order(pending))
                .orElseGet(() -> new RefundOutcome.Unknown("The payment processor does not know the refund any more."));
        Variable.COMPENSATION_RESULT.set(execution, giving.record(pending, outcome));
        if (outcome instanceof RefundOutcome.Declined) {
            returned.reopenIfOver(pending);
        }
    }
}
