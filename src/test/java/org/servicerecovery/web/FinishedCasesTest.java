package org.servicerecovery.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.servicerecovery.Loop;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.FailureSource;
import org.servicerecovery.cases.NewCase;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.customer.Customers;
import org.servicerecovery.plan.NewStep;
import org.servicerecovery.plan.Plan;
import org.servicerecovery.trend.Comparisons;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Cases that are over, found again; in a year that no other test is in. */
@RunningApplication
class FinishedCasesTest {

    private static final Instant OPENED = Instant.parse("2063-03-01T08:00:00Z");
    private static final String SPAN = "resolvedFrom=2063-03-01&resolvedTo=2063-03-31";
    private static final String STRANGER = "test-stranger-to-finished";

    @LocalServerPort
    int port;

    @Autowired
    ApplicationContext application;

    @Autowired
    IdentityService identities;

    @Autowired
    ObjectMapper json;

    private Loop loop;
    private Visitor lead = Visitor.browser(0);

    @BeforeEach
    void begin() {
        loop = new Loop(application);
        lead = as(Role.CX_LEAD);
    }

    @AfterEach
    void timeGoesOn() {
        ClockUtil.reset();
    }

    @Test
    void aFinishedCaseIsFoundByNumberCustomerPhoneCauseAndDaysAndTellsHowItEnded() throws Exception {
        String tag = loop.tag();
        String old = loop.tag();
        Loop.itIs(OPENED);
        String customer = "FC-" + UUID.randomUUID();
        application.getBean(Customers.class).register(customer, "Florentine Quastel", null, "+44 113 496 0888");
        RecoveryCase late = resolvable(customer);
        RecoveryCase prompt = loop.closed(old);
        RecoveryCase withdrawn = loop.opened(Severity.MAJOR);
        RecoveryCase duplicate = loop.another(prompt);
        RecoveryCase open = loop.another(prompt);
        Loop.itIs(OPENED.plusSeconds(80 * 3600));
        loop.closeLoop(loop.resolve(late, tag));
        done(lead.post("/api/cases/" + withdrawn.number() + "/withdrawal", "{\"reason\":\"It came right.\"}"));
        Loop.itIs(OPENED.plusSeconds(81 * 3600));
        done(lead.post(
                "/api/cases/" + duplicate.number() + "/duplicate",
                "{\"duplicateOf\":\"" + open.number() + "\",\"reason\":\"The same visit.\"}"));

        JsonNode all = found(SPAN);
        assertThat(numbers(all))
                .containsExactly(
                        duplicate.number().value(),
                        withdrawn.number().value(),
                        late.number().value(),
                        prompt.number().value());
        assertThat(all.has("next")).isFalse();
        JsonNode row = all.path("cases").get(2);
        assertThat(row.path("customer").asText()).isEqualTo("Florentine Quastel");
        assertThat(row.path("state").asText()).isEqualTo("closed");
        assertThat(row.at("/deadline/met").asBoolean(true)).isFalse();
        assertThat(row.at("/deadline/seconds").asLong())
                .as("72 hours were promised")
                .isEqualTo(8 * 3600);
        assertThat(row.path("resolvedAt").asText()).isEqualTo("2063-03-04T16:00:00Z");
        assertThat(row.path("resolutionType").asText()).isEqualTo("apology-only");
        assertThat(row.path("ownerName").asText()).isEqualTo("Test Case owner");
        assertThat(row.at("/causes/0/tag").asText()).isEqualTo(tag);
        assertThat(row.path("cost").toString()).isEqualTo("{}");
        assertThat(all.at("/cases/3/deadline/met").asBoolean()).isTrue();
        assertThat(all.at("/cases/3/deadline/seconds").asLong()).isEqualTo(72 * 3600);
        assertThat(all.at("/cases/0/duplicateOf").asText())
                .isEqualTo(open.number().value());
        assertThat(all.at("/cases/1/state").asText()).isEqualTo("withdrawn");
        assertThat(all.at("/cases/1").has("cost")).as("no figure counts it").isFalse();

        assertThat(numbers(found("q=" + late.number())))
                .containsExactly(late.number().value());
        assertThat(numbers(found("q=quastel+flor")))
                .containsExactly(late.number().value());
        assertThat(numbers(found("q=" + customer)))
                .containsExactly(late.number().value());
        assertThat(numbers(found("q=0113+4960888")))
                .containsExactly(late.number().value());
        assertThat(numbers(found("q=quastel&ended=withdrawn"))).isEmpty();
        assertThat(numbers(found(SPAN + "&ended=withdrawn")))
                .containsExactly(withdrawn.number().value());
        assertThat(numbers(found("resolvedFrom=2063-03-04&resolvedTo=2063-03-04&ended=closed")))
                .containsExactly(late.number().value());
        assertThat(numbers(found("openedFrom=2063-03-01&openedTo=2063-03-01&sort=opened")))
                .hasSize(4)
                .doesNotContain(open.number().value());
        assertThat(numbers(found("openedFrom=2063-03-02&openedTo=2063-03-31"))).isEmpty();

        // By code, label and other name; as it is, as it was, and by family.
        done(lead.post("/api/tags/" + tag + "/aliases", "{\"alias\":\"Äußerst " + tag + "\"}"));
        for (String name : List.of(tag, "label of " + tag, "ausserst " + tag)) {
            assertThat(numbers(found("tag=" + coded(name))))
                    .as(name)
                    .containsExactly(late.number().value());
        }
        done(lead.post("/api/tags/" + old + "/merge", "{\"into\":\"" + tag + "\"}"));
        assertThat(numbers(found("tag=" + tag)))
                .containsExactly(late.number().value(), prompt.number().value());
        assertThat(numbers(found("tag=" + old + "&main=true"))).hasSize(2);
        assertThat(numbers(found("tag=" + old + "&as=was")))
                .containsExactly(prompt.number().value());
        assertThat(numbers(found("tag=" + tag + "&as=was")))
                .containsExactly(late.number().value());
        JsonNode merged = found("tag=" + old + "&as=was").at("/cases/0/causes/0");
        assertThat(merged.path("called").asText()).isEqualTo("Label of " + old);
        assertThat(merged.path("now").asText()).isEqualTo("Label of " + tag);
        String head = loop.tag();
        done(lead.call("PUT", "/api/tags/" + tag + "/parent", "{\"parent\":\"" + head + "\"}"));
        assertThat(numbers(found("tag=" + head))).isEmpty();
        assertThat(numbers(found("tag=" + head + "&as=family"))).hasSize(2);

        // A page at a time, in either order.
        JsonNode first = found(SPAN + "&limit=3&sort=ended");
        assertThat(numbers(first)).hasSize(3);
        JsonNode rest = found(
                SPAN + "&limit=3&sort=ended&after=" + coded(first.path("next").asText()));
        assertThat(numbers(rest)).containsExactly(duplicate.number().value());
        assertThat(rest.has("next")).isFalse();

        HttpResponse<String> csv = lead.get("/api/cases/finished.csv?" + SPAN);
        assertThat(csv.headers().firstValue("Content-Disposition"))
                .hasValueSatisfying(header -> assertThat(header).contains("finished-cases.csv"));
        assertThat(csv.body().lines()).hasSize(5);
        assertThat(csv.body()).contains(late.number().value(), "missed,28800", "Florentine Quastel");

        // Tagged again: found and told by what was said at its closing too.
        String other = loop.tag();
        done(lead.call(
                "PUT",
                "/api/cases/" + late.number() + "/causes",
                "{\"main\":\"" + other + "\",\"why\":\"It was the other one.\"}"));
        JsonNode tagged = found("tag=" + tag + "&as=was").at("/cases/0");
        assertThat(tagged.path("number").asText()).isEqualTo(late.number().value());
        assertThat(tagged.path("mainAtClose").asText()).isEqualTo("Label of " + tag);
        assertThat(tagged.at("/causes/0/called").asText()).isEqualTo("Label of " + other);
        assertThat(lead.get("/api/cases/finished.csv?tag=" + tag + "&as=was").body())
                .contains(other + ",Label of " + tag + ",Label of " + other);

        wrong("resolvedFrom=soon", "resolvedFrom");
        wrong("openedTo=2063-02-30", "openedTo");
        wrong("resolvedFrom=2063-03-02&resolvedTo=2063-03-01", "resolvedTo");
        wrong("tag=nothing-is-called-so", "tag");
        wrong("as=will-be", "as");
        wrong("main=perhaps", "main");
        wrong("ended=open", "ended");
        wrong("sort=cost", "sort");
        wrong("after=nowhere", "after");
        wrong("after=" + coded("+999999999-01-01T00:00:00Z~1"), "after");
        wrong("after=" + coded("-100000-01-01T00:00:00Z~1"), "after");
        wrong("after=2063-03-01T00:00:00Z", "after");
        wrong("limit=0", "limit");
        wrong("q=x", "q");

        // Who sees a case, sees it here.
        assertThat(numbers(found(as(Role.REVIEWER), SPAN))).hasSize(4);
        assertThat(numbers(found(as(Role.CASE_OWNER), SPAN)))
                .as("all are theirs")
                .hasSize(4);
        Visitor stranger =
                Visitor.withBasic(port, TestPeople.person(identities, STRANGER, Role.CASE_OWNER), TestPeople.PASSWORD);
        assertThat(numbers(found(stranger, SPAN))).isEmpty();
        done(lead.post("/api/cases/" + open.number() + "/owner", "{\"owner\":\"" + STRANGER + "\"}"));
        assertThat(numbers(found(stranger, SPAN)))
                .as("merged into a case of theirs")
                .containsExactly(duplicate.number().value());
        assertThat(numbers(found(stranger, "q=" + duplicate.number()))).hasSize(1);
        application
                .getBean(JdbcClient.class)
                .sql("update recovery_case set owner = null where id in (?, ?)")
                .params(withdrawn.id(), duplicate.id())
                .update();
        assertThat(numbers(found(stranger, SPAN)))
                .as("nobody’s is everybody’s, and told once")
                .containsExactly(duplicate.number().value(), withdrawn.number().value());
        JsonNode theirs = found(stranger, SPAN + "&limit=1&sort=opened");
        assertThat(numbers(found(
                        stranger,
                        SPAN + "&limit=1&sort=opened&after="
                                + coded(theirs.path("next").asText()))))
                .as("the rest")
                .hasSize(1)
                .doesNotContainAnyElementsOf(numbers(theirs));
        for (Role role : Set.of(Role.ACCOUNTANT, Role.PROCESS_DESIGNER, Role.OPERATIVE, Role.ADMINISTRATOR)) {
            for (String path : List.of("/api/cases/finished", "/api/cases/finished.csv")) {
                HttpResponse<String> answer = as(role).get(path);
                assertThat(answer.statusCode()).as(role.title()).isEqualTo(403);
                assertThat(answer.body()).as("a sentence").contains("detail");
            }
        }

        // Opened again it is over no more.
        done(lead.post("/api/cases/" + late.number() + "/reopening", "{\"reason\":\"It leaks again.\"}"));
        assertThat(numbers(found("q=" + late.number()))).isEmpty();
        JsonNode without = found(SPAN + "&tag=" + other + "&main=true");
        assertThat(numbers(without)).isEmpty();
        assertThat(without.path("openAgain").asInt())
                .as("what a figure of that cause and time counts besides")
                .isEqualTo(1);
        assertThat(found(SPAN + "&ended=closed&tag=" + other + "&main=true")
                        .path("openAgain")
                        .asInt())
                .isEqualTo(1);
        assertThat(found(SPAN + "&ended=withdrawn").path("openAgain").asInt()).isZero();
        assertThat(found("tag=" + tag).has("openAgain")).isFalse();
    }

