package org.servicerecovery.trend.lesson;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.servicerecovery.Refused;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Submission;
import org.servicerecovery.plan.Plan;
import org.servicerecovery.plan.Step;
import org.servicerecovery.plan.StepOutcome;
import org.servicerecovery.plan.StepOutcomeListener;
import org.servicerecovery.trend.taxonomy.RootCauseTag;
import org.servicerecovery.trend.taxonomy.Taxonomy;

/** The task "Root cause analysis" was completed: keeps the chain of causes, from which the resolution starts. */
@ProcessBean("rootCauseListener")
class RootCauseListener implements TaskListener {

    private static final int LONGEST_ANSWER = 500;
    private static final int LONGEST_IDEA = 2_000;

    private final Plan plan;
    private final StepOutcomeListener steps;
    private final Taxonomy taxonomy;
    private final Lessons lessons;

    RootCauseListener(Plan plan, StepOutcomeListener steps, Taxonomy taxonomy, Lessons lessons) {
        this.plan = plan;
        this.steps = steps;
        this.taxonomy = taxonomy;
        this.lessons = lessons;
    }

    @Override
    public void notify(DelegateTask task) {
        Submission form = Submission.take(task);
        Step step = plan.lockByInstance(task.getProcessInstanceId());
        if (steps.outcome(form) != StepOutcome.COMPLETED) {
            steps.settle(task, step, form);
            return;
        }
        List<String> whys = Stream.of("why1", "why2", "why3", "why4", "why5")
                .map(field -> form.text(field).map(answer -> checked(field, answer, LONGEST_ANSWER)))
                .flatMap(Optional::stream)
                .toList();
        if (whys.isEmpty()) {
            throw Refused.field("why1", "refused.cause.why");
        }
        RootCauseTag tag = taxonomy.require("rootCauseTag", form.textOrNull("rootCauseTag"));
        String prevention = checked(
                "preventionIdea", form.requiredText("preventionIdea", "refused.cause.prevention"), LONGEST_IDEA);
        lessons.analysed(step, tag, whys, prevention);
        steps.settle(task, step, form, Map.of("rootCauseTag", tag.code(), "prevention", prevention));
    }

    private static String checked(String field, String text, int longest) {
        if (text.length() > longest) {
            throw Refused.field(
                    field, "refused.manyCharacters", String.valueOf(text.length()), String.valueOf(longest));
        }
        return text;
    }
}
