package org.servicerecovery.resolution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.task.Task;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerecovery.Loop;
import org.servicerecovery.Refused;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.CaseState;
import org.servicerecovery.cases.Journal;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.engine.EngineTrouble;
import org.servicerecovery.plan.Plan;
import org.servicerecovery.plan.Step;
import org.servicerecovery.plan.StepState;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** No case is closed without a type, a known tag and a prevention action, whichever way somebody tries. */
@RunningApplication
class ClosingRulesTest {

    private static final String ENGINE_REST = "/engine-rest";
    private static final String WEB_APPS = "/camunda/api/engine/engine/default";

    /** Everything that a refused attempt could have left behind half-done. */
    private record Standing(
            CaseState state,
            List<Journal.Entry> journal,
            List<String> resolutions,
            List<String> epochs,
            List<String> trend,
            List<String> tasks,
            List<String> variables) {}

    @LocalServerPort
    int port;

    @Autowired
    ApplicationContext application;

    @Autowired
    Resolutions resolutions;

    @Autowired
    Journal journal;

    @Autowired
    Plan plan;

    @Autowired
    TaskService tasks;

    @Autowired
    RuntimeService runtime;

    @Autowired
    ManagementService management;

    @Autowired
    JdbcClient db;

    @Autowired
    ObjectMapper json;

    /** Stands in every text submitted here, so that what was left in the engine is found. */
    final String marker = "marker-" + UUID.randomUUID();

    Loop loop;
    RecoveryCase ready;

    @BeforeEach
    void aCaseThatWaitsForItsResolution() {
        loop = new Loop(application);
        ready = loop.readyToResolve(Severity.MODERATE);
    }

