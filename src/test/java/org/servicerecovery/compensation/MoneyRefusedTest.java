package org.servicerecovery.compensation;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.task.Task;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.servicerecovery.Loop;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.plan.NewStep;
import org.servicerecovery.plan.Plan;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;

/** What is no money, or is not theirs to give, is refused by name on every route, and nothing of it is kept. */
@RunningApplication
class MoneyRefusedTest {

    @LocalServerPort
    int port;

    @Autowired
    ApplicationContext application;

    @Autowired
    Compensations compensations;

    @Autowired
    TaskService tasks;

    Loop loop;
    Till till;

    @BeforeEach
    void loop() {
        loop = new Loop(application);
        till = new Till(application, loop);
    }

    static Stream<Arguments> wrongAmounts() {
        return Stream.of(
                Arguments.of("EUR", "0", "above zero"),
                Arguments.of("EUR", "-5", "above zero"),
                Arguments.of("EUR", "100.01", "more than the EUR 100.00"),
                Arguments.of("EUR", "1.005", "decimal places of EUR"),
                Arguments.of("JPY", "1.5", "decimal places of JPY"),
                Arguments.of("KWD", "1.0005", "decimal places of KWD"),
                Arguments.of("EUR", "NaN", "amount"),
                Arguments.of("EUR", "Infinity", "amount"),
                Arguments.of("EUR", "1000000000000000000", "too large"),
                Arguments.of("EUR", "1e18", "amount"),
                Arguments.of("EUR", "1e2147483647", "amount"));
    }

    @ParameterizedTest
    @MethodSource("wrongAmounts")
    void anAmountThatIsNoneIsRefusedByEveryRoute(String currency, String amount, String why) {
        RecoveryCase found = planned("issue-refund");
        till.paid(found, "", currency + (currency.equals("EUR") ? " 100.00" : " 100"));

        refuse(found, amount, null).forEach((route, answer) -> {
            assertThat(answer.statusCode()).as(route + ": " + answer.body()).isEqualTo(400);
            assertThat(answer.body()).as(route).contains("amount").contains(why);
        });
        assertThat(compensations.of(found.id())).isEmpty();
        assertThat(step(found)).isNotNull();
    }

    @Test
    void anotherCurrencyThanThatOfThePaymentIsRefusedByEveryRoute() {
        RecoveryCase found = planned("issue-refund");
        till.paid(found, "", "EUR 100.00");

        refuse(found, "5", "USD").forEach((route, answer) -> {
            assertThat(answer.statusCode()).as(route + ": " + answer.body()).isEqualTo(400);
            assertThat(answer.body()).as(route).contains("currency");
        });
        assertThat(compensations.of(found.id())).isEmpty();
    }

    @Test
    void ofTwoManagersWhoApproveAtOnceOneDoes() throws Exception {
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        till.paid(found, "", "EUR 1000.00");
        Compensation asked = till.offer(found, Kind.PARTIAL_REFUND, "200.00");
        String decision = "/api/cases/" + found.number() + "/compensations/" + asked.id() + "/decision";
        var both = Executors.newFixedThreadPool(2);
        List<Integer> answers = new ArrayList<>();
        try {
            for (var answer : both.invokeAll(Stream.of(Role.MANAGER, Role.CX_LEAD)
                    .map(role ->
                            (Callable<Integer>) () -> Visitor.withBasic(port, loop.person(role), TestPeople.PASSWORD)
                                    .post(decision, "{\"decision\":\"approve\"}")
                                    .statusCode())
                    .toList())) {
                answers.add(answer.get());
            }
        } finally {
            both.shutdownNow();
        }
        assertThat(answers).containsExactlyInAnyOrder(200, 409);
        assertThat(till.run(asked).state()).isEqualTo(CompensationState.SETTLED);
        assertThat(till.balance(LedgerAccount.REFUNDS_PAID, asked)).isEqualByComparingTo("200");
    }

