package org.servicerecovery.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.StreamSupport;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.servicerecovery.EdgeCase;
import org.servicerecovery.Loop;
import org.servicerecovery.Refused;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;
import org.servicerecovery.access.Role;
import org.servicerecovery.compensation.Compensation;
import org.servicerecovery.compensation.CompensationState;
import org.servicerecovery.compensation.Compensations;
import org.servicerecovery.compensation.Kind;
import org.servicerecovery.compensation.Till;
import org.servicerecovery.correspondence.MailOutbox;
import org.servicerecovery.correspondence.Outbox;
import org.servicerecovery.customer.Customers;
import org.servicerecovery.plan.NewStep;
import org.servicerecovery.plan.Plan;
import org.servicerecovery.plan.Step;
import org.servicerecovery.plan.StepStart;
import org.servicerecovery.plan.StepState;
import org.servicerecovery.resolution.Resolutions;
import org.servicerecovery.sla.ClockLedger;
import org.servicerecovery.sla.ClockName;
import org.servicerecovery.sla.Clocks;
import org.servicerecovery.sla.PauseReason;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Two cases about one failure become one. */
@RunningApplication
class MergedCasesTest {

    private static final Instant MONDAY = Instant.parse("2031-03-03T09:00:00Z");

    @LocalServerPort
    int port;

    @Autowired
    ApplicationContext application;

    @Autowired
    IdentityService identities;

    @Autowired
    Cases cases;

    @Autowired
    Journal journal;

    @Autowired
    Plan plan;

    @Autowired
    Clocks clocks;

    @Autowired
    Compensations compensations;

    @Autowired
    TaskService tasks;

    @Autowired
    Customers customers;

    @Autowired
    MailOutbox outbox;

    @Autowired
    Resolutions resolutions;

    @Autowired
    TransactionTemplate transaction;

    @Autowired
    JdbcClient db;

    @Autowired
    ObjectMapper json;

    Loop loop;
    String customer = "";
    String owner = "";
    String other = "";

    @BeforeEach
    void twoOwnersAndACustomer() {
        loop = new Loop(application);
        customer = loop.customer();
        owner = "test-merge-" + UUID.randomUUID();
        other = "test-merge-" + UUID.randomUUID();
        TestPeople.add(identities, owner, Role.CASE_OWNER);
        TestPeople.add(identities, other, Role.CASE_OWNER);
    }

    @AfterEach
    void timeGoesOn() {
        ClockUtil.reset();
    }

    @Test
    void whatIsOnTheRecordOfADuplicateIsReadOnTheCaseThatGoesOnAndNothingOfItIsChanged() throws Exception {
        RecoveryCase first = opened(owner, Severity.MINOR, "He never came");
        RecoveryCase second = opened(other, Severity.MINOR, "Nobody rang, and my words are these");
        loop.does(Role.MANAGER, () -> cases.note(second.number(), "The key is with the neighbour"));
        loop.does(
                Role.MANAGER,
                () -> plan.finish(
                        second.number(),
                        List.of(
                                new NewStep("call-customer", "Say sorry", null),
                                new NewStep("internal-training-note", "Tell the team", null))));
        loop.does(Role.MANAGER, () -> plan.finish(first.number(), List.of(new NewStep("call-customer", "", null))));
        List<Journal.Entry> before = journal.of(second.id());

        merge(second, first, Set.of(2));

        RecoveryCase merged = loop.again(second);
        assertThat(merged.state()).isEqualTo(CaseState.DUPLICATE);
        assertThat(merged.mergedInto()).isEqualTo(first.number());
        assertThat(journal.of(second.id())).startsWith(before.toArray(Journal.Entry[]::new));
        assertThat(journal.firstBrokenEntry(first.id())).isEmpty();
        assertThat(journal.firstBrokenEntry(second.id())).isEmpty();
        assertThat(kinds(first)).contains("case merged in");
        assertThat(kinds(second)).contains("case duplicate");
        assertThat(plan.steps(second.id()))
                .extracting(Step::state, Step::notes)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(
                                StepState.SKIPPED, "The case was merged into " + first.number() + "."),
                        org.assertj.core.groups.Tuple.tuple(
                                StepState.SKIPPED, "Goes on as step 2 of " + first.number() + "."));
        Step goesOn = plan.steps(first.id()).get(1);
        assertThat(goesOn.type()).isEqualTo("internal-training-note");
        assertThat(goesOn.purpose()).isEqualTo("Tell the team");
        assertThat(goesOn.state()).isEqualTo(StepState.STARTED);
        assertThat(tasks.createTaskQuery()
                        .processInstanceBusinessKeyLike(second.number() + "%")
                        .count())
                .isZero();

