package org.servicerecovery.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerecovery.EdgeCase;
import org.servicerecovery.Loop;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.CaseState;
import org.servicerecovery.cases.Journal;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

@RunningApplication
class ConcurrencyTest {

    private static final int AT_ONCE = 12;
    private static final String DONE =
            "{\"variables\":{\"outcome\":{\"value\":\"completed\"},\"reached\":{\"value\":\"reached\"},\"notes\":{\"value\":\"Said sorry.\"}}}";

    @LocalServerPort
    int port;

    @Autowired
    ApplicationContext application;

    @Autowired
    TaskService tasks;

    @Autowired
    Plan plan;

    @Autowired
    Journal journal;

    @Autowired
    JdbcClient db;

    @Autowired
    ObjectMapper json;

    Loop loop;

    @BeforeEach
    void thereIsALoop() {
        loop = new Loop(application);
        // Not by two threads at once.
        List.of(Role.CASE_OWNER, Role.OFFICE_MANAGER, Role.CX_LEAD, Role.MANAGER)
                .forEach(loop::person);
    }

    @RepeatedTest(3)
    void twelveStepsCompletedAtOnceAreAllCompletedAndTheCaseGoesOnOnce() throws Exception {
        RecoveryCase running = loop.planned(Severity.MODERATE, AT_ONCE);
        List<String> open = stepTasks(running);
        assertThat(open).hasSize(AT_ONCE);

        List<HttpResponse<String>> answers = atOnce(open.stream()
                .map(id -> (Callable<HttpResponse<String>>)
                        () -> visitor(Role.CASE_OWNER).post("/engine-rest/task/" + id + "/complete", DONE))
                .toList());

        assertThat(answers)
                .allSatisfy(answer ->
                        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204));
        assertThat(plan.steps(running.id()))
                .hasSize(AT_ONCE)
                .allSatisfy(step -> assertThat(step.state()).isEqualTo(StepState.COMPLETED));
        assertThat(stepTasks(running)).isEmpty();
        assertThat(caseTasks(running)).containsExactly("UserTask_ResolveCase");
        assertThat(journal.of(running.id()))
                .filteredOn(entry -> entry.kind().equals("step completed"))
                .hasSize(AT_ONCE);
        assertThat(journal.firstBrokenEntry(running.id())).isEmpty();
    }

    @RepeatedTest(3)
    @EdgeCase("Step added after the plan was finished: back to planning")
    void twelveStepsAddedAtOnceAreAllPlannedAndAllStarted() throws Exception {
        RecoveryCase running = loop.planned(Severity.MODERATE, 1);

        List<HttpResponse<String>> answers = atOnce(IntStream.range(0, AT_ONCE)
                .mapToObj(i -> (Callable<HttpResponse<String>>) () -> visitor(Role.CASE_OWNER)
                        .post(
                                "/api/cases/" + running.number() + "/steps",
                                "{\"type\":\"call-customer\",\"purpose\":\"Added " + i + "\",\"assignee\":\""
                                        + (i % 2 == 0 ? "" : loop.person(Role.OFFICE_MANAGER)) + "\"}"))
                .toList());

        assertThat(answers)
                .allSatisfy(answer ->
                        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201));
        assertThat(plan.steps(running.id()))
                .hasSize(1 + AT_ONCE)
                .allSatisfy(step -> assertThat(step.state()).isEqualTo(StepState.STARTED));
        assertThat(plan.steps(running.id()))
                .extracting(Step::seq)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, 1 + AT_ONCE).boxed().toList());
        assertThat(plan.steps(running.id()).stream().skip(1))
                .extracting(Step::purpose)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, AT_ONCE).mapToObj(i -> "Added " + i).toList());
        assertThat(stepTasks(running)).hasSize(1 + AT_ONCE);
        assertThat(journal.firstBrokenEntry(running.id())).isEmpty();

        assertThat(plan.steps(running.id()))
                .filteredOn(step -> loop.person(Role.OFFICE_MANAGER).equals(step.assignee()))
                .hasSize(AT_ONCE / 2);

        // None of them is lost on the way to the resolution either.
        for (int seq = 1; seq <= 1 + AT_ONCE; seq++) {
            assertThat(caseTasks(running)).doesNotContain("UserTask_ResolveCase");
            work(running, seq);
        }
        assertThat(caseTasks(running)).containsExactly("UserTask_ResolveCase");
    }

    @RepeatedTest(3)
    void stepsAddedAndCompletedAtOnceDoNotGetInEachOthersWay() throws Exception {
        RecoveryCase running = loop.planned(Severity.MODERATE, 6);
        List<Callable<HttpResponse<String>>> calls = new ArrayList<>();
        for (String id : stepTasks(running).subList(0, 5)) {
            calls.add(() -> visitor(Role.CASE_OWNER).post("/engine-rest/task/" + id + "/submit-form", DONE));
            calls.add(() -> visitor(Role.OFFICE_MANAGER)
                    .post("/api/cases/" + running.number() + "/steps", "{\"type\":\"root-cause-analysis\"}"));
        }
        assertThat(atOnce(calls))
                .allSatisfy(answer ->
                        assertThat(answer.statusCode()).as(answer.body()).isBetween(201, 204));
        assertThat(plan.steps(running.id()))
                .filteredOn(step -> step.state() == StepState.COMPLETED)
                .hasSize(5);
        assertThat(plan.steps(running.id()))
                .filteredOn(step -> step.state() == StepState.STARTED)
                .hasSize(6);
        assertThat(stepTasks(running)).hasSize(6);
    }

    @RepeatedTest(20)
    void twoPeopleCompletingTheSameStepAreOneWinnerAndOneSentence() throws Exception {
        RecoveryCase running = loop.planned(Severity.MODERATE, 1);
        String path = "/engine-rest/task/" + stepTasks(running).get(0) + "/complete";
        assertOneWins(
                () -> visitor(Role.CASE_OWNER).post(path, DONE),
                () -> visitor(Role.OFFICE_MANAGER).post(path, DONE));
        assertThat(journal.of(running.id()))
                .filteredOn(entry -> entry.kind().equals("step completed"))
                .hasSize(1);
        assertThat(journal.of(running.id()))
                .as("what the loser submitted is nobody's answer")
                .noneMatch(entry -> entry.kind().equals("further answers"));
        assertThat(caseTasks(running)).containsExactly("UserTask_ResolveCase");
    }

    @ParameterizedTest
    @ValueSource(strings = {"complete", "submit-form"})
    void twoPeoplePlanningTheSameCaseMakeOnePlan(String way) throws Exception {
        RecoveryCase opened = loop.opened(Severity.MODERATE);
        String path = "/engine-rest/task/" + caseTask(opened).getId() + "/" + way;
        String steps = "{\"variables\":{\"steps\":{\"type\":\"Json\",\"value\":"
                + "\"[{\\\"type\\\":\\\"call-customer\\\",\\\"purpose\\\":\\\"Once\\\"}]\"}}}";
        assertOneWins(
                () -> visitor(Role.CASE_OWNER).post(path, steps),
                () -> visitor(Role.CX_LEAD).post(path, steps));
        assertThat(plan.steps(opened.id())).hasSize(1);
        assertThat(stepTasks(opened)).hasSize(1);
    }

    @RepeatedTest(3)
    void twoPeopleResolvingTheSameCaseByDifferentWaysMakeOneResolution() throws Exception {
        RecoveryCase ready = loop.readyToResolve(Severity.MODERATE);
        String tag = loop.tag();
        String path = "/engine-rest/task/" + caseTask(ready).getId() + "/submit-form";
        String form = "{\"variables\":{\"resolutionType\":{\"value\":\"apology-only\"},\"rootCauseTag\":{\"value\":\""
                + tag + "\"},\"preventionAction\":{\"value\":\"Call ahead\"}}}";
        String body = "{\"resolutionType\":\"apology-only\",\"rootCauseTag\":\"" + tag
                + "\",\"preventionAction\":\"Call ahead\"}";
        assertOneWins(
                () -> visitor(Role.CASE_OWNER).post(path, form),
                () -> visitor(Role.MANAGER).post("/api/cases/" + ready.number() + "/resolution", body));
        assertThat(loop.again(ready).state()).isEqualTo(CaseState.RESOLVED);
        assertThat(db.sql("select count(*) from resolution where case_id = ?")
                        .param(ready.id())
                        .query(Long.class)
                        .single())
                .isEqualTo(1);
        assertThat(caseTasks(ready)).containsExactly("UserTask_CloseLoop");
    }

    private void work(RecoveryCase of, int seq) {
        loop.does(
                Role.MANAGER,
                () -> plan.work(
                        of.number(),
                        seq,
                        java.util.Map.of("outcome", "completed", "reached", "reached", "notes", "Said sorry.")));
    }

    private void assertOneWins(Callable<HttpResponse<String>> one, Callable<HttpResponse<String>> other)
            throws Exception {
        List<HttpResponse<String>> answers = atOnce(List.of(one, other));
        assertThat(answers)
                .filteredOn(answer -> answer.statusCode() == 204)
                .as("%s", answers.stream().map(HttpResponse::body).toList())
                .hasSize(1);
        HttpResponse<String> loser = answers.stream()
                .filter(answer -> answer.statusCode() != 204)
                .findFirst()
                .orElseThrow();
        assertThat(loser.statusCode()).as(loser.body()).isIn(404, 409);
        JsonNode told = json.readTree(loser.body());
        String sentence = told.path(told.has("detail") ? "detail" : "message").asText();
        assertThat(sentence)
                .matches(".*[a-z ]{12,}.*\\.")
                .doesNotContain("Exception", "ENGINE-", "is null", "org.camunda");
    }

    private static List<HttpResponse<String>> atOnce(List<Callable<HttpResponse<String>>> calls) throws Exception {
        CyclicBarrier together = new CyclicBarrier(calls.size());
        ExecutorService people = Executors.newFixedThreadPool(calls.size());
        try {
            List<Future<HttpResponse<String>>> running = new ArrayList<>();
            for (Callable<HttpResponse<String>> call : calls) {
                running.add(people.submit(() -> {
                    together.await(20, TimeUnit.SECONDS);
                    return call.call();
                }));
            }
            List<HttpResponse<String>> answers = new ArrayList<>();
            for (Future<HttpResponse<String>> answer : running) {
                answers.add(answer.get(60, TimeUnit.SECONDS));
            }
            return answers;
        } finally {
            people.shutdownNow();
        }
    }

    private Visitor visitor(Role role) {
        return Visitor.withBasic(port, loop.person(role), TestPeople.PASSWORD);
    }

    private List<String> stepTasks(RecoveryCase of) {
        return tasks.createTaskQuery().processInstanceBusinessKeyLike(of.number() + "/%").list().stream()
                .map(Task::getId)
                .toList();
    }

    private Task caseTask(RecoveryCase of) {
        return tasks.createTaskQuery().processInstanceId(of.processInstanceId()).singleResult();
    }

    private List<String> caseTasks(RecoveryCase of) {
        return tasks.createTaskQuery().processInstanceId(of.processInstanceId()).list().stream()
                .map(Task::getTaskDefinitionKey)
                .toList();
    }
}
