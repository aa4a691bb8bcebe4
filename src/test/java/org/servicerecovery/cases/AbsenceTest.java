package org.servicerecovery.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.servicerecovery.EdgeCase;
import org.servicerecovery.Loop;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;
import org.servicerecovery.access.Role;
import org.servicerecovery.plan.NewStep;
import org.servicerecovery.plan.Plan;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Whose work is whose while somebody is away, and handing cases over for good. */
@RunningApplication
class AbsenceTest {

    @LocalServerPort
    int port;

    @Autowired
    ApplicationContext application;

    @Autowired
    IdentityService identities;

    @Autowired
    TaskService tasks;

    @Autowired
    Cases cases;

    @Autowired
    Plan plan;

    @Autowired
    Journal journal;

    @Autowired
    StandIns standIns;

    @Autowired
    Absences absences;

    @Autowired
    TransactionTemplate transaction;

    @Autowired
    JdbcClient db;

    @Autowired
    ObjectMapper json;

    final String mark = UUID.randomUUID().toString().substring(0, 8);
    final String anna = "test-anna-" + mark;
    final String bert = "test-bert-" + mark;
    final String cleo = "test-cleo-" + mark;
    Instant now = Instant.EPOCH;
    Loop loop;

    @BeforeEach
    void threeOwners() {
        loop = new Loop(application);
        for (String person : List.of(anna, bert, cleo)) {
            TestPeople.add(identities, person, Role.CASE_OWNER);
        }
        now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Loop.itIs(now);
    }

    @AfterEach
    void nobodyIsAway() {
        ClockUtil.reset();
        db.sql("update absence set state = 'OVER' where person in (?, ?, ?)")
                .params(anna, bert, cleo)
                .update();
    }

    @Test
    @EdgeCase("Owner away: a substitute has the work until they are back")
    void theSubstituteHasCasesAndTasksWhileSomebodyIsAwayAndGivesThemBack() throws Exception {
        RecoveryCase planned = opened(anna, null);
        loop.does(
                Role.MANAGER,
                () -> plan.finish(
                        planned.number(),
                        List.of(new NewStep("call-customer", "", null), new NewStep("email-customer", "", anna))));
        RecoveryCase others = opened(loop.owner(), null);
        loop.does(
                Role.CASE_OWNER,
                () -> plan.finish(others.number(), List.of(new NewStep("internal-training-note", "", anna))));

        JsonNode set = ok(anna, "PUT", "/api/me/absence", away(Duration.ofHours(1), Duration.ofDays(3), bert));
        assertThat(set.path("running").asBoolean()).isFalse();
        standIns.look();
        assertThat(loop.again(planned).owner()).as("not yet").isEqualTo(anna);

        Loop.itIs(now.plus(Duration.ofHours(2)));
        standIns.look();

        assertThat(loop.again(planned).owner()).isEqualTo(bert);
        assertThat(assignee(planned, 1)).isEqualTo(bert);
        assertThat(assignee(planned, 2)).isEqualTo(bert);
        assertThat(assignee(others, 1)).isEqualTo(bert);
        assertThat(plan.step(others, 1).assignee()).isEqualTo(bert);
        assertThat(loop.again(others).owner()).isEqualTo(loop.owner());
        assertThat(json.readTree(as(anna).get("/api/me/absence").body())
                        .path("absence")
                        .path("running")
                        .asBoolean())
                .isTrue();

        RecoveryCase came = opened(anna, null);
        standIns.look();
        standIns.look();
        assertThat(loop.again(came).owner()).as("what comes meanwhile").isEqualTo(bert);
        assertThat(loop.task(came, "UserTask_PlanRecovery").getAssignee()).isEqualTo(bert);
        RecoveryCase decided = opened(anna, null);
        standIns.look();
        loop.does(Role.MANAGER, () -> cases.assign(decided.number(), cleo));

        Loop.itIs(now.plus(Duration.ofDays(4)));
        standIns.look();

        assertThat(loop.again(planned).owner()).isEqualTo(anna);
        assertThat(loop.again(came).owner()).isEqualTo(anna);
        assertThat(loop.again(decided).owner()).as("somebody decided otherwise").isEqualTo(cleo);
        assertThat(assignee(planned, 1)).isEqualTo(anna);
        assertThat(assignee(others, 1)).isEqualTo(anna);
        assertThat(plan.step(others, 1).assignee()).isEqualTo(anna);
        assertThat(journal.of(planned.id()))
                .filteredOn(entry -> entry.kind().equals("owner assigned"))
                .hasSize(2)
                .allSatisfy(entry -> assertThat(entry.content()).containsKey("reason"));
        assertThat(journal.of(others.id())).extracting(Journal.Entry::kind).contains("task passed on");
        assertThat(journal.firstBrokenEntry(planned.id())).isEmpty();
        assertThat(as(anna).get("/api/me/absence").body()).isEqualTo("{}");
    }

