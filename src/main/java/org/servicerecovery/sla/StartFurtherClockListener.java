package org.servicerecovery.sla;

import java.util.Date;
import java.util.Objects;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.servicerecovery.Coded;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Variable;

/** One of the clocks beside that of the resolution starts, or waits for its start. */
@ProcessBean("startFurtherClockListener")
class StartFurtherClockListener implements ExecutionListener {

    private final Cases cases;
    private final Clocks clocks;

    StartFurtherClockListener(Cases cases, Clocks clocks) {
        this.cases = cases;
        this.clocks = clocks;
    }

    @Override
    public void notify(DelegateExecution execution) {
        String clock = Objects.requireNonNull(Variable.CLOCK.get(execution), "each part of the process has its clock");
        Clocks.Timers timers = clocks.startFurther(
                cases.lockByInstance(execution.getProcessInstanceId()), Coded.parse(ClockName.class, "clock", clock));
        Variable.CLOCK_NEAR_AT.setLocal(execution, Date.from(timers.nearAt()));
        Variable.CLOCK_DUE_AT.setLocal(execution, Date.from(timers.dueAt()));
    }
}
