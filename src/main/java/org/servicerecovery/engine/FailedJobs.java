package org.servicerecovery.engine;

import java.util.Date;
import java.util.Objects;
import org.camunda.bpm.engine.impl.cmd.DefaultJobRetryCmd;
import org.camunda.bpm.engine.impl.interceptor.Command;
import org.camunda.bpm.engine.impl.jobexecutor.FailedJobCommandFactory;
import org.camunda.bpm.engine.impl.persistence.entity.JobEntity;
import org.camunda.bpm.engine.impl.util.ClockUtil;

/** What becomes of a job that failed: it is tried again as the retry cycle says, or a timer is put back in its place. */
final class FailedJobs implements FailedJobCommandFactory {

    @Override
    public Command<Object> getCommand(String jobId, Throwable thrown) {
        return Causes.first(thrown, TimerMoved.class)
                .map(moved -> putBack(jobId, moved))
                .orElseGet(() -> new DefaultJobRetryCmd(jobId, thrown));
    }

    private static Command<Object> putBack(String jobId, TimerMoved moved) {
        return context -> {
            JobEntity timer = context.getJobManager().findJobById(jobId);
            if (timer != null) {
                timer.unlock();
                // Moved by somebody since it fired: that is newer than what the timer was told.
                if (timer.getDuedate() == null || !timer.getDuedate().after(ClockUtil.getCurrentTime())) {
                    timer.setDuedate(Date.from(moved.until()));
                }
            }
            return Objects.requireNonNullElse(timer, "gone");
        };
    }
}
