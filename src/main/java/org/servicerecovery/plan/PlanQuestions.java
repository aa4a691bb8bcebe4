package org.servicerecovery.plan;

import java.util.List;
import java.util.Map;
import org.servicerecovery.cases.CaseNumber;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.OwnerDirectory;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.engine.Decisions;
import org.servicerecovery.engine.FormOptions;
import org.servicerecovery.engine.ProcessBean;
import org.springframework.transaction.annotation.Transactional;

/** What the models ask about a plan. */
@ProcessBean("planSteps")
public class PlanQuestions {

    /** Marks the rows of a suggestion: no field shows it, so that rows that somebody submitted never have it. */
    static final String SUGGESTED = "suggested";

    private final Plan plan;
    private final Cases cases;
    private final Decisions decisions;
    private final OwnerDirectory people;

    PlanQuestions(Plan plan, Cases cases, Decisions decisions, OwnerDirectory people) {
        this.plan = plan;
        this.cases = cases;
        this.decisions = decisions;
        this.people = people;
    }

    /**
     * The steps that the playbook suggests, as rows of the plan's form. Where steps were planned before, somebody plans
     * again, and the playbook has been tried.
     */
    @Transactional
    public Object suggestion(String caseInstanceId) {
        RecoveryCase found = cases.lockByInstance(caseInstanceId);
        boolean plannedBefore = plan.steps(found.id()).stream().anyMatch(step -> step.epoch() == found.epoch());
        return FormOptions.of(
                plannedBefore
                        ? List.of()
                        : decisions
                                .askAll(
                                        "playbook",
                                        Map.of(
                                                "source",
                                                found.source().code(),
                                                "severity",
                                                found.severity().code()))
                                .stream()
                                .map(PlanQuestions::row)
                                .toList());
    }

    private static Map<String, String> row(Decisions.Answer answer) {
        return Map.of(
                "type",
                answer.text("type"),
                "purpose",
                answer.text("purpose"),
                "start",
                answer.text("start"),
                "hours",
                answer.text("hours"),
                SUGGESTED,
                "true");
    }

    /** Those who can work steps, as the choices of a form. */
    public Object workers() {
        return FormOptions.of(people.whoMayOwnCases().stream()
                .map(colleague -> Map.of("label", colleague.name(), "value", colleague.id()))
                .toList());
    }

    /** Ids of the steps that are planned and not yet started. */
    public List<Long> toStart(String caseInstanceId) {
        return plan.toStart(caseInstanceId);
    }

    /** Whether the plan achieved anything. */
    public boolean anyCompleted(String caseInstanceId) {
        return plan.anyCompleted(caseInstanceId);
    }

    /** The business key of a step, such as {@code SR-2026-000123/3}: it tells the steps of a case apart in Cockpit. */
    @Transactional
    public String number(Long stepId) {
        Step step = plan.get(stepId);
        CaseNumber number = cases.lock(step.caseId()).number();
        return number + "/" + step.seq();
    }
}