    @Test
    void aCaseWhoseProcessAnAdministratorEndedIsFinishedAndNobodysOpenWorkUntilItIsOpenedAgain() throws Exception {
        String tag = loop.tag();
        Instant opened = Instant.parse("2072-03-01T08:00:00Z");
        Loop.itIs(opened);
        RecoveryCase slipped = loop.readyToResolve(Severity.MINOR);
        RecoveryCase told = loop.resolve(loop.readyToResolve(Severity.MINOR), tag);
        long atWork = openOf(loop.owner());
        assertThat(stillOpen(tag, "2072-03-01")).isEqualTo(2);

        Loop.itIs(opened.plusSeconds(3600));
        for (RecoveryCase each : List.of(slipped, told)) {
            application
                    .getBean(RuntimeService.class)
                    .deleteProcessInstance(loop.again(each).processInstanceId(), "The administrator slipped.");
        }

        assertThat(openOf(loop.owner())).isEqualTo(atWork - 2);
        assertThat(stillOpen(tag, "2072-03-01"))
                .as("no comparison waits for it")
                .isZero();
        JsonNode found = found("ended=interrupted&resolvedFrom=2072-03-01&resolvedTo=2072-03-01");
        assertThat(numbers(found))
                .containsExactlyInAnyOrder(
                        slipped.number().value(), told.number().value());
        assertThat(found.at("/cases/0/endedAt").asText()).isEqualTo("2072-03-01T09:00:00Z");
        assertThat(numbers(found("q=" + slipped.number())))
                .containsExactly(slipped.number().value());
        assertThat(lead.get("/api/cases/finished.csv?q=" + slipped.number()).body())
                .contains(",interrupted,");

        done(lead.post("/api/cases/" + slipped.number() + "/reopening", "{\"reason\":\"Nothing was resolved.\"}"));
        assertThat(numbers(found("q=" + slipped.number()))).isEmpty();
        assertThat(openOf(loop.owner())).isEqualTo(atWork - 1);
        assertThat(stillOpen(tag, "2072-03-01")).isEqualTo(1);
    }