        JsonNode read = json(Visitor.withBasic(port, owner, TestPeople.PASSWORD).get("/api/cases/" + first.number()));
        assertThat(read.path("merged")).hasSize(1);
        JsonNode there = read.path("merged").get(0);
        assertThat(there.path("number").asText()).isEqualTo(second.number().value());
        assertThat(there.path("verbatim").asText()).isEqualTo("Nobody rang, and my words are these");
        assertThat(there.path("steps")).hasSize(2);
        assertThat(StreamSupport.stream(there.path("timeline").spliterator(), false)
                        .map(entry -> entry.path("text").asText()))
                .contains("The key is with the neighbour");
        // The owner of the case that goes on reads the other one as well; a third person neither.
        JsonNode its = json(Visitor.withBasic(port, owner, TestPeople.PASSWORD).get("/api/cases/" + second.number()));
        assertThat(its.path("duplicateOf").asText()).isEqualTo(first.number().value());
        String third = "test-merge-" + UUID.randomUUID();
        TestPeople.add(identities, third, Role.CASE_OWNER);
        assertThat(Visitor.withBasic(port, third, TestPeople.PASSWORD)
                        .get("/api/cases/" + second.number())
                        .statusCode())
                .isEqualTo(403);
        assertThat(db.sql("select recipient from mail_outbox where case_id = ? and subject like '%was merged in'")
                        .param(first.id())
                        .query(String.class)
                        .list())
                .containsExactlyInAnyOrder(owner, other);
    }

    @Test
    @EdgeCase("Cases merged: earliest start, breaches kept, counted once")
    void theClockCountsFromTheEarlierStartWithoutItsPausesByTheSeverityOfTheCaseThatGoesOn() {
        RecoveryCase early = openedAt(MONDAY, Severity.MINOR);
        Loop.itIs(MONDAY.plus(Duration.ofHours(1)));
        loop.does(Role.MANAGER, () -> clocks.pause(early.number(), PauseReason.CUSTOMER_AWAY));
        Loop.itIs(MONDAY.plus(Duration.ofHours(4)));
        loop.does(Role.MANAGER, () -> clocks.resume(early.number(), "She is back"));
        RecoveryCase late = openedAt(MONDAY.plus(Duration.ofHours(10)), Severity.MODERATE);

        Loop.itIs(MONDAY.plus(Duration.ofHours(12)));
        merge(early, late, Set.of());

        ClockLedger.Reading reading = reading(late);
        assertThat(reading.startedAt()).isEqualTo(MONDAY);
        assertThat(reading.dueAt()).isEqualTo(MONDAY.plus(Duration.ofHours(48 + 3)));
        assertThat(reading.elapsed()).isEqualTo(Duration.ofHours(12 - 3));
        assertThat(reading.missedAt()).isNull();
        assertThat(loop.timer(late, "BoundaryEvent_DeadlineMissed").getDuedate())
                .isEqualTo(MONDAY.plus(Duration.ofHours(51)));
    }

    @Test
    @EdgeCase("Cases merged: earliest start, breaches kept, counted once")
    void aBreachOfEitherIsKeptAndCountedAndToldOnce() {
        RecoveryCase broken = openedAt(MONDAY, Severity.CRITICAL);
        RecoveryCase goesOn = openedAt(MONDAY.plus(Duration.ofHours(1)), Severity.MINOR);
        Loop.itIs(MONDAY.plus(Duration.ofHours(6)));
        loop.fire(broken, "BoundaryEvent_DeadlineMissed");

        merge(broken, goesOn, Set.of());

        ClockLedger.Reading reading = reading(goesOn);
        assertThat(reading.missedAt()).isEqualTo(MONDAY.plus(Duration.ofHours(4)));
        assertThat(reading.dueAt()).isEqualTo(MONDAY.plus(Duration.ofHours(72)));
        loop.fire(goesOn, "BoundaryEvent_DeadlineMissed");
        assertThat(loop.openTasks(goesOn)).contains("UserTask_HandleMissedDeadline");
        assertThat(kinds(goesOn).stream().filter("deadline missed"::equals)).hasSize(1);
        assertThat(loop.timer(goesOn, "BoundaryEvent_BreachNotHandled").getDuedate())
                .as("counted from the merge, so that nobody is told at once what is told further up")
                .isAfterOrEqualTo(MONDAY.plus(Duration.ofHours(6)));
    }

    @Test
    void moneyOnItsWayRefusesTheMergeWhatIsOfferedIsVoidAndWhatWasGivenCountsForTheCaseThatGoesOn() throws Exception {
        RecoveryCase goesOn = opened(loop.owner(), Severity.MINOR, "One");
        RecoveryCase second = opened(loop.owner(), Severity.MINOR, "Two");
        Till till = new Till(application, loop);
        Compensation given = till.offer(second, Kind.CREDIT, "40.00", "EUR", null);
        till.run(given);
        Compensation offered = till.offer(second, Kind.CREDIT, "400.00", "EUR", null);
        assertThat(compensations.of(second.id()))
                .extracting(Compensation::state)
                .containsExactly(CompensationState.SETTLED, CompensationState.OFFERED);
        db.sql("update compensation set state = 'IN_FLIGHT' where id = ?")
                .param(offered.id())
                .update();
        assertThatThrownBy(() -> merge(second, goesOn, Set.of()))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("Money of this case is on its way. Wait until it is settled");
        assertThat(loop.again(second).state()).isEqualTo(CaseState.OPEN);
        db.sql("update compensation set state = 'OFFERED' where id = ?")
                .param(offered.id())
                .update();

        merge(second, goesOn, Set.of());

        assertThat(compensations.of(second.id()))
                .extracting(Compensation::state)
                .containsExactly(CompensationState.SETTLED, CompensationState.GIVEN_UP);
        JsonNode read =
                json(Visitor.withBasic(port, loop.owner(), TestPeople.PASSWORD).get("/api/cases/" + goesOn.number()));
        assertThat(read.path("merged")
                        .get(0)
                        .path("compensations")
                        .get(0)
                        .path("state")
                        .asText())
                .isEqualTo("settled");
        assertThat(cases.family(goesOn.id())).containsExactly(goesOn.id(), second.id());
        assertThat(db.sql(
                                "select sum(amount) from compensation where state = 'SETTLED' and case_id in (select case_family(?))")
                        .param(goesOn.id())
                        .query(java.math.BigDecimal.class)
                        .single())
                .isEqualByComparingTo("40");
    }

    @Test
    void whoWritesToADuplicateReachesTheEndOfTheChain() {
        RecoveryCase a = opened(loop.owner(), Severity.MINOR, "A");
        RecoveryCase b = opened(loop.owner(), Severity.MINOR, "B");
        RecoveryCase c = opened(loop.owner(), Severity.MINOR, "C");
        merge(a, b, Set.of());
        merge(b, c, Set.of());

        loop.does(Role.CASE_OWNER, () -> cases.customerReplied(a.number(), "e-mail", "Monday suits me"));

        assertThat(kinds(c)).contains("customer replied");
        assertThat(kinds(a)).doesNotContain("customer replied");
        assertThat(cases.mergedInto(c.id())).extracting(RecoveryCase::number).containsExactly(a.number(), b.number());
        assertThat(cases.goesOnAs(loop.again(a)).number()).isEqualTo(c.number());
        RecoveryCase d = opened(loop.owner(), Severity.MINOR, "D");
        assertThatThrownBy(() -> merge(d, b, Set.of()))
                .hasMessageContaining("duplicateOf: " + b.number() + " was itself merged into " + c.number());
        assertThatThrownBy(() ->
                        loop.does(Role.CASE_OWNER, () -> plan.add(a.number(), new NewStep("call-customer", "", null))))
                .hasMessage("Case " + a.number() + " was merged into " + b.number() + ". Go on there.");
    }

    @Test
    void stepsThatGoOnKeepTheirOrderAndWhenTheyAreDueAndTheOthersStartNothingOnTheDyingCase() {
        RecoveryCase goesOn = openedAt(MONDAY, Severity.MINOR);
        loop.does(Role.MANAGER, () -> plan.finish(goesOn.number(), List.of(new NewStep("call-customer", "", null))));
        RecoveryCase second = openedAt(MONDAY, Severity.MINOR);
        Instant promised = MONDAY.plus(Duration.ofHours(30));
        loop.does(
                Role.MANAGER,
                () -> plan.finish(
                        second.number(),
                        List.of(
                                new NewStep("call-customer", "First", null, StepStart.AT_ONCE, null, promised),
                                new NewStep("email-customer", "Left out", null, StepStart.AFTER_PREVIOUS, 5, null),
                                new NewStep("internal-training-note", "Last", null, StepStart.AFTER_PREVIOUS, 7, null),
                                new NewStep("email-customer", "By itself", null, StepStart.AFTER_PREVIOUS, 2, null))));
        Loop.itIs(MONDAY.plus(Duration.ofHours(40)));

        merge(second, goesOn, Set.of(1, 3, 4));

        List<Step> steps = plan.steps(goesOn.id());
        assertThat(steps)
                .extracting(Step::seq, Step::purpose, Step::state, Step::afterSeq)
                .containsExactly(
                        tuple(1, "", StepState.STARTED, null),
                        tuple(2, "First", StepState.STARTED, null),
                        tuple(3, "Last", StepState.PLANNED, 2),
                        tuple(4, "By itself", StepState.PLANNED, 3));
        assertThat(steps.get(1).dueAt()).as("overdue, as it was").isEqualTo(promised);
        assertThat(plan.steps(second.id())).allMatch(step -> step.state() == StepState.SKIPPED);
        assertThat(plan.steps(second.id()).subList(1, 4)).allMatch(step -> step.processInstanceId() == null);
        loop.does(
                Role.MANAGER,
                () -> plan.work(
                        goesOn.number(),
                        2,
                        java.util.Map.of("outcome", "completed", "reached", "reached", "notes", "Said sorry.")));
        assertThat(plan.steps(goesOn.id()).get(2).dueAt()).isEqualTo(MONDAY.plus(Duration.ofHours(40 + 7)));
    }

    @Test
    void aMailThatIsAcceptedAfterTheMergeAcknowledgesTheCaseThatGoesOn() {
        RecoveryCase goesOn = opened(owner, Severity.MAJOR, "One");
        RecoveryCase second = opened(owner, Severity.MAJOR, "Two");
        customers.register(customer, "Ada", UUID.randomUUID() + "@customers.example", null);
        transaction.executeWithoutResult(status -> outbox.queue(cases.lock(second.number()), "Sorry", "We are."));
        merge(second, goesOn, Set.of());
        assertThat(clocks.read(goesOn.id(), 1, ClockName.ACKNOWLEDGEMENT)
                        .orElseThrow()
                        .isRunning())
                .isTrue();

        Outbox.deliver(application);

        assertThat(clocks.read(goesOn.id(), 1, ClockName.ACKNOWLEDGEMENT)
                        .orElseThrow()
                        .verdict())
                .isEqualTo(ClockLedger.Verdict.KEPT);
        assertThat(kinds(goesOn)).contains("acknowledged");
        assertThat(kinds(second)).contains("mail sent");
    }

    @Test
    void whoHandledACaseThatWasMergedInReviewsNeitherAnswer() {
        RecoveryCase second = opened(other, Severity.MINOR, "Two");
        loop.does(Role.CX_LEAD, () -> cases.note(second.number(), "I spoke to her"));
        RecoveryCase goesOn = loop.another(second);
        loop.does(Role.CASE_OWNER, () -> plan.finish(goesOn.number(), List.of(new NewStep("call-customer", "", null))));
        loop.work(goesOn, 1);
        merge(second, goesOn, Set.of());
        loop.closeLoop(loop.resolve(goesOn, loop.tag()));

        RecoveryCase closed = loop.again(goesOn);
        assertThat(cases.hadPartInFirstAnswer(closed, other)).isTrue();
        assertThat(cases.hadPartInFirstAnswer(closed, loop.person(Role.CX_LEAD)))
                .isTrue();
        assertThat(cases.hadPartInFirstAnswer(closed, loop.person(Role.OFFICE_MANAGER)))
                .isFalse();
        assertThatThrownBy(() -> loop.as(Role.CX_LEAD, () -> resolutions.find(closed.number(), "upheld")))
                .isInstanceOf(Refused.class);
        loop.as(Role.REVIEWER, () -> resolutions.find(closed.number(), "upheld"));
    }

    /** Asked of one case, and as a condition on all. */
    @Test
    void whoMaySeeACaseIsAnsweredAlikeInBothForms() throws Exception {
        String third = "test-merge-" + UUID.randomUUID();
        TestPeople.add(identities, third, Role.CASE_OWNER);
        RecoveryCase unowned = loop.as(
                Role.MANAGER,
                () -> cases.open(new NewCase(
                        customer, Severity.MINOR, FailureSource.COMPLAINT, "Nobody’s", null, null, null, null)));
        RecoveryCase goesOn = opened(owner, Severity.MINOR, "One");
        RecoveryCase second = opened(other, Severity.MINOR, "Two");
        RecoveryCase planned = opened(other, Severity.MINOR, "Three");
        RecoveryCase held = opened(other, Severity.MINOR, "Four");
        RecoveryCase heldItself = opened(other, Severity.MINOR, "Five");
        merge(second, goesOn, Set.of());
        for (RecoveryCase each : List.of(planned, held)) {
            loop.does(
                    Role.MANAGER,
                    () -> plan.finish(
                            each.number(),
                            List.of(new NewStep("internal-training-note", "", each == planned ? third : null))));
        }
        tasks.setAssignee(
                tasks.createTaskQuery()
                        .processInstanceId(plan.steps(held.id()).get(0).processInstanceId())
                        .singleResult()
                        .getId(),
                third);
        tasks.setAssignee(loop.task(heldItself, "UserTask_PlanRecovery").getId(), owner);

        List<RecoveryCase> all = List.of(unowned, goesOn, loop.again(second), planned, held, heldItself);
        for (String reader : List.of(owner, other, third, loop.person(Role.REVIEWER), loop.person(Role.MANAGER))) {
            Visitor visitor = Visitor.withBasic(port, reader, TestPeople.PASSWORD);
            List<String> one = all.stream()
                    .filter(each -> visitor.get("/api/cases/" + each.number()).statusCode() == 200)
                    .map(each -> each.number().value())
                    .toList();
            List<String> listed = new java.util.ArrayList<>();
            for (String of : List.of(owner, other)) {
                listed.addAll(json(visitor.get("/api/cases?owner=" + of)).findValuesAsText("number"));
            }
            List<String> found = new java.util.ArrayList<>();
            for (RecoveryCase each : all) {
                if (json(visitor.get("/api/cases/search?q=" + each.number()))
                        .findValuesAsText("number")
                        .contains(each.number().value())) {
                    found.add(each.number().value());
                }
            }
            assertThat(found).as(reader).containsExactlyElementsOf(one);
            assertThat(listed)
                    .as(reader)
                    .containsExactlyInAnyOrderElementsOf(one.stream()
                            .filter(each -> !each.equals(unowned.number().value()))
                            .toList());
        }
        assertThat(json(Visitor.withBasic(port, owner, TestPeople.PASSWORD)
                                .get("/api/cases/search?q=" + second.number()))
                        .findValuesAsText("number"))
                .contains(second.number().value());
    }

    @Test
    void aMergeIsRefusedInASentenceThatSaysWhatToDo() {
        RecoveryCase found = opened(owner, Severity.MINOR, "Found");
        RecoveryCase theirs = opened(other, Severity.MINOR, "Theirs");
        String elsewhere = loop.customer();
        RecoveryCase another = loop.as(
                Role.MANAGER,
                () -> cases.open(new NewCase(
                        elsewhere, Severity.MINOR, FailureSource.COMPLAINT, "Another", null, null, owner, null)));
        RecoveryCase over = opened(owner, Severity.MINOR, "Over");
        loop.does(Role.MANAGER, () -> cases.closeWithoutCause(over.number(), CaseState.WITHDRAWN, "Called off", null));

        Visitor api = Visitor.withBasic(port, owner, TestPeople.PASSWORD);
        assertThat(refusal(api, found, theirs.number().value())).contains("is somebody else’s case");
        assertThat(refusal(api, found, another.number().value())).contains("is another customer’s");
        assertThat(refusal(api, found, over.number().value())).contains("does not go on: it is withdrawn");
        assertThat(refusal(api, found, found.number().value())).contains("A case cannot be a duplicate of itself");
        assertThat(refusal(api, found, "SR-2019-000001")).contains("There is no case SR-2019-000001");
        assertThat(api.post(
                                "/api/cases/" + found.number() + "/duplicate",
                                "{\"duplicateOf\":\"" + theirs.number() + "\",\"reason\":\" \"}")
                        .body())
                .contains("\"field\":\"reason\"");
        assertThat(loop.again(found).state()).isEqualTo(CaseState.OPEN);
    }

    @Test
    void aDuplicateThatIsNoneIsOpenedAgainAndBothCasesSaySo() {
        RecoveryCase goesOn = opened(loop.owner(), Severity.MINOR, "One");
        RecoveryCase second = opened(loop.owner(), Severity.MINOR, "Two");
        merge(second, goesOn, Set.of());

        loop.does(Role.CASE_OWNER, () -> cases.reopen(second.number(), "It was another visit"));

        RecoveryCase again = loop.again(second);
        assertThat(again.state()).isEqualTo(CaseState.OPEN);
        assertThat(again.epoch()).isEqualTo(2);
        assertThat(again.mergedInto()).isNull();
        assertThat(cases.mergedInto(goesOn.id())).isEmpty();
        assertThat(kinds(goesOn)).endsWith("case merged in", "case goes on by itself");
    }

    @RepeatedTest(3)
    void twoPeopleWhoMergeTwoCasesIntoEachOtherAtOnceLeaveOneThatGoesOn() throws Exception {
        RecoveryCase a = opened(loop.owner(), Severity.MINOR, "A");
        RecoveryCase b = opened(loop.owner(), Severity.MINOR, "B");
        CountDownLatch ready = new CountDownLatch(2);
        ExecutorService two = Executors.newFixedThreadPool(2);
        try {
            List<Future<String>> done =
                    two.invokeAll(List.of(attempt(a, b, ready, Role.CASE_OWNER), attempt(b, a, ready, Role.MANAGER)));
            List<String> said = List.of(done.get(0).get(), done.get(1).get());
            assertThat(said).contains("merged");
            assertThat(said)
                    .filteredOn(each -> each.contains(" was merged into this case already"))
                    .hasSize(1);
        } finally {
            two.shutdownNow();
        }
        assertThat(List.of(loop.again(a), loop.again(b)))
                .extracting(RecoveryCase::state)
                .containsExactlyInAnyOrder(CaseState.OPEN, CaseState.DUPLICATE);
    }

    private Callable<String> attempt(RecoveryCase of, RecoveryCase into, CountDownLatch ready, Role role) {
        return () -> {
            ready.countDown();
            ready.await();
            try {
                return loop.as(role, () -> {
                    cases.merge(of.number(), into.number(), "The same", Set.of());
                    return "merged";
                });
            } catch (Refused refused) {
                return String.valueOf(refused.getMessage());
            }
        };
    }

    private String refusal(Visitor api, RecoveryCase of, String into) {
        HttpResponse<String> answer = api.post(
                "/api/cases/" + of.number() + "/duplicate",
                "{\"duplicateOf\":\"" + into + "\",\"reason\":\"The same\"}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).contains("\"field\":\"duplicateOf\"");
        return answer.body();
    }

    private RecoveryCase merge(RecoveryCase of, RecoveryCase into, Set<Integer> steps) {
        return loop.as(Role.MANAGER, () -> cases.merge(of.number(), into.number(), "The same failure", steps));
    }

    private RecoveryCase opened(String by, Severity severity, String verbatim) {
        return loop.as(
                Role.MANAGER,
                () -> cases.open(new NewCase(
                        customer, severity, FailureSource.COMPLAINT, "Nobody came", verbatim, null, by, null)));
    }

    private RecoveryCase openedAt(Instant at, Severity severity) {
        Loop.itIs(at);
        return opened(loop.owner(), severity, "Late");
    }

    private ClockLedger.Reading reading(RecoveryCase of) {
        return clocks.read(of.id(), of.epoch(), ClockName.RESOLUTION).orElseThrow();
    }

    private List<String> kinds(RecoveryCase of) {
        return journal.of(of.id()).stream().map(Journal.Entry::kind).toList();
    }

    private JsonNode json(HttpResponse<String> answer) throws Exception {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json.readTree(answer.body());
    }
}
