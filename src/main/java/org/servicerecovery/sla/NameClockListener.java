package org.servicerecovery.sla;

import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.servicerecovery.Coded;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Variable;

/** The tasks of all clocks are alike: the name says which clock one is about. */
@ProcessBean("nameClockListener")
class NameClockListener implements TaskListener {

    @Override
    public void notify(DelegateTask task) {
        String clock = Variable.CLOCK.get(task);
        if (clock != null && !clock.equals(ClockName.RESOLUTION.code())) {
            task.setName(task.getName() + " ("
                    + Coded.parse(ClockName.class, "clock", clock).label() + ")");
        }
    }
}
