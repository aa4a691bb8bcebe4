package org.servicerecovery.cases;

import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Submission;
import org.servicerecovery.engine.Variable;

/** The task "Assign owner" was completed: an empty field means "I take it". */
@ProcessBean("ownerChosenListener")
class OwnerChosenListener implements TaskListener {

    private final Cases cases;

    OwnerChosenListener(Cases cases) {
        this.cases = cases;
    }

    @Override
    public void notify(DelegateTask task) {
        Submission form = Submission.take(task);
        RecoveryCase found = cases.lockByInstance(task.getProcessInstanceId());
        String owner = form.text("owner").orElseGet(() -> Actor.current().id());
        RecoveryCase owned = cases.ownerChosen(found, owner);
        Variable.CASE_OWNER.set(task.getExecution(), owned.owner());
    }
}
