package org.servicerecovery.access;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.servicerecovery.Messages;
import org.servicerecovery.access.PasswordSignIn.TooManyTries;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.security.web.csrf.CsrfException;

/**
 * How "not you" is said: to a person who opens a page with the sign-in page or a page that explains, to a script or a
 * machine with the bare status. Never with a Basic challenge, which would open the browser's own dialog.
 */
final class NotAdmitted implements AuthenticationEntryPoint, AccessDeniedHandler {

    private static final int TOO_MANY_REQUESTS = 429;

    @Override
    public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException why)
            throws IOException {
        if (why instanceof TooManyTries tries) {
            response.setHeader(HttpHeaders.RETRY_AFTER, Long.toString(tries.seconds()));
            answer(
                    request,
                    response,
                    TOO_MANY_REQUESTS,
                    Messages.text("notAdmitted.tooManyTries"),
                    Messages.text("notAdmitted.wait", String.valueOf(tries.seconds())));
        } else if (opensAPage(request)) {
            response.sendRedirect(request.getContextPath() + PublicRoutes.SIGN_IN);
        } else {
            answer(
                    request,
                    response,
                    HttpServletResponse.SC_UNAUTHORIZED,
                    Messages.text("notAdmitted.notSignedIn"),
                    Messages.text("notAdmitted.signIn"));
        }
    }

    @Override
    public void handle(HttpServletRequest request, HttpServletResponse response, AccessDeniedException why)
            throws IOException {
        if (why instanceof CsrfException && path(request).equals(PublicRoutes.SIGN_IN)) {
            // The page was open since before the browser dropped its cookies: a fresh one works.
            response.sendRedirect(request.getContextPath() + PublicRoutes.SIGN_IN + "?again");
        } else if (why instanceof CsrfException
                && request.getMethod().equals("POST")
                && acceptsHtml(request)
                && path(request).startsWith("/jobs/")) {
            // What was sent was too large to be read, or the page was open for too long.
            response.sendRedirect(request.getRequestURI().replaceFirst("/taking$", "") + "?again");
        } else if (acceptsHtml(request) && !isData(request)) {
            response.sendError(HttpServletResponse.SC_FORBIDDEN);
        } else {
            answer(
                    request,
                    response,
                    HttpServletResponse.SC_FORBIDDEN,
                    Messages.text("notAdmitted.notAllowed"),
                    Messages.text(why instanceof CsrfException ? "notAdmitted.noToken" : "notAdmitted.notYourRole"));
        }
    }

    /** Data, not pages: our API, Camunda's, and what describes them. */
    static boolean isData(HttpServletRequest request) {
        String path = path(request);
        return path.startsWith("/api/")
                || path.startsWith("/engine-rest/")
                || path.startsWith("/camunda/api/")
                || path.startsWith("/v3/")
                || path.startsWith("/actuator/");
    }

    static boolean opensAPage(HttpServletRequest request) {
        return request.getMethod().equals("GET")
                && acceptsHtml(request)
                && !isData(request)
                && !"XMLHttpRequest".equals(request.getHeader("X-Requested-With"));
    }

    private static boolean acceptsHtml(HttpServletRequest request) {
        String accept = request.getHeader(HttpHeaders.ACCEPT);
        return accept != null && accept.contains(MediaType.TEXT_HTML_VALUE);
    }

    private static String path(HttpServletRequest request) {
        return request.getRequestURI().substring(request.getContextPath().length());
    }

    private static void answer(
            HttpServletRequest request, HttpServletResponse response, int status, String title, String detail)
            throws IOException {
        response.setStatus(status);
        String path = path(request);
        if (path.startsWith("/api/") || path.startsWith("/engine-rest/")) {
            response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
            response.setCharacterEncoding(StandardCharsets.UTF_8.name());
            // The texts are our own and hold nothing that JSON would need escaped.
            response.getWriter().write("""
                            {"type":"about:blank","title":"%s","status":%d,"detail":"%s"}""".formatted(title, status, detail));
        }
    }
}
