package org.servicerecovery.resolution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.TaskService;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.servicerecovery.EdgeCase;
import org.servicerecovery.Loop;
import org.servicerecovery.Refused;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.CaseState;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.FailureSource;
import org.servicerecovery.cases.NewCase;
import org.servicerecovery.cases.Origin;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.compensation.CompedService;
import org.servicerecovery.compensation.Compensation;
import org.servicerecovery.compensation.Compensations;
import org.servicerecovery.compensation.Kind;
import org.servicerecovery.compensation.Till;
import org.servicerecovery.customer.Customer;
import org.servicerecovery.customer.Customers;
import org.servicerecovery.customer.Payment;
import org.servicerecovery.plan.NewStep;
import org.servicerecovery.plan.Plan;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;

/** A resolution says what was done, and no more. */
@RunningApplication
class RemediesTest {

    @LocalServerPort
    int port;

    @Autowired
    ApplicationContext application;

    @Autowired
    Resolutions resolutions;

    @Autowired
    Compensations compensations;

    @Autowired
    Customers customers;

    @Autowired
    Cases cases;

    @Autowired
    Plan plan;

    @Autowired
    TaskService tasks;

    @Autowired
    ObjectMapper json;

    Loop loop;
    Till till;
    String tag = "";

    @BeforeEach
    void loop() {
        loop = new Loop(application);
        till = new Till(application, loop);
        tag = loop.tag();
    }

    @Test
    @EdgeCase("A failed refund does not pass as Full Refund")
    void aRefundThatFailedIsNoFullRefundOnAnyRoute() {
        RecoveryCase ready = loop.readyToResolve(Severity.MINOR);
        assertRefused(ready, "full-refund", "\"Full Refund\" does not fit: no payment was refunded on this case.");

        paid(ready, "-declined-", "EUR 40.00");
        Compensation declined = offer(ready, Kind.FULL_REFUND, null, null);
        till.run(declined);
        loop.does(
                Role.CASE_OWNER,
                () -> compensations.answer(
                        ready.number(), declined.id(), Map.of("decision", "give-up", "reason", "The card is gone")));

        assertRefused(ready, "full-refund", "\"Full Refund\" does not fit: no payment was refunded on this case.");
    }

    @Test
    @EdgeCase("A failed refund does not pass as Full Refund")
    void aPartIsNoFullRefundAndTheRestMakesItOne() {
        RecoveryCase ready = loop.readyToResolve(Severity.MINOR);
        Payment payment = paid(ready, "", "EUR 40.00");
        till.run(offer(ready, Kind.PARTIAL_REFUND, "15.00", null));
        assertRefused(ready, "full-refund", "EUR 25.00 of payment " + payment.reference() + " has not been refunded.");

        till.run(offer(ready, Kind.FULL_REFUND, null, null));

        assertThat(resolve(ready, "full-refund").state()).isEqualTo(CaseState.RESOLVED);
    }

    @Test
    @EdgeCase("A failed refund does not pass as Full Refund")
    void theFullRefundIsThatOfThePaymentForTheAffectedWork() {
        String number = loop.customer();
        long customer = customers.byNumber(number).orElseThrow().id();
        Payment affected = pay(customer, "", "EUR 40.00");
        Payment another = pay(customer, "", "EUR 10.00");
        RecoveryCase ready = ready(number, affected);
        till.run(offer(ready, Kind.FULL_REFUND, null, another.reference()));
        assertRefused(
                ready, "full-refund", "nothing of payment " + affected.reference() + " was refunded on this case.");

        till.run(offer(ready, Kind.FULL_REFUND, null, affected.reference()));
        assertThat(resolve(ready, "full-refund").state()).isEqualTo(CaseState.RESOLVED);
    }

    @Test
    void whatAnotherCaseRefundedBeforeIsNotRefundedTwice() {
        String number = loop.customer();
        Payment affected = pay(customers.byNumber(number).orElseThrow().id(), "", "EUR 40.00");
        till.run(offer(ready(number, affected), Kind.PARTIAL_REFUND, "30.00", null));
        RecoveryCase second = ready(number, affected);
        assertRefused(
                second, "full-refund", "nothing of payment " + affected.reference() + " was refunded on this case.");

        till.run(offer(second, Kind.FULL_REFUND, null, null));

        assertThat(resolve(second, "full-refund").state()).isEqualTo(CaseState.RESOLVED);
    }

