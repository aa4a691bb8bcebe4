package org.servicerecovery.access;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.security.web.csrf.CsrfTokenRequestAttributeHandler;
import org.springframework.security.web.csrf.CsrfTokenRequestHandler;
import org.springframework.security.web.csrf.XorCsrfTokenRequestAttributeHandler;

/**
 * A page carries the token masked anew each time, in a hidden field; a script reads it from the cookie and sends it
 * plainly as a header. This takes either, and sees to it that the cookie is there for the script.
 */
final class CsrfFromPageOrScript implements CsrfTokenRequestHandler {

    private final CsrfTokenRequestHandler plain = new CsrfTokenRequestAttributeHandler();
    private final CsrfTokenRequestHandler masked = new XorCsrfTokenRequestAttributeHandler();

    @Override
    public void handle(HttpServletRequest request, HttpServletResponse response, Supplier<CsrfToken> token) {
        masked.handle(request, response, token);
        // Reading it is what writes the cookie.
        token.get().getToken();
    }

    @Override
    public @Nullable String resolveCsrfTokenValue(HttpServletRequest request, CsrfToken token) {
        boolean fromScript = request.getHeader(token.getHeaderName()) != null;
        String type = request.getContentType();
        if (!fromScript && type != null && type.startsWith("multipart/") && !isSignedIn()) {
            // Looking for the hidden field would write a stranger's files to the disk. The cookie of who is signed in
            // comes
            // from our own pages alone.
            return null;
        }
        return (fromScript ? plain : masked).resolveCsrfTokenValue(request, token);
    }

    private static boolean isSignedIn() {
        return SecurityContextHolder.getContext().getAuthentication() instanceof SignedIn;
    }
}
