package org.servicerecovery.compensation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.servicerecovery.compensation.CompedService.MEMBERSHIP_VISIT;
import static org.servicerecovery.compensation.CompedService.QUOTE;
import static org.servicerecovery.compensation.LedgerAccount.COMPED_SERVICES;
import static org.servicerecovery.compensation.LedgerAccount.RECOVERY_COST;
import static org.servicerecovery.compensation.LedgerAccount.SERVICES_DONE;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.camunda.bpm.engine.runtime.Job;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.servicerecovery.Loop;
import org.servicerecovery.MembershipVisits;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.CaseNumber;
import org.servicerecovery.cases.CaseState;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.Journal;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;

/** Quotes stand in the built-in list here, membership visits are scheduled by another system over HTTP. */
@RunningApplication
class CompedServicesTest {

    private static final String SERVICES = "/api/comped-services/";

    @LocalServerPort
    int port;

    @Autowired
    ApplicationContext application;

    @Autowired
    Compensations compensations;

    @Autowired
    OrderedServices ordered;

    @Autowired
    TaskService tasks;

    @Autowired
    Journal journal;

    final ObjectMapper json = new ObjectMapper();
    Loop loop;
    Till till;
    Visitor lead;

    @BeforeEach
    void loop() {
        loop = new Loop(application);
        till = new Till(application, loop);
        lead = as(Role.CX_LEAD);
    }

    @Test
    void aServiceIsOwedFromWhenItIsScheduledUntilItIsDone() {
        Compensation offered = till.comped(loop.planned(Severity.MINOR, 1), QUOTE, "80.00", "Repaint the fence");
        assertThat(offered.state()).isEqualTo(CompensationState.IN_FLIGHT);
        OrderedService order = ordered.byKey(offered.idempotencyKey());
        assertThat(order.state()).isEqualTo(ServiceState.ORDERED);
        assertThat(post(order, "completion", "").statusCode())
                .as("not scheduled yet")
                .isEqualTo(409);

        Compensation settled = till.run(offered);

        assertThat(settled.state()).isEqualTo(CompensationState.SETTLED);
        assertThat(settled.processorReference()).isEqualTo(order.number());
        balances(settled, "80", "-80", "0");

        assertThat(post(order, "completion", "").body()).contains("\"state\":\"done\"");
        assertThat(post(order, "completion", "").statusCode()).as("told twice").isEqualTo(200);
        balances(settled, "0", "-80", "80");
        HttpResponse<String> late = request(order);
        assertThat(late.statusCode()).isEqualTo(409);
        assertThat(late.body()).contains(order.number() + " is done");
        balances(settled, "0", "-80", "80");
    }

    @ParameterizedTest
    @EnumSource(CompedService.class)
    void aCancelledServiceGivesTheRightToItBackAndOpensTheCaseAgain(CompedService service) {
        RecoveryCase found = loop.readyToResolve(Severity.MINOR);
        Compensation settled = till.run(till.comped(found, service, "80.00", "Two hours in the garden"));
        OrderedService first = ordered.byKey(settled.idempotencyKey());
        RecoveryCase closed = loop.closeLoop(loop.resolve(found, loop.tag()));
        assertThat(closed.state()).isEqualTo(CaseState.CLOSED);

        assertThat(post(first, "cancellation", "{}").body()).contains("reason");
        HttpResponse<String> wanted = request(first);
        assertThat(wanted.statusCode()).as(wanted.body()).isEqualTo(202);
        assertThat(wanted.body()).contains("\"state\":\"cancelling\"");
        balances(settled, "80", "-80", "0");
        till.run(compensations.get(settled.id()));

        Compensation cancelled = compensations.get(settled.id());
        assertThat(cancelled.state()).isEqualTo(CompensationState.DECLINED);
        assertThat(cancelled.failure()).isEqualTo("Nobody is free");
        balances(settled, "0", "0", "0");
        RecoveryCase again = loop.again(closed);
        assertThat(again.state()).isEqualTo(CaseState.OPEN);
        assertThat(again.epoch()).isEqualTo(2);
        assertThat(journal.of(again.id()))
                .extracting(Journal.Entry::kind)
                .containsSubsequence("case closed", "service cancelled", "case reopened");
        assertThat(tasks.createTaskQuery()
                        .processInstanceId(cancelled.processInstanceId())
                        .singleResult()
                        .getTaskDefinitionKey())
                .isEqualTo("UserTask_HandleDeclinedCompensation");

        Compensation anew = till.run(till.decide(Role.CASE_OWNER, again, cancelled, "try-again"));

        assertThat(anew.state()).isEqualTo(CompensationState.SETTLED);
        OrderedService second = ordered.byKey(anew.idempotencyKey());
        assertThat(second.key()).isNotEqualTo(first.key());
        assertThat(second.number()).isNotEqualTo(first.number());
        balances(settled, "80", "-80", "0");
        assertThat(request(first).statusCode()).as("told again, and late").isEqualTo(200);
        assertThat(compensations.get(settled.id()).state()).isEqualTo(CompensationState.SETTLED);
        balances(settled, "80", "-80", "0");
    }

