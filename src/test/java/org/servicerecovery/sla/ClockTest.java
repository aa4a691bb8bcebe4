package org.servicerecovery.sla;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.camunda.bpm.engine.runtime.Job;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerecovery.EdgeCase;
import org.servicerecovery.Loop;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.CaseState;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.Journal;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.customer.Customers;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What moves a deadline, by the API, with the timers and due dates of the process that follow it. */
@RunningApplication
class ClockTest {

    private static final String NEAR = "BoundaryEvent_DeadlineNear";
    private static final String MISSED = "BoundaryEvent_DeadlineMissed";
    private static final Instant OPENED = Instant.parse("2032-03-01T08:00:00Z");
    private static final String WAITING = "{\"reason\":\"waiting-for-answer\"}";

    @LocalServerPort
    int port;

    @Autowired
    ApplicationContext application;

    @Autowired
    ManagementService management;

    @Autowired
    TaskService tasks;

    @Autowired
    RepositoryService repository;

    @Autowired
    Cases cases;

    @Autowired
    Customers customers;

    @Autowired
    Journal journal;

    @Autowired
    JdbcClient db;

    final ObjectMapper json = new ObjectMapper();
    Loop loop;
    Visitor owner = Visitor.browser(0);
    Visitor manager = Visitor.browser(0);

    @BeforeEach
    void itIs() {
        loop = new Loop(application);
        owner = Visitor.withBasic(port, loop.owner(), TestPeople.PASSWORD);
        manager = Visitor.withBasic(port, loop.person(Role.MANAGER), TestPeople.PASSWORD);
        Loop.itIs(OPENED);
    }

    @AfterEach
    void timeGoesOn() {
        ClockUtil.reset();
    }

    @Test
    void aPauseStopsTheTimersAndTheResumptionMovesThemByWhatItTook() throws IOException {
        RecoveryCase found = loop.opened(Severity.MAJOR);
        Loop.itIs(OPENED.plus(Duration.ofHours(3)));
        JsonNode paused = ok(owner.post(clock(found, "/pause"), WAITING));

        assertThat(resolution(paused).path("verdict").asText()).isEqualTo("paused");
        assertThat(resolution(paused).path("remainingSeconds").asLong()).isEqualTo(21 * 3600);
        assertThat(resolution(paused).has("dueAt")).isFalse();
        assertThat(List.of(loop.timer(found, NEAR), loop.timer(found, MISSED))).allMatch(Job::isSuspended);
        assertThat(planTask(found).getDueDate()).isNull();

        Loop.itIs(OPENED.plus(Duration.ofHours(50)));
        JsonNode resumed = ok(owner.post(clock(found, "/resumption"), "{\"why\":\"She called back\"}"));

        Instant due = OPENED.plus(Duration.ofHours(24 + 47));
        assertThat(resolution(resumed).path("dueAt").asText()).isEqualTo(due.toString());
        assertThat(resolution(resumed).path("originalDueAt").asText())
                .isEqualTo(OPENED.plus(Duration.ofHours(24)).toString());
        assertThat(List.of(loop.timer(found, NEAR), loop.timer(found, MISSED))).noneMatch(Job::isSuspended);
        assertThat(loop.timer(found, MISSED).getDuedate()).isEqualTo(Date.from(due));
        assertThat(loop.timer(found, NEAR).getDuedate()).isEqualTo(Date.from(due.minus(Duration.ofHours(4))));
        assertThat(planTask(found).getDueDate()).isEqualTo(Date.from(due.minus(Duration.ofHours(4))));
        assertThat(kinds(found)).contains("clock paused", "clock resumed");
        assertThat(journal.firstBrokenEntry(found.id())).isEmpty();
    }

    @Test
    void anAdministratorWhoActivatesAPausedTimerDoesNotMakeItFire() {
        RecoveryCase found = loop.opened(Severity.CRITICAL);
        owner.post(clock(found, "/pause"), WAITING);
        Job timer = loop.timer(found, MISSED);
        management.activateJobById(timer.getId());
        Loop.itIs(OPENED.plus(Duration.ofDays(300)));

        assertThat(management.createJobQuery().jobId(timer.getId()).executable().count())
                .isZero();
        assertThatThrownBy(() -> management.executeJob(timer.getId())).hasMessageContaining("9999");
        assertThat(notices(found)).isEmpty();
    }

