package org.servicerecovery.compensation;

import java.util.List;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.servicerecovery.Refused;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Submission;
import org.servicerecovery.engine.Variable;

/** Somebody decided whether a compensation is approved. */
@ProcessBean("approvalListener")
class ApprovalListener implements TaskListener {

    private static final List<String> WHAT_WAS_OFFERED =
            List.of("amount", "currency", "paymentReference", "refundKind", "kind", "service", "description");

    private final Compensations compensations;
    private final Approvals approvals;

    ApprovalListener(Compensations compensations, Approvals approvals) {
        this.compensations = compensations;
        this.approvals = approvals;
    }

    @Override
    public void notify(DelegateTask task) {
        Submission form = Submission.take(task);
        Compensation offered = compensations.lockByInstance(task.getProcessInstanceId());
        for (String field : WHAT_WAS_OFFERED) {
            if (form.textOrNull(field) != null) {
                throw Refused.field(field, "refused.approval.unchangeable");
            }
        }
        String decision = form.requiredText("decision", "refused.missingChoose", "approve, refuse");
        if (!decision.equals("approve") && !decision.equals("refuse")) {
            throw Refused.field("decision", "refused.notKnownChoose", decision, "approve, refuse");
        }
        boolean approved = decision.equals("approve");
        approvals.decide(offered, approved, form.textOrNull("reason"));
        Variable.APPROVED.set(task.getExecution(), approved);
    }
}
