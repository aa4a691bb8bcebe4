package org.servicerecovery.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerecovery.Loop;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;
import org.servicerecovery.access.EveryRoute.Route;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.FailureSource;
import org.servicerecovery.cases.NewCase;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.customer.Customers;
import org.servicerecovery.job.Queue;
import org.servicerecovery.plan.NewStep;
import org.servicerecovery.plan.Plan;
import org.servicerecovery.workorder.WorkOrders;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.http.server.PathContainer;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.web.bind.annotation.RequestMethod;
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

    /** A word that stands nowhere else. */
    private static final String MARK = "Quillon";

    /** What operatives reach. */
    private static final Set<Route> THEIRS = Set.of(
            new Route("GET", "/jobs"),
            new Route("GET", "/jobs/x"),
            new Route("POST", "/jobs/x"),
            new Route("POST", "/jobs/x/taking"),
            new Route("GET", "/jobs/x/photos/x"),
            new Route("GET", "/jobs/x/photos/x/thumbnail"),
            new Route("GET", "/jobs/assets/x"),
            new Route("GET", "/jobs/assets/jobs.css"),
            new Route("GET", "/jobs/assets/jobs.js"),
            new Route("GET", "/jobs/assets/icon.svg"));

    private static final Set<Route> LEAVING =
            Set.of(new Route("POST", "/sign-out"), new Route("POST", "/camunda/api/admin/auth/user/default/logout"));

    @LocalServerPort
    int port;

    @Autowired
    ApplicationContext application;

    @Autowired
    IdentityService identities;

    @TestFactory
    Stream<DynamicTest> nothingButThePublicRoutesOpensToAStranger() {
        Set<String> routes = new TreeSet<>(BESIDE_SPRING);
        routes.addAll(EveryRoute.ofSpring(application));
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
    void anOperativeSeesJobsAndNothingElse() throws IOException {
        Queue queue = new Queue(application);
        String operative = queue.operative("walking-operative", "plumbing-east");
        RecoveryCase found = caseWithAVisit();
        queue.release();
        String job = String.valueOf(application
                .getBean(WorkOrders.class)
                .of(found.id())
                .get(0)
                .job()
                .number());
        Visitor browser = Visitor.browser(port);
        browser.signIn(operative, TestPeople.PASSWORD);
        assertThat(browser.open("/").headers().firstValue("Location"))
                .hasValueSatisfying(to -> assertThat(to).endsWith("/jobs"));
        browser.submit("/jobs/" + job, "/jobs/" + job + "/taking");

        Set<Route> closed = everyRoute(found);
        closed.removeIf(route -> THEIRS.contains(route) || LEAVING.contains(route) || isPublic(route.path()));
        for (Route route : closed) {
            // Another address of the same, for machines; they walk it below.
            if (route.path().startsWith("/engine-rest/engine/default/")) {
                continue;
            }
            HttpResponse<String> answer = browser.call(route.method(), route.path(), "");
            assertThat(answer.statusCode()).as(route.toString()).isEqualTo(403);
            assertNothingOfACase(found, route, answer);
        }
        Visitor machine = Visitor.withBasic(port, operative, TestPeople.PASSWORD);
        for (Route route : closed) {
            // The web apps take no name and password with a call.
            if (route.path().matches("/(api|engine-rest|v3)/.*")) {
                HttpResponse<String> answer = machine.call(route.method(), route.path(), "");
                assertThat(answer.statusCode()).as(route.toString()).isEqualTo(403);
                assertNothingOfACase(found, route, answer);
            }
        }

        // What is open to them tells nothing of a case either, though this job comes from one.
        for (String path : List.of(
                "/jobs",
                "/jobs/" + job,
                "/jobs/" + found.number(),
                "/jobs/assets/jobs.css",
                "/jobs/assets/jobs.js",
                "/jobs/assets/icon.svg")) {
            HttpResponse<String> answer = browser.open(path);
            assertThat(answer.statusCode()).as(path).isIn(200, 302);
            assertNothingOfACase(found, new Route("GET", path), answer);
        }
        assertThat(browser.open("/jobs/" + job).body())
                .contains("Replace the mixer valve.")
                .doesNotContainIgnoringCase("recovery")
                .doesNotContainIgnoringCase("complaint");
        assertThat(browser.open("/unknown").body()).contains("not for your role");
    }

    /** A case with a visit that was ordered, and words that would be found anywhere. */
    private RecoveryCase caseWithAVisit() {
        Loop loop = new Loop(application);
        String customer = "C-" + UUID.randomUUID();
        application
                .getBean(Customers.class)
                .register(customer, MARK + " Marchbanks", MARK + "@example.org", "+44 113 496 0777");
        RecoveryCase opened = loop.as(
                Role.CASE_OWNER,
                () -> application
                        .getBean(Cases.class)
                        .open(new NewCase(
                                customer,
                                Severity.MAJOR,
                                FailureSource.COMPLAINT,
                                MARK + " flooded",
                                null,
                                null,
                                loop.owner(),
                                null)));
        Map<String, Object> visit = Queue.form("east");
        visit.put("outcome", "completed");
        visit.put("notes", MARK + " wants it soon");
        loop.does(Role.CASE_OWNER, () -> {
            Plan plan = application.getBean(Plan.class);
            plan.finish(
                    opened.number(),
                    List.of(
                            new NewStep("schedule-visit", MARK + " mended", null),
                            new NewStep("call-customer", MARK + " rung", null)));
            plan.work(opened.number(), 1, visit);
        });
        return loop.again(opened);
    }

    /** With the case's own number, task and instance where one is asked for. */
    private Set<Route> everyRoute(RecoveryCase found) throws IOException {
        Set<Route> routes = new TreeSet<>();
        Set<String> paths = new TreeSet<>(BESIDE_SPRING);
        paths.addAll(EveryRoute.ofSpring(application));
        paths.remove("/");
        for (String path : paths) {
            routes.add(new Route("GET", path));
            routes.add(new Route("POST", path));
        }
        Set<String> assets = EveryRoute.ofAssets();
        assets.forEach(path -> routes.add(new Route("GET", path)));
        Visitor admin = Visitor.withBasic(port, RunningApplication.ADMIN, RunningApplication.ADMIN_PASSWORD);
        Set<Route> described =
                EveryRoute.ofDescription(admin.get("/v3/api-docs").body());
        Set<Route> camundas = EveryRoute.ofCamunda();
        // The walks saw what they are meant to see.
        assertThat(described).contains(new Route("GET", "/api/cases/{number}"), new Route("POST", "/api/jobs"));
        assertThat(camundas)
                .contains(
                        new Route("GET", "/engine-rest/task/{id}/variables"),
                        new Route("GET", "/engine-rest/engine/{name}/history/process-instance"),
                        new Route("GET", "/camunda/api/engine/engine/{name}/process-instance/{id}/variables"))
                .hasSizeGreaterThan(1_000);
        assertThat(paths).contains("/jobs/x/photos/x");
        assertThat(assets)
                .contains(
                        "/camunda/app/tasklist/scripts/service-recovery/case-tab.js",
                        "/camunda/assets/service-recovery/front-door.js");
        Task task = application
                .getBean(TaskService.class)
                .createTaskQuery()
                .processInstanceBusinessKeyLike(found.number() + "%")
                .list()
                .get(0);
        Stream.concat(described.stream(), camundas.stream())
                .map(route -> route.with(Map.of(
                        "number",
                        found.number().value(),
                        "seq",
                        "1",
                        "task",
                        task.getId(),
                        "name",
                        "default",
                        "processEngineName",
                        "default",
                        "key",
                        "service-recovery",
                        "id",
                        route.path().contains("/task/")
                                ? task.getId()
                                : route.path().contains("definition")
                                        ? task.getProcessDefinitionId()
                                        : task.getProcessInstanceId())))
                .forEach(routes::add);
        return routes;
    }

    private static void assertNothingOfACase(RecoveryCase found, Route route, HttpResponse<String> answer) {
        assertThat(answer.body() + answer.headers().map().values())
                .as(route.toString())
                .doesNotContain(MARK, "COMPLAINT")
                // What was asked for stands in an answer that says no, cut short.
                .doesNotContain(
                        route.path().contains(found.number().value())
                                ? MARK
                                : found.number().value());
    }

    private static boolean isPublic(String route) {
        return PublicRoutes.ALL.stream()
                .anyMatch(pattern ->
                        PathPatternParser.defaultInstance.parse(pattern).matches(PathContainer.parsePath(route)));
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
