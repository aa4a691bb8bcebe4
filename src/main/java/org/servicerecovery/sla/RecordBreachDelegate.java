package org.servicerecovery.sla;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.engine.ProcessBean;

/** The timer "Deadline missed" fired. */
@ProcessBean("recordBreachDelegate")
class RecordBreachDelegate implements JavaDelegate {

    private final Cases cases;
    private final ResolutionClock clock;

    RecordBreachDelegate(Cases cases, ResolutionClock clock) {
        this.cases = cases;
        this.clock = clock;
    }

    @Override
    public void execute(DelegateExecution execution) {
        clock.missed(cases.lockByInstance(execution.getProcessInstanceId()));
    }
}