    static Stream<Arguments> incomplete() {
        return Stream.of(
                Arguments.of("without a tag", "apology-only", null, "MARKER", List.of("rootCauseTag")),
                Arguments.of("with a blank tag", "apology-only", "  ", "MARKER", List.of("rootCauseTag")),
                Arguments.of("with an unknown tag", "apology-only", "gremlins", "MARKER", List.of("rootCauseTag")),
                Arguments.of("with a tag's label", "apology-only", "Billing error", "MARKER", List.of("rootCauseTag")),
                Arguments.of("without prevention", "apology-only", "billing-error", null, List.of("preventionAction")),
                Arguments.of(
                        "with blank prevention", "written-letter", "billing-error", " \t", List.of("preventionAction")),
                Arguments.of("without a type", null, "billing-error", "MARKER", List.of("resolutionType")),
                Arguments.of("with an unknown type", "a-cake", "billing-error", "MARKER", List.of("resolutionType")),
                Arguments.of(
                        "with nothing",
                        null,
                        null,
                        null,
                        List.of("resolutionType", "rootCauseTag", "preventionAction")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("incomplete")
    void isRefusedByTasklistEngineRestApiAndJavaAlikeAndLeavesNothingHalfDone(
            String how, @Nullable String type, @Nullable String tag, @Nullable String prevention, List<String> fields) {
        Map<String, Object> submitted = new HashMap<>();
        put(submitted, "resolutionType", type);
        put(submitted, "rootCauseTag", tag);
        put(submitted, "preventionAction", "MARKER".equals(prevention) ? marker : prevention);
        String form = form(submitted);
        String task = resolveTask().getId();
        Standing before = standing();

        Visitor owner = basic(Role.CASE_OWNER);
        Map<String, HttpResponse<String>> answers = new HashMap<>();
        answers.put(
                "Tasklist",
                tasklist(loop.owner(), TestPeople.PASSWORD).post(WEB_APPS + "/task/" + task + "/submit-form", form));
        answers.put("complete", owner.post(ENGINE_REST + "/task/" + task + "/complete", form));
        answers.put("submit-form", owner.post(ENGINE_REST + "/task/" + task + "/submit-form", form));
        answers.put("api", owner.post("/api/cases/" + ready.number() + "/resolution", text(submitted)));
        answers.put(
                "api of a manager",
                basic(Role.MANAGER).post("/api/cases/" + ready.number() + "/resolution", text(submitted)));

        answers.forEach((way, answer) -> {
            assertThat(answer.statusCode()).as("%s: %s", way, answer.body()).isEqualTo(400);
            String told = parsed(answer)
                    .path(way.startsWith("api") ? "detail" : "message")
                    .asText();
            assertThat(told)
                    .as(way)
                    .contains(fields.stream().map(field -> field + ": ").toList());
        });

        Resolutions.Draft draft = new Resolutions.Draft(type, tag, "MARKER".equals(prevention) ? marker : prevention);
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> loop.does(Role.CASE_OWNER, () -> resolutions.resolve(ready.number(), draft)))
                .satisfies(refused -> assertThat(refused.problems())
                        .extracting(Refused.Problem::field)
                        .containsExactlyElementsOf(fields));
        assertThatThrownBy(() -> loop.does(Role.CASE_OWNER, () -> tasks.complete(task, submitted)))
                .satisfies(thrown -> assertThat(EngineTrouble.refusal(thrown))
                        .hasValueSatisfying(refused -> assertThat(refused.problems())
                                .extracting(Refused.Problem::field)
                                .containsExactlyElementsOf(fields)));
        assertThatThrownBy(() -> tasks.complete(task, submitted))
                .as("the application itself")
                .hasMessageContaining(fields.get(0));

        assertThat(standing()).isEqualTo(before);
        assertNothingOfTheSubmissionIsLeft();
    }

    @Test
    void theRefusedFormCanBeMendedAndClosesTheCase() {
        String task = resolveTask().getId();
        Visitor owner = tasklist(loop.owner(), TestPeople.PASSWORD);
        String path = WEB_APPS + "/task/" + task + "/submit-form";
        Map<String, Object> submitted = new HashMap<>(Map.of("resolutionType", "apology-only"));
        assertThat(owner.post(path, form(submitted)).statusCode()).isEqualTo(400);
        submitted.put("rootCauseTag", loop.tag());
        submitted.put("preventionAction", marker);
        HttpResponse<String> mended = owner.post(path, form(submitted));
        assertThat(mended.statusCode()).as(mended.body()).isEqualTo(204);

        assertThat(loop.again(ready).state()).isEqualTo(CaseState.RESOLVED);
        assertThat(resolutions.of(ready.id(), 1))
                .hasValueSatisfying(
                        recorded -> assertThat(recorded.preventionAction()).isEqualTo(marker));
        assertNothingOfTheSubmissionIsLeft();
        assertThat(loop.closeLoop(ready).state()).isEqualTo(CaseState.CLOSED);
    }

    @Test
    void aCaseThatIsBeingPlannedOrWorkedCannotBeResolved() {
        Resolutions.Draft draft = new Resolutions.Draft("apology-only", "billing-error", "Check the bill");
        for (RecoveryCase early : List.of(loop.opened(Severity.MINOR), loop.planned(Severity.MINOR, 2))) {
            assertThatExceptionOfType(Refused.class)
                    .isThrownBy(() -> loop.does(Role.CASE_OWNER, () -> resolutions.resolve(early.number(), draft)))
                    .satisfies(refused -> assertThat(refused.reason()).isEqualTo(Refused.Reason.CONFLICT));
            assertThat(loop.again(early).state()).isEqualTo(CaseState.OPEN);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {ENGINE_REST, WEB_APPS})
    void bpmnErrorEscalationResolveAndDelegateCloseNothingAndLeaveNothing(String address) {
        Task task = resolveTask();
        String path = address + "/task/" + task.getId();
        String variables = "\"variables\":"
                + variables(Map.of(
                        "resolutionType", "apology-only", "roundOutcome", "resolved", "preventionAction", marker));
        Standing before = standing();
        for (Visitor who : List.of(
                at(address, Role.CASE_OWNER), at(address, Role.CX_LEAD), at(address, Role.MANAGER), admin(address))) {
            assertRefused(who.post(path + "/bpmnError", "{\"errorCode\":\"resolved\"," + variables + "}"));
            assertRefused(who.post(path + "/bpmnEscalation", "{\"escalationCode\":\"resolved\"," + variables + "}"));
            assertRefused(who.post(path + "/resolve", "{" + variables + "}"));
            assertRefused(who.post(path + "/delegate", "{\"userId\":\"" + loop.owner() + "\"}"));
            // The same by the call with which Tasklist changes a follow-up date.
            assertRefused(who.call(
                    "PUT",
                    path,
                    text(Map.of(
                            "name",
                            task.getName(),
                            "assignee",
                            loop.owner(),
                            "delegationState",
                            "PENDING",
                            "priority",
                            50))));
        }
        assertThat(standing()).isEqualTo(before);
        assertNothingOfTheSubmissionIsLeft();
        assertThat(resolveTask().getAssignee()).isEqualTo(loop.owner());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "StartEvent_CaseOpenedInTasklist",
                "UserTask_PlanRecovery",
                "UserTask_ResolveCase",
                "UserTask_CloseLoop",
                "ServiceTask_FeedTrend",
                "EndEvent_CaseClosed"
            })
    void noProcessStartsInTheMiddle(String activity) {
        Standing before = standing();
        String start =
                "{\"businessKey\":\"" + ready.number() + "\",\"skipCustomListeners\":true,\"startInstructions\":["
                        + "{\"type\":\"startBeforeActivity\",\"activityId\":\"" + activity + "\"}],\"variables\":"
                        + variables(Map.of("roundOutcome", "resolved", "note", marker)) + "}";
        for (String address : List.of(ENGINE_REST, WEB_APPS)) {
            for (Visitor who : List.of(at(address, Role.CASE_OWNER), at(address, Role.MANAGER), admin(address))) {
                assertRefused(who.post(address + "/process-definition/key/service-recovery/start", start));
            }
        }
        assertThat(runtime.createProcessInstanceQuery()
                        .processInstanceBusinessKey(ready.number().value())
                        .list())
                .extracting(ProcessInstance::getId)
                .containsExactly(ready.processInstanceId());
        assertThat(standing()).isEqualTo(before);
        assertNothingOfTheSubmissionIsLeft();
    }

    @Test
    void aProcessStartedWithTheNumberOfAnotherCaseOpensACaseOfItsOwnOrNothing() {
        Standing before = standing();
        String start = "{\"businessKey\":\"" + ready.number() + "\",\"variables\":"
                + variables(Map.of(
                        "roundOutcome", "resolved", "caseNumber", ready.number().value(), "note", marker))
                + "}";
        assertRefused(basic(Role.CASE_OWNER).post("/engine-rest/process-definition/key/service-recovery/start", start));
        assertThat(standing()).isEqualTo(before);
        assertNothingOfTheSubmissionIsLeft();
    }

    @Test
    void messagesFromOutsideMoveNoCase() {
        Standing before = standing();
        String execution = runtime.createEventSubscriptionQuery()
                .processInstanceId(ready.processInstanceId())
                .eventName("Message_CaseWithdrawn")
                .singleResult()
                .getExecutionId();
        String variables = variables(Map.of("roundOutcome", "resolved", "note", marker));
        for (String address : List.of(ENGINE_REST, WEB_APPS)) {
            for (Visitor who : List.of(
                    at(address, Role.CASE_OWNER),
                    at(address, Role.MANAGER),
                    at(address, Role.BUSINESS_OWNER),
                    admin(address))) {
                for (String message :
                        List.of("Message_CaseWithdrawn", "Message_StepAdded", "Message_FailureReported")) {
                    HttpResponse<String> answer = who.post(
                            address + "/message",
                            "{\"messageName\":\"" + message + "\",\"businessKey\":\"" + ready.number()
                                    + "\",\"processVariables\":" + variables + "}");
                    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(403);
                }
                HttpResponse<String> answer = who.post(
                        address + "/execution/" + execution + "/messageSubscriptions/Message_CaseWithdrawn/trigger",
                        "{\"variables\":" + variables + "}");
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(403);
            }
        }
        assertThat(standing()).isEqualTo(before);
        assertNothingOfTheSubmissionIsLeft();
    }

    @ParameterizedTest
    @EnumSource(
            value = Role.class,
            names = {"MANAGER", "BUSINESS_OWNER", "OFFICE_MANAGER", "CASE_OWNER"})
    void nobodyButTheAdministratorOperatesTheEngine(Role role) {
        RecoveryCase over = loop.closed(loop.tag());
        RecoveryCase running = loop.opened(Severity.MINOR);
        String instance = String.valueOf(ready.processInstanceId());
        String definition = runtime.createProcessInstanceQuery()
                .processInstanceId(instance)
                .singleResult()
                .getProcessDefinitionId();
        String deployment = application
                .getBean(org.camunda.bpm.engine.RepositoryService.class)
                .getProcessDefinition(definition)
                .getDeploymentId();
        String timer = management
                .createJobQuery()
                .processInstanceId(instance)
                .activityId("BoundaryEvent_DeadlineMissed")
                .singleResult()
                .getId();
        String variable = "{\"value\":\"" + marker + "\",\"type\":\"String\"}";
        String move = "{\"skipCustomListeners\":true,\"instructions\":["
                + "{\"type\":\"cancel\",\"activityId\":\"UserTask_ResolveCase\"},"
                + "{\"type\":\"startBeforeActivity\",\"activityId\":\"UserTask_CloseLoop\"}]}";
        String restart = "{\"processInstanceIds\":[\"" + over.processInstanceId() + "\"],\"instructions\":["
                + "{\"type\":\"startBeforeActivity\",\"activityId\":\"UserTask_CloseLoop\"}]}";
        Task task = resolveTask();
        Standing before = standing();

        for (String address : List.of(ENGINE_REST, WEB_APPS)) {
            Visitor who = at(address, role);
            assertForbidden(who, "DELETE", address + "/process-instance/" + instance, "");
            assertForbidden(who, "DELETE", address + "/process-instance/" + instance + "?skipCustomListeners=true", "");
            assertForbidden(
                    who,
                    "POST",
                    address + "/process-instance/delete",
                    "{\"processInstanceIds\":[\"" + instance + "\"]}");
            assertForbidden(
                    who, "PUT", address + "/process-instance/" + instance + "/variables/roundOutcome", variable);
            assertForbidden(
                    who,
                    "POST",
                    address + "/process-instance/" + instance + "/variables",
                    "{\"modifications\":{\"roundOutcome\":" + variable + "}}");
            assertForbidden(
                    who,
                    "PUT",
                    address + "/execution/" + task.getExecutionId() + "/localVariables/roundOutcome",
                    variable);
            assertForbidden(who, "PUT", address + "/task/" + task.getId() + "/variables/roundOutcome", variable);
            assertForbidden(who, "PUT", address + "/task/" + task.getId() + "/localVariables/note", variable);
            assertForbidden(who, "DELETE", address + "/process-instance/" + instance + "/variables/severity", "");
            assertForbidden(who, "POST", address + "/process-instance/" + instance + "/modification", move);
            assertForbidden(
                    who,
                    "POST",
                    address + "/modification/execute",
                    move.replace(
                            "{\"skip",
                            "{\"processDefinitionId\":\"" + definition + "\",\"processInstanceIds\":[\"" + instance
                                    + "\"],\"skip"));
            assertForbidden(
                    who, "PUT", address + "/process-instance/" + instance + "/suspended", "{\"suspended\":true}");
            assertForbidden(who, "POST", address + "/process-definition/" + definition + "/restart", restart);
            assertForbidden(who, "POST", address + "/process-definition/" + definition + "/restart-async", restart);
            assertForbidden(who, "POST", address + "/job/" + timer + "/execute", "");
            assertForbidden(
                    who,
                    "PUT",
                    address + "/job/" + timer + "/duedate",
                    "{\"duedate\":\"2041-01-01T00:00:00.000+0000\"}");
            assertForbidden(who, "DELETE", address + "/history/process-instance/" + over.processInstanceId(), "");
            assertForbidden(who, "DELETE", address + "/process-definition/" + definition + "?cascade=true", "");
            // One that may not even be read is not found.
            assertRefused(who.call("DELETE", address + "/deployment/" + deployment + "?cascade=true", ""));
        }
        assertThat(standing()).isEqualTo(before);
        assertNothingOfTheSubmissionIsLeft();
        assertThat(loop.again(over).state()).isEqualTo(CaseState.CLOSED);
        assertThat(loop.again(running).state()).isEqualTo(CaseState.OPEN);
        assertThat(runtime.createProcessInstanceQuery()
                        .processInstanceBusinessKey(over.number().value())
                        .count())
                .isZero();
    }

    @Test
    void notEvenTheAdministratorSuspendsTheTimersOfEveryCase() {
        Visitor administrator = admin(ENGINE_REST);
        String definition = application
                .getBean(org.camunda.bpm.engine.ManagementService.class)
                .createJobDefinitionQuery()
                .activityIdIn("BoundaryEvent_DeadlineMissed")
                .listPage(0, 1)
                .get(0)
                .getId();
        String suspend = "{\"suspended\":true,\"includeJobs\":true}";
        assertForbidden(administrator, "PUT", ENGINE_REST + "/job-definition/" + definition + "/suspended", suspend);
        assertForbidden(
                administrator,
                "PUT",
                ENGINE_REST + "/job-definition/suspended",
                "{\"processDefinitionKey\":\"service-recovery\",\"suspended\":true,\"includeJobs\":true}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ENGINE_REST + "/process-instance/%s",
                ENGINE_REST + "/process-instance/%s?skipCustomListeners=true",
                ENGINE_REST + "/process-instance/%s?skipCustomListeners=true&skipSubprocesses=true",
                WEB_APPS + "/process-instance/%s?skipCustomListeners=true"
            })
    void anInstanceThatTheAdministratorDeletesLeavesItsCaseInterrupted(String path) {
        HttpResponse<String> answer = admin(path).call("DELETE", path.formatted(ready.processInstanceId()), "");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);

        assertInterrupted(ready);
        assertThat(entries(ready, "process ended by intervention"))
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.actor()).isEqualTo(RunningApplication.ADMIN);
                    assertThat(entry.content()).containsEntry("how", "the process instance was deleted");
                });
        // Nothing is lost: somebody opens it again and goes on.
        loop.does(
                Role.CASE_OWNER,
                () -> application
                        .getBean(org.servicerecovery.cases.Cases.class)
                        .reopen(ready.number(), "The administrator slipped."));
        assertThat(loop.again(ready).state()).isEqualTo(CaseState.OPEN);
        assertThat(loop.again(ready).epoch()).isEqualTo(2);
    }

    @Test
    void aResolvedCaseWhoseInstanceIsDeletedDoesNotCountAsClosed() {
        RecoveryCase resolved = loop.resolve(ready, loop.tag());
        admin(ENGINE_REST).call("DELETE", ENGINE_REST + "/process-instance/" + resolved.processInstanceId(), "");
        assertThat(loop.again(resolved).state()).isEqualTo(CaseState.INTERRUPTED);
        assertThat(trendEntries(resolved)).isEmpty();
        assertThat(entries(resolved, "process ended by intervention"))
                .extracting(Journal.Entry::actor)
                .containsExactly(RunningApplication.ADMIN);
    }

    @ParameterizedTest
    @ValueSource(strings = {ENGINE_REST, WEB_APPS})
    void aVariableThatTheAdministratorEditsIsJournaledAndResolvesNothing(String address) {
        HttpResponse<String> answer = admin(address)
                .call(
                        "PUT",
                        address + "/process-instance/" + ready.processInstanceId() + "/variables/roundOutcome",
                        "{\"value\":\"resolved\",\"type\":\"String\"}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);

        assertThat(entries(ready, "process changed by intervention"))
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.actor()).isEqualTo(RunningApplication.ADMIN);
                    assertThat(entry.content()).containsEntry("on", "Variable");
                });
        assertUnresolved(ready, CaseState.OPEN);
        assertThat(resolveTask()).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTokenMovedToTheEndLeavesTheCaseInterrupted(boolean skipListeners) {
        HttpResponse<String> answer = move(skipListeners, "EndEvent_CaseClosed");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);

        assertInterrupted(ready);
        assertThat(entries(ready, "process changed by intervention"))
                .singleElement()
                .satisfies(entry -> assertThat(entry.content()).containsEntry("operation", "ModifyProcessInstance"));
        assertThat(journal.of(ready.id()))
                .filteredOn(entry -> entry.kind().endsWith("by intervention"))
                .isNotEmpty()
                .allSatisfy(entry -> assertThat(entry.actor()).isEqualTo(RunningApplication.ADMIN));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTokenMovedPastTheResolutionResolvesAndClosesNothing(boolean skipListeners) {
        HttpResponse<String> moved = move(skipListeners, "UserTask_CloseLoop");
        assertThat(moved.statusCode()).as(moved.body()).isEqualTo(204);
        assertThat(entries(ready, "process changed by intervention"))
                .extracting(Journal.Entry::actor)
                .containsExactly(RunningApplication.ADMIN);
        assertUnresolved(ready, CaseState.OPEN);

        Task closeLoop = tasks.createTaskQuery()
                .processInstanceId(ready.processInstanceId())
                .singleResult();
        assertThat(closeLoop.getTaskDefinitionKey()).isEqualTo("UserTask_CloseLoop");
        Standing before = standing();
        String told = form(Map.of("told", "phone", "notes", marker));
        HttpResponse<String> closed =
                basic(Role.CX_LEAD).post("/engine-rest/task/" + closeLoop.getId() + "/complete", told);
        assertThat(closed.statusCode()).as(closed.body()).isEqualTo(409);
        assertThat(closed.body()).contains("no resolution");
        assertThat(standing()).isEqualTo(before);
        assertNothingOfTheSubmissionIsLeft();
    }

    @Test
    void aTokenCannotBeMovedOntoTheCountingOfTheCause() {
        Standing before = standing();
        assertRefused(move(true, "ServiceTask_FeedTrend"));
        assertThat(standing()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aStepWhoseInstanceAloneIsDeletedHasFailedAndSaysWhy(boolean skipListeners) {
        RecoveryCase running = loop.planned(Severity.MODERATE, 2);
        Step deleted = plan.step(running, 1);
        HttpResponse<String> answer = admin(ENGINE_REST)
                .call(
                        "DELETE",
                        ENGINE_REST + "/process-instance/" + deleted.processInstanceId() + "?skipCustomListeners="
                                + skipListeners,
                        "");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);

        assertThat(plan.step(running, 1)).satisfies(step -> {
            assertThat(step.state()).isEqualTo(StepState.FAILED);
            assertThat(step.notes()).contains("ended by an administrator");
            assertThat(step.settledBy()).isEqualTo(RunningApplication.ADMIN);
        });
        assertThat(plan.step(running, 2).state()).isEqualTo(StepState.STARTED);
        assertUnresolved(running, CaseState.OPEN);

        // The case goes on with what is left.
        loop.work(running, 2);
        assertThat(tasks.createTaskQuery()
                        .processInstanceId(running.processInstanceId())
                        .singleResult()
                        .getTaskDefinitionKey())
                .isEqualTo("UserTask_ResolveCase");
    }

    @Test
    void deletingTheInstanceOfTheLastOpenStepNeitherResolvesNorStrandsTheCase() {
        RecoveryCase running = loop.planned(Severity.MODERATE, 1);
        Step deleted = plan.step(running, 1);
        admin(ENGINE_REST).call("DELETE", ENGINE_REST + "/process-instance/" + deleted.processInstanceId(), "");

        assertThat(plan.step(running, 1).state()).isEqualTo(StepState.FAILED);
        // Its clocks alone would keep the calling instance going.
        assertInterrupted(running);
    }

    @Test
    void takingTheLastTokenOfTheRecoveryAwayDoesNotStrandTheCase() {
        HttpResponse<String> answer = admin(ENGINE_REST)
                .post(
                        ENGINE_REST + "/process-instance/" + ready.processInstanceId() + "/modification",
                        "{\"instructions\":[{\"type\":\"cancel\",\"activityId\":\"SubProcess_Recover\"}]}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
        assertInterrupted(ready);
    }

    private HttpResponse<String> move(boolean skipListeners, String to) {
        return admin(ENGINE_REST)
                .post(
                        ENGINE_REST + "/process-instance/" + ready.processInstanceId() + "/modification",
                        "{\"skipCustomListeners\":" + skipListeners + ",\"instructions\":["
                                + "{\"type\":\"startBeforeActivity\",\"activityId\":\"" + to + "\"},"
                                + "{\"type\":\"cancel\",\"activityId\":\"UserTask_ResolveCase\"}]}");
    }

    @Test
    void anAddressWithASlashAtItsEndIsJudgedTheSame() {
        Visitor admin = basic(Role.ADMINISTRATOR);
        Visitor manager = basic(Role.MANAGER);
        String task = resolveTask().getId();
        for (String engine : List.of("/engine-rest", "/engine-rest/engine/default")) {
            assertForbidden(
                    admin,
                    "POST",
                    engine + "/message/",
                    "{\"messageName\":\"Message_CaseWithdrawn\",\"businessKey\":\"" + ready.number() + "\"}");
            assertForbidden(manager, "PUT", engine + "/task/" + task + "/", "{\"name\":\"Another\"}");
            assertForbidden(manager, "POST", engine + "/task/" + task + "/bpmnError/", "{\"errorCode\":\"x\"}");
        }
        assertUnresolved(ready, CaseState.OPEN);
    }

    @Test
    void nobodyOperatesManyInstancesAtOnceOrTriesPasswords() {
        Visitor admin = basic(Role.ADMINISTRATOR);
        String instances = "\"processInstanceIds\":[\"" + ready.processInstanceId() + "\"]";
        for (String route : List.of(
                "/modification/execute",
                "/modification/executeAsync",
                "/migration/execute",
                "/process-instance/variables-async",
                "/process-instance/delete",
                "/identity/verify")) {
            assertForbidden(admin, "POST", "/engine-rest" + route, "{" + instances + "}");
        }
        for (var job : management
                .createJobQuery()
                .processInstanceId(ready.processInstanceId())
                .list()) {
            String timer = "/engine-rest/job/" + job.getId();
            assertForbidden(admin, "DELETE", timer, "");
            assertForbidden(admin, "PUT", timer + "/duedate", "{\"duedate\":\"2041-01-01T00:00:00.000+0000\"}");
            assertForbidden(admin, "POST", timer + "/duedate/recalculate", "");
            assertForbidden(admin, "PUT", timer + "/suspended", "{\"suspended\":true}");
            assertForbidden(admin, "POST", timer + "/execute", "");
        }
        assertUnresolved(ready, CaseState.OPEN);
    }

    @Test
    void aReviewerIsGivenNoCaseToResolve() {
        String reviewer = loop.person(Role.REVIEWER);
        Task resolve = resolveTask();
        tasks.setAssignee(resolve.getId(), reviewer);

        HttpResponse<String> refused =
                basic(Role.REVIEWER).post("/engine-rest/task/" + resolve.getId() + "/complete", "{\"variables\":{}}");

        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(403);
        assertThat(refused.body()).contains("is for others to complete");
        assertUnresolved(ready, CaseState.OPEN);
    }

    private void assertInterrupted(RecoveryCase of) {
        assertUnresolved(of, CaseState.INTERRUPTED);
        assertThat(runtime.createProcessInstanceQuery()
                        .processInstanceId(of.processInstanceId())
                        .count())
                .isZero();
    }

    private void assertUnresolved(RecoveryCase of, CaseState state) {
        assertThat(loop.again(of).state()).isEqualTo(state);
        assertThat(loop.again(of).closedAt() != null).isEqualTo(state.isOver());
        assertThat(resolutions.of(of.id(), of.epoch())).isEmpty();
        assertThat(trendEntries(of)).isEmpty();
        assertThat(journal.firstBrokenEntry(of.id())).isEmpty();
    }

    private static void assertForbidden(Visitor who, String method, String path, String body) {
        HttpResponse<String> answer = who.call(method, path, body);
        assertThat(answer.statusCode())
                .as("%s %s: %s", method, path, answer.body())
                .isEqualTo(403);
    }

    private static void assertRefused(HttpResponse<String> answer) {
        assertThat(answer.statusCode())
                .as("%s: %s", answer.uri(), answer.body())
                .isBetween(400, 499);
    }

    private void assertNothingOfTheSubmissionIsLeft() {
        for (String table : List.of("act_ru_variable", "act_hi_varinst", "act_hi_detail")) {
            assertThat(db.sql("select name_ from " + table + " where text_ like ?")
                            .param("%" + marker + "%")
                            .query(String.class)
                            .list())
                    .as(table)
                    .isEmpty();
        }
    }

    private Standing standing() {
        String instance = String.valueOf(ready.processInstanceId());
        return new Standing(
                loop.again(ready).state(),
                journal.of(ready.id()),
                rows("select row(r.*)::text from resolution r where case_id = ?", ready.id()),
                rows("select row(e.*)::text from case_epoch e where case_id = ? order by epoch", ready.id()),
                trendEntries(ready),
                rows(
                        "select task_def_key_ || ' ' || id_ || ' ' || coalesce(assignee_, '')"
                                + " from act_ru_task where proc_inst_id_ = ? order by id_",
                        instance),
                rows(
                        "select name_ || ' ' || coalesce(text_, '') from act_ru_variable where proc_inst_id_ = ?"
                                + " order by name_, id_",
                        instance));
    }

    private List<String> trendEntries(RecoveryCase of) {
        return rows("select to_char(resolved_on, 'YYYY-\"Q\"Q') from trend_fact where case_id = ?", of.id());
    }

    private List<String> rows(String sql, Object of) {
        return db.sql(sql).param(of).query(String.class).list();
    }

    private List<Journal.Entry> entries(RecoveryCase of, String kind) {
        return journal.of(of.id()).stream()
                .filter(entry -> entry.kind().equals(kind))
                .toList();
    }

    private Task resolveTask() {
        return tasks.createTaskQuery()
                .processInstanceId(ready.processInstanceId())
                .taskDefinitionKey("UserTask_ResolveCase")
                .singleResult();
    }

    private Visitor basic(Role role) {
        return Visitor.withBasic(port, loop.person(role), TestPeople.PASSWORD);
    }

    /** The web apps' own way in is a session, that of the engine's REST API a password with each call. */
    private Visitor at(String address, Role role) {
        return address.startsWith(WEB_APPS) ? tasklist(loop.person(role), TestPeople.PASSWORD) : basic(role);
    }

    private Visitor admin(String address) {
        return address.startsWith(WEB_APPS)
                ? tasklist(RunningApplication.ADMIN, RunningApplication.ADMIN_PASSWORD)
                : Visitor.withBasic(port, RunningApplication.ADMIN, RunningApplication.ADMIN_PASSWORD);
    }

    private Visitor tasklist(String name, String password) {
        Visitor browser = Visitor.browser(port);
        browser.signIn(name, password);
        browser.open("/camunda/app/tasklist/default/");
        return browser;
    }

    private String form(Map<String, Object> submitted) {
        return "{\"variables\":" + variables(submitted) + "}";
    }

    private String variables(Map<String, ? extends Object> submitted) {
        Map<String, Object> typed = new HashMap<>();
        submitted.forEach((name, value) -> typed.put(name, Map.of("value", value, "type", "String")));
        return text(typed);
    }

    private String text(Map<String, ? extends Object> content) {
        try {
            return json.writeValueAsString(content);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private com.fasterxml.jackson.databind.JsonNode parsed(HttpResponse<String> answer) {
        try {
            return json.readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw new AssertionError(answer.body(), e);
        }
    }

    private static void put(Map<String, Object> submitted, String field, @Nullable String value) {
        if (value != null) {
            submitted.put(field, value);
        }
    }
}
