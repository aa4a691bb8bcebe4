package org.servicerecovery.plan;

import java.util.List;
import org.servicerecovery.cases.CaseNumber;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.engine.ProcessBean;
import org.springframework.transaction.annotation.Transactional;

/** What the models ask about a plan. */
@ProcessBean("planSteps")
public class PlanQuestions {

    private final Plan plan;
    private final Cases cases;

    PlanQuestions(Plan plan, Cases cases) {
        this.plan = plan;
        this.cases = cases;
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
