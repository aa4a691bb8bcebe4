package org.servicerecovery.compensation;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Variable;

/** Books a credit on the customer's account. */
@ProcessBean("bookCreditDelegate")
class BookCreditDelegate implements JavaDelegate {

    private final Compensations compensations;
    private final Giving giving;

    BookCreditDelegate(Compensations compensations, Giving giving) {
        this.compensations = compensations;
        this.giving = giving;
    }

    @Override
    public void execute(DelegateExecution execution) {
        giving.bookCredit(compensations.lockByInstance(execution.getProcessInstanceId()));
        Variable.COMPENSATION_RESULT.set(execution, "settled");
    }
}
