package org.servicerecovery.access;

import java.util.List;
import java.util.Optional;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.identity.Group;
import org.springframework.stereotype.Component;

/** The people the engine knows, with the groups they are in at this moment. */
@Component
class Members {

    private final IdentityService identities;

    Members(IdentityService identities) {
        this.identities = identities;
    }

    /** Empty when there is no such person (any more). */
    Optional<SignedIn> signedIn(String userId) {
        // PostgreSQL refuses the character, and no id has it.
        if (userId.indexOf('\0') >= 0
                || identities.createUserQuery().userId(userId).count() == 0) {
            return Optional.empty();
        }
        List<String> groups = identities.createGroupQuery().groupMember(userId).list().stream()
                .map(Group::getId)
                .toList();
        return Optional.of(new SignedIn(userId, groups));
    }

    boolean passwordIsRight(String userId, String password) {
        return userId.indexOf('\0') < 0 && identities.checkPassword(userId, password);
    }
}