    @Test
    void aWarningThatWasOverdueWhenTheClockWasPausedComesWithTheResumption() {
        RecoveryCase found = loop.opened(Severity.CRITICAL);
        Loop.itIs(OPENED.plus(Duration.ofMinutes(200)));
        owner.post(clock(found, "/pause"), WAITING);
        assertThatThrownBy(() -> loop.fire(found, NEAR)).hasMessageContaining("9999");
        assertThat(notices(found)).isEmpty();

        owner.post(clock(found, "/resumption"), "{\"why\":\"She called back\"}");
        loop.fire(found, NEAR);

        assertThat(notices(found)).containsExactly("1 " + OPENED.plus(Duration.ofHours(3)));
    }

    @Test
    void theOwnerIsWarnedAsOftenAsTheTableSaysOnceForEachPointAndTheTimerGoesAlong() throws IOException {
        String table = Files.readString(Path.of("processes", "resolution-deadline.dmn"));
        String several = repository
                .createDeployment()
                .addString("resolution-deadline.dmn", table.replace("\"12\"", "\"24, 2, 30 min\""))
                .deploy()
                .getId();
        try {
            RecoveryCase found = loop.opened(Severity.MINOR);
            assertThat(loop.timer(found, NEAR).getDuedate()).isEqualTo(Date.from(OPENED.plus(Duration.ofHours(48))));
            Loop.itIs(OPENED.plus(Duration.ofHours(48)));
            loop.fire(found, NEAR);
            assertThat(loop.timer(found, NEAR).getDuedate()).isEqualTo(Date.from(OPENED.plus(Duration.ofHours(70))));

            Loop.itIs(OPENED.plus(Duration.ofHours(50)));
            owner.post(clock(found, "/pause"), WAITING);
            assertThat(loop.timer(found, NEAR).isSuspended()).isTrue();
            Loop.itIs(OPENED.plus(Duration.ofHours(60)));
            owner.post(clock(found, "/resumption"), "{\"why\":\"She called back\"}");
            assertThat(loop.timer(found, NEAR).getDuedate()).isEqualTo(Date.from(OPENED.plus(Duration.ofHours(80))));

            // Nothing ran for a while: what is due by then is one notice.
            Loop.itIs(OPENED.plus(Duration.ofMinutes(81 * 60 + 40)));
            loop.fire(found, NEAR);

            assertThat(notices(found))
                    .containsExactly(
                            "1 " + OPENED.plus(Duration.ofHours(48)),
                            "1 " + OPENED.plus(Duration.ofHours(80)),
                            "1 " + OPENED.plus(Duration.ofMinutes(81 * 60 + 30)));
            assertThat(kinds(found)).filteredOn("deadline near"::equals).hasSize(2);
            assertThat(loop.openTasks(found))
                    .filteredOn("UserTask_ActOnNearDeadline"::equals)
                    .hasSize(2);
            assertThat(management
                            .createJobQuery()
                            .processInstanceId(found.processInstanceId())
                            .activityId(NEAR)
                            .count())
                    .isZero();
            JsonNode levels = explained(found).path("levels");
            assertThat(levels.findValuesAsText("before")).containsExactly("24 h", "2 h", "30 min");
            assertThat(levels.findValuesAsText("toldAt")).hasSize(3);
        } finally {
            repository.deleteDeployment(several, true);
        }
    }

    @Test
    void aMoreSevereCaseWithMoreWarningsGetsThoseThatAreStillAhead() throws IOException {
        String table = Files.readString(Path.of("processes", "resolution-deadline.dmn"));
        String several = repository
                .createDeployment()
                .addString("resolution-deadline.dmn", table.replace("\"8\"", "\"40, 1\""))
                .deploy()
                .getId();
        try {
            RecoveryCase found = loop.opened(Severity.MAJOR);
            Loop.itIs(OPENED.plus(Duration.ofHours(20)));
            loop.fire(found, NEAR);

            assertThat(raise(found, "moderate").statusCode()).isEqualTo(200);

            assertThat(loop.timer(found, NEAR).getDuedate()).isEqualTo(Date.from(OPENED.plus(Duration.ofHours(47))));
        } finally {
            repository.deleteDeployment(several, true);
        }
    }

