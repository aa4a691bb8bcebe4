package org.servicerecovery.access;

import java.util.Set;
import org.camunda.bpm.engine.IdentityService;
import org.servicerecovery.cases.OwnerDirectory;
import org.springframework.stereotype.Component;

/** Tells from the engine's users and groups who may own a case. */
@Component
class CaseOwners implements OwnerDirectory {

    private static final Set<String> ROLES =
            Set.of("business-owner", "office-manager", "cx-lead", "case-owner", "manager");

    private final IdentityService identity;

    CaseOwners(IdentityService identity) {
        this.identity = identity;
    }

    @Override
    public boolean mayOwnCases(String userId) {
        return identity.createGroupQuery().groupMember(userId).list().stream()
                .anyMatch(group -> ROLES.contains(group.getId()));
    }
}
