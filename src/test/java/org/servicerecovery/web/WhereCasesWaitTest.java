package org.servicerecovery.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.camunda.bpm.engine.HistoryService;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.camunda.bpm.engine.repository.ProcessDefinition;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.servicerecovery.Loop;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;

/** What is drawn over Cockpit's diagrams, on sets small enough to be counted by hand, in a year that no other test is in. */
@RunningApplication
class WhereCasesWaitTest {

    private static final String PROCESS = "test-waits";
    private static final Instant NOW = Instant.parse("2061-02-01T00:00:00Z");
    private static final long HOUR = 3600;

    @LocalServerPort
    int port;

    @Autowired
    ApplicationContext application;

    @Autowired
    IdentityService identities;

    @Autowired
    RepositoryService repository;

    @Autowired
    RuntimeService runtime;

    @Autowired
    TaskService tasks;

    @Autowired
    HistoryService history;

    @Autowired
    ObjectMapper json;

    private Loop loop;

    @BeforeEach
    void begin() {
        loop = new Loop(application);
    }

    @AfterEach
    void timeGoesOn() {
        ClockUtil.reset();
        repository
                .createDeploymentQuery()
                .deploymentName(PROCESS)
                .list()
                .forEach(each -> repository.deleteDeployment(each.getId(), true));
    }

    @Test
    void eachActivityTellsWhatWaitsHowLongOneTakesAndWhereDueTimesWereMissed() throws Exception {
        Loop.itIs(Instant.parse("2060-11-01T00:00:00Z"));
        String first = deployed("Sign");
        // Outside the span of thirty days.
        checked(begun(first, "2060-12-01T00:00:00Z", "2060-12-02T00:00:00Z"), "2060-12-01T05:00:00Z");
        // Ten hours and late, twenty, thirty.
        checked(begun(first, "2061-01-05T00:00:00Z", "2061-01-05T08:00:00Z"), "2061-01-05T10:00:00Z");
        checked(begun(first, "2061-01-06T00:00:00Z", "2061-01-07T00:00:00Z"), "2061-01-06T20:00:00Z");
        checked(begun(first, "2061-01-10T00:00:00Z", "2061-01-12T00:00:00Z"), "2061-01-11T06:00:00Z");
        String ended = begun(first, "2061-01-15T00:00:00Z", "2061-01-20T00:00:00Z");
        Loop.itIs(Instant.parse("2061-01-16T00:00:00Z"));
        runtime.deleteProcessInstance(ended, "Ended by an administrator");
        String second = deployed("Sign twice");
        // Four days and overdue, and one day.
        begun(second, "2061-01-28T00:00:00Z", "2061-01-30T00:00:00Z");
        begun(second, "2061-01-31T00:00:00Z", "2061-02-05T00:00:00Z");
        Loop.itIs(NOW);

        JsonNode all = waits(Role.PROCESS_DESIGNER, PROCESS, "days=30");
        assertThat(all.path("versions").toString()).isEqualTo("[2,1]");
        assertThat(all.has("version")).isFalse();
        assertThat(all.path("from").asText()).isEqualTo("2061-01-02T00:00:00Z");
        JsonNode check = activity(all, "UserTask_Check");
        assertThat(check.path("kind").asText()).isEqualTo("task");
        assertThat(check.path("name").asText()).isEqualTo("Check");
        assertThat(check.at("/now/count").asInt()).isEqualTo(2);
        assertThat(check.at("/now/since").asText()).isEqualTo("2061-01-28T00:00:00Z");
        assertThat(check.at("/now/median").asLong()).isEqualTo(60 * HOUR);
        assertThat(check.at("/now/p90").asLong()).as("1 d + 0.9 × 3 d").isEqualTo(319_680);
        assertThat(check.at("/now/overdue").asInt()).isEqualTo(1);
        assertThat(check.at("/done/count").asInt()).isEqualTo(3);
        assertThat(check.at("/done/median").asLong()).isEqualTo(20 * HOUR);
        assertThat(check.at("/done/p90").asLong()).isEqualTo(28 * HOUR);
        assertThat(check.path("interrupted").asInt()).isEqualTo(1);
        assertThat(check.path("missed").asInt()).as("one late, one open").isEqualTo(2);
        assertThat(check.path("breaches").asInt()).isZero();

        JsonNode part = activity(all, "SubProcess_Work");
        assertThat(part.path("kind").asText()).as("holds the task").isEqualTo("part");
        assertThat(part.at("/now/count").asInt()).isEqualTo(2);
        assertThat(part.at("/done/median").asLong()).isEqualTo(20 * HOUR);
        JsonNode sign = activity(all, "UserTask_Sign");
        assertThat(sign.at("/now/count").asInt()).as("however long ago").isEqualTo(4);
        assertThat(sign.at("/now/since").asText()).isEqualTo("2060-12-01T05:00:00Z");
        assertThat(sign.has("done")).isFalse();
        assertThat(ids(all))
                .as("most wait first; a part, which counts them again, last; nothing that is done at once")
                .containsExactly("UserTask_Sign", "UserTask_Check", "SubProcess_Work");

        JsonNode old = waits(Role.PROCESS_DESIGNER, PROCESS, "version=1&days=30");
        assertThat(old.path("version").asInt()).isEqualTo(1);
        assertThat(activity(old, "UserTask_Check").has("now")).isFalse();
        assertThat(activity(old, "UserTask_Check").at("/done/count").asInt()).isEqualTo(3);
        assertThat(activity(old, "UserTask_Check").path("missed").asInt()).isEqualTo(1);
        JsonNode young = waits(Role.PROCESS_DESIGNER, PROCESS, "version=2");
        assertThat(young.path("days").asInt()).isEqualTo(90);
        assertThat(activity(young, "UserTask_Check").at("/now/count").asInt()).isEqualTo(2);
        assertThat(activity(young, "UserTask_Check").has("done")).isFalse();
        assertThat(ids(young)).doesNotContain("UserTask_Sign");
        JsonNode longer = waits(Role.PROCESS_DESIGNER, PROCESS, "version=1&days=365");
        assertThat(activity(longer, "UserTask_Check").at("/done/count").asInt()).isEqualTo(4);

        assertThat(all.path("seesCases").asBoolean()).isFalse();
        assertThat(all.toString()).doesNotContain("longest");
        assertThat(get(Role.MANAGER, "/api/waits/" + PROCESS).statusCode())
                .as("the engine lets managers read processes of the loop alone")
                .isEqualTo(404);
        refused("/api/waits/" + PROCESS + "?version=3", "version", "3");
        refused("/api/waits/" + PROCESS + "?days=0", "days", "from 1 to");
        assertThat(get(Role.PROCESS_DESIGNER, "/api/waits/" + PROCESS + "?days=soon")
                        .statusCode())
                .isEqualTo(400);
        assertThat(get(Role.PROCESS_DESIGNER, "/api/waits/none-such").statusCode())
                .isEqualTo(404);
    }

