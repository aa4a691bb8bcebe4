package org.servicerecovery.sla;

import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.jobexecutor.NotifyAcquisitionRejectedJobsHandler;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/** For {@link LatenessBench}: undoes what this product sets in code, so that the job executor is as Camunda ships it. */
@Component
@Profile(ShippedJobExecutor.PROFILE)
class ShippedJobExecutor implements SmartInitializingSingleton {

    static final String PROFILE = "shipped-job-executor";

    private final ProcessEngineConfigurationImpl configuration;

    ShippedJobExecutor(ProcessEngineConfigurationImpl configuration) {
        this.configuration = configuration;
    }

    @Override
    public void afterSingletonsInstantiated() {
        configuration.setJobExecutorAcquireByDueDate(false);
        configuration.setEnsureJobDueDateNotNull(false);
        configuration.getJobExecutor().setRejectedJobsHandler(new NotifyAcquisitionRejectedJobsHandler());
    }
}