    @Test
    void whoeverApprovesCannotChangeTheAmountOnTheWay() {
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        till.paid(found, "", "EUR 1000.00");
        Compensation asked = till.offer(found, Kind.PARTIAL_REFUND, "200.00");
        Task approval = approval(asked);
        Visitor manager = Visitor.withBasic(port, loop.person(Role.MANAGER), TestPeople.PASSWORD);

        HttpResponse<String> refused = manager.post(
                "/engine-rest/task/" + approval.getId() + "/complete",
                "{\"variables\":{\"decision\":{\"value\":\"approve\"},\"amount\":{\"value\":\"900\"}}}");

        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
        assertThat(refused.body()).contains("amount").contains("cannot be changed by whoever approves");
        assertThat(compensations.get(asked.id()).state()).isEqualTo(CompensationState.OFFERED);
    }

    @Test
    void whoeverAskedForItDoesNotApproveItByAnyRoute() {
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        till.paid(found, "", "EUR 1000.00");
        Visitor manager = Visitor.withBasic(port, loop.person(Role.MANAGER), TestPeople.PASSWORD);
        assertThat(manager.post(
                                "/api/cases/" + found.number() + "/compensations",
                                "{\"kind\":\"partial-refund\",\"amount\":\"200\",\"reason\":\"Sorry\"}")
                        .statusCode())
                .isEqualTo(201);
        Compensation asked = compensations.of(found.id()).get(0);
        Task approval = approval(asked);
        String form = "{\"variables\":{\"decision\":{\"value\":\"approve\"}}}";

        Map<String, HttpResponse<String>> answers = Map.of(
                "complete", manager.post("/engine-rest/task/" + approval.getId() + "/complete", form),
                "submit-form", manager.post("/engine-rest/task/" + approval.getId() + "/submit-form", form),
                "api",
                        manager.post(
                                "/api/cases/" + found.number() + "/compensations/" + asked.id() + "/decision",
                                "{\"decision\":\"approve\"}"));

        answers.forEach((route, answer) -> {
            assertThat(answer.statusCode()).as(route + ": " + answer.body()).isEqualTo(403);
            assertThat(answer.body()).as(route).contains("somebody else has to approve it");
        });
        assertThat(compensations.get(asked.id()).state()).isEqualTo(CompensationState.OFFERED);
    }

    private RecoveryCase planned(String type) {
        RecoveryCase found = loop.opened(Severity.MINOR);
        loop.does(
                Role.CASE_OWNER,
                () -> application
                        .getBean(Plan.class)
                        .finish(found.number(), List.of(new NewStep(type, "Give it back", null))));
        return found;
    }

    private Map<String, HttpResponse<String>> refuse(RecoveryCase found, String amount, @Nullable String currency) {
        Visitor owner = Visitor.withBasic(port, loop.owner(), TestPeople.PASSWORD);
        Visitor tasklist = Visitor.browser(port);
        tasklist.signIn(loop.owner(), TestPeople.PASSWORD);
        tasklist.open("/camunda/app/tasklist/default/");
        String more = currency == null ? "" : ",\"currency\":{\"value\":\"" + currency + "\"}";
        String form = "{\"variables\":{\"outcome\":{\"value\":\"completed\"},\"refundKind\":{\"value\":\"partial\"},"
                + "\"notes\":{\"value\":\"Sorry\"},\"amount\":{\"value\":\"" + amount + "\"}" + more + "}}";
        String task = step(found).getId();
        Map<String, HttpResponse<String>> answers = new LinkedHashMap<>();
        answers.put("complete", owner.post("/engine-rest/task/" + task + "/complete", form));
        answers.put("submit-form", owner.post("/engine-rest/task/" + task + "/submit-form", form));
        answers.put(
                "Tasklist", tasklist.post("/camunda/api/engine/engine/default/task/" + task + "/submit-form", form));
        answers.put(
                "api",
                owner.post(
                        "/api/cases/" + found.number() + "/compensations",
                        "{\"kind\":\"partial-refund\",\"reason\":\"Sorry\",\"amount\":\"" + amount + "\""
                                + (currency == null ? "" : ",\"currency\":\"" + currency + "\"") + "}"));
        return answers;
    }

    private Task step(RecoveryCase found) {
        return tasks.createTaskQuery()
                .taskDefinitionKey("UserTask_IssueRefund")
                .processVariableValueEquals("caseNumber", found.number().value())
                .singleResult();
    }

    private Task approval(Compensation asked) {
        return tasks.createTaskQuery()
                .processInstanceId(asked.processInstanceId())
                .singleResult();
    }
}
