package org.servicerecovery.access;

import java.util.List;

/** Everything that can be reached without signing in. Whatever is not named here answers 401 or the sign-in page. */
final class PublicRoutes {

    static final String SIGN_IN = "/sign-in";

    /** Path patterns, for any method. */
    static final List<String> ALL = List.of(
            SIGN_IN,
            // Style, script and icon of the sign-in page.
            "/front-door/**",
            // The survey after a case: whoever has a link may answer it once, see survey/SurveyPage.
            "/survey/*",
            // Notices of payment processors: what is not signed is refused by compensation/NoticesController.
            "/webhooks/payments/*",
            // Reports of the system that works our jobs: what is not signed is refused by
            // job/outbound/ReportsController.
            "/webhooks/jobs",
            // Up or down, without details: for the load balancer and the container's health check.
            "/actuator/health",
            "/actuator/health/**");

    private PublicRoutes() {}
}
