package org.servicerecovery.resolution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
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
import org.servicerecovery.plan.NewStep;
import org.servicerecovery.plan.Plan;
import org.servicerecovery.trend.Quarter;
import org.servicerecovery.trend.TrendCounts;
import org.servicerecovery.trend.taxonomy.TaxonomyChanges;
import org.servicerecovery.trend.taxonomy.TaxonomyView;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What a resolution says beyond the three things without which no case closes, and what becomes of it afterwards. */
@RunningApplication
class ResolutionInFullTest {

    private static final String STRANGER = "test-stranger-to-prevention";
    private static final Instant TODAY = Instant.parse("2032-05-10T09:00:00Z");

    @LocalServerPort
    int port;

    @Autowired
    ApplicationContext application;

    @Autowired
    Resolutions resolutions;

    @Autowired
    CaseCauses causes;

    @Autowired
    PreventionChecks checks;

    @Autowired
    Cases cases;

    @Autowired
    Plan plan;

    @Autowired
    TrendCounts counts;

    @Autowired
    TaxonomyChanges taxonomy;

    @Autowired
    Journal journal;

    @Autowired
    TaskService tasks;

    @Autowired
    JdbcClient db;

    @Autowired
    ObjectMapper json;

    Loop loop;
    String tag = "";

    @BeforeEach
    void itIs() {
        Loop.itIs(TODAY);
        loop = new Loop(application);
        tag = loop.tag();
    }

    @AfterEach
    void timeGoesOn() {
        ClockUtil.reset();
    }

    @Test
    void furtherCausesAndThePreventionActionAreKeptWhicheverWayTheCaseIsResolved() {
        String further = loop.tag();
        String another = loop.tag();
        String lead = loop.person(Role.CX_LEAD);
        RecoveryCase byApi = loop.readyToResolve(Severity.MINOR);
        HttpResponse<String> resolved =
                call("POST", Role.CASE_OWNER, byApi, "/resolution", """
                {"resolutionType": "apology-only", "rootCauseTag": "%s", "furtherTags": ["%s", "%s", "%s"],
                 "preventionAction": "Ride along", "preventionOwner": "%s", "preventionDueOn": "2032-06-01",
                 "preventionEffect": "No more calls"}""".formatted(tag, further, another, tag, lead));
        assertThat(resolved.statusCode()).as(resolved.body()).isEqualTo(204);
        RecoveryCase byTask = loop.readyToResolve(Severity.MINOR);
        loop.does(
                Role.CASE_OWNER,
                () -> tasks.complete(
                        loop.task(byTask, "UserTask_ResolveCase").getId(),
                        Map.of(
                                "resolutionType", "apology-only",
                                "rootCauseTag", tag,
                                "furtherTags", List.of(further, another),
                                "preventionAction", "Ride along",
                                "preventionOwner", lead,
                                "preventionDueOn", "2032-06-01",
                                "preventionEffect", "No more calls")));

        for (RecoveryCase each : List.of(byApi, byTask)) {
            JsonNode kept = read(Role.CASE_OWNER, each).path("resolution");
            assertThat(kept.path("furtherTags").findValuesAsText("tag")).containsExactlyInAnyOrder(further, another);
            assertThat(kept.path("preventionOwner").asText()).isEqualTo(lead);
            assertThat(kept.path("preventionDueOn").asText()).isEqualTo("2032-06-01");
            assertThat(kept.path("preventionEffect").asText()).isEqualTo("No more calls");
            assertThat(causesOf(each)).as("counted when it is closed").isEmpty();
            loop.closeLoop(loop.again(each));
            assertThat(causesOf(each)).startsWith(tag).containsExactlyInAnyOrder(tag, further, another);
        }
    }

