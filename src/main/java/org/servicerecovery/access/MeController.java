package org.servicerecovery.access;

import java.util.Arrays;
import java.util.List;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.identity.User;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Messages;
import org.springframework.security.core.Authentication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Who the caller is. */
@RestController
class MeController {

    record RoleHeld(String id, String title) {}

    /**
     * @param opensCases whether one of the roles may open a case
     * @param handsOver whether one of the roles hands over the cases of others
     * @param keepsTaxonomy whether one of the roles changes the taxonomy of causes
     * @param seesCases whether one of the roles sees cases, if only their own
     */
    record Me(
            String id,
            String name,
            List<RoleHeld> roles,
            boolean opensCases,
            boolean handsOver,
            boolean keepsTaxonomy,
            boolean seesCases) {}

    private final IdentityService identities;

    MeController(IdentityService identities) {
        this.identities = identities;
    }

    @GetMapping("/api/me")
    Me me(Authentication caller) {
        SignedIn person = (SignedIn) caller;
        // Everyone may read their own entry.
        User user = identities.createUserQuery().userId(person.getName()).singleResult();
        String name = user == null
                ? person.getName()
                : (orEmpty(user.getFirstName()) + " " + orEmpty(user.getLastName())).strip();
        return new Me(
                person.getName(),
                name.isEmpty() ? person.getName() : name,
                Arrays.stream(Role.values())
                        .filter(person::is)
                        .map(role -> new RoleHeld(role.groupId(), Messages.text("role." + role.groupId())))
                        .toList(),
                AccessRules.OPENERS.stream().anyMatch(person::is),
                AccessRules.HAND_OVER.stream().anyMatch(person::is),
                AccessRules.LEADERS.stream().anyMatch(person::is),
                AccessRules.CASE_READERS.stream().anyMatch(person::is));
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
