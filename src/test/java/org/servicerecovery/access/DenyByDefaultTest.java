package org.servicerecovery.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.camunda.bpm.engine.IdentityService;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.http.server.PathContainer;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.handler.AbstractHandlerMethodMapping;
import org.springframework.web.servlet.handler.AbstractUrlHandlerMapping;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.util.pattern.PathPatternParser;

@RunningApplication
class DenyByDefaultTest {

    /** What Spring MVC does not know of: Camunda's servlets, its plugins, and paths that are nobody's. */
    private static final Set<String> BESIDE_SPRING = Set.of(
            "/engine-rest",
            "/engine-rest/",
            "/engine-rest/engine",
            "/engine-rest/engine/default/task",
            "/engine-rest/task",
            "/engine-rest/process-definition",
            "/engine-rest/process-instance",
            "/engine-rest/history/variable-instance",
            "/engine-rest/user",
            "/engine-rest/identity/password-policy",
            "/engine-rest/version",
            "/engine-rest/unknown",
            "/camunda",
            "/camunda/",
            "/camunda/app",
            "/camunda/app/",
            "/camunda/app/tasklist/default/",
            "/camunda/app/tasklist/",
            "/camunda/app/cockpit/default/",
            "/camunda/app/admin/default/setup",
            "/camunda/app/welcome/default/",
            "/camunda/app/tasklist/scripts/config.js",
            "/camunda/lib/deps.js",
            "/camunda/assets/service-recovery/front-door.js",
            "/camunda/favicon.ico",
            "/camunda/api/engine/engine/",
            "/camunda/api/engine/engine/default/task",
            "/camunda/api/engine/engine/default/identity/password-policy",
            "/camunda/api/admin/auth/user/default",
            "/camunda/api/admin/auth/user/default/login/tasklist",
            "/camunda/api/admin/setup/default/user/create",
            "/camunda/api/admin/plugin/license/default/check-key",
            // The plugin path that Camunda's own filter leaves open: no engine in it.
            "/camunda/api/cockpit/plugin/base/anything",
            "/camunda/api/cockpit/plugin/base/default/process-definition/statistics-count",
            "/camunda/api/cockpit/plugin/base/static/app/plugin.js",
            "/camunda/api/tasklist/plugin/tasklistPlugins/static/app/plugin.js",
            "/camunda-welcome",
            "/plugin/tasklist/app/plugin.js",
            "/webjars/camunda/index.html",
            "/v3/api-docs",
            "/actuator",
            "/actuator/env",
            "/error",
            "/sign-out",
            "/unknown",
            "/api/unknown",
            "/sign-in/unknown");

    @LocalServerPort
    int port;

    @Autowired
    ApplicationContext application;

    @Autowired
    IdentityService identities;

    @TestFactory
    Stream<DynamicTest> nothingButThePublicRoutesOpensToAStranger() {
        Set<String> routes = new TreeSet<>(BESIDE_SPRING);
        routes.addAll(routesOfSpring());
        // The walk saw what it is meant to see: our API, Spring's own controllers, the actuator, the static files.
        assertThat(routes).contains("/api/me", "/api/tokens/x", "/error", "/actuator/health", "/x", "/v3/api-docs");
        return routes.stream()
                .flatMap(route -> Stream.of("GET", "POST", "PUT", "DELETE")
                        .map(method -> DynamicTest.dynamicTest(method + " " + route, () -> refused(method, route))));
    }

