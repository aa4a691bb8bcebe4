package org.servicerecovery.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.servicerecovery.Loop;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;
import org.servicerecovery.access.Role;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;

@RunningApplication
class JobsApiTest {

    private static final JsonMapper JSON = new JsonMapper();

    @LocalServerPort
    int port;

    @Autowired
    ApplicationContext application;

    @Autowired
    IdentityService identities;

    Queue queue;
    Visitor erp;

    @BeforeEach
    void queue() throws Exception {
        queue = new Queue(application);
        Visitor admin = Visitor.withBasic(port, RunningApplication.ADMIN, RunningApplication.ADMIN_PASSWORD);
        String dispatcher = TestPeople.person(identities, Role.DISPATCHER);
        JsonNode token = JSON.readTree(admin.post("/api/tokens", "{\"name\":\"erp\",\"userId\":\"" + dispatcher + "\"}")
                .body());
        erp = Visitor.withToken(port, token.path("secret").textValue());
    }

    @Test
    void aSystemPlacesAJobWithItsTokenAndHearsWhatBecameOfIt() throws Exception {
        HttpResponse<String> placed = place(Queue.json(UUID.randomUUID().toString()));
        assertThat(placed.statusCode()).as(placed.body()).isEqualTo(201);
        String address = placed.headers().firstValue("Location").orElseThrow();
        assertThat(placed.body()).contains("\"state\":\"open\"").doesNotContain("\"number\"");
        assertThat(erp.post(address + "/outcome", "{\"outcome\":\"done\"}").statusCode())
                .isEqualTo(409);

        queue.release();

        JsonNode job = JSON.readTree(erp.get(address).body());
        assertThat(job.path("number").textValue()).startsWith("WO-");
        assertThat(job.path("team").textValue()).isEqualTo("plumbing-north");
        String from = Queue.tomorrow().plusSeconds(3 * 86_400 + 8 * 3_600).toString();
        String to = Queue.tomorrow().plusSeconds(3 * 86_400 + 9 * 3_600).toString();
        assertThat(erp.post(address + "/rescheduling", "{\"windowFrom\":\"" + from + "\",\"windowTo\":\"" + to + "\"}")
                        .body())
                .contains("\"windowFrom\":\"" + from + "\"");
        HttpResponse<String> reported =
                erp.post(address + "/outcome", "{\"outcome\":\"no-access\",\"notes\":\"Nobody was in\"}");
        assertThat(reported.statusCode()).as(reported.body()).isEqualTo(200);
        assertThat(reported.body()).contains("\"state\":\"no-access\"").contains("Nobody was in");
        assertThat(erp.post(address + "/cancellation", "").statusCode()).isEqualTo(409);
    }

