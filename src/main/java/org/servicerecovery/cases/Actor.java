package org.servicerecovery.cases;

import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * Who changes a case, and by which route.
 *
 * @param id user id; {@code system} for timers, jobs and start-up
 * @param route tasklist, cockpit, engine-rest, api, or engine where no request is behind it
 * @param groups the roles of the user
 * @param isSystem whether nobody is signed in; a person who is called "system" is none
 */
public record Actor(String id, String route, Set<String> groups, boolean isSystem) {

    public static final String SYSTEM = "system";

    /** The signed-in user of the current request, or the system. */
    public static Actor current() {
        Authentication signedIn = SecurityContextHolder.getContext().getAuthentication();
        if (signedIn == null || !signedIn.isAuthenticated()) {
            return new Actor(SYSTEM, currentRoute(), Set.of(), true);
        }
        return new Actor(
                signedIn.getName(),
                currentRoute(),
                signedIn.getAuthorities().stream()
                        .map(GrantedAuthority::getAuthority)
                        .collect(Collectors.toUnmodifiableSet()),
                false);
    }

    public boolean hasAnyRole(String... roles) {
        for (String role : roles) {
            if (groups.contains(role)) {
                return true;
            }
        }
        return false;
    }

    private static String currentRoute() {
        if (!(RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes)) {
            return "engine";
        }
        var request = attributes.getRequest();
        String path = request.getRequestURI();
        if (path.startsWith("/engine-rest")) {
            return "engine-rest";
        }
        if (path.startsWith("/camunda")) {
            String page = request.getHeader("Referer");
            return page != null && page.contains("/app/cockpit") ? "cockpit" : "tasklist";
        }
        return "api";
    }
}