    @Test
    void aMissedDeadlineCountsWhereTheCaseStoodWhenItPassedHoweverLateItWasNoticed() throws Exception {
        Instant opened = Instant.parse("2062-03-01T08:00:00Z");
        Loop.itIs(opened);
        RecoveryCase calling = loop.planned(Severity.MINOR, 1);
        RecoveryCase unplanned = loop.opened(Severity.MINOR);
        RecoveryCase ready = loop.readyToResolve(Severity.MINOR);
        RecoveryCase inTime = loop.closed(loop.tag());
        RecoveryCase withdrawn = loop.opened(Severity.MINOR);
        // The deadline was after 72 hours; of one case the timer is late, of another it never fires.
        Loop.itIs(opened.plusSeconds(80 * HOUR));
        loop.fire(calling, "BoundaryEvent_DeadlineMissed");
        loop.resolve(ready, loop.tag());
        withdraw(withdrawn);

        JsonNode main = waits(Role.MANAGER, "service-recovery", "days=30");
        assertThat(activity(main, "UserTask_PlanRecovery").path("breaches").asInt())
                .as("nobody was told of it yet")
                .isEqualTo(1);
        assertThat(activity(main, "CallActivity_RecoveryStep").path("breaches").asInt())
                .isEqualTo(1);
        assertThat(activity(main, "CallActivity_RecoveryStep").path("kind").asText())
                .isEqualTo("call");
        assertThat(activity(main, "UserTask_ResolveCase").path("breaches").asInt())
                .isEqualTo(1);
        assertThat(activity(main, "SubProcess_Recover").path("breaches").asInt())
                .as("a part holds them all")
                .isEqualTo(3);
        assertThat(ids(main)).as("began with the breach").contains("UserTask_HandleMissedDeadline");
        assertThat(activity(main, "UserTask_HandleMissedDeadline")
                        .path("breaches")
                        .asInt())
                .isZero();
        JsonNode resolve = activity(main, "UserTask_ResolveCase");
        assertThat(resolve.at("/done/count").asInt()).isEqualTo(2);
        assertThat(resolve.at("/done/median").asLong()).as("of 0 and 80 hours").isEqualTo(40 * HOUR);
        assertThat(resolve.path("missed").asInt())
                .as("of tasks, by their own due time")
                .isEqualTo(1);
        JsonNode plan = activity(main, "UserTask_PlanRecovery");
        assertThat(plan.at("/done/count").asInt()).isEqualTo(3);
        assertThat(plan.path("interrupted").asInt())
                .as("a withdrawn case is in no figure")
                .isZero();
        assertThat(plan.at("/longest/caseNumber").asText()).startsWith("SR-");
        JsonNode step = waits(Role.MANAGER, "recovery-step", "days=30");
        assertThat(activity(step, "UserTask_CallCustomer").path("breaches").asInt())
                .isEqualTo(1);
        assertThat(activity(step, "UserTask_CallCustomer").at("/done/count").asInt())
                .isEqualTo(2);
        assertThat(get(Role.PROCESS_DESIGNER, "/api/waits/service-recovery").body())
                .doesNotContain("SR-", "longest");

        // How long one instance has waited where, and who had it.
        JsonNode way = way(Role.MANAGER, "/api/instances/" + ready.processInstanceId() + "/way");
        assertThat(way.path("caseNumber").asText()).isEqualTo(ready.number().value());
        JsonNode resolved = passed(way, "UserTask_ResolveCase");
        assertThat(resolved.path("seconds").asLong()).isEqualTo(80 * HOUR);
        assertThat(resolved.path("who").asText()).isEqualTo("Test Case owner");
        assertThat(resolved.path("missed").asBoolean()).isTrue();
        assertThat(resolved.path("breached").asBoolean()).isTrue();
        assertThat(passed(way, "UserTask_PlanRecovery").path("breached").asBoolean())
                .isFalse();
        JsonNode open = passed(
                way(Role.MANAGER, "/api/instances/" + calling.processInstanceId() + "/way"),
                "CallActivity_RecoveryStep");
        assertThat(open.has("endedAt")).isFalse();
        assertThat(open.path("seconds").asLong()).isEqualTo(80 * HOUR);
        JsonNode whole = way(Role.MANAGER, "/api/cases/" + calling.number() + "/way");
        assertThat(whole.path("instances")).hasSize(2);
        assertThat(whole.at("/instances/1/stepSeq").asInt()).isEqualTo(1);
        assertThat(whole.at("/instances/1/stepLabel").asText()).isEqualTo("Call customer");

        JsonNode german = inGerman("/api/waits/service-recovery?days=30");
        assertThat(activity(german, "UserTask_ResolveCase").path("name").asText())
                .isEqualTo("Fall lösen");
        assertThat(activity(german, "CallActivity_RecoveryStep").path("name").asText())
                .isEqualTo("Schritt des Plans");
        assertThat(passed(inGerman("/api/cases/" + calling.number() + "/way"), "SubProcess_CarryOutPlan")
                        .path("name")
                        .asText())
                .isEqualTo("Plan ausführen");
        assertThat(activity(main, "CallActivity_RecoveryStep").path("name").asText())
                .isEqualTo("Recovery step");

        for (Role role : Set.of(Role.ACCOUNTANT, Role.OPERATIVE, Role.PROCESS_DESIGNER, Role.ADMINISTRATOR)) {
            assertThat(get(role, "/api/instances/" + calling.processInstanceId() + "/way")
                            .statusCode())
                    .as(role.title())
                    .isEqualTo(403);
            assertThat(get(role, "/api/cases/" + calling.number() + "/way").statusCode())
                    .as(role.title())
                    .isEqualTo(403);
        }
        for (Role role : Set.of(Role.OPERATIVE, Role.CASE_OWNER, Role.ADMINISTRATOR)) {
            assertThat(get(role, "/api/waits/service-recovery").statusCode())
                    .as(role.title())
                    .isEqualTo(403);
        }
        assertThat(get(Role.ACCOUNTANT, "/api/waits/service-recovery").statusCode())
                .as("reads no process")
                .isEqualTo(404);
        assertThat(get(Role.MANAGER, "/api/instances/none-such/way").statusCode())
                .isEqualTo(404);

        // The engine's history has its time to live, ours has none.
        history.deleteHistoricProcessInstance(inTime.processInstanceId());
        JsonNode gone = way(Role.MANAGER, "/api/cases/" + inTime.number() + "/way");
        assertThat(gone.at("/instances/0/historyKept").asBoolean()).isFalse();
        assertThat(gone.at("/instances/0/passed")).isEmpty();
        assertThat(gone.at("/instances/1/historyKept").asBoolean()).isTrue();
        withdraw(calling);
        withdraw(unplanned);
    }

