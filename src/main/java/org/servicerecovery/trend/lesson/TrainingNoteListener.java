package org.servicerecovery.trend.lesson;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Coded;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.Origin;
import org.servicerecovery.cases.OwnerDirectory;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.customer.Customers;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Submission;
import org.servicerecovery.plan.Plan;
import org.servicerecovery.plan.Step;
import org.servicerecovery.plan.StepOutcome;
import org.servicerecovery.plan.StepOutcomeListener;
import org.servicerecovery.trend.taxonomy.RootCauseTag;
import org.servicerecovery.trend.taxonomy.Taxonomy;

/**
 * The task "Internal training note" was completed: the note is kept under its cause, where colleagues read it who never
 * see the case. So it names nobody: neither the customer nor whoever did the work nor a colleague.
 */
@ProcessBean("trainingNoteListener")
class TrainingNoteListener implements TaskListener {

    private static final int LONGEST_TEAM = 80;

    private final Plan plan;
    private final Cases cases;
    private final Customers customers;
    private final OwnerDirectory people;
    private final StepOutcomeListener steps;
    private final Taxonomy taxonomy;
    private final Lessons lessons;

    TrainingNoteListener(
            Plan plan,
            Cases cases,
            Customers customers,
            OwnerDirectory people,
            StepOutcomeListener steps,
            Taxonomy taxonomy,
            Lessons lessons) {
        this.plan = plan;
        this.cases = cases;
        this.customers = customers;
        this.people = people;
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
        RootCauseTag tag = taxonomy.require("rootCauseTag", form.textOrNull("rootCauseTag"));
        Audience audience = Coded.parse(Audience.class, "audience", form.textOrNull("audience"));
        @Nullable String team = form.textOrNull("team");
        if (team != null && team.length() > LONGEST_TEAM) {
            throw Refused.field(
                    "team", "refused.manyCharacters", String.valueOf(team.length()), String.valueOf(LONGEST_TEAM));
        }
        String note = steps.notes(form);
        RecoveryCase of = cases.lock(step.caseId());
        requireNobodyIn("team", team, of);
        requireNobodyIn("notes", note, of);
        lessons.written(step, tag, audience, team, note);
        steps.settle(task, step, form, Map.of("rootCauseTag", tag.code(), "audience", audience.inText()));
    }

    private void requireNobodyIn(String field, @Nullable String text, RecoveryCase of) {
        if (text == null) {
            return;
        }
        Stream<String> known = Stream.concat(
                Stream.of(customers.byId(of.customerId()).name()),
                cases.origin(of.id()).map(Origin::operative).stream());
        Optional<String> named = known.filter(name -> OwnerDirectory.isIn(name, text))
                .findFirst()
                .or(() -> people.personIn(text));
        named.ifPresent(name -> {
            throw Refused.field(field, "refused.trainingNote.names", name);
        });
    }
}
