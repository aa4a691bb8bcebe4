package org.servicerecovery.sla;

import java.util.Map;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.Journal;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Submission;

/** Whoever was told of a near or missed deadline says what was done about it. */
@ProcessBean("escalationHandledListener")
class EscalationHandledListener implements TaskListener {

    private final Cases cases;
    private final Journal journal;

    EscalationHandledListener(Cases cases, Journal journal) {
        this.cases = cases;
        this.journal = journal;
    }

    @Override
    public void notify(DelegateTask task) {
        Submission form = Submission.take(task);
        RecoveryCase late = cases.lockByInstance(task.getProcessInstanceId());
        String notes = form.requiredText("notes", "refused.clock.whatWasDone");
        journal.append(late.id(), "escalation handled", Map.of("task", task.getName(), "notes", notes));
    }
}