    private String deployed(String lastTask) {
        BpmnModelInstance model = Bpmn.createExecutableProcess(PROCESS)
                .name("Waits")
                .camundaHistoryTimeToLiveString("P1D")
                .startEvent()
                .subProcess("SubProcess_Work")
                .name("Work")
                .embeddedSubProcess()
                .startEvent()
                .userTask("UserTask_Check")
                .name("Check")
                .endEvent()
                .subProcessDone()
                .userTask("UserTask_Sign")
                .name(lastTask)
                .endEvent()
                .done();
        return repository
                .createDeployment()
                .name(PROCESS)
                .addModelInstance(PROCESS + ".bpmn", model)
                .deployWithResult()
                .getDeployedProcessDefinitions()
                .stream()
                .map(ProcessDefinition::getId)
                .findFirst()
                .orElseThrow();
    }

    private String begun(String definition, String at, String due) {
        Loop.itIs(Instant.parse(at));
        String instance = runtime.startProcessInstanceById(definition).getId();
        tasks.setDueDate(
                tasks.createTaskQuery()
                        .processInstanceId(instance)
                        .singleResult()
                        .getId(),
                Date.from(Instant.parse(due)));
        return instance;
    }

    private void checked(String instance, String at) {
        Loop.itIs(Instant.parse(at));
        tasks.complete(tasks.createTaskQuery()
                .processInstanceId(instance)
                .singleResult()
                .getId());
    }

