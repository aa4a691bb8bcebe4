package org.servicerecovery.cases;

import java.util.List;
import java.util.Set;

/** Who may own a case: answered by the package that knows people and roles. */
public interface OwnerDirectory {

    /** @param name first and last name, or the id of somebody who has none */
    record Colleague(String id, String name) {}

    /** The active users in a role that works cases, by name. */
    List<Colleague> whoMayOwnCases();

    /** Whether this is an active user in a role that works cases. */
    boolean mayOwnCases(String userId);

    /** Whether this is an active user in any of these roles. */
    boolean isInAnyRole(String userId, Set<String> roles);

    /** The roles of a user, as the ids of their groups; none for nobody. */
    Set<String> rolesOf(String userId);

    /** Whether a text of another system means this user: the id, or first and last name. */
    boolean isNamed(String userId, String text);
}
