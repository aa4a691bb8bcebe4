package org.servicerecovery.access;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.AuthorizationService;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.authorization.Authorization;
import org.camunda.bpm.engine.authorization.Groups;
import org.camunda.bpm.engine.authorization.Permission;
import org.camunda.bpm.engine.identity.Group;
import org.camunda.bpm.engine.identity.Tenant;
import org.servicerecovery.access.Grants.Grant;
import org.servicerecovery.cases.CaseRoles;
import org.servicerecovery.engine.LeadsAlone;
import org.springframework.stereotype.Component;

/**
 * Puts groups and authorizations in place. It works once for each edition of {@link Grants} and then only adds, so what
 * the business changes in Camunda Admin stays as the business wants it.
 */
@Component
class RoleSetUp {

    private static final String EDITION = "serviceRecovery.grants";

    private final IdentityService identities;
    private final AuthorizationService authorizations;
    private final ManagementService management;

    RoleSetUp(IdentityService identities, AuthorizationService authorizations, ManagementService management) {
        this.identities = identities;
        this.authorizations = authorizations;
        this.management = management;
    }

    void setUp() {
        String edition = edition(Grants.ALL_GRANTS);
        if (edition.equals(management.getProperties().get(EDITION))) {
            return;
        }
        for (Role role : Role.values()) {
            addGroup(role);
        }
        Grants.ALL_GRANTS.forEach(this::add);
        addTenantOfLeads();
        management.setProperty(EDITION, edition);
    }

    private void addGroup(Role role) {
        if (identities.createGroupQuery().groupId(role.groupId()).count() == 0) {
            Group group = identities.newGroup(role.groupId());
            group.setName(role.title());
            group.setType(role == Role.ADMINISTRATOR ? Groups.GROUP_TYPE_SYSTEM : Groups.GROUP_TYPE_WORKFLOW);
            identities.saveGroup(group);
        }
    }

    /** The web apps read for themselves which tenants somebody is in. */
    private void addTenantOfLeads() {
        String id = LeadsAlone.TENANT;
        if (identities.createTenantQuery().tenantId(id).count() == 0) {
            Tenant tenant = identities.newTenant(id);
            tenant.setName("For those who lead");
            identities.saveTenant(tenant);
        }
        for (String group : CaseRoles.LEADS) {
            if (identities.createTenantQuery().tenantId(id).groupMember(group).count() == 0) {
                identities.createTenantGroupMembership(id, group);
            }
        }
    }

    private void add(Grant grant) {
        Authorization authorization = authorizations
                .createAuthorizationQuery()
                .groupIdIn(grant.role().groupId())
                .resourceType(grant.resource())
                .resourceId(grant.resourceId())
                .authorizationType(Authorization.AUTH_TYPE_GRANT)
                .singleResult();
        if (authorization == null) {
            authorization = authorizations.createNewAuthorization(Authorization.AUTH_TYPE_GRANT);
            authorization.setGroupId(grant.role().groupId());
            authorization.setResource(grant.resource());
            authorization.setResourceId(grant.resourceId());
        }
        grant.permissions().forEach(authorization::addPermission);
        authorizations.saveAuthorization(authorization);
    }

    private static String edition(List<Grant> grants) {
        String text = grants.stream()
                .map(grant -> grant.role()
                        + " " + grant.resource().resourceName()
                        + " " + grant.resourceId()
                        + " "
                        + grant.permissions().stream().map(Permission::getName).collect(Collectors.joining(",")))
                .sorted()
                .collect(Collectors.joining("\n", Arrays.toString(Role.values()) + LeadsAlone.TENANT, ""));
        return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8)).toString();
    }
}