    private void withdraw(RecoveryCase of) {
        Visitor lead = Visitor.withBasic(port, TestPeople.person(identities, Role.CX_LEAD), TestPeople.PASSWORD);
        assertThat(lead.post("/api/cases/" + of.number() + "/withdrawal", "{\"reason\":\"It came right by itself.\"}")
                        .statusCode())
                .isLessThan(300);
    }

    private HttpResponse<String> get(Role role, String path) {
        return Visitor.withBasic(port, TestPeople.person(identities, role), TestPeople.PASSWORD)
                .get(path);
    }

    private JsonNode waits(Role role, String process, String query) throws Exception {
        return way(role, "/api/waits/" + process + "?" + query);
    }

    private JsonNode way(Role role, String path) throws Exception {
        HttpResponse<String> answer = get(role, path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json.readTree(answer.body());
    }

    private JsonNode inGerman(String path) throws Exception {
        Visitor manager = Visitor.withBasic(port, TestPeople.person(identities, Role.MANAGER), TestPeople.PASSWORD);
        return json.readTree(manager.send(manager.request(path).header("Accept-Language", "de"))
                .body());
    }

    private void refused(String path, String field, String why) throws Exception {
        HttpResponse<String> answer = get(Role.PROCESS_DESIGNER, path);
        assertThat(answer.statusCode()).isEqualTo(400);
        JsonNode error = json.readTree(answer.body()).at("/errors/0");
        assertThat(error.path("field").asText()).isEqualTo(field);
        assertThat(error.path("message").asText()).contains(why);
    }

    private static JsonNode activity(JsonNode waits, String id) {
        return StreamSupport.stream(waits.path("activities").spliterator(), false)
                .filter(each -> each.path("id").asText().equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError(id + " is not in " + waits));
    }

    private static List<String> ids(JsonNode waits) {
        return StreamSupport.stream(waits.path("activities").spliterator(), false)
                .map(each -> each.path("id").asText())
                .toList();
    }

    private static JsonNode passed(JsonNode way, String activity) {
        return StreamSupport.stream(way.at("/instances/0/passed").spliterator(), false)
                .filter(each -> each.path("activity").asText().equals(activity))
                .findFirst()
                .orElseThrow(() -> new AssertionError(activity + " is not in " + way));
    }
}