    @Test
    void theFirstVerdictByWhichACaseIsCountedIsToldWhateverALaterRoundWasFoundToBe() throws Exception {
        Loop.itIs(Instant.parse("2073-05-01T08:00:00Z"));
        String tag = loop.tag();
        RecoveryCase closed = loop.closed(tag);
        assertThat(found("q=" + closed.number()).at("/cases/0").has("finding")).isFalse();
        verdict(closed, "upheld");

        loop.closedAgain(closed, tag);
        JsonNode again = found("q=" + closed.number()).at("/cases/0");
        assertThat(again.path("reopened").asBoolean()).isTrue();
        assertThat(again.path("finding").asText()).as("nobody judged it again").isEqualTo("upheld");
        assertThat(again.has("regulatorFinding")).isFalse();

        Loop.itIs(Instant.parse("2073-05-04T08:00:00Z"));
        verdict(closed, "not-upheld");
        regulator(closed, "partially-upheld", "2073-05-03");
        regulator(closed, "upheld", "2073-05-02");
        JsonNode judged = found("q=" + closed.number()).at("/cases/0");
        assertThat(judged.path("finding").asText()).isEqualTo("upheld");
        assertThat(judged.path("regulatorFinding").asText())
                .as("the latest decision")
                .isEqualTo("partially-upheld");
        assertThat(lead.get("/api/cases/finished.csv?q=" + closed.number()).body())
                .contains(",finding,regulator_finding,", ",upheld,partially-upheld,");
        assertThat(lead.get("/api/measures/upheld-rate?from=2073-05&to=2073-05").body())
                .as("what counts it")
                .contains("\"numerator\":1,\"denominator\":1");
    }