    @Test
    void whatIsLeftOutOfThePreventionActionHasADefaultAndWhatIsWrongIsRefusedByField() {
        RecoveryCase ready = loop.readyToResolve(Severity.MINOR);
        HttpResponse<String> wrong = call("POST", Role.CASE_OWNER, ready, "/resolution", """
                {"resolutionType": "apology-only", "rootCauseTag": "%s", "furtherTags": ["gremlins"],
                 "preventionAction": "Ride along", "preventionOwner": "nobody", "preventionDueOn": "2032-05-09"}""".formatted(tag));
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(wrong.body())
                .contains("furtherTags", "is not in the taxonomy", "preventionOwner", "is nobody who works cases here")
                .contains("preventionDueOn", "must be today or later");
        assertThat(call("POST", Role.CASE_OWNER, ready, "/resolution", """
                {"resolutionType": "apology-only", "rootCauseTag": "%s", "preventionAction": "Ride along",
                 "preventionDueOn": "soon"}""".formatted(tag))
                        .body())
                .contains("is not a date such as");
        assertThat(call("POST", Role.CASE_OWNER, ready, "/resolution", """
                {"resolutionType": "apology-only", "rootCauseTag": "%s", "preventionAction": "Ride along",
                 "preventionDueOn": "2034-05-11"}""".formatted(tag))
                        .body())
                .contains("preventionDueOn", "lies too far ahead: 10 May 2034 is the last day");

        loop.resolve(ready, tag);
        JsonNode kept = read(Role.CASE_OWNER, ready).path("resolution");
        assertThat(kept.path("preventionOwner").asText()).isEqualTo(loop.owner());
        assertThat(kept.path("preventionDueOn").asText()).isEqualTo("2032-06-09");
        assertThat(kept.has("preventionEffect")).isFalse();
    }

