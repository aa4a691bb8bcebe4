package org.servicerecovery.plan;

import java.util.Map;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.CaseRoles;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.Journal;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Submission;
import org.servicerecovery.engine.Variable;

/** No step was completed, and somebody decided: plan again, or resolve the case as it is. */
@ProcessBean("howToGoOnListener")
class HowToGoOnListener implements TaskListener {

    private static final String CHOICES = "plan-again, resolve";

    private final Cases cases;
    private final Journal journal;

    HowToGoOnListener(Cases cases, Journal journal) {
        this.cases = cases;
        this.journal = journal;
    }

    @Override
    public void notify(DelegateTask task) {
        Submission form = Submission.take(task);
        RecoveryCase found = cases.lockByInstance(task.getProcessInstanceId());
        CaseRoles.requireMayWork(found);
        String decision = form.requiredText("decision", "refused.missingChoose", CHOICES);
        if (!decision.equals("plan-again") && !decision.equals("resolve")) {
            throw Refused.field("decision", "refused.notKnownChoose", decision, CHOICES);
        }
        String reason = form.requiredText("reason", "refused.sayWhy");
        journal.append(found.id(), "went on without a completed step", Map.of("decision", decision, "reason", reason));
        Variable.HOW_TO_GO_ON.set(task.getExecution(), decision);
        Variable.CASE_OWNER.set(task.getExecution(), found.owner());
    }
}
