package org.servicerecovery.job;

import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.servicerecovery.engine.ProcessBean;

/** The task "Do job" has another assignee, or none. */
@ProcessBean("jobAssignedListener")
class JobAssignedListener implements TaskListener {

    private final Jobs jobs;

    JobAssignedListener(Jobs jobs) {
        this.jobs = jobs;
    }

    @Override
    public void notify(DelegateTask task) {
        jobs.assigned(task.getProcessInstanceId(), task.getAssignee());
    }
}
