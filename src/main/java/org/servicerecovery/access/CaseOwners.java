package org.servicerecovery.access;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.identity.Group;
import org.camunda.bpm.engine.identity.User;
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
    public List<Colleague> whoMayOwnCases() {
        return ROLES.stream()
                .flatMap(role -> ownName
                        .ask(() ->
                                identity.createUserQuery().memberOfGroup(role).list())
                        .stream())
                .map(user -> new Colleague(user.getId(), nameOf(user)))
                .distinct()
                .sorted(Comparator.comparing(Colleague::name, String.CASE_INSENSITIVE_ORDER)
                        .thenComparing(Colleague::id))
                .toList();
    }

    @Override
    public Optional<String> personIn(String text) {
        return ownName.ask(() -> identity.createUserQuery().list()).stream()
                .filter(user -> user.getFirstName() != null && user.getLastName() != null)
                .map(CaseOwners::nameOf)
                .filter(name -> name.contains(" ") && OwnerDirectory.isIn(name, text))
                .findFirst();
    }

    @Override
    public boolean mayOwnCases(String userId) {
        return isInAnyRole(userId, ROLES);
    }

    @Override
    public Set<String> rolesOf(String userId) {
        // Who asks by the API may not be allowed to look colleagues up.
        return ownName.ask(() -> identity.createGroupQuery().groupMember(userId).list()).stream()
                .map(Group::getId)
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public boolean isInAnyRole(String userId, Set<String> roles) {
        return rolesOf(userId).stream().anyMatch(roles::contains);
    }

    @Override
    public boolean isNamed(String userId, String text) {
        String said = plain(text);
        return !said.isEmpty()
                && (said.equals(plain(userId))
                        || ownName
                                .ask(() -> identity.createUserQuery()
                                        .userId(userId)
                                        .list())
                                .stream()
                                .map(CaseOwners::nameOf)
                                .anyMatch(name -> said.equals(plain(name))));
    }

    /** First and last name, or the id of somebody who has none. */
    private static String nameOf(User user) {
        String name = Stream.of(user.getFirstName(), user.getLastName())
                .filter(part -> part != null && !part.isBlank())
                .collect(Collectors.joining(" "));
        return name.isEmpty() ? user.getId() : name;
    }

    private static String plain(String name) {
        return name.strip().replaceAll("\\s+", " ").toLowerCase(Locale.ROOT);
    }
}