    @Test
    @EdgeCase("A pause needs a reason")
    void aPauseNeedsAReasonFromTheList() {
        RecoveryCase found = loop.opened(Severity.MINOR);
        for (String body : List.of("{}", "{\"reason\":\"\"}", "{\"reason\":\"coffee\"}")) {
            HttpResponse<String> refused = owner.post(clock(found, "/pause"), body);
            assertThat(refused.statusCode()).as(body).isEqualTo(400);
            assertThat(refused.body()).contains("\"reason\"").contains("waiting-for-answer");
        }
        assertThat(loop.timer(found, MISSED).isSuspended()).isFalse();
    }

    @Test
    @EdgeCase("A pause cannot be stacked")
    void aPauseCannotBeStackedNorEndedTwice() {
        RecoveryCase found = loop.opened(Severity.MINOR);
        owner.post(clock(found, "/pause"), WAITING);

        HttpResponse<String> stacked = owner.post(clock(found, "/pause"), WAITING);
        assertThat(stacked.statusCode()).isEqualTo(409);
        assertThat(stacked.body()).contains("is paused already");

        owner.post(clock(found, "/resumption"), "{\"why\":\"x\"}");
        HttpResponse<String> twice = owner.post(clock(found, "/resumption"), "{\"why\":\"x\"}");
        assertThat(twice.statusCode()).isEqualTo(409);
        assertThat(twice.body()).contains("nothing to resume");
    }

    @ParameterizedTest
    @ValueSource(strings = {"phone", "e-mail", "letter", "review portal"})
    @EdgeCase("A pause ends when the customer answers on any channel")
    void aPauseEndsWhenTheCustomerAnswersOnAnyChannel(String channel) throws IOException {
        RecoveryCase found = loop.opened(Severity.MINOR);
        owner.post(clock(found, "/pause"), WAITING);
        Loop.itIs(OPENED.plus(Duration.ofHours(10)));

        HttpResponse<String> kept = owner.post(
                "/api/cases/" + found.number() + "/replies",
                "{\"channel\":\"" + channel + "\",\"text\":\"Friday is fine.\"}");

        assertThat(kept.statusCode()).as(kept.body()).isEqualTo(201);
        JsonNode clock = explained(found);
        assertThat(clock.path("verdict").asText()).isEqualTo("on-track");
        assertThat(clock.path("dueAt").asText())
                .isEqualTo(OPENED.plus(Duration.ofHours(82)).toString());
        assertThat(kinds(found)).contains("customer replied", "clock resumed");
    }

    @Test
    @EdgeCase(
            "Severity raised so that the new deadline has passed: breach now, one notice, no burst of back-dated ones")
    void severityRaisedSoThatTheNewDeadlineHasPassedIsOneBreachNow() throws IOException {
        RecoveryCase found = loop.opened(Severity.MINOR);
        Instant change = OPENED.plus(Duration.ofHours(30));
        Loop.itIs(change);
        HttpResponse<String> raised = raise(found, "critical");
        assertThat(raised.statusCode()).as(raised.body()).isEqualTo(200);

        assertThat(loop.timer(found, MISSED).getDuedate()).isEqualTo(Date.from(change));
        assertThat(loop.timer(found, NEAR).getDuedate()).isEqualTo(Date.from(change));
        loop.fire(found, NEAR);
        loop.fire(found, MISSED);

        assertThat(notices(found)).containsExactly("2 " + change);
        assertThat(loop.openTasks(found))
                .containsExactlyInAnyOrder("UserTask_PlanRecovery", "UserTask_HandleMissedDeadline");
        // The next level is told an hour from now, not at once.
        assertThat(loop.timer(found, "BoundaryEvent_BreachNotHandled").getDuedate())
                .isEqualTo(Date.from(change.plus(Duration.ofHours(1))));
        assertThat(explained(found).path("lines").findValuesAsText("text"))
                .anyMatch(line -> line.contains("That had passed"));
        assertThat(planTask(found).getDueDate()).isNotNull();
        assertThat(tasks.getVariableLocal(planTask(found).getId(), "severity")).isEqualTo("critical");
    }

