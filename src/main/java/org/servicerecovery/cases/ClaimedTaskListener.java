package org.servicerecovery.cases;

import org.camunda.bpm.engine.delegate.DelegateTask;
import org.servicerecovery.Refused;
import org.servicerecovery.engine.EveryTaskListener;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** The engine lets every candidate complete a task that somebody else has claimed. Here only leads may step in. */
@Component
@Order(1)
class ClaimedTaskListener implements EveryTaskListener {

    @Override
    public void notify(DelegateTask task) {
        Actor actor = Actor.current();
        String assignee = task.getAssignee();
        if (assignee != null
                && !actor.isSystem()
                && !assignee.equals(actor.id())
                && !CaseRoles.mayAssignOthers(actor)) {
            throw Refused.forbidden("\"" + task.getName() + "\" is with " + assignee + ".");
        }
    }
}