    @Test
    void aPreventionActionIsFoundByThoseWhoSeeToItIsDoneOnceAndJudgedAfterwards() {
        String lead = loop.person(Role.OFFICE_MANAGER);
        RecoveryCase ready = loop.readyToResolve(Severity.MINOR);
        loop.does(
                Role.CASE_OWNER,
                () -> resolutions.resolve(
                        ready.number(),
                        new Resolutions.Draft(
                                "apology-only", tag, "Ride along", List.of(), lead, "2032-05-20", "Fewer calls")));
        loop.closeLoop(loop.again(ready));
        String mine = "/api/prevention-actions?owner=" + lead + "&state=";
        JsonNode open = line(Role.OFFICE_MANAGER, mine + "open", ready);
        assertThat(open.path("action").asText()).isEqualTo("Ride along");
        assertThat(open.path("overdue").asBoolean()).isFalse();
        assertThat(open.path("ownerName").asText()).isNotBlank();
        assertThat(open.path("may").asBoolean()).isTrue();
        assertThat(line(Role.REVIEWER, mine + "open", ready).path("may").asBoolean(true))
                .as("seen, and not theirs to say")
                .isFalse();

        assertThat(line(Role.OFFICE_MANAGER, mine + "overdue", ready).isMissingNode())
                .isTrue();
        Loop.itIs(Instant.parse("2032-05-21T00:00:00Z"));
        assertThat(line(Role.OFFICE_MANAGER, mine + "overdue", ready)
                        .path("overdue")
                        .asBoolean())
                .isTrue();
        assertThat(ask(Role.CASE_OWNER, "/api/prevention-actions?state=gone").statusCode())
                .isEqualTo(400);

        assertThat(call("POST", Role.OFFICE_MANAGER, ready, "/prevention/effect", "{\"helped\":true}")
                        .body())
                .contains("is not done yet. Say so first");
        assertThat(call("POST", Role.REVIEWER, ready, "/prevention/done", "{}").statusCode())
                .isEqualTo(403);
        assertThat(call("POST", Role.OFFICE_MANAGER, ready, "/prevention/done", "{\"notes\":\" \"}")
                        .body())
                .contains("\"status\":400", "\"notes\"", "What was done?");
        assertThat(call("POST", Role.OFFICE_MANAGER, ready, "/prevention/done", "{\"notes\":\"Went twice\"}")
                        .statusCode())
                .isEqualTo(204);
        assertThat(call("POST", Role.CASE_OWNER, ready, "/prevention/done", "{}")
                        .statusCode())
                .isEqualTo(409);
        assertThat(call("POST", Role.CASE_OWNER, ready, "/prevention/effect", "{}")
                        .body())
                .contains("\"status\":400", "\"helped\"", "needs an answer, yes or no");
        JsonNode done = line(Role.OFFICE_MANAGER, mine + "done", ready);
        assertThat(done.path("compareOn").asText())
                .as("eight weeks by the table")
                .isEqualTo("2032-07-16");
        assertThat(line(Role.CASE_OWNER, mine + "done", ready).path("opens").asBoolean())
                .as("of a case of theirs")
                .isTrue();
        assertThat(line(Role.CASE_OWNER, mine + "overdue", ready).isMissingNode())
                .isTrue();
        Visitor stranger = Visitor.withBasic(
                port,
                TestPeople.person(application.getBean(IdentityService.class), STRANGER, Role.CASE_OWNER),
                TestPeople.PASSWORD);
        assertThat(parsed(stranger.get(mine + "every"))).isEmpty();
        db.sql("update resolution set prevention_owner = ? where case_id = ?")
                .params(STRANGER, ready.id())
                .update();
        JsonNode theirs = parsed(stranger.get("/api/prevention-actions?state=done&owner=" + STRANGER));
        assertThat(theirs).as("whoever’s case it is").hasSize(1);
        assertThat(theirs.at("/0/opens").asBoolean(true)).isFalse();
        assertThat(theirs.at("/0/may").asBoolean()).isTrue();
        db.sql("update resolution set prevention_owner = ? where case_id = ?")
                .params(lead, ready.id())
                .update();
        assertThat(call("POST", Role.CASE_OWNER, ready, "/prevention/effect", "{\"helped\":true}")
                        .body())
                .contains("\"status\":400", "\"notes\"", "are not compared yet");
        assertThat(call(
                                "POST",
                                Role.CASE_OWNER,
                                ready,
                                "/prevention/effect",
                                "{\"helped\":true,\"notes\":\"The crew was replaced\"}")
                        .statusCode())
                .isEqualTo(204);
        assertThat(line(Role.OFFICE_MANAGER, mine + "open", ready).isMissingNode())
                .isTrue();
        JsonNode kept = read(Role.CASE_OWNER, ready).path("resolution");
        assertThat(kept.path("preventionHelped").asBoolean()).isTrue();
        assertThat(kept.path("preventionNotes").asText()).isEqualTo("Went twice");
        assertThat(kept.path("preventionJudgedNotes").asText()).isEqualTo("The crew was replaced");
        JsonNode judged = line(Role.OFFICE_MANAGER, mine + "done", ready);
        assertThat(judged.path("notes").asText()).as("what was done stays").isEqualTo("Went twice");
        assertThat(judged.path("judgedNotes").asText()).isEqualTo("The crew was replaced");
        assertThat(kept.path("preventionDoneBy").asText()).isEqualTo(lead);
        assertThat(read(Role.CASE_OWNER, ready).path("timeline").findValuesAsText("text"))
                .contains(
                        "The prevention action was done: Went twice",
                        "The prevention action helped: The crew was replaced")
                .anyMatch(text -> text.startsWith("Resolved: apology only, root cause Label of " + tag)
                        && text.contains(", until 20 May 2032)"));
    }

