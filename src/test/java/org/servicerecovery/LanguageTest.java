package org.servicerecovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.UUID;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;

/** Whoever asks is answered in their language, on whatever route. */
@RunningApplication
class LanguageTest {

    private static final String TASKLIST = "/camunda/api/engine/engine/default";
    private static final String OUTCOME_MISSING = "outcome: fehlt. Möglich sind: completed, skipped, failed.";

    @LocalServerPort
    int port;

    @Autowired
    ApplicationContext application;

    @Autowired
    TaskService tasks;

    @Autowired
    ObjectMapper json;

    Loop loop;
    RecoveryCase planned;
    Task call;
    Visitor owner;
    Visitor browser;

    @BeforeEach
    void aStepIsToBeWorked() {
        loop = new Loop(application);
        planned = loop.planned(Severity.MINOR, 1);
        call = tasks.createTaskQuery()
                .processInstanceBusinessKey(planned.number() + "/1")
                .singleResult();
        String person = loop.person(Role.CASE_OWNER);
        owner = Visitor.withBasic(port, person, TestPeople.PASSWORD);
        browser = Visitor.browser(port);
        browser.signIn(person, TestPeople.PASSWORD);
        browser.get(TASKLIST + "/task/count");
    }

    @Test
    void aFormThatIsRefusedIsRefusedInTheReadersLanguageOnEveryRoute() {
        String empty = "{\"variables\":{\"notes\":{\"value\":\"Traurig.\"}}}";

        assertThat(post(owner, "/api/cases/" + planned.number() + "/steps/1/outcome", "{\"notes\":\"Traurig.\"}", "de"))
                .contains(OUTCOME_MISSING);
        assertThat(post(owner, "/engine-rest/task/" + call.getId() + "/submit-form", empty, "de-AT"))
                .contains(OUTCOME_MISSING);
        assertThat(post(browser, TASKLIST + "/task/" + call.getId() + "/submit-form", empty, "de,en;q=0.5"))
                .contains(OUTCOME_MISSING);
        assertThat(post(browser, TASKLIST + "/task/" + call.getId() + "/submit-form", empty, "fr"))
                .contains("outcome: is missing. Choose one of: completed, skipped, failed.");
    }

    @Test
    void theFrontDoorAndTheApiRefuseInGerman() {
        assertThat(get(Visitor.browser(port), "/api/me", "de")).contains("Nicht angemeldet");
        assertThat(get(owner, "/api/cases/SR-1999-000001", "de")).contains("Es gibt keinen Fall SR-1999-000001.");
        assertThat(post(owner, "/api/cases", "{\"nonsense\":1}", "de")).contains("ist hier nicht bekannt");
    }

    @Test
    void pagesAreInTheReadersLanguageAndSaySo() {
        assertThat(page(Visitor.browser(port), "/sign-in", "de"))
                .contains("<html lang=\"de\"", "<title>Anmelden</title>", "Passwort");
        assertThat(page(Visitor.browser(port), "/sign-in", "fr"))
                .contains("<html lang=\"en\"", "<title>Sign in</title>", "Password");

        Visitor designer = Visitor.browser(port);
        designer.signIn(loop.person(Role.PROCESS_DESIGNER), TestPeople.PASSWORD);
        String rules = page(designer, "/time-rules", "de");
        assertThat(rules).contains("<html lang=\"de\"", "Zeitregeln", "Tag und Nacht", ">Montag</label>", "Regelwerk");
        assertThat(rules).doesNotContain("??");
        HttpResponse<String> saved = designer.submit(
                "/time-rules",
                "/time-rules/calendars",
                "code",
                "l-" + UUID.randomUUID(),
                "zone",
                "Nowhere",
                "basedOn",
                "0");
        assertThat(saved.body()).contains("is no time zone");
    }

