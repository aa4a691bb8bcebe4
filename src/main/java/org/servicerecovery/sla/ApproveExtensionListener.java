package org.servicerecovery.sla;

import java.util.Objects;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Submission;
import org.servicerecovery.engine.Variable;

/** A manager decided whether a case may take longer. */
@ProcessBean("approveExtensionListener")
class ApproveExtensionListener implements TaskListener {

    private static final String CHOICES = "approve, refuse";

    private final Cases cases;
    private final Extensions extensions;

    ApproveExtensionListener(Cases cases, Extensions extensions) {
        this.cases = cases;
        this.extensions = extensions;
    }

    @Override
    public void notify(DelegateTask task) {
        Submission form = Submission.take(task);
        Long id = Objects.requireNonNull(Variable.EXTENSION_ID.get(task), "the message names the extension");
        String decision = form.requiredText("decision", "refused.missingChoose", CHOICES);
        if (!decision.equals("approve") && !decision.equals("refuse")) {
            throw Refused.field("decision", "refused.notKnownChoose", decision, CHOICES);
        }
        extensions.decided(
                cases.lockByInstance(task.getProcessInstanceId()),
                id,
                decision.equals("approve"),
                form.textOrEmpty("note"),
                form.textOrEmpty("told"));
    }
}