    @Test
    @EdgeCase("Severity lowered after a breach: the breach stays")
    void severityLoweredAfterABreachLeavesTheBreach() throws IOException {
        RecoveryCase found = loop.opened(Severity.CRITICAL);
        Instant due = OPENED.plus(Duration.ofHours(4));
        Loop.itIs(due.plusSeconds(60));
        loop.fire(found, MISSED);
        assertThat(raise(found, "minor").statusCode()).isEqualTo(200);

        JsonNode clock = explained(found);
        assertThat(clock.path("verdict").asText()).isEqualTo("missed");
        assertThat(clock.path("missedAt").asText()).isEqualTo(due.toString());
        assertThat(clock.path("dueAt").asText())
                .isEqualTo(OPENED.plus(Duration.ofHours(72)).toString());
        assertThat(notices(found)).contains("2 " + due);
    }

    @Test
    void aBreachThatNobodyHasNoticedIsToldAlthoughTheSeverityIsLowered() {
        RecoveryCase found = loop.opened(Severity.CRITICAL);
        Instant due = OPENED.plus(Duration.ofHours(4));
        Loop.itIs(due.plusSeconds(60));
        raise(found, "minor");

        assertThat(loop.timer(found, MISSED).getDuedate()).isEqualTo(Date.from(due));
        loop.fire(found, MISSED);

        assertThat(notices(found)).containsExactly("2 " + due);
        assertThat(planTask(found).getDueDate())
                .as("the promise of today is what the tasks show")
                .isEqualTo(Date.from(OPENED.plus(Duration.ofHours(60))));
    }

    @Test
    void afterABreachAChangeOfSeverityDoesNotPutOffTheNextLevel() {
        for (String other : List.of("minor", "critical")) {
            Loop.itIs(OPENED);
            RecoveryCase found = loop.opened(Severity.MODERATE);
            Instant due = OPENED.plus(Duration.ofHours(48));
            Loop.itIs(due.plusSeconds(60));
            loop.fire(found, MISSED);
            Date next = loop.timer(found, "BoundaryEvent_BreachNotHandled").getDuedate();

            Loop.itIs(due.plus(Duration.ofHours(1)));
            raise(found, other);

            assertThat(loop.timer(found, "BoundaryEvent_BreachNotHandled").getDuedate())
                    .as(other)
                    .isEqualTo(next);
        }
    }

    @Test
    void whoeverSpeaksWithTheCustomerOrHearsOfThemEndsThePause() throws IOException {
        RecoveryCase called = loop.planned(Severity.MINOR, 1);
        owner.post(clock(called, "/pause"), WAITING);
        loop.work(called, 1);
        assertThat(explained(called).path("verdict").asText()).isEqualTo("on-track");

        RecoveryCase heard = loop.opened(Severity.MINOR);
        owner.post(clock(heard, "/pause"), WAITING);
        String customer = customers.byId(heard.customerId()).number();
        HttpResponse<String> signal = owner.post(
                "/api/signals",
                "{\"sourceSystem\":\"portal\",\"externalId\":\"" + customer
                        + "\",\"failureSource\":\"negative-review\","
                        + "\"severity\":\"minor\",\"summary\":\"Still waiting\",\"unknownCustomer\":\"match\",\"customer\":{\"number\":\""
                        + customer
                        + "\"}}");
        assertThat(signal.statusCode()).as(signal.body()).isEqualTo(201);
        assertThat(explained(heard).path("verdict").asText()).isEqualTo("on-track");
    }

    @Test
    void whatColleaguesWereToBeToldOfACaseThatHasEndedIsNotSent() {
        RecoveryCase found = loop.opened(Severity.CRITICAL);
        Loop.itIs(OPENED.plus(Duration.ofHours(14)));
        loop.fire(found, MISSED);
        loop.does(
                Role.CASE_OWNER,
                () -> cases.closeWithoutCause(found.number(), CaseState.WITHDRAWN, "Moved away", null));

        assertThat(db.sql("select count(*) from mail_outbox where case_id = ? and next_try_at is not null")
                        .param(found.id())
                        .query(Integer.class)
                        .single())
                .isZero();
    }