    @Test
    void whoIsAwayForSomebodyWhoIsAwayPassesItOnAndItComesBackTheWayItWent() throws Exception {
        RecoveryCase found = opened(anna, null);
        ok(anna, "PUT", "/api/me/absence", away(Duration.ZERO, Duration.ofDays(9), bert));
        assertThat(loop.again(found).owner()).as("at once").isEqualTo(bert);

        ok(bert, "PUT", "/api/me/absence", away(Duration.ZERO, Duration.ofDays(2), cleo));
        assertThat(loop.again(found).owner()).isEqualTo(cleo);

        Loop.itIs(now.plus(Duration.ofDays(3)));
        standIns.look();
        assertThat(loop.again(found).owner()).isEqualTo(bert);
        assertThat(as(anna).call("DELETE", "/api/me/absence", "").statusCode()).isEqualTo(204);
        assertThat(loop.again(found).owner()).as("back earlier").isEqualTo(anna);
        assertThat(as(anna).call("DELETE", "/api/me/absence", "").statusCode()).isEqualTo(404);
    }

    @Test
    void aCaseAboutTheSubstitutesOwnWorkIsLeftToOthersAndComesBack() throws Exception {
        RecoveryCase about = opened(anna, bert);

        ok(anna, "PUT", "/api/me/absence", away(Duration.ZERO, Duration.ofDays(1), bert));

        assertThat(loop.again(about).owner()).isNull();
        assertThat(loop.openTasks(about)).contains("UserTask_AssignNewOwner");
        assertThat(journal.of(about.id())).extracting(Journal.Entry::kind).contains("owner let go");

        Loop.itIs(now.plus(Duration.ofDays(2)));
        standIns.look();
        assertThat(loop.again(about).owner()).isEqualTo(anna);
        assertThat(loop.openTasks(about)).containsExactly("UserTask_PlanRecovery");
    }

    @Test
    void anApprovalIsNotInherited() throws Exception {
        String manager = "test-mona-" + mark;
        TestPeople.add(identities, manager, Role.MANAGER);
        RecoveryCase found = opened(loop.owner(), null);
        assertThat(Visitor.withBasic(port, loop.owner(), TestPeople.PASSWORD)
                        .post(
                                "/api/cases/" + found.number() + "/compensations",
                                "{\"kind\":\"credit\",\"amount\":\"300\",\"currency\":\"EUR\",\"reason\":\"Late\"}")
                        .statusCode())
                .isEqualTo(201);
        Task approval = tasks.createTaskQuery()
                .processInstanceBusinessKeyLike(found.number() + "/C%")
                .taskDefinitionKey("UserTask_ApproveCompensation")
                .singleResult();
        tasks.setAssignee(approval.getId(), manager);

        ok(manager, "PUT", "/api/me/absence", away(Duration.ZERO, Duration.ofDays(1), bert));

        assertThat(tasks.createTaskQuery()
                        .taskId(approval.getId())
                        .singleResult()
                        .getAssignee())
                .as("for its candidates again")
                .isNull();
        assertThat(as(bert).post(
                                "/engine-rest/task/" + approval.getId() + "/submit-form",
                                "{\"variables\":{\"decision\":{\"value\":\"approve\"}}}")
                        .statusCode())
                .isEqualTo(403);
        assertThat(as(manager).call("DELETE", "/api/me/absence", "").statusCode())
                .isEqualTo(204);
    }

