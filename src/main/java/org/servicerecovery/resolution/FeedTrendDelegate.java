package org.servicerecovery.resolution;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.engine.ProcessBean;

/** Counts the cause of a resolved case and closes it. */
@ProcessBean("feedTrendDelegate")
class FeedTrendDelegate implements JavaDelegate {

    private final Cases cases;
    private final Resolutions resolutions;

    FeedTrendDelegate(Cases cases, Resolutions resolutions) {
        this.cases = cases;
        this.resolutions = resolutions;
    }

    @Override
    public void execute(DelegateExecution execution) {
        resolutions.feedTrend(cases.lockByInstance(execution.getProcessInstanceId()));
    }
}