    @Test
    void theSameJobSentAgainIsTheSameJob() throws Exception {
        Map<String, Object> job = Queue.json(UUID.randomUUID().toString());
        List<CompletableFuture<HttpResponse<String>>> calls = IntStream.range(0, 6)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> place(job)))
                .toList();
        List<HttpResponse<String>> answers =
                calls.stream().map(CompletableFuture::join).toList();
        assertThat(answers)
                .extracting(HttpResponse::statusCode)
                .containsOnlyOnce(201)
                .containsOnly(200, 201);
        assertThat(answers.stream().map(JobsApiTest::id).distinct()).hasSize(1);
        job.put("task", job.get("task") + "\r\n ");
        assertThat(place(job).statusCode()).as("blanks make no other job").isEqualTo(200);

        job.put("task", "Something else");
        HttpResponse<String> other = place(job);
        assertThat(other.statusCode()).isEqualTo(409);
        assertThat(other.body()).contains("stands for another job already");
        // Another system may call a job the same.
        job.put("system", "crm");
        assertThat(place(job).statusCode()).isEqualTo(201);
    }

    @Test
    void aJobSentAgainAfterItsTimeIsStillTheSame() {
        Map<String, Object> job = Queue.json(UUID.randomUUID().toString());
        assertThat(place(job).statusCode()).isEqualTo(201);
        try {
            Loop.itIs(Instant.now().plus(Duration.ofDays(5)));
            assertThat(place(job).statusCode()).isEqualTo(200);
            job.put("task", "Something else");
            assertThat(place(job).statusCode()).isEqualTo(409);
            job.put("externalId", UUID.randomUUID().toString());
            assertThat(place(job).body()).contains("windowTo");
        } finally {
            ClockUtil.reset();
        }
    }

    @Test
    void howSomebodyTypesLeavesNoMark() throws Exception {
        Map<String, Object> job = Queue.json(UUID.randomUUID().toString());
        job.put("task", "Replace\tvalve \u201e15\u202fmm\u201c \u2013  check\u2028the owner\u2019s boiler ");
        JsonNode placed = JSON.readTree(place(job).body());
        assertThat(placed.path("task").textValue()).isEqualTo("Replace valve \"15 mm\" - check\nthe owner's boiler");
    }

    @Test
    void aReportSaidOnceMoreIsNoOtherAndDispatchersFindTheirJobs() throws Exception {
        String id = UUID.randomUUID().toString();
        String address = place(Queue.json(id)).headers().firstValue("Location").orElseThrow();
        queue.release();
        String number = JSON.readTree(erp.get(address).body()).path("number").textValue();
        assertThat(erp.get("/api/jobs?number=" + number + "&state=open&taken=false&late=false")
                        .body())
                .contains(number);
        assertThat(erp.get("/api/jobs?number=" + number + "&late=true").body()).isEqualTo("[]");
        String report = "{\"outcome\":\"partly\",\"notes\":\"Half of it\"}";
        assertThat(erp.post(address + "/outcome", report).statusCode()).isEqualTo(200);
        assertThat(erp.post(address + "/outcome", report).statusCode()).isEqualTo(200);
        assertThat(erp.post(address + "/outcome", "{\"outcome\":\"done\"}").statusCode())
                .isEqualTo(409);

        assertThat(erp.get("/api/jobs?system=erp&externalId=" + id).body()).contains(number, "\"partly\"");
        assertThat(erp.get("/api/jobs?state=lost").statusCode()).isEqualTo(400);
        assertThat(erp.get("/api/jobs?system=erp").body()).contains("externalId");
    }

    @Test
    void whatIsCancelledStaysSoAndMayBeCancelledAgain() throws Exception {
        String address = place(Queue.json(UUID.randomUUID().toString()))
                .headers()
                .firstValue("Location")
                .orElseThrow();
        for (int i = 0; i < 2; i++) {
            assertThat(erp.post(address + "/cancellation", "").body()).contains("\"state\":\"cancelled\"");
        }
        queue.release();
        assertThat(erp.get(address).body()).doesNotContain("\"number\"");
    }

    @ParameterizedTest
    @CsvSource({
        "system, '', is missing.",
        "externalId, , is missing.",
        "site, ' ', is missing.",
        "contactName, , is missing.",
        "contactPhone, ask the neighbour, is no telephone number",
        "skill, magic, 'Choose one of: plumbing, heating'",
        "area, up, 'Choose one of: north, east'",
        "task, , is missing.",
        "windowFrom, , is missing.",
        "windowFrom, soon, must be an instant",
        "windowFrom, 2026-11-27T08:07:00Z, must be on a quarter of an hour",
        "windowTo, 2020-01-01T10:00:00Z, must be in the future.",
        "windowTo, 2999-01-01T10:00:00Z, is more than three years away.",
        "durationMinutes, 0, must be a number of minutes",
        "durationMinutes, long, must be a whole number.",
        "priceReference, , is missing.",
        "priority, 1, is not known here."
    })
    void whatIsWrongIsNamed(String field, String value, String why) throws Exception {
        Map<String, Object> job = Queue.json(UUID.randomUUID().toString());
        job.put(field, value);
        HttpResponse<String> answer = place(job);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).contains("\"field\":\"" + field + "\"").contains(why);
    }

    @Test
    void whatDoesNotExistIsNotFound() {
        assertThat(erp.get("/api/jobs/" + UUID.randomUUID()).statusCode()).isEqualTo(404);
        assertThat(erp.get("/api/jobs/WO-1").statusCode()).isEqualTo(404);
        assertThat(erp.post("/api/jobs", "no JSON").statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void jobsArePlacedByDispatchersAndLeadsAlone(Role role) throws Exception {
        Visitor person = Visitor.withBasic(port, TestPeople.person(identities, role), TestPeople.PASSWORD);
        boolean may = List.of(Role.DISPATCHER, Role.OFFICE_MANAGER, Role.CX_LEAD, Role.BUSINESS_OWNER)
                .contains(role);
        assertThat(person.post(
                                "/api/jobs",
                                JSON.writeValueAsString(
                                        Queue.json(UUID.randomUUID().toString())))
                        .statusCode())
                .isEqualTo(may ? 201 : 403);
    }

    @Test
    void aDispatchersTokenOpensNoCase() {
        for (String route : List.of("/api/cases", "/api/customers", "/api/signals", "/engine-rest/task")) {
            assertThat(erp.get(route).statusCode()).as(route).isEqualTo(403);
        }
    }

    private HttpResponse<String> place(Map<String, Object> job) {
        try {
            return erp.post("/api/jobs", JSON.writeValueAsString(job));
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String id(HttpResponse<String> answer) {
        try {
            return JSON.readTree(answer.body()).path("id").textValue();
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
