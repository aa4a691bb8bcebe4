package org.servicerecovery.cases;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

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

    /** The name of somebody who works here, first and last, that stands in a text. */
    Optional<String> personIn(String text);

    /** Whether a name stands in a text, as words of its own and however written. */
    static boolean isIn(String name, String text) {
        String words = name.strip();
        return !words.isEmpty()
                && Pattern.compile(
                                "(?<![\\p{L}\\p{N}])"
                                        + Arrays.stream(words.split("\\s+"))
                                                .map(Pattern::quote)
                                                .collect(Collectors.joining("\\s+"))
                                        + "(?![\\p{L}\\p{N}])",
                                Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE)
                        .matcher(text)
                        .find();
    }
}