    @Test
    void aCaseThatWasResolvedMeanwhileIsOpenedAgainOnceItIsClosed() {
        RecoveryCase found = loop.readyToResolve(Severity.MINOR);
        Compensation settled = till.run(till.comped(found, QUOTE, "80.00", "Repaint the fence"));
        RecoveryCase resolved = loop.resolve(found, loop.tag());
        cancelled(ordered.byKey(settled.idempotencyKey()));
        assertThat(loop.again(resolved).state()).isEqualTo(CaseState.RESOLVED);

        loop.closeLoop(resolved);

        assertThat(loop.again(resolved).state()).isEqualTo(CaseState.OPEN);
        Compensation givenUp =
                till.decide(Role.CASE_OWNER, loop.again(resolved), compensations.get(settled.id()), "give-up");
        assertThat(givenUp.state()).isEqualTo(CompensationState.GIVEN_UP);
        balances(settled, "0", "0", "0");
    }

    @Test
    void whatTheOtherSystemRefusesIsDecidedOnAndTriedAgainWithANewKey() {
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        Compensation offered = till.comped(found, MEMBERSHIP_VISIT, "80.00", "-refused-once-");

        Compensation refused = till.run(offered);

        assertThat(refused.state()).isEqualTo(CompensationState.DECLINED);
        assertThat(refused.failure()).isEqualTo("No plan covers this.");
        assertThat(refused.idempotencyKey()).isNotEqualTo(offered.idempotencyKey());
        assertThat(ordered.byKey(offered.idempotencyKey()).state()).isEqualTo(ServiceState.REFUSED);
        balances(refused, "0", "0", "0");

        Compensation again = till.run(till.decide(Role.CASE_OWNER, found, refused, "try-again"));

        assertThat(again.state()).isEqualTo(CompensationState.SETTLED);
        assertThat(MembershipVisits.asked(offered.idempotencyKey())).containsExactly("schedule");
        assertThat(MembershipVisits.asked(again.idempotencyKey())).containsExactly("schedule");
        balances(refused, "80", "-80", "0");
    }

    @Test
    void anOrderThatIsNotAnsweredIsSentAgainWithTheSameKeyAndScheduledOnce() {
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        Compensation offered = till.comped(found, MEMBERSHIP_VISIT, "80.00", "-silent-twice-");

        assertThatThrownBy(() -> till.run(offered)).hasMessageContaining("It is not known whether the service");
        assertThat(compensations.get(offered.id()).state()).isEqualTo(CompensationState.IN_FLIGHT);
        balances(offered, "0", "0", "0");

        Compensation settled = till.run(offered);

        assertThat(settled.state()).isEqualTo(CompensationState.SETTLED);
        OrderedService order = ordered.byKey(offered.idempotencyKey());
        assertThat(settled.processorReference()).isEqualTo("V-" + order.number());
        assertThat(MembershipVisits.asked(offered.idempotencyKey())).containsExactly("schedule", "look-up", "schedule");
        assertThat(MembershipVisits.booked(order.number())).containsExactly("scheduled");
        balances(offered, "80", "-80", "0");
    }

    @Test
    void aVisitIsCancelledOnceTheSystemThatScheduledItAgrees() {
        OrderedService visit = scheduledVisit("Two hours in the garden");

        assertThat(request(visit).statusCode()).isEqualTo(202);
        assertThat(MembershipVisits.booked(visit.number()))
                .as("not asked before the intent is committed")
                .containsExactly("scheduled");
        assertThat(post(visit, "completion", "").body()).contains("is being cancelled");
        Compensation cancelled = till.run(compensations.get(visit.compensationId()));

        assertThat(MembershipVisits.booked(visit.number())).containsExactly("cancelled");
        assertThat(ordered.byKey(visit.key()).state()).isEqualTo(ServiceState.CANCELLED);
        assertThat(waitsAt(cancelled)).isEqualTo("UserTask_HandleDeclinedCompensation");
        balances(cancelled, "0", "0", "0");
    }

