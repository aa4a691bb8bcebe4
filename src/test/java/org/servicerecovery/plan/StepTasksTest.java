package org.servicerecovery.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.camunda.bpm.engine.runtime.Job;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.servicerecovery.Loop;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.job.Queue;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What the tasks of single step types ask for, keep, and show later. */
@RunningApplication
class StepTasksTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @LocalServerPort
    int port;

    @Autowired
    ApplicationContext application;

    @Autowired
    Plan plan;

    @Autowired
    TaskService tasks;

    @Autowired
    ManagementService management;

    @Autowired
    JdbcClient db;

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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                                              | reached    | is missing",
                "{\"reached\":\"somebody\"}                                      | reached    | reached, voicemail, no-answer",
                "{\"reached\":\"no-answer\"}                                     | tryAgainAt | is missing",
                "{\"reached\":\"no-answer\",\"tryAgainAt\":\"2020-01-01T10:00Z\"}  | tryAgainAt | in the past",
                "{\"reached\":\"reached\",\"tryAgainAt\":\"2099-01-01T10:00Z\"}    | tryAgainAt | must be empty",
                "{\"reached\":\"reached\",\"wants\":[\"revenge\"]}               | wants      | apology, explanation"
            })
    void aCallWithoutItsResultOrWithoutTheNextTryIsRefusedOnEveryRoute(String part, String field, String why)
            throws IOException {
        refusedOnEveryRoute("call-customer", part, field, why);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "internal-training-note | {\"audience\":\"operatives\"}                                   | rootCauseTag | is missing",
                "internal-training-note | {\"rootCauseTag\":\"no-such\",\"audience\":\"operatives\"}        | rootCauseTag | no-such",
                "internal-training-note | {\"rootCauseTag\":\"repair-did-not-hold\"}                      | audience     | is missing",
                "internal-training-note | {\"rootCauseTag\":\"repair-did-not-hold\",\"audience\":\"all\"}   | audience     | everybody, operatives",
                "escalate-to-manager    | {}                                                            | decision     | is missing",
                "escalate-to-manager    | {\"decision\":\"perhaps\"}                                    | decision     | go-ahead, another-way"
            })
    void aNoteWithoutTagOrAudienceAndAnEscalationWithoutDecisionAreNotCompletedOnAnyRoute(
            String type, String part, String field, String why) throws IOException {
        RecoveryCase found = refusedOnEveryRoute(type, part, field, why);
        assertThat(work(worker(type), found, 1, "skipped", "{}").statusCode())
                .as("what is not done asks for nothing")
                .isEqualTo(200);
    }

    private RecoveryCase refusedOnEveryRoute(String type, String part, String field, String why) throws IOException {
        RecoveryCase found = planned(type);
        JsonNode given = JSON.readTree(part);

        HttpResponse<String> api = work(worker(type), found, 1, "completed", part);
        assertThat(api.statusCode()).isEqualTo(400);
        assertThat(api.body()).contains("\"" + field + "\"", why);

        var variables = JSON.createObjectNode();
        variables.putObject("outcome").put("value", "completed");
        variables.putObject("notes").put("value", "Rang.");
        given.fields().forEachRemaining(each -> {
            if (each.getValue().isArray()) {
                variables
                        .putObject(each.getKey())
                        .put("type", "Json")
                        .put("value", each.getValue().toString());
            } else {
                variables.putObject(each.getKey()).set("value", each.getValue());
            }
        });
        HttpResponse<String> form = worker(type)
                .post(
                        "/engine-rest/task/" + task(found, 1).getId() + "/submit-form",
                        JSON.createObjectNode().set("variables", variables).toString());
        assertThat(form.statusCode()).as(form.body()).isEqualTo(400);
        assertThat(form.body()).contains(field, why);
        assertThat(plan.step(found, 1).state()).isEqualTo(StepState.STARTED);
        return found;
    }

    @Test
    void aCallThatNobodyAnswersComesBackAtTheTimeOfTheNextTryAndEachTryIsKept() throws IOException {
        RecoveryCase found = planned("call-customer");
        Instant again =
                ClockUtil.getCurrentTime().toInstant().plus(Duration.ofHours(3)).truncatedTo(ChronoUnit.MINUTES);

        assertThat(work(found, 1, "completed", "{\"reached\":\"no-answer\",\"tryAgainAt\":\"" + again + "\"}")
                        .statusCode())
                .isEqualTo(200);

        String instance = plan.step(found, 1).processInstanceId();
        assertThat(plan.step(found, 1).state()).isEqualTo(StepState.STARTED);
        assertThat(tasks.createTaskQuery().processInstanceId(instance).count()).isZero();
        assertThat(work(found, 1, "skipped", "{}").body()).contains("called again later");
        assertThat(management
                        .createJobQuery()
                        .processInstanceId(instance)
                        .activityId("BoundaryEvent_StepOverdue")
                        .count())
                .as("the step's own deadline runs on")
                .isOne();
        Job next = waiting(found);
        assertThat(next.getDuedate().toInstant()).isEqualTo(again);

        Loop.itIs(again);
        loop.fire(next);
        assertThat(task(found, 1).getAssignee()).isEqualTo(loop.owner());
        assertThat(work(found, 1, "completed", "{\"reached\":\"reached\",\"wants\":[\"apology\",\"redo\"]}")
                        .statusCode())
                .isEqualTo(200);

        assertThat(plan.step(found, 1).state()).isEqualTo(StepState.COMPLETED);
        JsonNode seen = seen(found).path("work");
        assertThat(seen.path("calls").findValuesAsText("result")).containsExactly("no-answer", "reached");
        assertThat(seen.path("calls").findValuesAsText("number")).containsExactly("1", "2");
        assertThat(seen.path("wants").toString()).isEqualTo("[\"apology\",\"redo\"]");
        assertThat(seen(found).path("timeline").findValuesAsText("text"))
                .anyMatch(text -> text.startsWith("Step 1, call 1: nobody answered. As it was. Next try "))
                .anyMatch(text -> text.contains("call 2: reached. Wants: apology, redo"));
    }

    @Test
    void aCustomerWhoAnswersOnAnotherChannelOrAColleagueWithTimeBringsTheCallBackAtOnce() {
        Instant again = ClockUtil.getCurrentTime().toInstant().plus(Duration.ofHours(30));
        String later = "{\"reached\":\"voicemail\",\"tryAgainAt\":\"" + again + "\"}";
        RecoveryCase replied = planned("call-customer");
        work(replied, 1, "completed", later);
        owner.post(
                "/api/cases/" + replied.number() + "/replies",
                "{\"channel\":\"phone\",\"text\":\"She called us back.\"}");
        assertThat(waiting(replied).getDuedate()).isBeforeOrEqualTo(ClockUtil.getCurrentTime());

        RecoveryCase asked = planned("call-customer");
        String route = "/api/cases/" + asked.number() + "/steps/1/next-try";
        assertThat(owner.post(route, "{}").statusCode()).as("it does not wait").isEqualTo(409);
        work(asked, 1, "completed", later);
        assertThat(owner.post(route, "{}").statusCode()).isEqualTo(204);
        loop.fire(waiting(asked));
        assertThat(task(asked, 1)).isNotNull();
    }

    @Test
    void theAnalysisIsWhatTheResolutionStartsFrom() throws IOException {
        RecoveryCase found = planned("root-cause-analysis");
        for (String[] missing : new String[][] {
            {"{}", "why1"},
            {"{\"why1\":\"The joint leaked\"}", "rootCauseTag"},
            {"{\"why1\":\"The joint leaked\",\"rootCauseTag\":\"no-such\"}", "rootCauseTag"},
            {"{\"why1\":\"The joint leaked\",\"rootCauseTag\":\"repair-did-not-hold\"}", "preventionIdea"}
        }) {
            HttpResponse<String> refused = work(found, 1, "completed", missing[0]);
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body()).contains("\"" + missing[1] + "\"");
        }
        HttpResponse<String> done = work(
                found,
                1,
                "completed",
                "{\"why1\":\"The joint leaked\",\"why2\":\"Nobody tested it\",\"rootCauseTag\":\"repair-did-not-hold\","
                        + "\"preventionIdea\":\"Pressure test\"}");
        assertThat(done.statusCode()).as(done.body()).isEqualTo(200);

        assertThat(tasks.getVariable(loop.task(found, "UserTask_ResolveCase").getId(), "rootCauseTag"))
                .isEqualTo("repair-did-not-hold");
        JsonNode analysis = seen(found).path("work").path("analysis");
        assertThat(analysis.path("prevention").textValue()).isEqualTo("Pressure test");
        assertThat(analysis.path("whys").toString()).isEqualTo("[\"The joint leaked\",\"Nobody tested it\"]");
    }

    @Test
    void tagsAreSuggestedByTheWordsOfTheCaseAndByCasesThatWereResolvedBefore() throws IOException {
        RecoveryCase found = planned("root-cause-analysis");
        JsonNode byLabel = suggested(found, "The billing was wrong, an error on the invoice");
        assertThat(byLabel.path(0).path("code").textValue()).isEqualTo("billing-error");
        assertThat(byLabel.path(0).path("words").toString()).isEqualTo("[\"bill\",\"error\"]");

        String tag = loop.tag();
        RecoveryCase before = loop.readyToResolve(Severity.MINOR);
        db.sql(
                        "update recovery_case set summary = 'The zeolite cartridge of the softener was fitted backwards' where id = ?")
                .param(before.id())
                .update();
        loop.resolve(before, tag);
        JsonNode byCases = suggested(found, "Softener cartridge fitted backwards once more");
        assertThat(byCases.path(0).path("code").textValue()).isEqualTo(tag);
        assertThat(byCases.path(0).path("similarCases").intValue()).isEqualTo(1);
        assertThat(suggested(found, "Quixotic xylophone").size()).isLessThanOrEqualTo(3);
    }

    @Test
    void aRowWithACharacterThatCannotBeStoredIsTheSendersProblem() throws IOException {
        RecoveryCase found = loop.opened(Severity.MINOR);
        String steps = JSON.writeValueAsString("[{\"type\":\"call-customer\",\"purpose\":\"a\\u0000b\"}]");
        HttpResponse<String> answer = owner.post(
                "/engine-rest/task/" + loop.task(found, "UserTask_PlanRecovery").getId() + "/complete",
                "{\"variables\":{\"steps\":{\"type\":\"Json\",\"value\":" + steps + "}}}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).contains("steps", "cannot be stored");
    }

    @Test
    void aTrainingNoteStandsUnderItsTagAndNamesNobody() throws IOException {
        String tag = loop.tag();
        RecoveryCase found = planned("internal-training-note");
        String part = "{\"rootCauseTag\":\"" + tag + "\",\"audience\":\"operatives\",\"notes\":\"%s\"}";
        HttpResponse<String> named =
                work(found, 1, "completed", part.formatted("Do not do as with Test customer last week"));
        assertThat(named.statusCode()).isEqualTo(400);
        assertThat(named.body()).contains("\"notes\"", "names Test Customer");

        assertThat(work(found, 1, "completed", part.formatted("Ring before you go"))
                        .statusCode())
                .isEqualTo(200);

        JsonNode notes =
                JSON.readTree(owner.get("/api/tags/" + tag + "/training-notes").body());
        assertThat(notes.path(0).path("note").textValue()).isEqualTo("Ring before you go");
        assertThat(notes.path(0).path("caseNumber").textValue())
                .isEqualTo(found.number().value());
        Visitor designer = Visitor.withBasic(port, loop.person(Role.PROCESS_DESIGNER), TestPeople.PASSWORD);
        JsonNode asDesigner = JSON.readTree(
                designer.get("/api/tags/" + tag + "/training-notes").body());
        assertThat(asDesigner.path(0).path("note").textValue()).isEqualTo("Ring before you go");
        assertThat(asDesigner.path(0).path("caseNumber").textValue()).isEmpty();
        assertThat(seen(found)
                        .path("work")
                        .path("trainingNotes")
                        .path(0)
                        .path("audience")
                        .textValue())
                .isEqualTo("operatives");
    }

    @Test
    void aManagersDecisionGoesBackToTheOwnerOfTheCase() throws IOException {
        RecoveryCase found = planned("escalate-to-manager");
        Visitor manager = Visitor.withBasic(port, loop.person(Role.MANAGER), TestPeople.PASSWORD);
        String route = "/api/cases/" + found.number() + "/steps/1/outcome";
        HttpResponse<String> undecided = manager.post(route, "{\"outcome\":\"completed\",\"notes\":\"Hm.\"}");
        assertThat(undecided.statusCode()).isEqualTo(400);
        assertThat(undecided.body()).contains("\"decision\"", "go-ahead, another-way, do-not");

        HttpResponse<String> decided = manager.post(
                route, "{\"outcome\":\"completed\",\"decision\":\"another-way\",\"notes\":\"Offer a credit.\"}");

        assertThat(decided.statusCode()).as(decided.body()).isEqualTo(200);
        JsonNode step = seen(found).path("steps").path(0);
        assertThat(step.path("decision").textValue()).isEqualTo("another-way");
        assertThat(step.path("notes").textValue()).isEqualTo("Offer a credit.");
        assertThat(db.sql("select recipient || ' ' || subject from mail_outbox where case_id = ?")
                        .param(found.id())
                        .query(String.class)
                        .list())
                .contains(loop.owner() + " " + found.number() + ": a manager decided");
    }

    @Test
    void whoWouldHaveToApproveIsToldBeforeAnythingIsOffered() throws IOException {
        RecoveryCase found = planned("issue-credit");
        String route = "/api/cases/" + found.number() + "/approval-preview?kind=credit&currency=EUR";
        assertThat(approval(route)).as("no amount is known").isNull();
        assertThat(approval(route + "&amount=150")).isEqualTo("none");
        assertThat(approval(route + "&amount=150.01")).isEqualTo("manager");
        assertThat(owner.get(route + "&amount=-1").statusCode()).isEqualTo(400);

        work(found, 1, "completed", "{\"amount\":\"100\",\"currency\":\"EUR\"}");

        JsonNode after = JSON.readTree(owner.get(route + "&amount=60").body());
        assertThat(after.path("offeredOnCase").textValue()).isEqualTo("100.00");
        assertThat(after.path("offeredToCustomer").textValue()).isEqualTo("100.00");
        assertThat(after.path("approval").textValue())
                .as("the case's offers count together")
                .isEqualTo("manager");
    }

    @Test
    void visitsToACustomerAreKnownOnTheirLaterCases() throws IOException {
        RecoveryCase found = planned("schedule-visit");
        HttpResponse<String> placed = work(found, 1, "completed", JSON.writeValueAsString(Queue.form("north")));
        assertThat(placed.statusCode()).as(placed.body()).isEqualTo(200);

        JsonNode visits = JSON.readTree(
                owner.get("/api/cases/" + found.number() + "/visits").body());

        assertThat(visits.path(0).path("site").textValue()).isEqualTo("3 Mill Lane, second floor");
        assertThat(visits.path(0).path("state").textValue()).isEqualTo("open");
        assertThat(visits.path(0).path("caseNumber").textValue())
                .isEqualTo(found.number().value());
    }

    private String approval(String route) throws IOException {
        return JSON.readTree(owner.get(route).body()).path("approval").textValue();
    }

    private JsonNode suggested(RecoveryCase of, String words) throws IOException {
        HttpResponse<String> answer =
                owner.post("/api/cases/" + of.number() + "/tag-suggestions", "{\"words\":\"" + words + "\"}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private RecoveryCase planned(String type) {
        RecoveryCase opened = loop.opened(Severity.MINOR);
        loop.does(Role.CASE_OWNER, () -> plan.finish(opened.number(), List.of(new NewStep(type, "", null))));
        return loop.again(opened);
    }

    /** An escalation is decided by a manager, not by the owner of the case. */
    private Visitor worker(String type) {
        return type.equals("escalate-to-manager")
                ? Visitor.withBasic(port, loop.person(Role.MANAGER), TestPeople.PASSWORD)
                : owner;
    }

    private HttpResponse<String> work(RecoveryCase of, int seq, String outcome, String more) {
        return work(owner, of, seq, outcome, more);
    }

    private HttpResponse<String> work(Visitor worker, RecoveryCase of, int seq, String outcome, String more) {
        try {
            var body = JSON.createObjectNode().put("outcome", outcome).put("notes", "As it was.");
            body.setAll((com.fasterxml.jackson.databind.node.ObjectNode) JSON.readTree(more));
            return worker.post("/api/cases/" + of.number() + "/steps/" + seq + "/outcome", body.toString());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Task task(RecoveryCase of, int seq) {
        return tasks.createTaskQuery()
                .processInstanceId(plan.step(of, seq).processInstanceId())
                .singleResult();
    }

    private Job waiting(RecoveryCase of) {
        return management
                .createJobQuery()
                .processInstanceId(plan.step(of, 1).processInstanceId())
                .activityId("IntermediateEvent_NextTry")
                .singleResult();
    }

    private JsonNode seen(RecoveryCase of) throws IOException {
        return JSON.readTree(owner.get("/api/cases/" + of.number()).body());
    }
}
