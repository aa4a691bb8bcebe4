package org.servicerecovery.sla;

import java.util.Date;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Variable;

/** A recovery round starts: so does its clock, and the timers take their due times from it. */
@ProcessBean("startClockListener")
class StartClockListener implements ExecutionListener {

    private final Cases cases;
    private final Clocks clock;

    StartClockListener(Cases cases, Clocks clock) {
        this.cases = cases;
        this.clock = clock;
    }

    @Override
    public void notify(DelegateExecution execution) {
        RecoveryCase started = cases.lockByInstance(execution.getProcessInstanceId());
        Clocks.Timers timers = clock.start(started);
        // At the process instance, for the tasks after the round as well.
        DelegateExecution process = execution.getProcessInstance();
        Variable.NEAR_AT.set(process, Date.from(timers.nearAt()));
        Variable.DUE_AT.set(process, Date.from(timers.dueAt()));
        Variable.NEXT_LEVEL_AT.set(process, Date.from(timers.nextLevelAt()));
    }
}