    @Test
    void aPreventionActionIsComparedWhenItsWeeksAreOverAndOneWithoutEffectComesBack() {
        Loop.itIs(Instant.parse("2029-06-01T10:00:00Z"));
        loop.closed(loop.tag());
        Loop.itIs(TODAY);
        String lead = loop.person(Role.OFFICE_MANAGER);
        RecoveryCase ready = loop.readyToResolve(Severity.MINOR);
        loop.does(
                Role.CASE_OWNER,
                () -> resolutions.resolve(
                        ready.number(),
                        new Resolutions.Draft(
                                "apology-only", tag, "Ride along", List.of(), lead, "2032-05-20", "Fewer calls")));
        loop.closeLoop(loop.again(ready));
        loop.closed(tag);
        Loop.itIs(Instant.parse("2032-05-15T09:00:00Z"));
        assertThat(call("POST", Role.OFFICE_MANAGER, ready, "/prevention/done", "{\"notes\":\"Went twice\"}")
                        .statusCode())
                .isEqualTo(204);
        loop.closed(tag);
        String mine = "/api/prevention-actions?owner=" + lead + "&state=";
        Loop.itIs(Instant.parse("2032-07-09T23:59:00Z"));
        checks.look();
        assertThat(line(Role.OFFICE_MANAGER, mine + "open", ready).isMissingNode())
                .as("it is too early")
                .isTrue();

        Loop.itIs(Instant.parse("2032-07-10T00:00:00Z"));
        checks.look();
        checks.look();
        JsonNode toJudge = line(Role.OFFICE_MANAGER, mine + "to-judge", ready);
        assertThat(toJudge.at("/comparison/before/cases").asInt()).isEqualTo(2);
        assertThat(toJudge.at("/comparison/after/cases").asInt()).isEqualTo(1);
        assertThat(toJudge.at("/comparison/verdict").asText()).isEqualTo("not-shown");
        assertThat(toJudge.at("/comparison/proposal").asText()).isEqualTo("no-effect");
        assertThat(line(Role.OFFICE_MANAGER, mine + "open", ready).path("comparison"))
                .as("it stands in the owner’s list")
                .isEqualTo(toJudge.path("comparison"));
        HttpResponse<String> otherwise =
                call("POST", Role.OFFICE_MANAGER, ready, "/prevention/effect", "{\"helped\":true}");
        assertThat(otherwise.statusCode()).isEqualTo(400);
        assertThat(otherwise.body()).contains("notes", "The figures say otherwise");
        assertThat(call(
                                "POST",
                                Role.OFFICE_MANAGER,
                                ready,
                                "/prevention/effect",
                                "{\"helped\":false,\"dueOn\":\"2032-07-09\"}")
                        .body())
                .contains("dueOn", "must be today or later");
        assertThat(call(
                                "POST",
                                Role.OFFICE_MANAGER,
                                ready,
                                "/prevention/effect",
                                "{\"helped\":false,\"dueOn\":\"9999-12-31\"}")
                        .body())
                .as("it would never be overdue")
                .contains("dueOn", "lies too far ahead");
        assertThat(call(
                                "POST",
                                Role.OFFICE_MANAGER,
                                ready,
                                "/prevention/effect",
                                "{\"helped\":false,\"notes\":\"As many calls\",\"dueOn\":\"2032-08-01\"}")
                        .statusCode())
                .isEqualTo(204);

        JsonNode again = line(Role.OFFICE_MANAGER, mine + "open", ready);
        assertThat(again.path("dueOn").asText()).isEqualTo("2032-08-01");
        assertThat(again.has("doneAt")).isFalse();
        assertThat(again.has("helped")).isFalse();
        assertThat(again.has("notes") || again.has("judgedNotes")).isFalse();
        assertThat(again.at("/past/0/notes").asText()).isEqualTo("Went twice");
        assertThat(again.at("/past/0/judgedNotes").asText()).isEqualTo("As many calls");
        assertThat(again.at("/past/0/dueOn").asText()).isEqualTo("2032-05-20");
        assertThat(again.at("/past/0/comparison/after/cases").asInt()).isEqualTo(1);
        assertThat(read(Role.CASE_OWNER, ready)
                        .at("/resolution/preventionPast/0/judgedBy")
                        .asText())
                .isEqualTo(lead);
        assertThat(read(Role.CASE_OWNER, ready).path("timeline").findValuesAsText("text"))
                .anyMatch(text -> text.startsWith(
                        "The prevention action did not help: As many calls. It is to be done again by "));
        assertThat(call("POST", Role.OFFICE_MANAGER, ready, "/prevention/effect", "{\"helped\":true}")
                        .statusCode())
                .as("not done again yet")
                .isEqualTo(409);
        Loop.itIs(Instant.parse("2032-08-02T09:00:00Z"));
        assertThat(line(Role.OFFICE_MANAGER, mine + "overdue", ready)
                        .path("overdue")
                        .asBoolean())
                .isTrue();
        assertThat(call("POST", Role.OFFICE_MANAGER, ready, "/prevention/done", "{\"notes\":\"Went again\"}")
                        .statusCode())
                .isEqualTo(204);
    }

