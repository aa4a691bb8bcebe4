package org.servicerecovery.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.camunda.bpm.engine.runtime.Job;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
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
import org.servicerecovery.engine.Decisions;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;

/** What the playbook suggests, what people make of it, and the order in which the steps start. */
@RunningApplication
class PlaybookTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<Severity, Integer> DEADLINES =
            Map.of(Severity.MINOR, 72, Severity.MODERATE, 48, Severity.MAJOR, 24, Severity.CRITICAL, 4);

    @LocalServerPort
    int port;

    @Autowired
    ApplicationContext application;

    @Autowired
    Decisions decisions;

    @Autowired
    Cases cases;

    @Autowired
    Plan plan;

    @Autowired
    TaskService tasks;

    @Autowired
    RuntimeService runtime;

    @Autowired
    ManagementService management;

    Loop loop;
    Visitor owner = Visitor.browser(0);

    @BeforeEach
    void owner() {
        loop = new Loop(application);
        owner = Visitor.withBasic(port, loop.owner(), TestPeople.PASSWORD);
    }

    @AfterEach
    void timeGoesOn() {
        ClockUtil.reset();
    }

    static Stream<Arguments> everySourceAndSeverity() {
        return Arrays.stream(FailureSource.values())
                .flatMap(source -> Arrays.stream(Severity.values()).map(severity -> Arguments.of(source, severity)));
    }

    @ParameterizedTest
    @MethodSource("everySourceAndSeverity")
    void everyKindOfCaseHasASuggestionThatStartsWithTheCustomerAndFitsIntoItsDeadline(
            FailureSource source, Severity severity) {
        List<Decisions.Answer> steps =
                decisions.askAll("playbook", Map.of("source", source.code(), "severity", severity.code()));

        assertThat(steps).isNotEmpty();
        assertThat(steps.get(0).text("type")).isIn("call-customer", "email-customer");
        int end = 0;
        for (Decisions.Answer step : steps) {
            end = (step.text("start").equals("after-previous") ? end : 0) + step.number("hours");
            assertThat(end).as(step.text("type")).isLessThanOrEqualTo(DEADLINES.get(severity));
        }
    }

    @Test
    void thePlanningTaskOpensWithTheSuggestionAndPlansItOnlyOnceSomebodySubmitsIt() throws Exception {
        RecoveryCase opened = loop.opened(Severity.MAJOR);
        JsonNode suggested = JSON.readTree(
                tasks.getVariable(planning(opened).getId(), "steps").toString());
        assertThat(suggested.findValuesAsText("type"))
                .containsExactly("call-customer", "schedule-visit", "write-apology-letter", "root-cause-analysis");
        assertThat(tasks.getVariable(planning(opened).getId(), "colleagues").toString())
                .contains("\"value\":\"" + loop.owner() + "\"");

        // A form whose last row was removed submits nothing for the list.
        HttpResponse<String> answer =
                owner.post("/engine-rest/task/" + planning(opened).getId() + "/submit-form", "{\"variables\":{}}");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
        assertThat(plan.steps(opened.id())).isEmpty();
        assertThat(loop.openTasks(opened)).containsExactly("UserTask_DecideHowToGoOn");
    }

    @Test
    void sevenRowsBecomeSevenStepsInTheirOrderEachWithItsOwnerAndDueTime() {
        RecoveryCase opened = loop.opened(Severity.MODERATE);
        Instant due = ClockUtil.getCurrentTime().toInstant().plus(Duration.ofHours(30));
        String lead = loop.person(Role.CX_LEAD);
        StringBuilder rows = new StringBuilder("[");
        for (int i = 1; i <= 7; i++) {
            rows.append("{\"type\":\"call-customer\",\"purpose\":\"Call %d\",\"hours\":\"%d\"},".formatted(i, i));
        }
        rows.append("{\"type\":\"issue-credit\",\"assignee\":\"%s\",\"dueAt\":\"%s\"}]".formatted(lead, due));

        HttpResponse<String> answer = owner.post(
                "/engine-rest/task/" + planning(opened).getId() + "/submit-form",
                "{\"variables\":{\"steps\":{\"type\":\"Json\",\"value\":" + JSON.valueToTree(rows.toString()) + "}}}");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
        List<Step> steps = plan.steps(opened.id());
        assertThat(steps).hasSize(8).allMatch(step -> step.state() == StepState.STARTED);
        assertThat(steps.subList(0, 7))
                .extracting(Step::purpose)
                .containsExactly("Call 1", "Call 2", "Call 3", "Call 4", "Call 5", "Call 6", "Call 7");
        assertThat(steps.get(7).assignee()).isEqualTo(lead);
        assertThat(steps.get(7).dueAt()).isEqualTo(due);
        assertThat(Duration.between(steps.get(0).dueAt(), steps.get(4).dueAt()))
                .isBetween(
                        Duration.ofHours(4).minusSeconds(5), Duration.ofHours(4).plusSeconds(5));
        Task credit = tasks.createTaskQuery()
                .processInstanceId(steps.get(7).processInstanceId())
                .singleResult();
        assertThat(credit.getAssignee()).isEqualTo(lead);
        assertThat(credit.getDueDate().toInstant()).isEqualTo(due);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"dueAt\":\"2020-01-01T10:00:00Z\"   | dueAt    | in the past",
                "\"dueAt\":\"soon\"                   | dueAt    | not a date and time",
                "\"hours\":0                          | hours    | whole number of hours",
                "\"start\":\"later\"                  | start    | at-once, after-previous",
                "\"assignee\":\"somebody-unknown\"    | assignee | nobody who can work steps"
            })
    void whatAStepCannotBeIsRefusedByFieldOnEveryRoute(String part, String field, String why) {
        RecoveryCase opened = loop.opened(Severity.MINOR);
        String step = "{\"type\":\"call-customer\"," + part + "}";

        HttpResponse<String> whole =
                owner.post("/api/cases/" + opened.number() + "/plan", "{\"steps\":[" + step + "]}");
        assertThat(whole.statusCode()).isEqualTo(400);
        assertThat(whole.body()).contains("steps[1]." + field, why);

        HttpResponse<String> form = owner.post(
                "/engine-rest/task/" + planning(opened).getId() + "/submit-form",
                "{\"variables\":{\"steps\":{\"type\":\"Json\",\"value\":" + JSON.valueToTree("[" + step + "]") + "}}}");
        assertThat(form.statusCode()).isEqualTo(400);
        assertThat(form.body()).contains("steps[1]." + field, why);

        loop.does(Role.CASE_OWNER, () -> plan.finish(opened.number(), List.of(new NewStep("call-customer", "", null))));
        HttpResponse<String> one = owner.post("/api/cases/" + opened.number() + "/steps", step);
        assertThat(one.statusCode()).isEqualTo(400);
        assertThat(one.body()).contains("\"" + field + "\"", why);
    }

    @ParameterizedTest
    @ValueSource(strings = {"completed", "skipped", "failed"})
    void aStepThatWaitsForTheOneBeforeItStartsHoweverThatOneEndsAndItsHoursCountFromThen(String end) {
        RecoveryCase found = opened();
        loop.does(
                Role.CASE_OWNER,
                () -> plan.finish(
                        found.number(),
                        List.of(
                                new NewStep("call-customer", "", null),
                                after("call-customer"),
                                after("call-customer"),
                                new NewStep("email-customer", "", null))));
        assertThat(states(found)).containsExactly("STARTED", "PLANNED", "PLANNED", "STARTED");
        assertThat(plan.step(found, 3).afterSeq()).isEqualTo(2);

        Instant later = Instant.now().plus(Duration.ofHours(5)).truncatedTo(java.time.temporal.ChronoUnit.MILLIS);
        Loop.itIs(later);
        end(found, 1, end);

        assertThat(states(found).subList(1, 4)).containsExactly("STARTED", "PLANNED", "STARTED");
        assertThat(plan.step(found, 2).dueAt()).isEqualTo(later.plus(Duration.ofHours(6)));
        assertThat(tasks.createTaskQuery()
                        .processInstanceId(plan.step(found, 2).processInstanceId())
                        .singleResult()
                        .getDueDate()
                        .toInstant())
                .isEqualTo(later.plus(Duration.ofHours(6)));

        end(found, 4, "skipped");
        end(found, 2, end);
        assertThat(states(found).get(2)).isEqualTo("STARTED");
        assertThat(loop.openTasks(found)).as("the plan goes on").isEmpty();
        end(found, 3, "completed");
        assertThat(loop.openTasks(found)).containsExactly("UserTask_ResolveCase");
    }

    @Test
    void aStepOfMoneyStartsWhatWaitedForItOnceItIsSettled() {
        RecoveryCase found = opened();
        loop.does(
                Role.CASE_OWNER,
                () -> plan.finish(
                        found.number(), List.of(new NewStep("issue-credit", "", null), after("call-customer"))));

        loop.does(
                Role.CASE_OWNER,
                () -> plan.work(
                        found.number(),
                        1,
                        Map.of("outcome", "completed", "amount", "20", "currency", "EUR", "notes", "Sorry")));

        assertThat(states(found)).containsExactly("STARTED", "PLANNED");
        // The credit is booked by jobs of its own process.
        for (List<Job> due = jobs(found); !due.isEmpty(); due = jobs(found)) {
            management.executeJob(due.get(0).getId());
        }

        assertThat(states(found)).containsExactly("COMPLETED", "STARTED");
    }

    private List<Job> jobs(RecoveryCase of) {
        return management
                .createJobQuery()
                .processDefinitionKey("compensation")
                .messages()
                .withRetriesLeft()
                .list()
                .stream()
                .filter(job -> runtime.createProcessInstanceQuery()
                                .processInstanceId(job.getProcessInstanceId())
                                .processInstanceBusinessKey(of.number() + "/1")
                                .count()
                        > 0)
                .toList();
    }

    @Test
    void aStepWhoseProcessAnAdministratorEndsStartsWhatWaitedForIt() {
        RecoveryCase found = opened();
        loop.does(
                Role.CASE_OWNER,
                () -> plan.finish(
                        found.number(), List.of(new NewStep("call-customer", "", null), after("email-customer"))));

        loop.does(
                Role.ADMINISTRATOR,
                () -> runtime.deleteProcessInstance(plan.step(found, 1).processInstanceId(), "Stuck"));

        assertThat(states(found)).containsExactly("FAILED", "STARTED");
        assertThat(loop.openTasks(found)).isEmpty();
    }

    @Test
    void aStepAddedToWaitForAnotherWaitsAndEndsWithItsCase() {
        RecoveryCase found = opened();
        loop.does(Role.CASE_OWNER, () -> plan.finish(found.number(), List.of(new NewStep("call-customer", "", null))));
        HttpResponse<String> added = owner.post(
                "/api/cases/" + found.number() + "/steps",
                "{\"type\":\"email-customer\",\"start\":\"after-previous\"}");
        assertThat(added.statusCode()).as(added.body()).isEqualTo(201);
        assertThat(added.body()).contains("\"afterSeq\":1");
        assertThat(states(found)).containsExactly("STARTED", "PLANNED");
        assertThatThrownBy(() -> end(found, 2, "completed")).hasMessageContaining("starts when step 1 is settled");

        assertThat(owner.post(
                                "/api/cases/" + found.number() + "/withdrawal",
                                "{\"reason\":\"The customer took it back.\"}")
                        .statusCode())
                .isEqualTo(200);

        assertThat(states(found)).containsExactly("SKIPPED", "SKIPPED");
        assertThat(plan.step(found, 2).notes()).contains("before this step was started");
    }

    @Test
    void aStepThatStillWaitsCanBeLeftOutAndWhatWaitedForItWaitsForTheOneBefore() {
        RecoveryCase found = opened();
        loop.does(
                Role.CASE_OWNER,
                () -> plan.finish(
                        found.number(),
                        List.of(
                                new NewStep("call-customer", "", null),
                                after("email-customer"),
                                after("call-customer"))));
        assertThat(owner.post("/api/cases/" + found.number() + "/steps/2/outcome", "{\"outcome\":\"skipped\"}")
                        .body())
                .contains("\"notes\"");

        end(found, 2, "skipped");

        assertThat(states(found)).containsExactly("STARTED", "SKIPPED", "PLANNED");
        end(found, 1, "completed");
        assertThat(states(found)).containsExactly("COMPLETED", "SKIPPED", "STARTED");
    }

    private RecoveryCase opened() {
        NewCase wanted = new NewCase(
                loop.customer(),
                Severity.MINOR,
                FailureSource.COMPLAINT,
                "Nobody came",
                null,
                null,
                loop.owner(),
                null);
        return loop.as(Role.CASE_OWNER, () -> cases.open(wanted));
    }

    private static NewStep after(String type) {
        return new NewStep(type, "", null, StepStart.AFTER_PREVIOUS, 6, null);
    }

    private void end(RecoveryCase of, int seq, String outcome) {
        loop.does(
                Role.CASE_OWNER,
                () -> plan.work(
                        of.number(), seq, Map.of("outcome", outcome, "reached", "reached", "notes", "As it was.")));
    }

    private List<String> states(RecoveryCase of) {
        return plan.steps(of.id()).stream().map(step -> step.state().name()).toList();
    }

    private Task planning(RecoveryCase of) {
        return loop.task(of, "UserTask_PlanRecovery");
    }
}
