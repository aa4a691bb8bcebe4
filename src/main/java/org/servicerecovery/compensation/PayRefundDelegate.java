package org.servicerecovery.compensation;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Variable;

/** Asks the processor to pay. Runs as a job: an answer that is not known fails the job, which sends the same key again. */
@ProcessBean("payRefundDelegate")
class PayRefundDelegate implements JavaDelegate {

    private final Compensations compensations;
    private final Giving giving;
    private final RefundTries tries;
    private final PaymentProcessor processor;

    PayRefundDelegate(Compensations compensations, Giving giving, RefundTries tries, PaymentProcessor processor) {
        this.compensations = compensations;
        this.giving = giving;
        this.tries = tries;
        this.processor = processor;
    }

    @Override
    public void execute(DelegateExecution execution) {
        Compensation intent =
                compensations.byInstance(execution.getProcessInstanceId()).orElseThrow();
        RefundOrder order = tries.next(intent, giving.order(intent));
        RefundOutcome outcome = processor.refund(order);
        if (outcome instanceof RefundOutcome.Unknown) {
            // It may be in the processor's book all the same. If it is not, it may come in yet: the key is sent again.
            outcome = processor.lookUp(order).orElse(outcome);
        }
        String result = giving.record(intent, outcome);
        // For whoever ordered it a pending refund is done: a process of its own waits for what becomes of it.
        Variable.COMPENSATION_RESULT.set(execution, result.equals("pending") ? "settled" : result);
    }
}
