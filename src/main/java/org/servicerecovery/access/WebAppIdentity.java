package org.servicerecovery.access;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.rest.security.auth.AuthenticationProvider;
import org.camunda.bpm.engine.rest.security.auth.AuthenticationResult;
import org.springframework.security.core.context.SecurityContextHolder;

/**
 * Tells Camunda's web apps who has signed in at our front door. Public with a public constructor because Camunda's
 * filter makes it by its class name.
 */
public final class WebAppIdentity implements AuthenticationProvider {

    @Override
    public AuthenticationResult extractAuthenticatedUser(HttpServletRequest request, ProcessEngine engine) {
        if (SecurityContextHolder.getContext().getAuthentication() instanceof SignedIn person) {
            AuthenticationResult result = AuthenticationResult.successful(person.getName());
            result.setGroups(person.groupIds());
            return result;
        }
        return AuthenticationResult.unsuccessful();
    }

    @Override
    public void augmentResponseByAuthenticationChallenge(HttpServletResponse response, ProcessEngine engine) {
        // A bare 401: a challenge would make the browser ask for a password by itself.
    }
}