    @Test
    void whatCannotBeIsRefusedWithTheField() throws Exception {
        refused(400, "substitute", anna, "/api/me/absence", away(Duration.ZERO, Duration.ofDays(1), anna));
        refused(400, "substitute", anna, "/api/me/absence", away(Duration.ZERO, Duration.ofDays(1), "nobody"));
        refused(400, "substitute", anna, "/api/me/absence", "{\"until\":\"" + now.plus(Duration.ofDays(1)) + "\"}");
        refused(400, "until", anna, "/api/me/absence", "{\"substitute\":\"" + bert + "\"}");
        refused(400, "until", anna, "/api/me/absence", away(Duration.ofDays(2), Duration.ofDays(1), bert));
        refused(400, "until", anna, "/api/me/absence", away(Duration.ZERO, Duration.ofDays(400), bert));
        assertThat(as(anna).call(
                                "PUT",
                                "/api/owners/" + bert + "/absence",
                                away(Duration.ZERO, Duration.ofDays(1), cleo))
                        .statusCode())
                .as("a case owner for somebody else")
                .isEqualTo(403);

        ok(anna, "PUT", "/api/me/absence", away(Duration.ofDays(1), Duration.ofDays(5), bert));
        ok(bert, "PUT", "/api/me/absence", away(Duration.ofDays(4), Duration.ofDays(9), cleo));
        refused(400, "substitute", cleo, "/api/me/absence", away(Duration.ofDays(4), Duration.ofDays(6), anna));
        // Not at the same time, so there is never a circle.
        ok(cleo, "PUT", "/api/me/absence", away(Duration.ofDays(6), Duration.ofDays(8), anna));

        Visitor lead = Visitor.withBasic(port, loop.person(Role.CX_LEAD), TestPeople.PASSWORD);
        HttpResponse<String> forAnother = lead.call(
                "PUT", "/api/owners/" + bert + "/absence", away(Duration.ofDays(5), Duration.ofDays(9), cleo));
        assertThat(forAnother.statusCode()).as(forAnother.body()).isEqualTo(200);
        assertThat(json.readTree(lead.get("/api/owners").body())).anySatisfy(person -> {
            assertThat(person.path("id").asText()).isEqualTo(bert);
            assertThat(person.path("absence").path("substitute").asText()).isEqualTo(cleo);
        });
    }

