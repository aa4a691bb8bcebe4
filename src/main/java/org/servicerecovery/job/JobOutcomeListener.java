package org.servicerecovery.job;

import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Submission;
import org.servicerecovery.engine.Variable;

/** The task "Do job" was completed: on the operatives' page, in Tasklist or by REST. */
@ProcessBean("jobOutcomeListener")
class JobOutcomeListener implements TaskListener {

    private final Jobs jobs;

    JobOutcomeListener(Jobs jobs) {
        this.jobs = jobs;
    }

    @Override
    public void notify(DelegateTask task) {
        Submission form = Submission.take(task);
        JobState outcome = Outcomes.parse(form.textOrNull("outcome"));
        jobs.worked(task.getProcessInstanceId(), outcome, form.textOrEmpty("notes"));
        Variable.JOB_OUTCOME.set(task, outcome.code());
    }
}
