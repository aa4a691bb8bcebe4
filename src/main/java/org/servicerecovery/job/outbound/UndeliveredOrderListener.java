package org.servicerecovery.job.outbound;

import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.servicerecovery.Refused;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Submission;
import org.servicerecovery.engine.Variable;

/** Somebody has seen to a message about a job that was given up. */
@ProcessBean("undeliveredOrderListener")
class UndeliveredOrderListener implements TaskListener {

    private static final String CHOICES = "send-again, told";

    private final Outbox outbox;

    UndeliveredOrderListener(Outbox outbox) {
        this.outbox = outbox;
    }

    @Override
    public void notify(DelegateTask task) {
        Submission form = Submission.take(task);
        long message = Variable.UNDELIVERED_ID.required(task, "jobs.outbound.refused.noMessage");
        String choice = form.requiredText("decision", "refused.missingChoose", CHOICES);
        switch (choice) {
            case "send-again" -> outbox.resendAsAnswered(message);
            case "told" -> outbox.toldAnotherWay(message, form.requiredText("notes", "jobs.outbound.refused.notes"));
            default -> throw Refused.field("decision", "refused.notKnownChoose", choice, CHOICES);
        }
    }
}