    @Test
    void aLookThatBeganBeforeSomebodyCameBackTakesNothingFromThem() throws Exception {
        RecoveryCase theirs = opened(anna, null);
        loop.does(
                Role.MANAGER,
                () -> plan.finish(theirs.number(), List.of(new NewStep("internal-training-note", "", anna))));
        ok(anna, "PUT", "/api/me/absence", away(Duration.ZERO, Duration.ofDays(3), bert));
        Absence seen = absences.of(anna).orElseThrow();
        assertThat(loop.again(theirs).owner()).isEqualTo(bert);

        Loop.itIs(now.plus(Duration.ofMinutes(1)));
        assertThat(as(anna).call("DELETE", "/api/me/absence", "").statusCode()).isEqualTo(204);
        assertThat(loop.again(theirs).owner()).isEqualTo(anna);
        // Another node had read the absence while it ran.
        standIns.look(seen);

        assertThat(loop.again(theirs).owner()).isEqualTo(anna);
        assertThat(assignee(theirs, 1)).isEqualTo(anna);
        assertThat(absences.get(seen.id()).state()).isEqualTo(Absence.State.OVER);
        standIns.look(seen);
        assertThat(absences.get(seen.id()).state()).isEqualTo(Absence.State.OVER);

        // What came meanwhile and waits for its case is not given away either.
        ok(anna, "PUT", "/api/me/absence", away(Duration.ofMinutes(1), Duration.ofDays(3), bert));
        RecoveryCase came = opened(anna, null);
        Loop.itIs(now.plus(Duration.ofMinutes(2)));
        Absence running = absences.of(anna).orElseThrow();
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            Future<?> looked = transaction.execute(status -> {
                cases.lock(came.number());
                Future<?> look = other.submit(() -> standIns.look(running));
                awaitSomebodyWaiting();
                db.sql("update absence set until_at = from_at + interval '1 second' where id = ?")
                        .param(running.id())
                        .update();
                return look;
            });
            looked.get();
        } finally {
            other.shutdownNow();
        }
        assertThat(loop.again(came).owner()).isEqualTo(anna);
        standIns.look(absences.get(running.id()));
        assertThat(loop.again(theirs).owner()).isEqualTo(anna);

