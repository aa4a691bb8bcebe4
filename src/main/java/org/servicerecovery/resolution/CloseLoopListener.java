package org.servicerecovery.resolution;

import java.util.Map;
import java.util.Set;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.CaseRoles;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.Journal;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Submission;

/** The customer was told how the case ended, or could not be reached. */
@ProcessBean("closeLoopListener")
class CloseLoopListener implements TaskListener {

    private static final Set<String> WAYS = Set.of("phone", "email", "letter", "in-person", "not-reached");

    private final Cases cases;
    private final Journal journal;

    CloseLoopListener(Cases cases, Journal journal) {
        this.cases = cases;
        this.journal = journal;
    }

    @Override
    public void notify(DelegateTask task) {
        Submission form = Submission.take(task);
        RecoveryCase resolved = cases.lockByInstance(task.getProcessInstanceId());
        CaseRoles.requireMayWork(resolved);
        String told = form.text("told")
                .filter(WAYS::contains)
                .orElseThrow(
                        () -> Refused.field("told", "refused.oneOf", "phone, email, letter, in-person, not-reached"));
        String kind = told.equals("not-reached") ? "customer not reached" : "loop closed";
        journal.append(resolved.id(), kind, Map.of("told", told, "notes", form.textOrEmpty("notes")));
    }
}
