package org.servicerecovery.sla;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.engine.ProcessBean;

/** Nobody acted on a missed deadline in time. */
@ProcessBean("escalateDelegate")
class EscalateDelegate implements JavaDelegate {

    private final Cases cases;
    private final ResolutionClock clock;

    EscalateDelegate(Cases cases, ResolutionClock clock) {
        this.cases = cases;
        this.clock = clock;
    }

    @Override
    public void execute(DelegateExecution execution) {
        clock.escalated(cases.lockByInstance(execution.getProcessInstanceId()));
    }
}