    @Test
    void aCancellationThatIsNotAnsweredIsLookedUp() {
        OrderedService unsure = scheduledVisit("-unsure-");

        cancelled(unsure);

        assertThat(MembershipVisits.asked(unsure.key())).containsExactly("schedule", "cancel", "look-up");
        balances(compensations.get(unsure.compensationId()), "0", "0", "0");
    }

    @Test
    void aRefusedCancellationIsDecidedOnAndAskedForAgainWithANewKey() throws IOException {
        OrderedService firm = scheduledVisit("-firm-at-first-");
        request(firm);
        Compensation refused = till.run(compensations.get(firm.compensationId()));

        assertThat(waitsAt(refused)).isEqualTo("UserTask_DecideOnCancellation");
        JsonNode listed = Stream.of(json.readValue(
                        lead.get("/api/comped-services?state=cancelling").body(), JsonNode[].class))
                .filter(each -> each.path("number").asText().equals(firm.number()))
                .findFirst()
                .orElseThrow();
        assertThat(listed.path("cancellationRefused").asText()).isEqualTo("The van is on its way.");
        balances(refused, "80", "-80", "0");

        till.run(till.decide(Role.CASE_OWNER, caseOf(firm), refused, "try-again"));

        assertThat(ordered.byKey(firm.key()).state()).isEqualTo(ServiceState.CANCELLED);
        assertThat(MembershipVisits.cancelKeys(firm.key())).hasSize(2).doesNotHaveDuplicates();
        balances(refused, "0", "0", "0");
    }

    @Test
    void aServiceThatCannotBeCancelledTakesPlaceIfSomebodySaysSo() {
        OrderedService firm = scheduledVisit("-firm-");
        request(firm);
        Compensation refused = till.run(compensations.get(firm.compensationId()));
        assertThatThrownBy(() -> till.decide(Role.CASE_OWNER, caseOf(firm), refused, "perhaps"))
                .hasMessageContaining("try-again, cancelled, keep");

        Compensation kept = till.decide(Role.CASE_OWNER, caseOf(firm), refused, "keep");

        assertThat(kept.state()).isEqualTo(CompensationState.SETTLED);
        assertThat(instancesOf(kept)).isZero();
        assertThat(post(firm, "completion", "").body()).contains("\"state\":\"done\"");
        balances(kept, "0", "-80", "80");
    }

    @Test
    void aSystemThatDoesNotAnswerForTwoHoursIsATaskForSomebody() {
        OrderedService deaf = scheduledVisit("-deaf-");
        request(deaf);
        Compensation waiting = compensations.get(deaf.compensationId());
        assertThatThrownBy(() -> till.run(waiting)).hasMessageContaining("It is not known whether the service");
        assertThatThrownBy(() -> till.run(waiting)).hasMessageContaining("It is not known whether the service");
        assertThat(MembershipVisits.cancelKeys(deaf.key()))
                .as("one key")
                .hasSize(2)
                .containsOnly(String.valueOf(ordered.byKey(deaf.key()).cancelKey()));

        ManagementService management = application.getBean(ManagementService.class);
        Job timer = management
                .createJobQuery()
                .processInstanceId(waiting.processInstanceId())
                .timers()
                .singleResult();
        try {
            Loop.itIs(timer.getDuedate().toInstant());
            loop.fire(timer);
        } finally {
            ClockUtil.reset();
        }

        assertThat(waitsAt(waiting)).isEqualTo("UserTask_DecideOnCancellation");
        assertThat(management
                        .createJobQuery()
                        .processInstanceId(waiting.processInstanceId())
                        .count())
                .isZero();
        assertThatThrownBy(() -> till.decide(Role.CASE_OWNER, caseOf(deaf), waiting, "cancelled"))
                .hasMessageContaining("is for a manager to say");
        assertThat(ordered.byKey(deaf.key()).state()).isEqualTo(ServiceState.CANCELLING);
        Compensation cancelled = till.decide(Role.MANAGER, caseOf(deaf), waiting, "cancelled");
        assertThat(waitsAt(cancelled)).isEqualTo("UserTask_HandleDeclinedCompensation");
        assertThat(ordered.byKey(deaf.key()).state()).isEqualTo(ServiceState.CANCELLED);
        balances(cancelled, "0", "0", "0");
    }

