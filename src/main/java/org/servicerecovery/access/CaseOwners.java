package org.servicerecovery.access;

import java.util.Set;
import org.camunda.bpm.engine.IdentityService;
import org.servicerecovery.cases.OwnerDirectory;
import org.servicerecovery.engine.InOwnName;
import org.springframework.stereotype.Component;

/** Tells from the engine's users and groups who may own a case. */
@Component
class CaseOwners implements OwnerDirectory {

    private static final Set<String> ROLES =
            Set.of("business-owner", "office-manager", "cx-lead", "case-owner", "manager");

    private final IdentityService identity;
    private final InOwnName ownName;

    CaseOwners(IdentityService identity, InOwnName ownName) {
        this.identity = identity;
        this.ownName = ownName;
    }

    @Override
    public boolean mayOwnCases(String userId) {
        // Who asks by the API may not be allowed to look colleagues up.
        return ownName.ask(() -> identity.createGroupQuery().groupMember(userId).list()).stream()
                .anyMatch(group -> ROLES.contains(group.getId()));
    }
}