    @Test
    @EdgeCase("Combined means at least two remedies carried out")
    void twoRefundsOrARefundOnItsWayAreNotCombined() {
        RecoveryCase ready = loop.readyToResolve(Severity.MINOR);
        paid(ready, "", "EUR 40.00");
        assertRefused(ready, "combined", "carried out. On this case there is none yet.");
        till.run(offer(ready, Kind.PARTIAL_REFUND, "5.00", null));
        till.run(offer(ready, Kind.PARTIAL_REFUND, "6.00", null));
        Compensation credit = offer(ready, Kind.CREDIT, "5.00", null);
        assertRefused(
                ready,
                "combined",
                "\"Combined\" does not fit: it means at least two of refund, credit, comped service, letter and visit, carried out."
                        + " On this case there is only a refund.");

        till.run(credit);
        assertThat(resolve(ready, "combined").state()).isEqualTo(CaseState.RESOLVED);
    }

    @Test
    void aCompedServiceIsOneOnceItIsScheduledAndCountsAsARemedy() {
        RecoveryCase ready = loop.readyToResolve(Severity.MINOR);
        assertRefused(
                ready,
                "comped-service",
                "\"Comped Service\" does not fit: no comped service is scheduled or done on this case.");
        Compensation quote = till.comped(ready, CompedService.QUOTE, "80", "Repaint the fence");
        till.run(quote);
        assertRefused(ready, "combined", "On this case there is only a comped service.");
        assertRefused(ready, "customer-declined-all", "the customer was given a comped service.");

        assertThat(resolve(ready, "comped-service").state()).isEqualTo(CaseState.RESOLVED);
    }

    @Test
    @EdgeCase("Combined means at least two remedies carried out")
    void aLetterThatWasWrittenCountsAndAVisitThatWasSkippedDoesNot() {
        RecoveryCase found = planned("write-apology-letter", "schedule-visit");
        Customer birk = customers.byId(found.customerId());
        customers.register(birk.number(), birk.name(), "birk@example.org", null);
        work(
                found,
                1,
                "outcome",
                "completed",
                "letter",
                "Dear Ms Birk",
                "letterHow",
                "mail",
                "notes",
                "With our boss's regards");
        work(found, 2, "outcome", "skipped", "notes", "She wants nobody in the house");
        assertRefused(found, "combined", "On this case there is only a letter.");

        till.run(offer(found, Kind.CREDIT, "5.00", null));
        assertThat(resolve(found, "combined").state()).isEqualTo(CaseState.RESOLVED);
    }

    @Test
    @EdgeCase("Customer Declined All means the offers are on record")
    void withoutAnOfferNothingWasDeclined() {
        RecoveryCase ready = loop.readyToResolve(Severity.MINOR);
        assertRefused(
                ready,
                "customer-declined-all",
                "no offer is on record. Add the refund, credit, letter or visit that was offered as a step, and skip it"
                        + " with what the customer said.");

        loop.does(Role.CASE_OWNER, () -> plan.add(ready.number(), new NewStep("issue-credit", "20 off", null)));
        work(ready, 2, "outcome", "skipped", "notes", "She does not want to hear of us again");
        assertThat(resolve(ready, "customer-declined-all").state()).isEqualTo(CaseState.RESOLVED);
    }

    @Test
    @EdgeCase("Customer Declined All means the offers are on record")
    void whoTookSomethingDidNotDeclineAll() {
        RecoveryCase ready = loop.readyToResolve(Severity.MINOR);
        till.run(offer(ready, Kind.CREDIT, "5.00", null));
        assertRefused(
                ready,
                "customer-declined-all",
                "\"Customer Declined All\" does not fit: the customer was given a credit.");
    }