    @Test
    void theTimelineAndTheClocksOfACaseAreToldInTheReadersLanguage() throws Exception {
        JsonNode german = json.readTree(get(owner, "/api/cases/" + planned.number(), "de"));
        JsonNode english = json.readTree(get(owner, "/api/cases/" + planned.number(), "en-GB"));

        assertThat(german.path("timeline").path(0).path("text").textValue())
                .startsWith("Fall eröffnet, Schweregrad gering, Quelle: ");
        assertThat(english.path("timeline").path(0).path("text").textValue())
                .startsWith("Case opened with severity minor, learned of by ");
        assertThat(german.path("clocks").path(0).path("label").textValue()).isEqualTo("Lösung");
        assertThat(german.path("clocks")
                        .path(0)
                        .path("lines")
                        .path(0)
                        .path("text")
                        .textValue())
                .startsWith("Begonnen als gering: ");
    }

    @Test
    void stepsTasksAndTheContentOfTheTimelineAreInTheReadersLanguage() throws Exception {
        String path = "/api/cases/" + planned.number();
        post(
                owner,
                path + "/steps/1/outcome",
                "{\"outcome\":\"completed\",\"notes\":\"Sorry.\",\"reached\":\"reached\",\"wants\":[\"refund\",\"redo\"]}",
                "en");
        post(owner, path + "/steps", "{\"type\":\"escalate-to-manager\",\"purpose\":\"May I?\"}", "en");
        post(
                Visitor.withBasic(port, loop.person(Role.MANAGER), TestPeople.PASSWORD),
                path + "/steps/2/outcome",
                "{\"outcome\":\"completed\",\"notes\":\"Yes.\",\"decision\":\"go-ahead\"}",
                "en");
        JsonNode german = json.readTree(get(owner, path, "de"));
        List<String> told = german.path("timeline").findValuesAsText("text");

        assertThat(german.path("steps").findValuesAsText("label"))
                .containsExactly("Kunden anrufen", "An eine Führungskraft geben");
        assertThat(json.readTree(get(owner, path, "en")).path("steps").findValuesAsText("label"))
                .containsExactly("Call customer", "Escalate to manager");
        assertThat(told).anyMatch(text -> text.contains("Geld zurück, dass die Arbeit noch einmal gemacht wird"));
        assertThat(told).anyMatch(text -> text.contains("Entscheidung: wie vorgeschlagen vorgehen."));
        assertThat(get(owner, "/api/tasks/" + call.getId() + "/state", "de")).contains("„Kunden anrufen“ wurde von ");
        assertThat(get(owner, "/api/cases/search?q=" + planned.number(), "de")).contains("\"name\":\"Fall lösen\"");
    }

    @Test
    void anAmountIsReadAsPeopleWriteIt() {
        String path = "/api/cases/" + planned.number() + "/compensations";
        String offer = "{\"kind\":\"credit\",\"currency\":\"EUR\",\"reason\":\"Sorry\",\"amount\":\"%s\"}";

        assertThat(post(owner, path, offer.formatted("12,50"), "de")).contains("\"amount\":\"12.50\"");
        assertThat(post(owner, path, offer.formatted("7.5"), "de")).contains("\"amount\":\"7.50\"");
        assertThat(post(owner, path, offer.formatted("1,000"), "en")).contains("must be a number such as");
        assertThat(post(owner, path, offer.formatted("1.000,50"), "de")).contains("muss eine Zahl");
    }

    private static String post(Visitor who, String path, String body, String language) {
        var request = who.request(path)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json")
                .header("Accept-Language", language)
                .POST(BodyPublishers.ofString(body));
        who.cookie("SR-CSRF").ifPresent(token -> request.header("X-SR-CSRF", token));
        who.cookie("XSRF-TOKEN").ifPresent(token -> request.header("X-XSRF-TOKEN", token));
        return who.send(request).body();
    }

    private static String get(Visitor who, String path, String language) {
        return who.send(who.request(path)
                        .header("Accept", "application/json")
                        .header("Accept-Language", language)
                        .GET())
                .body();
    }

    private static String page(Visitor who, String path, String language) {
        return who.send(who.request(path)
                        .header("Accept", "text/html")
                        .header("Accept-Language", language)
                        .GET())
                .body();
    }
}