    private void refused(String method, String route) {
        if (isPublic(route)) {
            return;
        }
        Visitor script = Visitor.browser(port);
        assertThat(script.call(method, route, "").statusCode())
                .as("without a session")
                // A change without our page's token does not even get to the question who asks.
                .isIn(method.equals("GET") ? Set.of(401) : Set.of(401, 403));
        if (route.equals("/engine-rest/task") || route.startsWith("/api/")) {
            assertThat(Visitor.withToken(port, "sr_madeup")
                            .call(method, route, "")
                            .statusCode())
                    .as("with a made-up token")
                    .isEqualTo(401);
        }
        if (method.equals("GET")) {
            HttpResponse<String> page = Visitor.browser(port).open(route);
            if (NotAdmitted.isData(new MockHttpServletRequest("GET", route))) {
                assertThat(page.statusCode()).isEqualTo(401);
            } else {
                assertThat(page.headers().firstValue("Location"))
                        .hasValueSatisfying(to -> assertThat(to).endsWith("/sign-in"));
            }
        }
    }

    @Test
    void everyRouteOfTheApiIsSomebodys() {
        RequestMappingHandlerMapping mapping =
                application.getBean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class);
        assertThat(mapping.getHandlerMethods().keySet())
                .filteredOn(info -> info.getPatternValues().stream().anyMatch(path -> path.startsWith("/api/")))
                .isNotEmpty()
                .allSatisfy(info -> assertThat(AccessRules.API)
                        .as("no rule lets anybody in, see AccessRules")
                        .anySatisfy(rule -> {
                            assertThat(info.getMethodsCondition().getMethods())
                                    .extracting(RequestMethod::asHttpMethod)
                                    .contains(rule.method());
                            assertThat(info.getPatternValues())
                                    .allMatch(path -> PathPatternParser.defaultInstance
                                            .parse(rule.path())
                                            .matches(PathContainer.parsePath(path.replaceAll("\\{[^}]*}", "x"))));
                            assertThat(rule.roles()).isNotEmpty();
                        }));
    }

    @Test
    void everyRuleOfTheApiHasARoute() {
        RequestMappingHandlerMapping mapping =
                application.getBean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class);
        assertThat(AccessRules.API)
                .filteredOn(rule -> rule.path().startsWith("/api/"))
                .allSatisfy(rule -> assertThat(mapping.getHandlerMethods().keySet())
                        .as("%s lets people in where there is nothing", rule)
                        .anyMatch(info -> info.getMethodsCondition().getMethods().stream()
                                        .anyMatch(
                                                method -> method.asHttpMethod().equals(rule.method()))
                                && info.getPatternValues().stream()
                                        .anyMatch(path -> PathPatternParser.defaultInstance
                                                .parse(rule.path())
                                                .matches(PathContainer.parsePath(path.replaceAll("\\{[^}]*}", "x"))))));
    }

    @Test
    void thePublicRoutesAreTheSignInPageTheSurveySignedWebhooksAndHealth() {
        assertThat(PublicRoutes.ALL)
                .containsExactly(
                        "/sign-in",
                        "/front-door/**",
                        "/survey/*",
                        "/webhooks/payments/*",
                        "/webhooks/jobs",
                        "/actuator/health",
                        "/actuator/health/**");
        Visitor stranger = Visitor.browser(port);
        assertThat(stranger.open("/sign-in").statusCode()).isEqualTo(200);
        assertThat(stranger.open("/front-door/front-door.css").statusCode()).isEqualTo(200);
        assertThat(stranger.get("/actuator/health").body())
                .startsWith("{\"status\":")
                .doesNotContain("components");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/front-door/../api/me",
                "/front-door/..%2fapi/me",
                "/sign-in/../api/me",
                "/sign-in;/../api/me",
                "//api/me",
                "/api/me;a=b",
                "/engine-rest;/task",
                "/actuator/health/../env",
                "/front-door/%2e%2e/api/me"
            })
    void noWayOfWritingAPathGetsAround(String path) throws Exception {
        // Raw, because a client library would tidy the path up first.
        assertThat(rawStatus(path)).isIn(400, 401, 403);
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void whatNoRuleNamesIsNobodys(Role role) {
        Visitor member = Visitor.withBasic(port, TestPeople.person(identities, role), TestPeople.PASSWORD);
        assertThat(member.get("/api/unknown").statusCode()).isEqualTo(403);
        assertThat(member.post("/api/cases/SR-2026-000001/unknown", "{}").statusCode())
                .isEqualTo(403);
        assertThat(member.call("DELETE", "/api/cases/SR-2026-000001", "").statusCode())
                .isEqualTo(403);
    }

    @Test
    void anOperativeSeesJobsAndNothingElse() {
        String operative = TestPeople.person(identities, Role.OPERATIVE);
        Visitor browser = Visitor.browser(port);
        browser.signIn(operative, TestPeople.PASSWORD);
        assertThat(browser.open("/").headers().firstValue("Location"))
                .hasValueSatisfying(to -> assertThat(to).endsWith("/jobs"));
        Set<String> routes = new TreeSet<>(BESIDE_SPRING);
        routes.addAll(routesOfSpring());
        routes.removeIf(DenyByDefaultTest::isPublic);
        routes.remove("/");
        Set<String> jobs = Set.of(
                "/jobs",
                "/jobs/x",
                "/jobs/x/photos/x",
                "/jobs/x/photos/x/thumbnail",
                "/jobs/assets/x",
                "/jobs/assets/*");
        assertThat(routes).contains("/jobs", "/jobs/x", "/jobs/x/taking", "/jobs/x/photos/x");
        for (String route : routes) {
            if (!jobs.contains(route)) {
                // Signing out by GET is no route; the sign-out itself is a POST.
                assertThat(browser.get(route).statusCode()).as(route).isEqualTo(403);
                assertThat(browser.post(route, "{}").statusCode())
                        .as("POST " + route)
                        .satisfiesAnyOf(
                                status -> assertThat(status).isEqualTo(403),
                                // Of a job that is not theirs; or out.
                                status -> assertThat(route).isIn("/jobs/x/taking", "/sign-out"));
                if (route.equals("/sign-out")) {
                    browser.signIn(operative, TestPeople.PASSWORD);
                }
            }
        }
        assertThat(browser.open("/jobs").statusCode()).isEqualTo(200);
        assertThat(browser.get("/jobs/assets/jobs.css").statusCode()).isEqualTo(200);
        Visitor machine = Visitor.withBasic(port, operative, TestPeople.PASSWORD);
        for (String route : Set.of(
                "/api/me",
                "/api/cases",
                "/api/jobs/x",
                "/engine-rest/task",
                "/engine-rest/process-definition",
                "/engine-rest/user",
                "/v3/api-docs")) {
            assertThat(machine.get(route).statusCode()).as(route).isEqualTo(403);
        }
        assertThat(machine.post("/api/jobs", "{}").statusCode()).isEqualTo(403);
    }

    private static boolean isPublic(String route) {
        return PublicRoutes.ALL.stream()
                .anyMatch(pattern ->
                        PathPatternParser.defaultInstance.parse(pattern).matches(PathContainer.parsePath(route)));
    }

    /** Every pattern that any of Spring's handler mappings knows, with something put in for its variables. */
    private Set<String> routesOfSpring() {
        Set<String> patterns = new TreeSet<>();
        for (Object mapping :
                application.getBeansOfType(AbstractHandlerMethodMapping.class).values()) {
            for (Object info : ((AbstractHandlerMethodMapping<?>) mapping)
                    .getHandlerMethods()
                    .keySet()) {
                patterns.addAll(((RequestMappingInfo) info).getPatternValues());
            }
        }
        Collection<AbstractUrlHandlerMapping> byUrl =
                application.getBeansOfType(AbstractUrlHandlerMapping.class).values();
        byUrl.forEach(mapping -> patterns.addAll(mapping.getHandlerMap().keySet()));
        Set<String> routes = new TreeSet<>();
        patterns.forEach(pattern -> routes.add(
                pattern.replaceAll("\\{[^}]*}", "x").replace("**", "x").replace("*", "x")));
        return routes;
    }

    private int rawStatus(String path) throws Exception {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n"
                                    + "Connection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            return Integer.parseInt(answer.substring(9, 12));
        }
    }
}
