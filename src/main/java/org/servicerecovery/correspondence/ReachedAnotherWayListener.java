package org.servicerecovery.correspondence;

import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Submission;

/** The task "Reach customer another way" was completed. */
@ProcessBean("reachedAnotherWayListener")
class ReachedAnotherWayListener implements TaskListener {

    private final UndeliveredMails mails;

    ReachedAnotherWayListener(UndeliveredMails mails) {
        this.mails = mails;
    }

    @Override
    public void notify(DelegateTask task) {
        Submission form = Submission.take(task);
        mails.handled(task.getProcessInstanceId(), form.requiredText("notes", "refused.mail.howReached"));
    }
}