    @Test
    void aRegulatorsFindingStandsBesideThatOfTheBusinessAndChangesNothingOfIt() {
        String finding = """
                {"body": "Housing Ombudsman", "reference": "HO-77", "finding": "upheld", "decidedOn": "2032-05-10"}""";
        RecoveryCase closed = loop.closed(tag);
        RecoveryCase open = loop.opened(Severity.MINOR);
        assertThat(call("POST", Role.MANAGER, open, "/regulator-findings", finding)
                        .body())
                .contains("is not resolved yet");
        assertThat(call("POST", Role.REVIEWER, closed, "/finding", "{\"finding\":\"not-upheld\"}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(call("POST", Role.CASE_OWNER, closed, "/regulator-findings", finding)
                        .statusCode())
                .isEqualTo(403);
        HttpResponse<String> wrong =
                call("POST", Role.MANAGER, closed, "/regulator-findings", "{\"decidedOn\":\"2032-05-11\"}");
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(wrong.body()).contains("body", "finding", "must be today or earlier");
        assertThat(call("POST", Role.MANAGER, closed, "/regulator-findings", finding.replace("2032", "-9999"))
                        .statusCode())
                .isEqualTo(400);

        assertThat(call("POST", Role.MANAGER, closed, "/regulator-findings", finding.replace("05-10", "05-09"))
                        .body())
                .contains("decidedOn", "lies before 10 May 2032, when the case was opened.");

        assertThat(call("POST", Role.MANAGER, closed, "/regulator-findings", finding)
                        .statusCode())
                .isEqualTo(201);

        JsonNode resolution = read(Role.REVIEWER, closed).path("resolution");
        assertThat(resolution.path("finding").asText()).isEqualTo("not-upheld");
        assertThat(resolution.path("regulators")).singleElement().satisfies(regulator -> {
            assertThat(regulator.path("body").asText()).isEqualTo("Housing Ombudsman");
            assertThat(regulator.path("reference").asText()).isEqualTo("HO-77");
            assertThat(regulator.path("finding").asText()).isEqualTo("upheld");
            assertThat(regulator.path("decidedOn").asText()).isEqualTo("2032-05-10");
        });
        assertThat(read(Role.MANAGER, closed).path("can").path("regulator").asBoolean())
                .isTrue();
        assertThat(read(Role.CASE_OWNER, closed).path("can").path("regulator").asBoolean())
                .isFalse();
    }

    @Test
    void aRegulatorsFindingThatWasRecordedByMistakeIsTakenBackAndTheFiguresCountAsBefore() {
        RecoveryCase closed = loop.closed(tag);
        String finding = """
                {"body": "Housing Ombudsman", "finding": "%s", "decidedOn": "2032-05-10"}""";
        call("POST", Role.MANAGER, closed, "/regulator-findings", finding.formatted("not-upheld"));
        call("POST", Role.MANAGER, closed, "/regulator-findings", finding.formatted("upheld"));
        assertThat(regulatorCounted(closed)).contains("UPHELD");
        String back = "/regulator-findings/"
                + read(Role.REVIEWER, closed).at("/resolution/regulators/1/id").asLong() + "/taking-back";
        String why = "{\"why\": \"It was about another case.\"}";
        RecoveryCase other = loop.closed(tag);

        assertThat(call("POST", Role.CASE_OWNER, closed, back, why).statusCode())
                .isEqualTo(403);
        assertThat(call("POST", Role.REVIEWER, closed, back, "{\"why\": \" \"}").body())
                .contains("why", "Say why the finding is taken back.");
        assertThat(call("POST", Role.REVIEWER, other, back, why).statusCode()).isEqualTo(404);
        assertThat(call("POST", Role.REVIEWER, closed, back, why).statusCode()).isEqualTo(204);
        assertThat(call("POST", Role.REVIEWER, closed, back, why).body()).contains("or it was taken back");

        assertThat(regulatorCounted(closed)).contains("NOT_UPHELD");
        JsonNode told = read(Role.MANAGER, closed);
        assertThat(told.at("/resolution/regulators")).hasSize(1);
        assertThat(told.path("timeline").toString())
                .contains("Housing Ombudsman decided on", "Taken back that Housing Ombudsman decided on")
                .contains("Why: It was about another case.", loop.person(Role.REVIEWER));
    }

    private Optional<String> regulatorCounted(RecoveryCase of) {
        return db.sql("select regulator_finding from trend_fact where case_id = ?")
                .param(of.id())
                .query(String.class)
                .optional();
    }

    private String causeInPreventionList(RecoveryCase of) {
        JsonNode line = line(Role.CX_LEAD, "/api/prevention-actions?state=open&owner=" + loop.owner(), of);
        return line.path("tag").asText() + " " + line.path("tagLabel").asText();
    }

    @Test
    @EdgeCase("A closed case is tagged again: journaled, and nobody is disturbed")
    void aClosedCaseIsTaggedAgainWhichIsJournaledAndDisturbsNobody() {
        String right = loop.tag();
        String further = loop.tag();
        RecoveryCase closed = loop.closed(tag);
        loop.does(Role.CX_LEAD, () -> taxonomy.retire(tag, right));
        String body = "{\"main\":\"%s\",\"further\":[\"%s\",\"%s\"],\"why\":\"It was the wrong part\"}"
                .formatted(right, further, tag);
        List<Long> before = standing(closed);

        assertThat(call("PUT", Role.REVIEWER, closed, "/causes", body).statusCode())
                .isEqualTo(403);
        assertThat(call("PUT", Role.CASE_OWNER, closed, "/causes", "{\"main\":\"gremlins\"}")
                        .body())
                .contains("main", "is not in the taxonomy");
        HttpResponse<String> tagged = call("PUT", Role.CASE_OWNER, closed, "/causes", body);
        assertThat(tagged.statusCode()).as(tagged.body()).isEqualTo(204);

        assertThat(causesOf(closed)).startsWith(right).containsExactlyInAnyOrder(right, further, tag);
        assertThat(counted(right)).isEqualTo(1);
        assertThat(counted(tag)).isZero();
        assertThat(standing(closed))
                .as("mails, tasks, jobs, webhooks, surveys, clock entries")
                .isEqualTo(before);
        assertThat(loop.again(closed)).usingRecursiveComparison().isEqualTo(closed);
        assertThat(resolutions.of(closed.id(), 1).orElseThrow().tag().code())
                .as("what was said when it was closed")
                .isEqualTo(tag);
        List<Journal.Entry> entries = journal.of(closed.id());
        Journal.Entry last = entries.get(entries.size() - 1);
        assertThat(last.kind()).isEqualTo("causes changed");
        assertThat(last.actor()).isEqualTo(loop.owner());
        assertThat(last.content()).containsEntry("causesBefore", tag).containsEntry("why", "It was the wrong part");
        assertThat(call("PUT", Role.CASE_OWNER, closed, "/causes", body).statusCode())
                .isEqualTo(204);
        assertThat(journal.of(closed.id())).as("the same again").hasSameSizeAs(entries);
        assertThat(journal.firstBrokenEntry(closed.id())).isEmpty();
        HttpResponse<String> untidy = call(
                "PUT",
                Role.CASE_OWNER,
                closed,
                "/causes",
                "{\"main\":\" %s \",\"further\":[null,\"\",\"%s\",\"%s \"]}".formatted(right, right, further));
        assertThat(untidy.statusCode()).as(untidy.body()).isEqualTo(204);
        assertThat(causesOf(closed)).containsExactly(right, further);
        assertThat(causeInPreventionList(closed)).isEqualTo(right + " Label of " + right);
        String whole = loop.tag();
        loop.does(Role.CX_LEAD, () -> taxonomy.merge(right, whole));
        assertThat(causeInPreventionList(closed)).as("as it is called today").isEqualTo(whole + " Label of " + whole);
        loop.does(Role.CX_LEAD, () -> taxonomy.undoMerge(right));
    }

    @Test
    @EdgeCase("Reopened: the first verdict stays")
    void onlyAClosedCaseIsTaggedAgainAndAReopenedOneKeepsItsCausesUntilAPersonChangesThem() {
        String other = loop.tag();
        RecoveryCase open = loop.opened(Severity.MINOR);
        assertThatThrownBy(() -> tagAgain(open, other))
                .hasMessageContaining("is open: its causes are named when it is");
        RecoveryCase withdrawn = loop.opened(Severity.MINOR);
        loop.does(
                Role.CASE_OWNER,
                () -> cases.closeWithoutCause(withdrawn.number(), CaseState.WITHDRAWN, "Called off", null));
        assertThatThrownBy(() -> tagAgain(withdrawn, other)).hasMessageContaining("so it is counted under no cause");

        RecoveryCase closed = loop.closed(tag);
        loop.does(Role.CASE_OWNER, () -> cases.reopen(closed.number(), "It dripped again"));
        assertThat(causesOf(closed)).containsExactly(tag);
        assertThatThrownBy(() -> tagAgain(closed, other))
                .hasMessageContaining("A case is tagged again when it is closed");
        loop.does(Role.CASE_OWNER, () -> plan.finish(closed.number(), List.of(new NewStep("call-customer", "", null))));
        loop.work(closed, 2);
        loop.closeLoop(loop.resolve(loop.again(closed), other));
        assertThat(causesOf(closed)).as("the first verdict stays").containsExactly(tag);
        tagAgain(closed, other);
        assertThat(causesOf(closed)).containsExactly(other);
    }

    private void tagAgain(RecoveryCase of, String main) {
        loop.does(Role.CASE_OWNER, () -> causes.tagAgain(of.number(), main, List.of(), ""));
    }

    private List<String> causesOf(RecoveryCase of) {
        return db.sql("""
                        select t.code from case_cause c join root_cause_tag t on t.id = c.tag_id
                         where c.case_id = ? order by c.main desc, t.code""").param(of.id()).query(String.class).list();
    }

    private int counted(String of) {
        return (int) counts.ofQuarter(Quarter.parse("2032-Q2"), TaxonomyView.IS, null).stream()
                .filter(count -> count.tag().equals(of))
                .mapToLong(TrendCounts.Count::cases)
                .sum();
    }

    /** Everything by which somebody could be disturbed. */
    private List<Long> standing(RecoveryCase of) {
        return List.of(
                count("select count(*) from mail_outbox where case_id = " + of.id()),
                tasks.createTaskQuery()
                        .processInstanceBusinessKeyLike(of.number() + "%")
                        .count(),
                count("select count(*) from act_ru_job j join act_ru_execution e on e.id_ = j.process_instance_id_"
                        + " where e.business_key_ like '" + of.number() + "%'"),
                count("select count(*) from job_outbox"),
                count("select count(*) from survey_invitation where case_id = " + of.id()),
                count("select count(*) from clock_entry where case_id = " + of.id()),
                count("select count(*) from training_signal"));
    }

    private long count(String sql) {
        return db.sql(sql).query(Long.class).single();
    }

    private HttpResponse<String> call(String method, Role role, RecoveryCase of, String path, String body) {
        return Visitor.withBasic(port, loop.person(role), TestPeople.PASSWORD)
                .call(method, "/api/cases/" + of.number() + path, body);
    }

    private HttpResponse<String> ask(Role role, String path) {
        return Visitor.withBasic(port, loop.person(role), TestPeople.PASSWORD).get(path);
    }

    private JsonNode read(Role role, RecoveryCase of) {
        return parsed(ask(role, "/api/cases/" + of.number()));
    }

    private JsonNode line(Role role, String path, RecoveryCase of) {
        for (JsonNode line : parsed(ask(role, path))) {
            if (line.path("caseNumber").asText().equals(of.number().value())) {
                return line;
            }
        }
        return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
    }

    private JsonNode parsed(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        try {
            return json.readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
