package org.servicerecovery.compensation;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Variable;

/** Asks the processor to pay. Runs as a job: an answer that is not known fails the job, which sends the same key again. */
@ProcessBean("payRefundDelegate")
class PayRefundDelegate implements JavaDelegate {

    private final Compensations compensations;
    private final PaymentProcessor processor;

    PayRefundDelegate(Compensations compensations, PaymentProcessor processor) {
        this.compensations = compensations;
        this.processor = processor;
    }

    @Override
    public void execute(DelegateExecution execution) {
        Compensation intent =
                compensations.byInstance(execution.getProcessInstanceId()).orElseThrow();
        RefundOutcome outcome = processor.refund(compensations.order(intent));
        if (outcome instanceof RefundOutcome.Settled settled) {
            compensations.settled(intent, settled.reference());
            Variable.COMPENSATION_RESULT.set(execution, "settled");
        } else if (outcome instanceof RefundOutcome.Declined declined) {
            compensations.declined(intent, declined.reason());
            Variable.COMPENSATION_RESULT.set(execution, "declined");
        } else if (outcome instanceof RefundOutcome.Unknown unknown) {
            throw new IllegalStateException("It is not known whether the refund was paid: " + unknown.why());
        }
    }
}
