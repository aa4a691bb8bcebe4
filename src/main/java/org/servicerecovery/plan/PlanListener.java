package org.servicerecovery.plan;

import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.servicerecovery.cases.CaseRoles;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Submission;
import org.servicerecovery.engine.Variable;

/** The task "Plan recovery" was completed: its rows become steps. An empty plan is allowed, and asked about later. */
@ProcessBean("planListener")
class PlanListener implements TaskListener {

    private final Cases cases;
    private final Plan plan;

    PlanListener(Cases cases, Plan plan) {
        this.cases = cases;
        this.plan = plan;
    }

    @Override
    public void notify(DelegateTask task) {
        Submission form = Submission.take(task);
        RecoveryCase planned = cases.lockByInstance(task.getProcessInstanceId());
        CaseRoles.requireMayWork(planned);
        List<Map<String, String>> rows = form.rows("steps");
        for (int i = 0; i < rows.size(); i++) {
            Map<String, String> row = rows.get(i);
            if (row.values().stream().allMatch(String::isBlank)) {
                continue;
            }
            String place = "steps[" + (i + 1) + "].";
            String assignee = row.getOrDefault("assignee", "");
            plan.append(
                    planned,
                    new NewStep(
                            row.getOrDefault("type", ""),
                            row.getOrDefault("purpose", ""),
                            assignee.isBlank() ? null : assignee),
                    field -> place + field);
        }
        Variable.CASE_OWNER.set(task.getExecution(), planned.owner());
    }
}