    @Test
    void aServiceThatIsCancelledWhileItIsOrderedIsSoOnceItIsKnownToBeScheduled() {
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        Compensation offered = till.comped(found, MEMBERSHIP_VISIT, "80.00", "-silent-twice-");
        OrderedService order = ordered.byKey(offered.idempotencyKey());
        assertThatThrownBy(() -> till.run(offered)).hasMessageContaining("It is not known whether the service");

        assertThat(request(order).statusCode()).isEqualTo(202);
        assertThat(request(order).statusCode()).as("told twice").isEqualTo(202);
        till.run(offered);
        assertThat(ordered.byKey(order.key()).state()).isEqualTo(ServiceState.CANCELLING);
        Compensation cancelled = till.run(compensations.get(offered.id()));

        assertThat(MembershipVisits.booked(order.number())).containsExactly("cancelled");
        assertThat(waitsAt(cancelled)).isEqualTo("UserTask_HandleDeclinedCompensation");
        assertThat(instancesOf(cancelled)).as("that which ordered it is over").isEqualTo(1);
        balances(cancelled, "0", "0", "0");
    }

    @Test
    void aCaseIsNotResolvedWhileAServiceIsBeingCancelledAndMayBeWithdrawn() {
        RecoveryCase found = loop.readyToResolve(Severity.MINOR);
        Compensation settled = till.run(till.comped(found, QUOTE, "80.00", "Repaint the fence"));
        request(ordered.byKey(settled.idempotencyKey()));
        Compensation waiting = compensations.get(settled.id());
        String tag = loop.tag();
        assertThatThrownBy(() -> loop.resolve(found, tag)).hasMessageContaining("is being cancelled");
        assertThatThrownBy(() -> loop.does(
                        Role.CX_LEAD,
                        () -> application
                                .getBean(RuntimeService.class)
                                .deleteProcessInstance(waiting.processInstanceId(), "Away with it")))
                .hasMessageContaining("after two hours somebody is asked");

        loop.as(
                Role.CX_LEAD,
                () -> application
                        .getBean(Cases.class)
                        .closeWithoutCause(found.number(), CaseState.WITHDRAWN, "As wished", null));
        Compensation cancelled = till.run(waiting);

        assertThat(loop.again(found).state()).isEqualTo(CaseState.WITHDRAWN);
        assertThat(waitsAt(cancelled)).isEqualTo("UserTask_HandleDeclinedCompensation");
        assertThat(till.decide(Role.CX_LEAD, found, cancelled, "give-up").state())
                .isEqualTo(CompensationState.GIVEN_UP);
        assertThat(instancesOf(cancelled)).isZero();
        balances(cancelled, "0", "0", "0");
    }

    @Test
    void ofTwoCancellationsAtOnceOneIsBooked() throws Exception {
        RecoveryCase found = loop.readyToResolve(Severity.MINOR);
        Compensation settled = till.run(till.comped(found, QUOTE, "80.00", "Repaint the fence"));
        OrderedService order = ordered.byKey(settled.idempotencyKey());
        loop.closeLoop(loop.resolve(found, loop.tag()));

        assertThat(atOnce(
                        () -> request(order).statusCode(), () -> request(order).statusCode()))
                .containsExactly(202, 202);
        till.run(compensations.get(settled.id()));

        balances(settled, "0", "0", "0");
        assertThat(loop.again(found).epoch()).isEqualTo(2);
        assertThat(journal.of(found.id()).stream().filter(entry -> entry.kind().equals("service cancelled")))
                .hasSize(1);
    }

    @Test
    void ofDoneAndCancelledAtOnceOneHolds() throws Exception {
        Compensation settled = till.run(till.comped(loop.planned(Severity.MINOR, 1), QUOTE, "80.00", "The fence"));
        OrderedService order = ordered.byKey(settled.idempotencyKey());

        assertThat(atOnce(
                        () -> request(order).statusCode(),
                        () -> post(order, "completion", "").statusCode()))
                .containsAnyOf(200, 202)
                .contains(409);
        if (ordered.byKey(order.key()).state() == ServiceState.CANCELLING) {
            till.run(compensations.get(settled.id()));
        }

        assertThat(till.balance(COMPED_SERVICES, settled)).isEqualByComparingTo("0");
        boolean done = ordered.byKey(order.key()).state() == ServiceState.DONE;
        assertThat(till.balance(SERVICES_DONE, settled)).isEqualByComparingTo(done ? "80" : "0");
    }