    private void verdict(RecoveryCase of, String finding) {
        done(as(Role.REVIEWER).post("/api/cases/" + of.number() + "/finding", "{\"finding\":\"" + finding + "\"}"));
    }

    private void regulator(RecoveryCase of, String finding, String decidedOn) {
        done(lead.post(
                "/api/cases/" + of.number() + "/regulator-findings",
                "{\"body\":\"Ombudsman\",\"finding\":\"%s\",\"decidedOn\":\"%s\"}".formatted(finding, decidedOn)));
    }

    private long openOf(String owner) throws Exception {
        JsonNode workload = json.readTree(lead.get("/api/recovery").body()).path("workload");
        return StreamSupport.stream(workload.spliterator(), false)
                .filter(each -> each.at("/owner/id").asText().equals(owner))
                .mapToLong(each -> each.path("cases").asLong())
                .sum();
    }

    private long stillOpen(String tag, String tookHoldOn) {
        long id = application
                .getBean(JdbcClient.class)
                .sql("select id from root_cause_tag where code = ?")
                .param(tag)
                .query(Long.class)
                .single();
        return application
                .getBean(Comparisons.class)
                .ofCause(id, LocalDate.parse(tookHoldOn), 8)
                .stillOpen();
    }

    /** A case of a known customer that waits for nothing but its resolution. */
    private RecoveryCase resolvable(String customer) {
        RecoveryCase opened = loop.as(
                Role.CASE_OWNER,
                () -> application
                        .getBean(Cases.class)
                        .open(new NewCase(
                                customer,
                                Severity.MINOR,
                                FailureSource.COMPLAINT,
                                "Nobody came",
                                null,
                                null,
                                loop.owner(),
                                null)));
        loop.does(
                Role.CASE_OWNER,
                () -> application
                        .getBean(Plan.class)
                        .finish(opened.number(), List.of(new NewStep("call-customer", "Say sorry", null))));
        loop.work(opened, 1);
        return loop.again(opened);
    }

    private Visitor as(Role role) {
        return Visitor.withBasic(port, TestPeople.person(identities, role), TestPeople.PASSWORD);
    }

    private static void done(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
    }

    private JsonNode found(String query) throws Exception {
        return found(lead, query);
    }

    private JsonNode found(Visitor who, String query) throws Exception {
        HttpResponse<String> answer = who.get("/api/cases/finished?" + query);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json.readTree(answer.body());
    }

    private void wrong(String query, String field) throws Exception {
        HttpResponse<String> answer = lead.get("/api/cases/finished?" + query);
        assertThat(answer.statusCode()).as(query).isEqualTo(400);
        assertThat(json.readTree(answer.body()).at("/errors/0/field").asText())
                .as(query + answer.body())
                .isEqualTo(field);
    }

    private static List<String> numbers(JsonNode page) {
        return StreamSupport.stream(page.path("cases").spliterator(), false)
                .map(each -> each.path("number").asText())
                .toList();
    }

    private static String coded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
