package org.servicerecovery.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
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
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Finding a case by what people know of it. */
@RunningApplication
class CaseSearchTest {

    private static final String STRANGER = "test-stranger-who-searches";

    @LocalServerPort
    int port;

    @Autowired
    ApplicationContext application;

    @Autowired
    IdentityService identities;

    @Autowired
    TaskService tasks;

    @Autowired
    Customers customers;

    @Autowired
    Cases cases;

    @Autowired
    Plan plan;

    @Autowired
    JdbcClient db;

    @Autowired
    PlatformTransactionManager transactions;

    @Autowired
    ObjectMapper json;

    /** In every word of a test's own, so that cases of other tests are not found. */
    final String mark = "q" + UUID.randomUUID().toString().replace("-", "");

    Loop loop;
    Visitor owner = Visitor.browser(0);

    @BeforeEach
    void people() {
        loop = new Loop(application);
        owner = Visitor.withBasic(port, loop.owner(), TestPeople.PASSWORD);
        TestPeople.person(identities, STRANGER, Role.CASE_OWNER);
    }

    @Test
    void wordsAreFoundByTheirBeginningWhereverTheyStandAndHoweverTheyAreAccented() throws Exception {
        RecoveryCase found = opened(
                mark + " Jürgen Weiß-Großmann", mark + "@post.example", null, "The café's boiler leaks", "Drip, DRIP!");
        loop.does(Role.CASE_OWNER, () -> {
            plan.finish(found.number(), List.of(new NewStep("call-customer", "", null)));
            plan.work(
                    found.number(),
                    1,
                    Map.of("outcome", "completed", "notes", "Promised a plumber by Thursday", "reached", "reached"));
        });

        for (String asked : List.of(
                mark,
                mark + " jurgen",
                mark + " Großmann WEIß",
                mark + " cafe boil",
                mark + " drip",
                mark + " plumb thurs",
                "boiler " + mark + "@post.example")) {
            assertThat(numbers(owner, asked)).as(asked).containsExactly(number(found));
        }
        assertThat(numbers(owner, mark + " oiler")).isEmpty();
        assertThat(numbers(owner, mark + " boiler nobody")).isEmpty();
        JsonNode hit = search(owner, mark).path("cases").path(0);
        assertThat(hit.path("customer").asText()).isEqualTo(mark + " Jürgen Weiß-Großmann");
        assertThat(hit.path("state").asText()).isEqualTo("open");
        assertThat(hit.path("severity").asText()).isEqualTo("minor");
        assertThat(hit.path("owner").asText()).isEqualTo(loop.owner());
        assertThat(hit.path("ownerName").asText()).isEqualTo("Test Case owner");
        assertThat(hit.path("task").path("name").asText()).isEqualTo("Resolve case");
        assertThat(hit.path("task").path("mine").asBoolean()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "+44 20 7946 09%s, 020794609%s",
        "+44 20 7946 09%s, 0044 (0)20/7946-09%s",
        "+44 20 7946 09%s, 7946 09%s",
        "020 7946 09%s, +442079 4609%s",
        "+44 (0)20 7946 09%s, +44 20 7946 09%s",
        "+49 221 6001%s, 02216001%s"
    })
    void aPhoneNumberIsFoundHoweverItIsWritten(String kept, String asked) throws Exception {
        String digits = "%06d".formatted(Math.abs(mark.hashCode()) % 1_000_000);
        RecoveryCase found = opened("Customer with a phone", null, kept.formatted(digits), "Nobody came", null);

        assertThat(numbers(owner, asked.formatted(digits))).contains(number(found));
        assertThat(numbers(owner, asked.formatted(digits) + "7")).doesNotContain(number(found));
    }

    @Test
    void aCaseIsFoundByItsNumberAndByTheEndOfIt() throws Exception {
        RecoveryCase found = opened("Somebody", null, null, "Nobody came", null);
        String end = number(found).substring(8);

        for (String asked : List.of(
                number(found),
                number(found).toLowerCase(java.util.Locale.ROOT),
                number(found).replace('-', ' '),
                number(found).replace("-", ""),
                end,
                end.replaceFirst("^0+", "") + (end.replaceFirst("^0+", "").length() < 2 ? " " : ""),
                number(found).substring(3))) {
            if (asked.strip().length() > 1) {
                assertThat(numbers(owner, asked)).as(asked).contains(number(found));
            }
        }
    }

    @Test
    void nobodyFindsWhatTheyMayNotSee() throws Exception {
        RecoveryCase owned = opened(mark, null, null, "Nobody came", null);
        RecoveryCase unowned = loop.as(
                Role.CX_LEAD,
                () -> cases.open(new NewCase(
                        customer(mark, null, null),
                        Severity.MINOR,
                        FailureSource.COMPLAINT,
                        "Late",
                        null,
                        null,
                        null,
                        null)));
        Visitor stranger = Visitor.withBasic(port, STRANGER, TestPeople.PASSWORD);

        assertThat(numbers(owner, mark)).containsExactlyInAnyOrder(number(owned), number(unowned));
        assertThat(numbers(as(Role.REVIEWER), mark)).containsExactlyInAnyOrder(number(owned), number(unowned));
        assertThat(numbers(stranger, mark)).containsExactly(number(unowned));
        JsonNode free = search(stranger, mark).path("cases").path(0).path("task");
        assertThat(free.path("name").asText()).isEqualTo("Assign owner");
        assertThat(free.path("mine").asBoolean()).isFalse();
        assertThat(as(Role.ACCOUNTANT).get("/api/cases/search?q=" + mark).statusCode())
                .isEqualTo(403);

        loop.does(
                Role.CASE_OWNER,
                () -> plan.finish(owned.number(), List.of(new NewStep("call-customer", "", STRANGER))));
        assertThat(numbers(stranger, mark))
                .as("who works a step sees its case")
                .containsExactlyInAnyOrder(number(owned), number(unowned));
    }

