package org.servicerecovery.engine;

import java.util.List;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.identity.TenantQuery;
import org.camunda.bpm.engine.impl.cfg.multitenancy.TenantIdProvider;
import org.camunda.bpm.engine.impl.cfg.multitenancy.TenantIdProviderCaseInstanceContext;
import org.camunda.bpm.engine.impl.cfg.multitenancy.TenantIdProviderHistoricDecisionInstanceContext;
import org.camunda.bpm.engine.impl.cfg.multitenancy.TenantIdProviderProcessInstanceContext;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.db.entitymanager.cache.DbEntityState;
import org.camunda.bpm.engine.impl.interceptor.CommandContext;
import org.camunda.bpm.engine.impl.persistence.entity.IdentityLinkEntity;
import org.camunda.bpm.engine.impl.persistence.entity.PropertyChange;
import org.camunda.bpm.engine.impl.persistence.entity.TaskEntity;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;

/**
 * Instances that those alone may read who lead, whichever way they ask the engine. Grants speak of whole processes, and
 * one may be withheld at neither an instance nor its history; so these instances belong to a tenant, which each of the
 * engine's questions heeds. Their tasks are given to nobody outside it, who could not see them.
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

    /** Looks at those alone whom the task is given to now: somebody who leads no more keeps others from nothing. */
    static void refuseOthers(DelegateTask given) {
        TaskEntity task = (TaskEntity) given;
        if (!TENANT.equals(task.getTenantId())) {
            return;
        }
        for (String property : List.of(TaskEntity.ASSIGNEE, TaskEntity.OWNER)) {
            PropertyChange change = task.getPropertyChanges().get(property);
            if (change != null && change.getNewValue() != null) {
                requireUser(change.getNewValueString());
            }
        }
        for (IdentityLinkEntity link : task.getIdentityLinks()) {
            if (!isNew(link)) {
                continue;
            }
            if (link.isUser()) {
                requireUser(link.getUserId());
            } else {
                require("groupId", link.getGroupId(), tenant().groupMember(link.getGroupId()));
            }
        }
    }

    private static boolean isNew(IdentityLinkEntity link) {
        return Context.getCommandContext()
                        .getDbEntityManager()
                        .getDbEntityCache()
                        .getCachedEntity(link)
                        .getEntityState()
                == DbEntityState.TRANSIENT;
    }

    private static void requireUser(String id) {
        require("userId", id, tenant().userMember(id).includingGroupsOfUser(true));
    }

    private static TenantQuery tenant() {
        return Context.getProcessEngineConfiguration()
                .getIdentityService()
                .createTenantQuery()
                .tenantId(TENANT);
    }

    /** @param field the name of it at the engine's REST API */
    private static void require(String field, String id, TenantQuery membership) {
        CommandContext command = Context.getCommandContext();
        // Whoever gives the task away may not be let look up who is in a tenant.
        if (command.runWithoutAuthorization(() -> membership.count()) == 0) {
            throw Refused.field(field, "refused.trend.ownerSeesNone", id);
        }
    }
}
