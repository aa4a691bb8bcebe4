package org.servicerecovery;

import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.identity.User;
import org.servicerecovery.access.Role;

/** People for tests, made when first asked for. */
public final class TestPeople {

    public static final String PASSWORD = "Open-Sesame-1";

    private TestPeople() {}

    /** The id of somebody with this role alone, the same one each time. */
    public static String person(IdentityService identities, Role role) {
        return person(identities, "test-" + role.groupId(), role);
    }

    /** The same by an id of a test's own: somebody with no other work. */
    public static String person(IdentityService identities, String id, Role role) {
        if (identities.createUserQuery().userId(id).count() == 0) {
            add(identities, id, role);
        }
        return id;
    }

    public static void add(IdentityService identities, String id, Role role) {
        User user = identities.newUser(id);
        user.setFirstName("Test");
        user.setLastName(role.title());
        user.setEmail(id + "@colleagues.example");
        user.setPassword(PASSWORD);
        identities.saveUser(user);
        identities.createMembership(id, role.groupId());
    }
}