    @Test
    void whoHasTheTaskOfAStepFindsItsCase() throws Exception {
        RecoveryCase owned = opened(mark, null, null, "Nobody came", null);
        Visitor stranger = Visitor.withBasic(port, STRANGER, TestPeople.PASSWORD);
        loop.does(Role.CASE_OWNER, () -> plan.finish(owned.number(), List.of(new NewStep("call-customer", "", null))));
        assertThat(numbers(stranger, mark)).isEmpty();

        String instance = db.sql("select process_instance_id from plan_step where case_id = ?")
                .param(owned.id())
                .query(String.class)
                .single();
        Task task = tasks.createTaskQuery().processInstanceId(instance).singleResult();
        tasks.setAssignee(task.getId(), STRANGER);
        assertThat(numbers(stranger, mark)).containsExactly(number(owned));
        assertThat(stranger.get("/api/cards?tasks=" + task.getId()).body()).contains(number(owned));
    }

    @Test
    void openCasesComeFirstAndWhatIsLeftOutIsSaid() throws Exception {
        RecoveryCase open = opened(mark, null, null, "First", null);
        RecoveryCase closed = opened(mark, null, null, "Second", null);
        loop.does(
                Role.CASE_OWNER,
                () -> cases.closeWithoutCause(
                        closed.number(), org.servicerecovery.cases.CaseState.WITHDRAWN, "Not meant", null));

        assertThat(numbers(owner, mark)).containsExactly(number(open), number(closed));
        JsonNode cut =
                json.readTree(owner.get("/api/cases/search?limit=1&q=" + mark).body());
        assertThat(cut.path("more").asBoolean()).isTrue();
        assertThat(cut.path("cases")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", " - ", "'", "!!"})
    void tooLittleToLookForIsRefused(String asked) {
        HttpResponse<String> refused = owner.get("/api/cases/search?q=" + encoded(asked));
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("\"field\":\"q\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a'b & c:*", "foo\\ ':* | !", "%_%ab", "((((12", "SR-", "12 34 56 78 90 12 34 56 78 90"})
    void signsOfAQueryAreJustSigns(String asked) throws Exception {
        assertThat(search(owner, asked).path("cases").isArray()).isTrue();
    }

    /** Otherwise a long word, or a long text, could not be kept at all. */
    @Test
    void aTextWithoutAnEndIsKeptAndFound() throws Exception {
        RecoveryCase found = opened(mark, null, null, "Long", mark + "x".repeat(99_000));
        assertThat(numbers(owner, mark + "xxxx")).contains(number(found));
    }

    @Test
    void eachWayOfFindingHasItsIndex() {
        String explained = new TransactionTemplate(transactions).execute(status -> {
            // With few rows any index may do: only a bitmap needs one that holds the words.
            db.sql("set local enable_seqscan = off").update();
            db.sql("set local enable_indexscan = off").update();
            return String.join("\n", db.sql("""
                        explain select id from recovery_case
                         where search_words(summary || ' ' || coalesce(verbatim, '')) @@ '''x'':*'::tsquery
                        union select case_id from plan_step where notes is not null and search_words(notes) @@ '''x'':*'::tsquery
                        union select id from customer
                         where search_words(number || ' ' || name || ' ' || coalesce(email, '')) @@ '''x'':*'::tsquery
                        union select id from customer where phone is not null and reverse(search_phone(phone)) like '123%'""").query(String.class).list());
        });
        assertThat(explained)
                .contains(
                        "recovery_case_words_idx",
                        "plan_step_words_idx",
                        "customer_words_idx",
                        "customer_phone_end_idx");
    }

    private RecoveryCase opened(String name, String email, String phone, String summary, String verbatim) {
        NewCase wanted = new NewCase(
                customer(name, email, phone),
                Severity.MINOR,
                FailureSource.COMPLAINT,
                summary,
                verbatim,
                null,
                loop.owner(),
                null);
        return loop.as(Role.CASE_OWNER, () -> cases.open(wanted));
    }

    private String customer(String name, String email, String phone) {
        String number = "F-" + UUID.randomUUID();
        customers.register(number, name, email, phone);
        return number;
    }

    private Visitor as(Role role) {
        return Visitor.withBasic(port, loop.person(role), TestPeople.PASSWORD);
    }

    private List<String> numbers(Visitor who, String asked) throws Exception {
        return search(who, asked).path("cases").findValuesAsText("number");
    }

    private JsonNode search(Visitor who, String asked) throws Exception {
        HttpResponse<String> answer = who.get("/api/cases/search?q=" + encoded(asked));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json.readTree(answer.body());
    }

    private static String number(RecoveryCase of) {
        return of.number().value();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
