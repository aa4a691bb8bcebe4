package org.servicerecovery.engine;

import org.camunda.bpm.engine.impl.persistence.deploy.Deployer;
import org.camunda.bpm.engine.impl.persistence.entity.DeploymentEntity;
import org.servicerecovery.Refused;

/**
 * One business has one of each model and table. One for a tenant would stand beside it as the newest too: no case could be
 * opened any more, and whoever deployed it could not see it to take it back.
 */
final class NoTenants implements Deployer {

    @Override
    public void deploy(DeploymentEntity deployment) {
        if (deployment.isNew() && deployment.getTenantId() != null) {
            throw Refused.field("tenant-id", "refused.model.tenant");
        }
    }
}
