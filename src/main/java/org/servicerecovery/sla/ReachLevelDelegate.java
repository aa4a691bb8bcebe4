package org.servicerecovery.sla;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.servicerecovery.Coded;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Variable;

/** A timer fired: the level that the task's input names is told, if the ledger agrees that it is reached. */
@ProcessBean("reachLevelDelegate")
class ReachLevelDelegate implements JavaDelegate {

    private final Cases cases;
    private final Clocks clocks;

    ReachLevelDelegate(Cases cases, Clocks clocks) {
        this.cases = cases;
        this.clocks = clocks;
    }

    @Override
    public void execute(DelegateExecution execution) {
        int level =
                Integer.parseInt(Objects.requireNonNull(Variable.LEVEL.get(execution), "the model names the level"));
        String further = Variable.CLOCK.get(execution);
        ClockName clock = further == null ? ClockName.RESOLUTION : Coded.parse(ClockName.class, "clock", further);
        Optional<List<String>> told =
                clocks.levelReached(cases.lockByInstance(execution.getProcessInstanceId()), clock, level);
        DelegateExecution process = execution.getProcessInstance();
        Variable.TOLD_ROLES.set(process, String.join(",", told.orElse(List.of())));
        if (level == ClockLedger.NEAR) {
            Variable.STILL_TIME.set(process, told.isPresent());
        }
    }
}