    @Test
    void whatAManagerDidNotApproveWasNeverOffered() {
        RecoveryCase ready = loop.readyToResolve(Severity.MINOR);
        Compensation refused = offer(ready, Kind.CREDIT, "300.00", null);
        loop.does(
                Role.MANAGER,
                () -> compensations.answer(
                        ready.number(), refused.id(), Map.of("decision", "refuse", "reason", "Too much")));
        assertRefused(ready, "customer-declined-all", "no offer is on record");
    }

    private void assertRefused(RecoveryCase ready, String type, String why) {
        Map<String, String> draft =
                Map.of("resolutionType", type, "rootCauseTag", tag, "preventionAction", "Call before each visit");
        String task = tasks.createTaskQuery()
                .processInstanceId(ready.processInstanceId())
                .taskDefinitionKey("UserTask_ResolveCase")
                .singleResult()
                .getId();
        String form = text(Map.of(
                "variables",
                draft.entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey, answer -> Map.of("value", answer.getValue(), "type", "String")))));
        Visitor browser = Visitor.browser(port);
        browser.signIn(loop.owner(), TestPeople.PASSWORD);
        browser.open("/camunda/app/tasklist/default/");
        Visitor owner = Visitor.withBasic(port, loop.owner(), TestPeople.PASSWORD);
        for (HttpResponse<String> answer : List.of(
                browser.post("/camunda/api/engine/engine/default/task/" + task + "/submit-form", form),
                owner.post("/engine-rest/task/" + task + "/complete", form),
                owner.post("/api/cases/" + ready.number() + "/resolution", text(draft)))) {
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
            assertThat(answer.body())
                    .as("%s", answer.uri())
                    .contains("resolutionType")
                    .contains(why.replace("\"", "\\\""));
        }
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> resolve(ready, type))
                .satisfies(refused -> assertThat(refused.problems())
                        .extracting(Refused.Problem::field)
                        .containsExactly("resolutionType"))
                .withMessageContaining(why);
        assertThat(loop.again(ready).state()).isEqualTo(CaseState.OPEN);
    }

    private RecoveryCase resolve(RecoveryCase ready, String type) {
        loop.does(
                Role.CASE_OWNER,
                () -> resolutions.resolve(ready.number(), new Resolutions.Draft(type, tag, "Call before each visit")));
        return loop.again(ready);
    }

    /** A case of this customer about the work that was paid for with this payment. */
    private RecoveryCase ready(String customer, Payment affected) {
        RecoveryCase opened = loop.as(
                Role.CASE_OWNER,
                () -> cases.open(new NewCase(
                        customer,
                        Severity.MINOR,
                        FailureSource.COMPLAINT,
                        "Late",
                        null,
                        null,
                        loop.owner(),
                        new Origin("job", "J-1", null, null, null, null, affected.id()))));
        loop.does(Role.CASE_OWNER, () -> plan.finish(opened.number(), List.of(new NewStep("call-customer", "", null))));
        loop.work(opened, 1);
        return loop.again(opened);
    }

    private RecoveryCase planned(String... types) {
        RecoveryCase opened = loop.opened(Severity.MINOR);
        List<NewStep> steps =
                List.of(types).stream().map(type -> new NewStep(type, "", null)).toList();
        loop.does(Role.CASE_OWNER, () -> plan.finish(opened.number(), steps));
        return loop.again(opened);
    }

    private void work(RecoveryCase of, int step, String... answers) {
        Map<String, Object> form = new LinkedHashMap<>();
        for (int i = 0; i < answers.length; i += 2) {
            form.put(answers[i], answers[i + 1]);
        }
        loop.does(Role.CASE_OWNER, () -> plan.work(of.number(), step, form));
    }

    private Payment paid(RecoveryCase by, String mark, String amount) {
        return pay(by.customerId(), mark, amount);
    }

    private Payment pay(long customer, String mark, String amount) {
        String charge = "ch" + mark + UUID.randomUUID();
        return customers.registerPayment(customer, charge, "INV-" + charge, Money.parse(amount), null, Instant.now());
    }

    private Compensation offer(RecoveryCase on, Kind kind, @Nullable String amount, @Nullable String payment) {
        return till.offer(on, kind, amount, kind == Kind.CREDIT ? "EUR" : null, payment);
    }

    private String text(Map<String, ?> content) {
        try {
            return json.writeValueAsString(content);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