    @Test
    void aWishThatWasMadeForAnotherDeadlineIsNotApproved() throws IOException {
        RecoveryCase found = loop.opened(Severity.MINOR);
        JsonNode wish = ok(owner.post(
                clock(found, "/extensions"),
                "{\"newDueAt\":\"" + OPENED.plus(Duration.ofHours(90)) + "\",\"reason\":\"The part comes late\"}"));
        Instant between = OPENED.plus(Duration.ofHours(1));
        Loop.itIs(between);
        raise(found, "critical");
        String decision = clock(found, "/extensions/" + wish.path("id").asLong() + "/decision");

        HttpResponse<String> stale = manager.post(decision, "{\"decision\":\"approve\"}");
        assertThat(stale.statusCode()).isEqualTo(409);
        assertThat(stale.body()).contains("The deadline is " + OPENED.plus(Duration.ofHours(4)));

        Loop.itIs(OPENED.plus(Duration.ofHours(2)));
        ok(manager.post(decision, "{\"decision\":\"refuse\",\"note\":\"Not for a critical one\"}"));
        JsonNode then =
                ok(owner.get(clock(found, "?at=" + between))).path("extensions").path(0);
        assertThat(then.path("state").asText()).isEqualTo("requested");
        assertThat(then.has("note")).isFalse();
    }

    @Test
    void whatSomebodyWroteCanBeErasedFromTheLedgerAndNothingElse() throws IOException {
        RecoveryCase found = loop.opened(Severity.MINOR);
        owner.post(clock(found, "/pause"), WAITING);
        owner.post(clock(found, "/resumption"), "{\"why\":\"Mrs Birk is back from hospital\"}");

        db.sql("update clock_entry set reason = null where case_id = ? and kind = 'RESUMED'")
                .param(found.id())
                .update();

        assertThat(explained(found).path("verdict").asText()).isEqualTo("on-track");
        assertThatThrownBy(() -> db.sql("update clock_entry set reason = null, at = now() where case_id = ?")
                        .param(found.id())
                        .update())
                .hasMessageContaining("append-only");
    }

    @Test
    void aSeverityThatWasLoweredAfterAnUnnoticedBreachIsABreachAllTheSame() throws IOException {
        RecoveryCase found = loop.opened(Severity.CRITICAL);
        Loop.itIs(OPENED.plus(Duration.ofHours(5)));
        raise(found, "minor");
        assertThat(explained(found).path("verdict").asText()).isEqualTo("missed");
    }

    @Test
    @EdgeCase("An extension keeps the original deadline and needs approval")
    void anExtensionKeepsTheOriginalDeadlineAndNeedsTheApprovalOfAnotherPerson() throws IOException {
        RecoveryCase found = loop.opened(Severity.MAJOR);
        Instant due = OPENED.plus(Duration.ofHours(24));
        Instant wished = due.plus(Duration.ofHours(48));
        JsonNode wish = ok(owner.post(
                clock(found, "/extensions"),
                "{\"newDueAt\":\"" + wished + "\",\"reason\":\"The part comes on Thursday\"}"));
        assertThat(explained(found).path("dueAt").asText()).isEqualTo(due.toString());
        Task asked = loop.task(found, "UserTask_ApproveExtension");
        assertThat(asked.getDueDate()).isEqualTo(Date.from(due));

        String decision = clock(found, "/extensions/" + wish.path("id").asLong() + "/decision");
        assertThat(owner.post(decision, "{\"decision\":\"approve\"}").statusCode())
                .isEqualTo(403);
        ok(manager.post(decision, "{\"decision\":\"approve\",\"note\":\"Told the customer\"}"));

        JsonNode clock = explained(found);
        assertThat(clock.path("dueAt").asText()).isEqualTo(wished.toString());
        assertThat(clock.path("originalDueAt").asText()).isEqualTo(due.toString());
        assertThat(loop.timer(found, MISSED).getDuedate()).isEqualTo(Date.from(wished));
        assertThat(loop.openTasks(found)).containsExactly("UserTask_PlanRecovery");
        assertThat(db.sql("select old_due_at from clock_entry where case_id = ? and kind = 'EXTENDED'")
                        .param(found.id())
                        .query(java.sql.Timestamp.class)
                        .single()
                        .toInstant())
                .isEqualTo(due);
        assertThat(manager.post(decision, "{\"decision\":\"refuse\",\"note\":\"No\"}")
                        .statusCode())
                .isEqualTo(409);
    }

