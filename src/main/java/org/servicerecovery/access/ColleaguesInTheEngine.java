package org.servicerecovery.access;

import java.util.List;
import java.util.Optional;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.identity.User;
import org.servicerecovery.correspondence.Colleagues;
import org.servicerecovery.engine.InOwnName;
import org.springframework.stereotype.Component;

/** Colleagues are the engine's users; an administrator keeps their addresses in Camunda Admin. */
@Component
class ColleaguesInTheEngine implements Colleagues {

    private final IdentityService identity;
    private final InOwnName ownName;

    ColleaguesInTheEngine(IdentityService identity, InOwnName ownName) {
        this.identity = identity;
        this.ownName = ownName;
    }

    @Override
    public Optional<String> addressOf(String userId) {
        return addresses(ownName.ask(
                        () -> identity.createUserQuery().userId(userId).list()))
                .stream()
                .findFirst();
    }

    @Override
    public List<String> addressesOf(List<String> groupIds) {
        return addresses(ownName.ask(() -> groupIds.stream()
                .flatMap(group -> identity.createUserQuery().memberOfGroup(group.strip()).list().stream())
                .toList()));
    }

    private static List<String> addresses(List<User> users) {
        return users.stream()
                .map(User::getEmail)
                .filter(email -> email != null && !email.isBlank())
                .distinct()
                .toList();
    }
}
