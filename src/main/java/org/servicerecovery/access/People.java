package org.servicerecovery.access;

import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.identity.Group;
import org.camunda.bpm.engine.identity.User;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.engine.FieldJobs;
import org.springframework.stereotype.Component;

/** Makes the people the application itself brings; all others come by Camunda Admin. */
@Component
class People {

    private final IdentityService identities;

    People(IdentityService identities) {
        this.identities = identities;
    }

    boolean has(String id) {
        return identities.createUserQuery().userId(id).count() > 0;
    }

    boolean hasAny(Role role) {
        return identities.createUserQuery().memberOfGroup(role.groupId()).count() > 0;
    }

    void add(String id, String firstName, String lastName, @Nullable String email, String password, Role role) {
        User user = identities.newUser(id);
        user.setFirstName(firstName);
        user.setLastName(lastName);
        user.setEmail(email);
        user.setPassword(password);
        identities.saveUser(user);
        identities.createMembership(id, role.groupId());
    }

    /** Puts somebody into a team of operatives, which is made where there is none. */
    void join(String id, String team, String name) {
        if (identities.createGroupQuery().groupId(team).count() == 0) {
            Group group = identities.newGroup(team);
            group.setName(name);
            group.setType(FieldJobs.TEAM);
            identities.saveGroup(group);
        }
        identities.createMembership(id, team);
    }

    boolean policyAccepts(String password) {
        return identities.checkPasswordAgainstPolicy(password).isValid();
    }
}