    @Test
    void nobodyApprovesTheirOwnExtensionNotEvenAManager() {
        RecoveryCase found = loop.opened(Severity.MAJOR);
        manager.post(
                clock(found, "/extensions"),
                "{\"newDueAt\":\"" + OPENED.plus(Duration.ofHours(30)) + "\",\"reason\":\"More time\"}");
        Task asked = loop.task(found, "UserTask_ApproveExtension");

        HttpResponse<String> refused = manager.post(
                "/engine-rest/task/" + asked.getId() + "/complete",
                "{\"variables\":{\"decision\":{\"value\":\"approve\"}}}");

        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).contains("somebody else has to decide");
    }

    @Test
    void anExtensionThatIsApprovedTooLateChangesNothing() throws IOException {
        RecoveryCase found = loop.opened(Severity.CRITICAL);
        Instant due = OPENED.plus(Duration.ofHours(4));
        JsonNode wish = ok(owner.post(
                clock(found, "/extensions"),
                "{\"newDueAt\":\"" + due.plus(Duration.ofHours(4)) + "\",\"reason\":\"More time\"}"));
        Loop.itIs(due.plusMillis(1));

        HttpResponse<String> late = manager.post(
                clock(found, "/extensions/" + wish.path("id").asLong() + "/decision"), "{\"decision\":\"approve\"}");

        assertThat(late.statusCode()).isEqualTo(409);
        assertThat(late.body()).contains("passed at " + due);
        assertThat(explained(found).path("missedAt").asText()).isEqualTo(due.toString());
    }

    @Test
    void aWishForMoreTimeIsRefusedWithWhatIsWrong() {
        RecoveryCase found = loop.opened(Severity.MAJOR);
        Instant earlier = OPENED.plus(Duration.ofHours(20));
        assertThat(owner.post(clock(found, "/extensions"), "{}").body())
                .contains("newDueAt")
                .contains("reason");
        HttpResponse<String> refused =
                owner.post(clock(found, "/extensions"), "{\"newDueAt\":\"" + earlier + "\",\"reason\":\"x\"}");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("must be later than the deadline");
    }

    @Test
    void whatHappenedToTheClockIsToldForAnyMomentInThePast() throws IOException {
        RecoveryCase found = loop.opened(Severity.MINOR);
        Loop.itIs(OPENED.plus(Duration.ofHours(2)));
        raise(found, "major");
        Loop.itIs(OPENED.plus(Duration.ofHours(5)));
        owner.post(clock(found, "/pause"), WAITING);
        Loop.itIs(OPENED.plus(Duration.ofHours(6)));

        assertThat(explained(found).path("lines").findValuesAsText("text"))
                .hasSize(3)
                .first()
                .asString()
                .contains("Started as Minor: 72 h")
                .contains("resolution-deadline/");
        JsonNode before = resolution(ok(owner.get(clock(found, "?at=" + OPENED.plus(Duration.ofHours(1))))));
        assertThat(before.path("dueAt").asText())
                .isEqualTo(OPENED.plus(Duration.ofHours(72)).toString());
        assertThat(before.path("lines").findValuesAsText("text")).hasSize(1);
        JsonNode between = resolution(ok(owner.get(clock(found, "?at=" + OPENED.plus(Duration.ofHours(3))))));
        assertThat(between.path("dueAt").asText())
                .isEqualTo(OPENED.plus(Duration.ofHours(24)).toString());
        assertThat(between.path("remainingSeconds").asLong()).isEqualTo(21 * 3600);
        HttpResponse<String> future = owner.get(clock(found, "?at=" + OPENED.plus(Duration.ofHours(7))));
        assertThat(future.statusCode()).isEqualTo(400);
        assertThat(future.body()).contains("future");
        assertThat(owner.get(clock(found, "?at=yesterday")).statusCode()).isEqualTo(400);
    }

    @Test
    void closedCasesHaveNoClockToChange() {
        RecoveryCase closed = loop.closed(loop.tag());
        for (var change : Map.of(
                        "/pause", WAITING,
                        "/resumption", "{\"why\":\"x\"}",
                        "/extensions", "{\"newDueAt\":\"2040-01-01T00:00:00Z\",\"reason\":\"x\"}")
                .entrySet()) {
            HttpResponse<String> refused = owner.post(clock(closed, change.getKey()), change.getValue());
            assertThat(refused.statusCode()).as(change.getKey()).isEqualTo(409);
            assertThat(refused.body()).contains("is closed");
        }
        assertThat(raise(closed, "critical").statusCode()).isEqualTo(409);
    }

    @Test
    void aWithdrawnCaseStopsItsClockAndLapsesTheWishForMoreTime() throws IOException {
        RecoveryCase found = loop.opened(Severity.MINOR);
        owner.post(
                clock(found, "/extensions"),
                "{\"newDueAt\":\"" + OPENED.plus(Duration.ofHours(90)) + "\",\"reason\":\"More time\"}");
        loop.does(
                Role.CASE_OWNER,
                () -> cases.closeWithoutCause(found.number(), CaseState.WITHDRAWN, "Moved away", null));
        JsonNode all = ok(owner.get(clock(found, "")));
        assertThat(resolution(all).path("verdict").asText()).isEqualTo("kept");
        assertThat(all.path("extensions").findValuesAsText("state")).containsExactly("lapsed");
    }

    @Test
    void theLedgerCannotBeRewritten() {
        RecoveryCase found = loop.opened(Severity.MINOR);
        for (String sql : List.of(
                "update clock_entry set at = now() where case_id = ?", "delete from clock_entry where case_id = ?")) {
            assertThatThrownBy(() -> db.sql(sql).param(found.id()).update()).hasMessageContaining("append-only");
        }
    }

    @Test
    void everyLevelIsMailedOnceAndMailsWaitForTheEndOfTheQuietHours() {
        RecoveryCase found = loop.opened(Severity.CRITICAL);
        // 11:00 UTC is no quiet hour; 22:00 is.
        Loop.itIs(OPENED.plus(Duration.ofHours(3)));
        loop.fire(found, NEAR);
        // The delivery may have taken it already: then it is gone, or the next try is minutes away.
        assertThat(mails(found).get(0).nextTryAt())
                .satisfiesAnyOf(
                        gone -> assertThat(gone).isNull(),
                        waiting -> assertThat(waiting.toInstant())
                                .isBefore(OPENED.plus(Duration.ofHours(3)).plus(Duration.ofMinutes(10))));
        Loop.itIs(OPENED.plus(Duration.ofHours(14)));
        loop.fire(found, MISSED);

        List<Mail> mails = mails(found);
        assertThat(mails).extracting(Mail::audience).containsExactly("PERSON", "ROLES");
        assertThat(mails).extracting(Mail::recipient).containsExactly(loop.owner(), "manager,office-manager,cx-lead");
        assertThat(mails.get(1).nextTryAt().toInstant()).isEqualTo(Instant.parse("2032-03-02T07:00:00Z"));
        assertThat(mails.get(1).subject()).isEqualTo(found.number() + ": deadline missed");
        // The task does not wait.
        assertThat(loop.openTasks(found)).contains("UserTask_HandleMissedDeadline");
    }

    record Mail(String audience, String recipient, String subject, java.sql.Timestamp nextTryAt) {}

    private List<Mail> mails(RecoveryCase of) {
        return db.sql("select audience, recipient, subject, next_try_at from mail_outbox where case_id = ? order by id")
                .param(of.id())
                .query(Mail.class)
                .list();
    }

    private HttpResponse<String> raise(RecoveryCase of, String severity) {
        return owner.post(
                "/api/cases/" + of.number() + "/severity",
                "{\"severity\":\"" + severity + "\",\"reason\":\"Water came through the ceiling\"}");
    }

    private static String clock(RecoveryCase of, String path) {
        return "/api/cases/" + of.number() + "/clock" + path;
    }

    private JsonNode ok(HttpResponse<String> answer) throws IOException {
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 201);
        return json.readTree(answer.body());
    }

    private static JsonNode resolution(JsonNode answer) {
        return answer.path("clocks").path(0);
    }

    private JsonNode explained(RecoveryCase of) throws IOException {
        return resolution(ok(owner.get(clock(of, ""))));
    }

    private Task planTask(RecoveryCase of) {
        return loop.task(of, "UserTask_PlanRecovery");
    }

    private List<String> kinds(RecoveryCase of) {
        return journal.of(of.id()).stream().map(Journal.Entry::kind).toList();
    }

    private List<String> notices(RecoveryCase of) {
        return db.sql("select level, reached_at from clock_notice where case_id = ? order by level")
                .param(of.id())
                .query((row, n) -> row.getInt("level") + " "
                        + row.getTimestamp("reached_at").toInstant())
                .list();
    }
}
