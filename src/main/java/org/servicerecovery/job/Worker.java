package org.servicerecovery.job;

import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.context.SecurityContextHolder;

/**
 * Who does something with a job.
 *
 * @param groups with the teams of an operative
 */
record Worker(String id, Set<String> groups) {

    static final String SYSTEM = "system";

    static Worker current() {
        Authentication signedIn = SecurityContextHolder.getContext().getAuthentication();
        return signedIn == null || !signedIn.isAuthenticated()
                ? new Worker(SYSTEM, Set.of())
                : new Worker(
                        signedIn.getName(),
                        signedIn.getAuthorities().stream()
                                .map(GrantedAuthority::getAuthority)
                                .collect(Collectors.toUnmodifiableSet()));
    }

    boolean has(Job job) {
        return id.equals(job.assignee());
    }

    /** Whether the job is theirs, or nobody's and offered to one of their teams. */
    boolean maySee(Job job) {
        return has(job)
                || (job.assignee() == null
                        && job.state() == JobState.OPEN
                        && job.team() != null
                        && groups.contains(job.team()));
    }
}