    @Test
    void servicesInPartsNeedTheApprovalOfTheWholeAndAreJudgedByThemselves() {
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        till.paid(found, "", "EUR 10.00");

        assertThat(approval(found, "100")).isEqualTo("none");
        assertThat(approval(found, "60")).isEqualTo("manager");
        assertThat(approval(found, "600")).isEqualTo("business-owner");
        assertThat(approval(found, "2300")).isEqualTo("two-people");
        assertThat(till.offer(found, Kind.CREDIT, "60").approval()).isEqualTo("none");
    }

    @Test
    void aServiceThatIsApprovedIsScheduledAsItWasOffered() {
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        Compensation asked = till.comped(found, QUOTE, "200.00", "A new roof for the shed");
        assertThat(asked.approval()).isEqualTo("manager");

        assertThatThrownBy(() -> loop.does(
                        Role.MANAGER,
                        () -> tasks.complete(
                                tasks.createTaskQuery()
                                        .processInstanceId(asked.processInstanceId())
                                        .singleResult()
                                        .getId(),
                                Map.of("decision", "approve", "description", "A new house"))))
                .hasMessageContaining("cannot be changed by whoever approves");
        Compensation settled = till.run(till.decide(Role.MANAGER, found, asked, "approve"));

        assertThat(settled.state()).isEqualTo(CompensationState.SETTLED);
        balances(settled, "200", "-200", "0");
    }

    @ParameterizedTest
    @CsvSource({
        "0, amount, above zero",
        "-5, amount, above zero",
        "1.005, amount, decimal places of EUR",
        "1000000000000000000, amount, too large",
        "1e18, amount, too large",
        "NaN, amount, amount"
    })
    void aValueThatIsNoneIsRefusedWithTheNameOfTheField(String amount, String field, String why) {
        refused("\"amount\":\"" + amount + "\",\"service\":\"quote\",\"description\":\"The fence\"", field, why);
    }

    @Test
    void whatIsMissingOrUnknownIsRefusedWithTheNameOfTheField() {
        refused("\"service\":\"quote\",\"description\":\"The fence\"", "amount", "is missing");
        refused("\"amount\":\"5\",\"description\":\"The fence\"", "service", "quote, membership-visit");
        refused("\"amount\":\"5\",\"service\":\"holiday\",\"description\":\"x\"", "service", "is not known");
        refused("\"amount\":\"5\",\"service\":\"quote\",\"description\":\" \"", "description", "is missing");
        refused(
                "\"amount\":\"5\",\"service\":\"quote\",\"description\":\"" + "x".repeat(301) + "\"",
                "description",
                "at most 300");
        assertThat(lead.get("/api/comped-services?state=lost").body())
                .contains("ordered, refused, scheduled, cancelling, done");
        assertThat(lead.post(SERVICES + "CS-0/completion", "").statusCode()).isEqualTo(404);
    }

    @Test
    void theListTheCaseAndTheLedgerShowWhatWasPromised() throws IOException {
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        Visitor owner = as(Role.CASE_OWNER);
        HttpResponse<String> offered = owner.post("/api/cases/" + found.number() + "/compensations", """
                {"kind":"comped-service","service":"membership-visit","description":"Two hours in the garden",
                 "amount":"80","currency":"EUR","reason":"Sorry"}""");
        assertThat(offered.statusCode()).as(offered.body()).isEqualTo(201);
        Compensation settled = till.run(compensations.of(found.id()).get(0));
        String number = ordered.byKey(settled.idempotencyKey()).number();

        JsonNode listed =
                read(owner, "/api/comped-services?state=scheduled&limit=1").path(0);
        assertThat(listed.path("number").asText()).isEqualTo(number);
        assertThat(listed.path("description").asText()).isEqualTo("Two hours in the garden");
        assertThat(listed.path("value").asText()).isEqualTo("80.00");
        assertThat(listed.path("reference").asText()).isEqualTo("V-" + number);
        assertThat(listed.path("appointedFor").asText()).isEqualTo("2027-01-04T09:00:00Z");

        JsonNode service = read(owner, "/api/cases/" + found.number())
                .path("compensations")
                .path(0)
                .path("service");
        assertThat(service.path("kind").asText()).isEqualTo("membership-visit");
        assertThat(service.path("state").asText()).isEqualTo("scheduled");

        Visitor accountant = as(Role.ACCOUNTANT);
        assertThat(read(accountant, "/api/ledger/comped-services").findValuesAsText("number"))
                .contains(number);
        Visitor browser = Visitor.browser(port);
        browser.signIn(loop.person(Role.ACCOUNTANT), TestPeople.PASSWORD);
        assertThat(browser.open("/accounting").body()).contains(number).doesNotContain("Two hours in the garden");
        assertThat(accountant.get("/api/comped-services").statusCode()).isEqualTo(403);
    }

