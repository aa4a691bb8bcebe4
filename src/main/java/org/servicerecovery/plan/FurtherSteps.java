package org.servicerecovery.plan;

import java.util.Set;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.engine.Submission;
import org.springframework.stereotype.Component;

/** The form of every step can name one more. */
@Component
public class FurtherSteps {

    private static final Set<String> REACHING = Set.of("call-customer", "email-customer", "write-apology-letter");

    private final Cases cases;
    private final Plan plan;

    FurtherSteps(Cases cases, Plan plan) {
        this.cases = cases;
        this.plan = plan;
    }

    /** Whether the form names a step that reaches the customer in another way. */
    public boolean reachesCustomer(Submission form) {
        return form.text("nextStepType").filter(REACHING::contains).isPresent();
    }

    /** Plans what the form names, if it names any; the caller holds the case's lock. */
    public void plan(Step step, Submission form) {
        form.text("nextStepType").ifPresent(type -> {
            RecoveryCase of = cases.lock(step.caseId());
            // Whoever works a step may name one more, in somebody else's case as well.
            plan.addTo(of, new NewStep(type, form.textOrEmpty("nextStepPurpose"), null), Plan.NEXT_STEP);
        });
    }
}
