package org.servicerecovery.plan;

import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.BusinessZone;
import org.servicerecovery.Coded;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.CaseRoles;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Submission;
import org.servicerecovery.engine.Variable;

/** The task "Plan recovery" was completed: its rows become steps. An empty plan is allowed, and asked about later. */
@ProcessBean("planListener")
class PlanListener implements TaskListener {

    static final int MOST_HOURS = 8760;

    private final Cases cases;
    private final Plan plan;
    private final BusinessZone zone;

    PlanListener(Cases cases, Plan plan, BusinessZone zone) {
        this.cases = cases;
        this.plan = plan;
        this.zone = zone;
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
            if (row.containsKey(PlanQuestions.SUGGESTED)) {
                // The form submits no such key: nothing was submitted, and the suggestion is nobody's plan.
                continue;
            }
            String place = "steps[" + (i + 1) + "].";
            plan.append(planned, step(row, field -> place + field, zone.id()), field -> place + field);
        }
        Variable.CASE_OWNER.set(task.getExecution(), planned.owner());
    }

    /**
     * Reads a step as a form or a request writes it.
     *
     * @param fieldName how a field of the step, such as type, is named where it was filled in
     * @param zone for a time without an offset
     */
    static NewStep step(Map<String, String> row, UnaryOperator<String> fieldName, ZoneId zone) {
        String start = text(row, "start");
        String dueAt = text(row, "dueAt");
        return new NewStep(
                row.getOrDefault("type", ""),
                row.getOrDefault("purpose", ""),
                text(row, "assignee"),
                start == null ? StepStart.AT_ONCE : Coded.parse(StepStart.class, fieldName.apply("start"), start),
                hours(text(row, "hours"), fieldName.apply("hours")),
                dueAt == null ? null : Submission.moment(fieldName.apply("dueAt"), dueAt, zone));
    }

    private static @Nullable String text(Map<String, String> row, String field) {
        String text = row.get(field);
        return text == null || text.isBlank() ? null : text.strip();
    }

    private static @Nullable Integer hours(@Nullable String text, String field) {
        if (text == null) {
            return null;
        }
        if (!text.matches("[0-9]{1,4}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > MOST_HOURS) {
            throw Refused.field(field, "refused.plan.hours", String.valueOf(MOST_HOURS));
        }
        return Integer.valueOf(text);
    }
}