    @Test
    void aColleagueNeitherSeesNorEndsTheServicesOfSomebodyElsesCase() {
        OrderedService visit = scheduledVisit("Two hours in the garden");
        String colleague = "colleague-" + visit.number().toLowerCase(Locale.ROOT);
        TestPeople.add(application.getBean(IdentityService.class), colleague, Role.CASE_OWNER);
        Visitor stranger = Visitor.withBasic(port, colleague, TestPeople.PASSWORD);

        assertThat(stranger.get("/api/comped-services").body()).doesNotContain("\"" + visit.number() + "\"");
        for (String end : List.of("completion", "cancellation")) {
            assertThat(stranger.post(SERVICES + visit.number() + "/" + end, "{\"reason\":\"x\"}")
                            .statusCode())
                    .as(end)
                    .isEqualTo(403);
        }
    }

    private OrderedService scheduledVisit(String description) {
        Compensation settled =
                till.run(till.comped(loop.planned(Severity.MINOR, 1), MEMBERSHIP_VISIT, "80.00", description));
        assertThat(settled.state()).isEqualTo(CompensationState.SETTLED);
        return ordered.byKey(settled.idempotencyKey());
    }

    private String approval(RecoveryCase on, String value) {
        return till.comped(on, QUOTE, value, "The fence").approval();
    }

    private void refused(String offer, String field, String why) {
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        HttpResponse<String> answer = as(Role.CASE_OWNER)
                .post(
                        "/api/cases/" + found.number() + "/compensations",
                        "{\"kind\":\"comped-service\",\"currency\":\"EUR\",\"reason\":\"Sorry\"," + offer + "}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).contains("\"" + field + "\"").contains(why);
        assertThat(compensations.of(found.id())).isEmpty();
    }

    private void balances(Compensation about, String owed, String cost, String done) {
        assertThat(till.balance(COMPED_SERVICES, about)).as("owed").isEqualByComparingTo(owed);
        assertThat(till.balance(RECOVERY_COST, about)).as("cost").isEqualByComparingTo(cost);
        assertThat(till.balance(SERVICES_DONE, about)).as("done").isEqualByComparingTo(done);
    }

    private void cancelled(OrderedService service) {
        assertThat(request(service).statusCode()).isEqualTo(202);
        till.run(compensations.get(service.compensationId()));
        assertThat(ordered.byKey(service.key()).state()).isEqualTo(ServiceState.CANCELLED);
    }

    private String waitsAt(Compensation about) {
        return tasks.createTaskQuery()
                .processInstanceId(about.processInstanceId())
                .singleResult()
                .getTaskDefinitionKey();
    }

    private long instancesOf(Compensation about) {
        return application
                .getBean(RuntimeService.class)
                .createProcessInstanceQuery()
                .processInstanceBusinessKeyLike("%/C" + about.id())
                .count();
    }

    private RecoveryCase caseOf(OrderedService service) {
        return loop.again(new CaseNumber(service.caseNumber()));
    }

    private HttpResponse<String> request(OrderedService service) {
        return post(service, "cancellation", "{\"reason\":\"Nobody is free\"}");
    }

    private HttpResponse<String> post(OrderedService service, String what, String body) {
        return lead.post(SERVICES + service.number() + "/" + what, body);
    }

    private JsonNode read(Visitor by, String path) throws IOException {
        return json.readTree(Objects.requireNonNull(by.get(path).body()));
    }

    private Visitor as(Role role) {
        return Visitor.withBasic(port, loop.person(role), TestPeople.PASSWORD);
    }

    private static List<Integer> atOnce(Callable<Integer> one, Callable<Integer> other) throws Exception {
        var both = Executors.newFixedThreadPool(2);
        List<Integer> answers = new ArrayList<>();
        try {
            for (var answer : both.invokeAll(Stream.of(one, other).toList())) {
                answers.add(answer.get());
            }
        } finally {
            both.shutdownNow();
        }
        return answers;
    }
}
