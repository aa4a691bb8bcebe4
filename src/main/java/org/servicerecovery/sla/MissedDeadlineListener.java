package org.servicerecovery.sla;

import java.util.Map;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.Journal;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Submission;

/** A manager, or the business owner, dealt with a missed deadline and says what was done. */
@ProcessBean("missedDeadlineListener")
class MissedDeadlineListener implements TaskListener {

    private final Cases cases;
    private final Journal journal;

    MissedDeadlineListener(Cases cases, Journal journal) {
        this.cases = cases;
        this.journal = journal;
    }

    @Override
    public void notify(DelegateTask task) {
        Submission form = Submission.take(task);
        RecoveryCase late = cases.lockByInstance(task.getProcessInstanceId());
        String notes = form.requiredText("notes", "is missing. Say what was done about the missed deadline.");
        journal.append(late.id(), "missed deadline handled", Map.of("task", task.getName(), "notes", notes));
    }
}
