package org.servicerecovery.access;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.util.Optional;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.context.SecurityContextRepository;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * A session lasts a working day; a role taken away or a person deleted must not. Two look-ups by key at each request
 * are cheaper than a rule about how stale a session may be.
 */
final class CurrentRolesFilter extends OncePerRequestFilter {

    private final Members members;
    private final SecurityContextRepository sessions;

    CurrentRolesFilter(Members members, SecurityContextRepository sessions) {
        this.members = members;
        this.sessions = sessions;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (SecurityContextHolder.getContext().getAuthentication() instanceof SignedIn known) {
            Optional<SignedIn> now = members.signedIn(known.getName());
            if (now.isEmpty()) {
                HttpSession session = request.getSession(false);
                if (session != null) {
                    session.invalidate();
                }
                SecurityContextHolder.clearContext();
            } else if (!now.get().equals(known)) {
                SecurityContext context = SecurityContextHolder.createEmptyContext();
                context.setAuthentication(now.get());
                SecurityContextHolder.setContext(context);
                sessions.saveContext(context, request, response);
            }
        }
        chain.doFilter(request, response);
    }
}
