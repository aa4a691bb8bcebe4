package org.servicerecovery.engine;

import org.camunda.bpm.engine.impl.cfg.multitenancy.TenantIdProvider;
import org.camunda.bpm.engine.impl.cfg.multitenancy.TenantIdProviderCaseInstanceContext;
import org.camunda.bpm.engine.impl.cfg.multitenancy.TenantIdProviderHistoricDecisionInstanceContext;
import org.camunda.bpm.engine.impl.cfg.multitenancy.TenantIdProviderProcessInstanceContext;
import org.jspecify.annotations.Nullable;

/**
 * Instances that those alone may read who lead, whichever way they ask the engine. Grants speak of whole processes, and
 * one may be withheld at neither an instance nor its history; so these instances belong to a tenant, which each of the
 * engine's questions heeds.
 */
public final class LeadsAlone implements TenantIdProvider {

    public static final String TENANT = "leads";

    LeadsAlone() {}

    @Override
    public @Nullable String provideTenantIdForProcessInstance(TenantIdProviderProcessInstanceContext starting) {
        return Boolean.TRUE.equals(starting.getVariables().get(Variable.LEADS_ALONE.name())) ? TENANT : null;
    }

    @Override
    public @Nullable String provideTenantIdForCaseInstance(TenantIdProviderCaseInstanceContext starting) {
        return null;
    }

    @Override
    public @Nullable String provideTenantIdForHistoricDecisionInstance(
            TenantIdProviderHistoricDecisionInstanceContext decided) {
        return null;
    }
}
