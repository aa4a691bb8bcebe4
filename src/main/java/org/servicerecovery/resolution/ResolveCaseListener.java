package org.servicerecovery.resolution;

import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.CaseRoles;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Submission;
import org.servicerecovery.engine.Variable;
import org.servicerecovery.plan.NewStep;
import org.servicerecovery.plan.Plan;

/** The task "Resolve case" was completed: with a resolution, or with one more step instead. */
@ProcessBean("resolveCaseListener")
class ResolveCaseListener implements TaskListener {

    private final Cases cases;
    private final Plan plan;
    private final Resolutions resolutions;

    ResolveCaseListener(Cases cases, Plan plan, Resolutions resolutions) {
        this.cases = cases;
        this.plan = plan;
        this.resolutions = resolutions;
    }

    @Override
    public void notify(DelegateTask task) {
        Submission form = Submission.take(task);
        RecoveryCase found = cases.lockByInstance(task.getProcessInstanceId());
        CaseRoles.requireMayWork(found);
        String action = form.text("action").orElse("resolve");
        switch (action) {
            case "resolve" -> {
                resolutions.record(
                        found,
                        new Resolutions.Draft(
                                form.textOrNull("resolutionType"),
                                form.textOrNull("rootCauseTag"),
                                form.textOrNull("preventionAction"),
                                form.choices("furtherTags"),
                                form.textOrNull("preventionOwner"),
                                form.textOrNull("preventionDueOn"),
                                form.textOrNull("preventionEffect")));
                Variable.ROUND_OUTCOME.set(task.getExecution().getProcessInstance(), "resolved");
            }
            case "add-step" ->
                plan.append(
                        found,
                        new NewStep(form.textOrEmpty("nextStepType"), form.textOrEmpty("nextStepPurpose"), null),
                        Plan.NEXT_STEP);
            default -> throw Refused.field("action", "refused.notKnownChoose", action, "resolve, add-step");
        }
        Variable.HOW_TO_GO_ON.set(task.getExecution(), action);
        Variable.CASE_OWNER.set(task.getExecution(), found.owner());
    }
}
