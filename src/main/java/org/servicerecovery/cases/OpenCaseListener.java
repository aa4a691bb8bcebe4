package org.servicerecovery.cases;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.BusinessZone;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Submission;

/** The start form was submitted: opens the case that this new instance belongs to. */
@ProcessBean("openCaseListener")
class OpenCaseListener implements ExecutionListener {

    private final Cases cases;
    private final BusinessZone zone;
    private final Journal journal;

    OpenCaseListener(Cases cases, BusinessZone zone, Journal journal) {
        this.cases = cases;
        this.zone = zone;
        this.journal = journal;
    }

    @Override
    public void notify(DelegateExecution execution) {
        Submission form = Submission.take(execution);
        RecoveryCase opened = cases.register(NewCase.read(
                form.textOrNull("customerNumber"),
                severity(execution),
                form.textOrNull("source"),
                form.textOrNull("summary"),
                form.textOrNull("verbatim"),
                form.moment("reportedAt", zone.id()).orElse(null),
                form.textOrNull("owner"),
                origin(form)));
        execution.setProcessBusinessKey(opened.number().value());
        RecoveryCase bound = cases.bind(opened.number(), execution.getProcessInstanceId());
        BindCaseListener.remember(execution, bound);
        Map<String, String> further = form.rest();
        if (!further.isEmpty()) {
            journal.append(opened.id(), JournaledAnswers.KIND, further);
        }
    }

    /** A field of the form and a variable that stays: so it is not among what was taken out of the engine. */
    private static @Nullable String severity(DelegateExecution execution) {
        return Objects.toString(execution.getVariable("severity"), null);
    }

    private static @Nullable Origin origin(Submission form) {
        Optional<String> kind = form.text("originKind");
        return kind.map(known -> new Origin(
                        known,
                        form.textOrNull("originId"),
                        form.textOrNull("team"),
                        form.textOrNull("area"),
                        form.textOrNull("product"),
                        form.textOrNull("operative"),
                        null))
                .orElse(null);
    }
}