        // And one that was called off before it began does not begin.
        ok(anna, "PUT", "/api/me/absence", away(Duration.ofHours(1), Duration.ofDays(3), bert));
        Absence planned = absences.of(anna).orElseThrow();
        assertThat(as(anna).call("DELETE", "/api/me/absence", "").statusCode()).isEqualTo(204);
        Loop.itIs(now.plus(Duration.ofHours(3)));
        standIns.look(planned);
        assertThat(loop.again(theirs).owner()).isEqualTo(anna);
        assertThat(absences.get(planned.id()).state()).isEqualTo(Absence.State.CANCELLED);
    }

    @Test
    void aManagerHandsCasesOverAndIsToldWhatStayed() throws Exception {
        RecoveryCase one = opened(anna, null);
        RecoveryCase about = opened(anna, bert);
        RecoveryCase over = opened(anna, null);
        RecoveryCase resolved = loop.resolve(loop.readyToResolve(Severity.MINOR), loop.tag());
        loop.does(Role.MANAGER, () -> cases.closeWithoutCause(over.number(), CaseState.WITHDRAWN, "Not meant", null));
        Visitor manager = Visitor.withBasic(port, loop.person(Role.MANAGER), TestPeople.PASSWORD);

        JsonNode done = json.readTree(manager.post(
                        "/api/owners/" + anna + "/handover",
                        "{\"to\":\"" + bert + "\",\"reason\":\"Anna leaves the team\"}")
                .body());

        assertThat(done.path("handedOver"))
                .extracting(JsonNode::asText)
                .containsExactly(one.number().value());
        assertThat(done.path("left")).singleElement().satisfies(left -> {
            assertThat(left.path("number").asText()).isEqualTo(about.number().value());
            assertThat(left.path("why").asText()).contains("did the work that the case is about");
        });
        assertThat(loop.again(one).owner()).isEqualTo(bert);
        assertThat(loop.task(one, "UserTask_PlanRecovery").getAssignee()).isEqualTo(bert);
        assertThat(loop.again(about).owner()).isEqualTo(anna);
        assertThat(journal.of(one.id())).last().satisfies(entry -> {
            assertThat(entry.kind()).isEqualTo("owner assigned");
            assertThat(entry.actor()).isEqualTo(loop.person(Role.MANAGER));
            assertThat(entry.content()).containsEntry("reason", "Anna leaves the team");
        });

        JsonNode chosen = json.readTree(manager.post(
                        "/api/owners/" + anna + "/handover",
                        "{\"to\":\"" + cleo + "\",\"reason\":\"Fits better\",\"cases\":[\"" + about.number() + "\",\""
                                + over.number() + "\",\"SR-2001-000001\"]}")
                .body());
        assertThat(chosen.path("handedOver"))
                .extracting(JsonNode::asText)
                .containsExactly(about.number().value());
        assertThat(chosen.path("left")).hasSize(2);
        // A resolved case goes along: its customer has to be told.
        JsonNode last = json.readTree(manager.post(
                        "/api/owners/" + loop.owner() + "/handover",
                        "{\"to\":\"" + cleo + "\",\"reason\":\"Fits better\",\"cases\":[\"" + resolved.number()
                                + "\"]}")
                .body());
        assertThat(last.path("handedOver")).hasSize(1);
        assertThat(loop.task(resolved, "UserTask_CloseLoop").getAssignee()).isEqualTo(cleo);

        assertThat(as(bert).post("/api/owners/" + bert + "/handover", "{}").statusCode())
                .isEqualTo(403);
        HttpResponse<String> nothing = manager.post("/api/owners/" + anna + "/handover", "{\"to\":\"" + anna + "\"}");
        assertThat(nothing.statusCode()).isEqualTo(400);
        assertThat(nothing.body()).contains("\"field\":\"to\"", "\"field\":\"reason\"");
    }

    @Test
    void aCaseThatSomebodyElseIsChangingStaysAndTheOthersAreHandedOver() throws Exception {
        RecoveryCase busy = opened(anna, null);
        RecoveryCase free = opened(anna, null);
        Visitor manager = Visitor.withBasic(port, loop.person(Role.MANAGER), TestPeople.PASSWORD);
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            Future<HttpResponse<String>> handover = transaction.execute(status -> {
                tasks.setPriority(loop.task(busy, "UserTask_PlanRecovery").getId(), 70);
                Future<HttpResponse<String>> asked = other.submit(() -> manager.post(
                        "/api/owners/" + anna + "/handover", "{\"to\":\"" + bert + "\",\"reason\":\"Leaves\"}"));
                awaitSomebodyWaiting();
                return asked;
            });

            HttpResponse<String> answer = handover.get();
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            JsonNode done = json.readTree(answer.body());
            assertThat(done.path("handedOver"))
                    .extracting(JsonNode::asText)
                    .containsExactly(free.number().value());
            assertThat(done.path("left"))
                    .extracting(left -> left.path("number").asText())
                    .containsExactly(busy.number().value());
        } finally {
            other.shutdownNow();
        }
    }

    private void awaitSomebodyWaiting() {
        // In this thread: it is within a transaction, and connections are not shared.
        await().pollInSameThread()
                .until(() -> db.sql("select exists (select 1 from pg_locks where not granted)")
                        .query(Boolean.class)
                        .single());
    }

    private RecoveryCase opened(String owner, String operative) {
        Origin origin = operative == null ? null : new Origin("job", "J-1", null, null, null, operative, null);
        return loop.as(
                Role.MANAGER,
                () -> cases.open(new NewCase(
                        loop.customer(), Severity.MINOR, FailureSource.COMPLAINT, "Late", null, null, owner, origin)));
    }

    private String assignee(RecoveryCase of, int step) {
        return tasks.createTaskQuery()
                .processInstanceBusinessKey(of.number() + "/" + step)
                .singleResult()
                .getAssignee();
    }

    private String away(Duration from, Duration until, String substitute) {
        return "{\"from\":\"" + now.plus(from) + "\",\"until\":\"" + now.plus(until) + "\",\"substitute\":\""
                + substitute + "\"}";
    }

    private Visitor as(String person) {
        return Visitor.withBasic(port, person, TestPeople.PASSWORD);
    }

    private JsonNode ok(String person, String method, String path, String body) throws Exception {
        HttpResponse<String> answer = as(person).call(method, path, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json.readTree(answer.body());
    }

    private void refused(int status, String field, String person, String path, String body) {
        HttpResponse<String> answer = as(person).call("PUT", path, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).contains("\"field\":\"" + field + "\"");
    }
}
