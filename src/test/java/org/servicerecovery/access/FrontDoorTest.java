package org.servicerecovery.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.camunda.bpm.engine.IdentityService;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

@RunningApplication
class FrontDoorTest {

    private static final String TASKLIST = "/camunda/app/tasklist/default/";
    private static final String COCKPIT = "/camunda/app/cockpit/default/";
    private static final String TASK_COUNT = "/camunda/api/engine/engine/default/task/count";
    private static final String COCKPIT_DATA =
            "/camunda/api/cockpit/plugin/base/default/process-definition/statistics-count";

    @LocalServerPort
    int port;

    @Autowired
    IdentityService identities;

    String manager = "";

    @BeforeEach
    void thereIsAManager() {
        manager = TestPeople.person(identities, Role.MANAGER);
    }

    @Test
    void oneSignInOpensTasklistCockpitApiAndEngineRestWithOneCookie() {
        Visitor browser = Visitor.browser(port);
        HttpResponse<String> signedIn = browser.signIn(manager, TestPeople.PASSWORD);
        assertThat(signedIn.statusCode()).isEqualTo(302);
        assertThat(location(signedIn)).endsWith("/");
        assertThat(location(browser.open("/"))).endsWith(TASKLIST);

        assertThat(browser.open(TASKLIST).body()).contains("Camunda Tasklist");
        assertThat(browser.open(COCKPIT).body()).contains("Camunda Cockpit");
        assertThat(browser.get(TASK_COUNT).statusCode()).isEqualTo(200);
        assertThat(browser.post("/camunda/api/engine/engine/default/task", "{}").statusCode())
                .isEqualTo(200);
        assertThat(browser.get("/camunda/api/admin/auth/user/default").body()).contains(manager);
        assertThat(browser.get(COCKPIT_DATA).statusCode()).isEqualTo(200);
        assertThat(browser.get("/api/me").body())
                .isEqualTo("{\"id\":\"" + manager + "\",\"name\":\"Test Manager\","
                        + "\"roles\":[{\"id\":\"manager\",\"title\":\"Manager\"}],\"opensCases\":true,"
                        + "\"handsOver\":true,\"keepsTaxonomy\":false,\"seesCases\":true}");
        assertThat(browser.get("/engine-rest/task/count").body()).contains("count");
        assertThat(browser.cookieNames().stream().filter("JSESSIONID"::equals)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void signingOutEndsItEverywhere(boolean inCamundasWay) {
        Visitor browser = Visitor.browser(port);
        browser.signIn(manager, TestPeople.PASSWORD);
        browser.open(TASKLIST);
        String session = browser.cookie("JSESSIONID").orElseThrow();

        HttpResponse<String> signedOut = inCamundasWay
                ? browser.post("/camunda/api/admin/auth/user/default/logout", "")
                : browser.submit("/nowhere", "/sign-out");
        if (inCamundasWay) {
            assertThat(signedOut.statusCode()).isEqualTo(204);
        } else {
            assertThat(location(signedOut)).endsWith("/sign-in?signed-out");
            assertThat(browser.open("/sign-in?signed-out").body()).contains("You have been signed out.");
        }

        for (String path : new String[] {TASKLIST, COCKPIT, TASK_COUNT, "/api/me", "/engine-rest/task/count"}) {
            Visitor thief = Visitor.browser(port);
            assertThat(thief.send(thief.request(path).header("Cookie", "JSESSIONID=" + session))
                            .statusCode())
                    .as(path)
                    .isEqualTo(401);
        }
    }

    @Test
    void afterSigningInOneLandsWhereOneWantedToGo() {
        Visitor browser = Visitor.browser(port);
        HttpResponse<String> turnedAway = browser.open(COCKPIT);
        assertThat(turnedAway.statusCode()).isEqualTo(302);
        assertThat(location(turnedAway)).endsWith("/sign-in");
        assertThat(location(browser.signIn(manager, TestPeople.PASSWORD))).endsWith(COCKPIT);
    }

    @Test
    void aPollOfAPageLeftOpenIsNotWhereOneWantedToGo() {
        Visitor browser = Visitor.browser(port);
        browser.open(COCKPIT);
        assertThat(browser.get(TASK_COUNT).statusCode()).isEqualTo(401);
        assertThat(location(browser.signIn(manager, TestPeople.PASSWORD))).endsWith(COCKPIT);
    }

    @Test
    void theSessionGetsANewIdAtSignIn() {
        Visitor browser = Visitor.browser(port);
        browser.open(TASKLIST);
        String before = browser.cookie("JSESSIONID").orElseThrow();
        HttpResponse<String> signedIn = browser.signIn(manager, TestPeople.PASSWORD);
        assertThat(browser.cookie("JSESSIONID"))
                .hasValueSatisfying(after -> assertThat(after).isNotEqualTo(before));
        assertThat(signedIn.headers().allValues("Set-Cookie"))
                .filteredOn(cookie -> cookie.startsWith("JSESSIONID"))
                .singleElement()
                .asString()
                .contains("HttpOnly", "SameSite=Lax");
    }

    @Test
    void aWrongPasswordIsSaidPlainly() {
        Visitor browser = Visitor.browser(port);
        HttpResponse<String> answer = browser.signIn("nobody-of-that-name", "wrong");
        assertThat(location(answer)).endsWith("/sign-in?wrong");
        assertThat(browser.open("/sign-in?wrong").body()).contains("Wrong name or password.");
    }

    @Test
    void tooManyTriesSayHowLongToWaitEvenToTheRightPassword() {
        String victim = "guessed-at";
        TestPeople.person(identities, victim, Role.CASE_OWNER);
        Visitor browser = Visitor.browser(port);
        for (int i = 0; i < 5; i++) {
            assertThat(location(browser.signIn(victim, "wrong"))).endsWith("?wrong");
        }
        String told = location(browser.signIn(victim, TestPeople.PASSWORD));
        assertThat(told).matches(".*/sign-in\\?wait=([1-9]|10)$");
        assertThat(browser.open(told.substring(told.indexOf("/sign-in"))).body())
                .contains("Too many tries.");

        HttpResponse<String> basic =
                Visitor.withBasic(port, victim, TestPeople.PASSWORD).get("/api/me");
        assertThat(basic.statusCode()).isEqualTo(429);
        assertThat(basic.headers().firstValue("Retry-After")).isPresent();
        assertThat(location(browser.signIn(manager, TestPeople.PASSWORD))).endsWith("/");
    }

    @Test
    void machinesUseBasicWithoutASession() {
        Visitor machine = Visitor.withBasic(port, manager, TestPeople.PASSWORD);
        assertThat(machine.get("/api/me").body()).contains(manager);
        assertThat(machine.post("/engine-rest/task", "{}").statusCode()).isEqualTo(200);
        assertThat(machine.cookieNames()).isEmpty();
        HttpResponse<String> wrong = Visitor.withBasic(port, manager, "wrong").get("/engine-rest/task");
        assertThat(wrong.statusCode()).isEqualTo(401);
        assertThat(wrong.headers().firstValue("WWW-Authenticate")).isEmpty();
    }

    @Test
    void basicThatABrowserAddsToAnotherSitesFormDoesNotCount() {
        Visitor browser = Visitor.withBasic(port, manager, TestPeople.PASSWORD);
        assertThat(browser.send(browser.request("/engine-rest/task/count").header("Sec-Fetch-Site", "cross-site"))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void aSessionAloneCannotChangeAnythingWithoutTheTokenOfOurPages() {
        Visitor browser = Visitor.browser(port);
        browser.signIn(RunningApplication.ADMIN, RunningApplication.ADMIN_PASSWORD);
        HttpResponse<String> forged = browser.send(browser.request("/api/tokens")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"name\":\"forged\",\"userId\":\"" + manager + "\"}")));
        assertThat(forged.statusCode()).isEqualTo(403);
        assertThat(browser.get("/api/tokens").body()).doesNotContain("forged");
        browser.open("/sign-in");
        assertThat(browser.post("/api/tokens", "{\"name\":\"meant\",\"userId\":\"" + manager + "\"}")
                        .statusCode())
                .isEqualTo(201);
    }

    @Test
    void aRoleTakenAwayOrAPersonDeletedEndsWhatTheSessionMayDo() {
        String leaver = "leaver";
        TestPeople.add(identities, leaver, Role.MANAGER);
        Visitor browser = Visitor.browser(port);
        browser.signIn(leaver, TestPeople.PASSWORD);
        assertThat(browser.get("/api/me").statusCode()).isEqualTo(200);
        identities.deleteMembership(leaver, Role.MANAGER.groupId());
        assertThat(browser.get("/api/me").statusCode()).isEqualTo(403);
        identities.deleteUser(leaver);
        assertThat(browser.get("/api/me").statusCode()).isEqualTo(401);
    }

    @Test
    void aPageThatIsNotForOnesRoleExplainsItself() {
        Visitor browser = Visitor.browser(port);
        browser.signIn(TestPeople.person(identities, Role.CASE_OWNER), TestPeople.PASSWORD);
        HttpResponse<String> cockpit = browser.open(COCKPIT);
        assertThat(cockpit.statusCode()).isEqualTo(403);
        assertThat(cockpit.body()).contains("This is not for your role", "/sign-out");
        assertThat(cockpit.headers().firstValue("Content-Security-Policy")).isPresent();
    }

    @Test
    void headersAreTight() {
        Visitor browser = Visitor.browser(port);
        assertThat(browser.open("/sign-in").headers().map())
                .containsKeys(
                        "content-security-policy",
                        "x-content-type-options",
                        "referrer-policy",
                        "x-frame-options",
                        "permissions-policy");
        browser.signIn(manager, TestPeople.PASSWORD);
        assertThat(browser.open(TASKLIST).headers().allValues("Content-Security-Policy"))
                .singleElement()
                .asString()
                .contains("'nonce-", "frame-ancestors 'none'")
                .doesNotContain("script-src 'unsafe-inline'", "https:");
        assertThat(browser.get("/engine-rest/task").headers().firstValue("Content-Security-Policy"))
                .hasValueSatisfying(policy -> assertThat(policy).contains("sandbox"));
    }

    @Test
    void onlyTheLibrariesOfTheWebAppsAreKeptByABrowser() {
        Visitor browser = Visitor.browser(port);
        browser.signIn(manager, TestPeople.PASSWORD);
        HttpResponse<String> library = browser.get("/camunda/lib/deps.js");
        assertThat(library.headers().firstValue("Cache-Control")).hasValue("private, no-cache");
        String date = library.headers().firstValue("Last-Modified").orElseThrow();
        assertThat(browser.send(browser.request("/camunda/lib/deps.js").header("If-Modified-Since", date))
                        .statusCode())
                .isEqualTo(304);
        for (String path : new String[] {"/api/me", "/sign-in"}) {
            assertThat(browser.get(path).headers().firstValue("Cache-Control"))
                    .as(path)
                    .hasValueSatisfying(value -> assertThat(value).contains("no-store"));
        }
    }

    private static String location(HttpResponse<String> response) {
        return response.headers().firstValue("Location").orElse("no redirect but " + response.statusCode());
    }
}
