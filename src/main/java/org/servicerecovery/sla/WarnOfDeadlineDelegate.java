package org.servicerecovery.sla;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.engine.ProcessBean;

/** The timer "Deadline near" fired. */
@ProcessBean("warnOfDeadlineDelegate")
class WarnOfDeadlineDelegate implements JavaDelegate {

    private final Cases cases;
    private final ResolutionClock clock;

    WarnOfDeadlineDelegate(Cases cases, ResolutionClock clock) {
        this.cases = cases;
        this.clock = clock;
    }

    @Override
    public void execute(DelegateExecution execution) {
        clock.near(cases.lockByInstance(execution.getProcessInstanceId()));
    }
}
