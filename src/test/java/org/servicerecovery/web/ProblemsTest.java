package org.servicerecovery.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.OptimisticLockingException;
import org.camunda.bpm.engine.SuspendedEntityInteractionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;
import org.servicerecovery.access.Role;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.web.context.request.ServletWebRequest;

@RunningApplication
class ProblemsTest {

    @LocalServerPort
    int port;

    @Autowired
    IdentityService identities;

    @Autowired
    ObjectMapper json;

    @Autowired
    Problems problems;

    Visitor lead = Visitor.browser(0);

    @BeforeEach
    void somebodySignsIn() {
        lead = Visitor.withBasic(port, TestPeople.person(identities, Role.CX_LEAD), TestPeople.PASSWORD);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"customerNumber": "C-1", "sumary": "x"}        | sumary      | is not known here. Known are: customerNumber,
            {"reportedAt": "yesterday"}                     | reportedAt  | must be an instant such as
            {"origin": "J-1"}                               | origin      | must be an object.
            {"origin": {"paymentId": "many"}}               | origin.paymentId | must be a whole number.
            {"origin": {"kind": "job", "colour": "red"}}    | origin.colour | is not known here.
            {"severity": {"level": 1}}                      | severity    | must be a text.
            {"severity": "awful", "source": "complaint"}    | severity    | is not known. Choose one of: minor, moderate
            {"severity": "minor"}                           | source      | is missing.
            """)
    void wrongInputNamesItsFieldAndSaysWhatIsWanted(String body, String field, String message) throws Exception {
        HttpResponse<String> answer = lead.post("/api/cases", body);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        JsonNode error = json.readTree(answer.body()).path("errors").path(0);
        assertThat(error.path("field").textValue()).isEqualTo(field);
        assertThat(error.path("message").textValue()).contains(message);
    }

    @Test
    void everyWrongFieldOfARefusalIsNamedAtOnce() throws Exception {
        HttpResponse<String> answer =
                lead.post("/api/cases", "{\"severity\": \"minor\", \"source\": \"complaint\", \"summary\": \" \"}");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json.readTree(answer.body()).path("errors").findValuesAsText("field"))
                .containsExactly("customerNumber", "summary");
        assertThat(json.readTree(lead.post("/api/cases", "{}").body())
                        .path("errors")
                        .findValuesAsText("field"))
                .containsExactlyInAnyOrder("customerNumber", "severity", "source", "summary");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            replies        | {"channel": "phone", "text": "#10001"}                    | text
            replies        | {"channel": "#201", "text": "She rang"}                   | channel
            severity       | {"severity": "major", "reason": "#2001"}                  | reason
            withdrawal     | {"reason": "#2001"}                                       | reason
            duplicate      | {"duplicateOf": "SR-2026-000001", "reason": "#2001"}      | reason
            reopening      | {"reason": "#2001"}                                       | reason
            review         | {"owner": "x", "reason": "#2001"}                         | reason
            clock/resumption | {"why": "#2001"}                                        | why
            clock/extensions | {"newDueAt": "2099-01-01T00:00:00Z", "reason": "#2001"} | reason
            withdrawal     | {"reason": "a\\u0000b"}                                 | reason
            """)
    void whatGoesIntoTheJournalIsOfALengthThatPeopleRead(String path, String body, String field) throws Exception {
        Matcher length = Pattern.compile("#(\\d+)").matcher(body);
        String sent = length.replaceAll(of -> "x".repeat(Integer.parseInt(of.group(1))));
        HttpResponse<String> answer = lead.post("/api/cases/SR-2026-000001/" + path, sent);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(json.readTree(answer.body())
                        .path("errors")
                        .path(0)
                        .path("field")
                        .textValue())
                .isEqualTo(field);
    }

    @Test
    void aBodyWithoutAnEndIsNotReadAndATimeToComeIsNoReport() throws Exception {
        String start =
                "{\"customerNumber\":\"C-1\",\"severity\":\"minor\",\"source\":\"complaint\",\"summary\":\"Late\",";
        HttpResponse<String> huge = lead.post("/api/cases", start + "\"verbatim\":\"" + "x".repeat(2_000_000) + "\"}");
        assertThat(huge.statusCode()).as(huge.body()).isEqualTo(413);
        assertThat(huge.body()).contains("larger than 1 MB");

        String customer = "C-" + UUID.randomUUID();
        assertThat(lead.post("/api/customers", "{\"number\":\"" + customer + "\",\"name\":\"Ada\"}")
                        .statusCode())
                .isEqualTo(201);
        String known = start.replace("C-1", customer);
        for (String wrong : List.of(
                "\"reportedAt\":\"2199-01-01T00:00:00Z\"}",
                "\"origin\":{\"kind\":\"job\",\"team\":\"" + "x".repeat(201) + "\"}}")) {
            HttpResponse<String> answer = lead.post("/api/cases", known + wrong);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
            assertThat(json.readTree(answer.body())
                            .path("errors")
                            .path(0)
                            .path("field")
                            .textValue())
                    .isIn("reportedAt", "team");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"summary": }   | The body is not JSON: look at line 1, column 13.
            [1, 2]          | The body is not the JSON object that is expected here.
            ``              | A JSON body is needed.
            """)
    void aBodyThatIsNoJsonObjectIsExplained(String body, String detail) throws Exception {
        HttpResponse<String> answer = lead.post("/api/cases", body);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json.readTree(answer.body()).path("detail").textValue()).isEqualTo(detail);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"customerNumber": 5}                                          | customerNumber
            {"summary": 4.5}                                               | summary
            {"summary": true}                                              | summary
            {"origin": {"kind": "job", "team": 7}}                         | origin.team
            """)
    void noTextIsMadeOfANumber(String body, String field) throws Exception {
        HttpResponse<String> answer = lead.post("/api/cases", body);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json.readTree(answer.body()).path("errors")).singleElement().satisfies(wrong -> {
            assertThat(wrong.path("field").textValue()).isEqualTo(field);
            assertThat(wrong.path("message").textValue()).isEqualTo("must be a text.");
        });
    }

    @Test
    void aBodyOfAnotherKindIsRefusedAsSuch() {
        HttpResponse<String> answer = lead.send(
                lead.request("/api/cases").header("Content-Type", "text/csv").POST(BodyPublishers.ofString("a,b")));

        assertThat(answer.statusCode()).isEqualTo(415);
        assertThat(answer.body()).contains("application/json");
    }

    @Test
    void whatDoesNotExistIsNotFoundAndSaysSo() throws Exception {
        HttpResponse<String> noSuchCase = lead.get("/api/cases/SR-2026-999999");
        HttpResponse<String> noCaseNumber = lead.get("/api/cases/4711");

        assertThat(noSuchCase.statusCode()).isEqualTo(404);
        assertThat(json.readTree(noSuchCase.body()).path("detail").textValue())
                .isEqualTo("There is no case SR-2026-999999.");
        assertThat(noCaseNumber.statusCode()).isEqualTo(404);
        assertThat(noCaseNumber.body()).contains("looks like SR-2026-000123");
    }

    @Test
    void anUnknownAddressUnderTheApiIsNotFoundAsAProblem() {
        HttpResponse<String> answer = lead.get("/api/cases/SR-2026-000001/nothing/here");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.body()).contains("There is nothing at this address.");
    }

    @Test
    void aTextThatCannotBeStoredIsTheSendersProblem() {
        HttpResponse<String> answer = lead.get("/api/customers?q=%00abc");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("cannot be stored").doesNotContain("SQL");
    }

    @Test
    void twoAtOnceAreAConflictAndAnythingUnexpectedTellsNothingOfTheInside() throws Exception {
        var request = new ServletWebRequest(new MockHttpServletRequest("POST", "/api/cases"));

        for (Exception collision : new Exception[] {
            new OptimisticLockingException("ENGINE-03005"),
            new IllegalStateException(new OptimisticLockingException("ENGINE-03005")),
            new CannotAcquireLockException("deadlock detected")
        }) {
            ResponseEntity<Object> answer = problems.anything(collision, request);
            assertThat(answer.getStatusCode().value()).isEqualTo(409);
            assertThat(String.valueOf(answer.getBody())).contains("at the same moment");
        }
        ResponseEntity<Object> surprise =
                problems.anything(new IllegalStateException("password=hunter2 in table customer"), request);
        assertThat(surprise.getStatusCode().value()).isEqualTo(500);
        assertThat(String.valueOf(surprise.getBody())).doesNotContain("hunter2").doesNotContain("customer");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/jobs/1/outcome", "/webhooks/jobs", "/webhooks/payments/stripe"})
    void whoWorksJobsReadsOfNoCaseWhenSomebodyIsInTheWay(String path) throws Exception {
        var request = new ServletWebRequest(new MockHttpServletRequest("POST", path));
        for (Exception inTheWay : new Exception[] {
            new OptimisticLockingException("ENGINE-03005"), new SuspendedEntityInteractionException("ENGINE-13036")
        }) {
            ResponseEntity<Object> answer = problems.anything(inTheWay, request);
            assertThat(answer.getStatusCode().value()).isEqualTo(409);
            assertThat(((ProblemDetail) answer.getBody()).getDetail())
                    .isNotBlank()
                    .doesNotContainIgnoringCase("case");
        }
    }

    @Test
    void theApiDescriptionNamesHowToSignInAndNothingOutsideTheApi() throws Exception {
        JsonNode description = json.readTree(lead.get("/v3/api-docs").body());

        assertThat(description.path("info").path("title").textValue()).isEqualTo("Service Recovery");
        assertThat(description.path("components").path("securitySchemes").fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("basic", "bearer", "cookie");
        assertThat(description.path("paths").fieldNames())
                .toIterable()
                .isNotEmpty()
                .allMatch(path -> path.startsWith("/api/"))
                .contains("/api/cases/{number}", "/api/customers");
    }

    @Test
    void theApiDescriptionHasTheBodyOfEachAddressAndNotThatOfAnotherWithTheSameShortName() throws Exception {
        JsonNode description = json.readTree(lead.get("/v3/api-docs").body());

        assertThat(body(description, "/api/cases/{number}/regulator-findings"))
                .toIterable()
                .contains("body", "decidedOn")
                .doesNotContain("externalId");
        assertThat(body(description, "/api/customers/{number}/satisfaction"))
                .toIterable()
                .contains("externalId", "score");
        assertThat(body(description, "/api/cases/{number}/resolution"))
                .toIterable()
                .contains("preventionAction");
        assertThat(description.at("/components/schemas").fieldNames())
                .toIterable()
                .allMatch(name -> name.matches("[A-Za-z0-9._-]+"));
    }

    /** The fields of what is posted there. */
    private static Iterator<String> body(JsonNode description, String path) {
        String schema = description
                .path("paths")
                .path(path)
                .at("/post/requestBody/content/application~1json/schema/$ref")
                .asText();
        return description.at(schema.substring(1) + "/properties").fieldNames();
    }
}
