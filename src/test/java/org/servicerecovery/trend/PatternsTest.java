package org.servicerecovery.trend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.camunda.bpm.engine.repository.Deployment;
import org.camunda.bpm.engine.task.IdentityLink;
import org.camunda.bpm.engine.task.Task;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.servicerecovery.EdgeCase;
import org.servicerecovery.Loop;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;
import org.servicerecovery.access.Role;
import org.servicerecovery.trend.MadeCases.Origin;
import org.servicerecovery.trend.taxonomy.TaxonomyChanges;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.config.ScheduledTaskHolder;
import org.springframework.transaction.support.TransactionTemplate;

@RunningApplication
class PatternsTest {

    private static final Instant DAY = Instant.parse("2041-08-15T10:00:00Z");
    private static final Instant IN_JULY = Instant.parse("2041-07-10T10:00:00Z");
    private static final JsonMapper JSON = new JsonMapper();

    @Autowired
    ApplicationContext application;

    @Autowired
    Trends trends;

    @Autowired
    TrendTick tick;

    @Autowired
    TrendFold fold;

    @Autowired
    TrainingSignals signals;

    @Autowired
    RuntimeService runtime;

    @Autowired
    TaskService tasks;

    @Autowired
    RepositoryService repository;

    @Autowired
    IdentityService identities;

    @Autowired
    ScheduledTaskHolder scheduled;

    @Autowired
    PatternDetails patterns;

    @Autowired
    JdbcClient db;

    @Autowired
    TransactionTemplate transaction;

    @LocalServerPort
    int port;

    MadeCases made;
    Loop loop;
    String code = "";
    long tag;

    @BeforeEach
    void itIs() {
        Loop.itIs(DAY);
        loop = new Loop(application);
        made = new MadeCases(db, trends, transaction);
        code = loop.tag();
        tag = idOf(code);
    }

    @AfterEach
    void nothingIsLeft() {
        ClockUtil.reset();
        made.removeAll();
        db.sql("delete from job_volume").update();
        fold.recount();
    }

    @Test
    void theCauseAsksSomebodyAndWhatIsNarrowerIsKeptBesideIt() throws IOException {
        for (int i = 0; i < 6; i++) {
            made.close(tag, DAY, new Origin("North", "Hill", "Boiler", "Petra Lang"), "owner-0");
        }
        tick.look();

        List<TrainingSignal> found = of(code, true);
        assertThat(found)
                .extracting(TrainingSignal::dimension)
                .containsExactlyInAnyOrder("tag", "team", "area", "product", "operative");
        TrainingSignal cause = one(found, "tag");
        assertThat(cause.partOf()).isNull();
        assertThat(found).filteredOn(each -> each != cause).allSatisfy(part -> {
            assertThat(part.partOf()).isEqualTo(cause.id());
            assertThat(part.cases()).isEqualTo(6);
        });
        assertThat(runtime.createProcessInstanceQuery()
                        .processInstanceBusinessKeyLike("TS-2041-Q3-" + code + "%")
                        .count())
                .as("one task for one pattern")
                .isEqualTo(1);
        assertThat(of(code, false)).extracting(TrainingSignal::dimension).doesNotContain("operative");

        String pattern = "/api/tasks/"
                + tasks.createTaskQuery()
                        .processInstanceBusinessKey("TS-2041-Q3-" + code)
                        .singleResult()
                        .getId() + "/training-signal/pattern";
        JsonNode details = JSON.readTree(as(Role.CX_LEAD).get(pattern).body());
        assertThat(details.path("cases")).hasSize(6).allSatisfy(each -> {
            assertThat(each.path("number").asText()).isNotBlank();
            assertThat(each.path("resolvedOn").asText()).isEqualTo("2041-08-15");
        });
        assertThat(details.path("seen").asInt()).isEqualTo(6);
        assertThat(details.path("where"))
                .extracting(each ->
                        each.path("dimension").asText() + " " + each.path("key").asText() + " " + each.path("cases")
                                + " " + each.at("/evidence/0/rule").asText())
                .containsExactlyInAnyOrder(
                        "team North 6 threshold",
                        "area Hill 6 threshold",
                        "product Boiler 6 threshold",
                        "operative Petra Lang 6 threshold");
        assertThat(details.path("quarters"))
                .extracting(each -> each.path("period").asText() + " " + each.path("cases"))
                .containsExactly("2040-Q3 0", "2040-Q4 0", "2041-Q1 0", "2041-Q2 0", "2041-Q3 6");
        assertThat(patterns.of(cause, false, null).where())
                .as("for those who do not lead")
                .extracting(PatternDetails.Where::dimension)
                .containsExactlyInAnyOrder("team", "area", "product");
        assertThat(as(Role.CASE_OWNER).get(pattern).statusCode()).isEqualTo(404);

        // The same for whoever has none of its tasks, such as on the Recovery page.
        String byId = "/api/trend/signals/" + cause.id();
        assertThat(JSON.readTree(as(Role.CX_LEAD).get(byId + "/pattern").body()))
                .isEqualTo(details);
        assertThat(JSON.readTree(as(Role.REVIEWER).get(byId + "/pattern").body())
                        .path("where"))
                .extracting(each -> each.path("dimension").asText())
                .as("for those who do not lead")
                .containsExactlyInAnyOrder("team", "area", "product");
        assertThat(as(Role.MANAGER).get(byId).body()).contains("\"threshold\"").doesNotContain("Petra");
        String ofOperative = "/api/trend/signals/" + one(found, "operative").id();
        assertThat(as(Role.CX_LEAD).get(ofOperative).body()).contains("Petra Lang");
        for (String path : List.of(byId, byId + "/pattern")) {
            assertThat(as(Role.CASE_OWNER).get(path).statusCode())
                    .as("in whose cases it is not")
                    .isEqualTo(404);
            assertThat(as(Role.ACCOUNTANT).get(path).statusCode()).isEqualTo(403);
        }
        long own = db.sql("select min(case_id) from training_signal_case where signal_id = ?")
                .param(cause.id())
                .query(Long.class)
                .single();
        giveTo(loop.person(Role.CASE_OWNER), own);
        JsonNode ofOwner =
                JSON.readTree(as(Role.CASE_OWNER).get(byId + "/pattern").body());
        assertThat(ofOwner.path("seen").asInt()).isEqualTo(1);
        assertThat(ofOwner.path("where")).as("one case is not many").isEmpty();
        assertThat(ofOwner.path("quarters").findValuesAsText("cases")).containsExactly("0", "0", "0", "0", "1");
        JsonNode told = JSON.readTree(as(Role.CASE_OWNER).get(byId).body());
        assertThat(told.path("cases").asInt()).as("of their own").isEqualTo(1);
        assertThat(told.path("evidence")).as("of the business").isEmpty();
        assertThat(JSON.readTree(as(Role.CASE_OWNER).get("/api/trend/signals").body()))
                .as("the list")
                .filteredOn(each -> each.path("tag").asText().equals(code))
                .hasSize(4)
                .allSatisfy(each -> {
                    assertThat(each.path("cases").asInt()).isEqualTo(1);
                    assertThat(each.path("evidence")).isEmpty();
                })
                .contains(told);
        ownedBy(loop.person(Role.CASE_OWNER), cause);
        assertThat(JSON.readTree(as(Role.CASE_OWNER).get(byId).body()))
                .as("to whoever sees to it")
                .isEqualTo(JSON.readTree(as(Role.CX_LEAD).get(byId).body()));
        ownedBy(null, cause);
        giveTo("owner-0", own);
        for (String path : List.of(ofOperative, ofOperative + "/pattern", "/api/trend/signals/0")) {
            assertThat(as(Role.MANAGER).get(path).statusCode()).as(path).isEqualTo(404);
        }
        assertThat(as(Role.MANAGER).get("/api/trend/signals/first").statusCode())
                .isEqualTo(400);
        planned(cause);
        assertThat(of(code, true))
                .as("what is part of it is planned with it")
                .extracting(TrainingSignal::state)
                .containsOnly("planned");

        String parts = "/api/trend/parts?quarter=2041-Q3&tag=" + code + "&dimension=";
        assertThat(as(Role.MANAGER).get(parts + "operative").statusCode()).isEqualTo(403);
        assertThat(as(Role.MANAGER).get("/api/trend/signals").body()).doesNotContain("Petra");
        assertThat(as(Role.REVIEWER)
                        .get("/api/trend/series?dimension=operative&key=Petra%20Lang&tag=" + code)
                        .statusCode())
                .isEqualTo(403);
        JsonNode lead = JSON.readTree(as(Role.CX_LEAD).get(parts + "operative").body());
        assertThat(lead.path(0).path("key").asText()).isEqualTo("Petra Lang");
        assertThat(JSON.readTree(as(Role.MANAGER).get(parts + "team").body())
                        .path(0)
                        .path("cases")
                        .asInt())
                .isEqualTo(6);
        assertThat(as(Role.CASE_OWNER).get(parts + "team").body())
                .as("own cases")
                .isEqualTo("[]");
        assertThat(as(Role.MANAGER).get(parts + "colour").body()).contains("tag, family, team");
        String series = "/api/trend/series?tag=" + code;
        assertThat(as(Role.MANAGER).get(series + "&from=2041-07&to=2041-09").body())
                .contains("2041-08");
        for (String year : List.of("%2B999999999", "-100000", "%2B12041", "20411")) {
            HttpResponse<String> answer = as(Role.MANAGER).get(series + "&from=" + year + "-12&to=" + year + "-12");
            assertThat(answer.statusCode()).as(year).isEqualTo(400);
            assertThat(answer.body()).contains("\"to\"");
        }
        assertThat(as(Role.MANAGER).get(series + "&from=0000-01&to=0000-12").statusCode())
                .as("a year that nobody means")
                .isEqualTo(400);
        assertThat(as(Role.MANAGER)
                        .get(series + "&from=2041-Q3&to=2041-Q3&by=quarter")
                        .body())
                .isEqualTo("[{\"period\":\"2041-Q3\",\"cases\":6}]");
        assertThat(as(Role.MANAGER).get(series + "&from=2031-10&to=2041-09").statusCode())
                .isEqualTo(200);
        assertThat(as(Role.MANAGER).get(series + "&from=2031-09&to=2041-09").statusCode())
                .as("ten years and a month")
                .isEqualTo(400);
        assertThat(as(Role.MANAGER).post("/api/trend/recount", "{}").statusCode())
                .isEqualTo(403);
    }

    @Test
    void threeOfEachOfTwoCausesAreSixOfTheirFamily() {
        String family = loop.tag();
        String other = loop.tag();
        db.sql("update root_cause_tag set parent_id = ? where code in (?, ?)")
                .params(idOf(family), code, other)
                .update();
        for (int i = 0; i < 3; i++) {
            made.close(tag, DAY, Origin.NONE, "owner-0");
            made.close(idOf(other), DAY, Origin.NONE, "owner-0");
        }
        tick.look();
        assertThat(of(code, true)).isEmpty();
        assertThat(of(other, true)).isEmpty();
        assertThat(of(family, true)).singleElement().satisfies(signal -> {
            assertThat(signal.dimension()).isEqualTo("family");
            assertThat(signal.cases()).isEqualTo(6);
            assertThat(signal.partOf()).isNull();
        });
        assertThat(runtime.createProcessInstanceQuery()
                        .processInstanceBusinessKeyLike("TS-2041-Q3-" + family + "-family-%")
                        .count())
                .isEqualTo(1);
    }

    @Test
    void manyOfTheCasesAreThreeAtLeastAndAThirdOfThem() {
        for (String team : List.of("North", "North", "North", "South", "South", "East", "East", "East", "", "")) {
            made.close(tag, DAY, new Origin(team, "Hill", null, null), "owner-0");
        }
        tick.look();
        TrainingSignal cause = one(of(code, true), "tag");
        assertThat(common(cause, null)).as("three of ten are no third").containsExactly("Hill 10");
        made.retag(
                db.sql("select max(case_id) from training_signal_case where signal_id = ?")
                        .param(cause.id())
                        .query(Long.class)
                        .single(),
                idOf(loop.tag()));
        tick.look();
        assertThat(common(cause, null)).as("of nine").containsExactly("Hill 9", "East 3", "North 3");
        assertThat(common(cause, "owner-1")).as("of no case").isEmpty();
    }

    /** What the cases have in common, without what a rule found by itself. */
    private List<String> common(TrainingSignal of, String owner) {
        return patterns.of(of, true, owner).where().stream()
                .map(each -> each.key() + " " + each.cases())
                .toList();
    }

    @Test
    void whatNarrowsTheHeadOfAFamilyIsToldWithItsOwnCount() throws IOException {
        String child = loop.tag();
        db.sql("update root_cause_tag set parent_id = ? where code = ?")
                .params(tag, child)
                .update();
        Deployment lowered = lowered("team", 3);
        try {
            for (int i = 0; i < 3; i++) {
                made.close(idOf(child), DAY, Origin.team("North"), "owner-0");
                made.close(tag, DAY, Origin.team("North"), "owner-0");
            }
            tick.look();
            TrainingSignal family = one(of(code, true), "family");
            assertThat(one(of(code, true), "team").partOf()).isEqualTo(family.id());
            assertThat(patterns.of(family, true, null).where())
                    .extracting(each -> each.key() + " " + each.cases() + " " + each.label() + " "
                            + each.evidence().size())
                    .containsExactly("North 6 null 0", "North 3 Label of " + code + " 1");
        } finally {
            repository.deleteDeployment(lowered.getId(), true);
        }
    }

    @Test
    void twoTagsThatAreMergedReachTheThresholdTogether() {
        String other = loop.tag();
        for (int i = 0; i < 3; i++) {
            made.close(tag, DAY, Origin.NONE, "owner-0");
            made.close(idOf(other), DAY, Origin.NONE, "owner-0");
        }
        tick.look();
        assertThat(of(code, true)).isEmpty();
        transaction.executeWithoutResult(status -> {
            db.sql("update root_cause_tag set merged_into = ? where code = ?")
                    .params(tag, other)
                    .update();
            trends.tagsRegrouped();
        });
        tick.look();
        assertThat(of(code, true))
                .singleElement()
                .satisfies(signal -> assertThat(signal.cases()).isEqualTo(6));
    }

    @Test
    void aMergeIsSeenInTheSignalsOfTheLastQuarterToo() {
        Instant inSpring = Instant.parse("2041-05-10T10:00:00Z");
        String other = loop.tag();
        for (int i = 0; i < 3; i++) {
            made.close(tag, inSpring, Origin.NONE, "owner-0");
            made.close(idOf(other), inSpring, Origin.NONE, "owner-0");
        }
        tick.look();
        assertThat(of(code, true)).isEmpty();
        loop.does(Role.CX_LEAD, () -> application.getBean(TaxonomyChanges.class).merge(other, code));
        tick.look();
        assertThat(of(code, true)).singleElement().satisfies(signal -> {
            assertThat(signal.quarter()).isEqualTo("2041-Q2");
            assertThat(signal.cases()).isEqualTo(6);
        });
    }

    @Test
    void aSignalOfAMergedCauseIsPartOfTheOneThatHasItsCasesAndAsksAgainOnceTheMergeIsTakenBack() throws IOException {
        String other = loop.tag();
        for (int i = 0; i < 6; i++) {
            made.close(tag, DAY, Origin.team("North"), "owner-0");
            made.close(idOf(other), DAY, Origin.NONE, "owner-0");
        }
        tick.look();
        TrainingSignal cause = one(of(code, true), "tag");
        TrainingSignal into = one(of(other, true), "tag");
        String task = taskOf(code).getId();
        TaxonomyChanges taxonomy = application.getBean(TaxonomyChanges.class);

        loop.does(Role.CX_LEAD, () -> taxonomy.merge(code, other));
        tick.look();
        tick.look();
        JsonNode merged = JSON.readTree(
                as(Role.CX_LEAD).get("/api/trend/signals/" + cause.id()).body());
        assertThat(merged.path("partOf").asLong()).isEqualTo(into.id());
        assertThat(merged.path("mergedInto").asText()).isEqualTo("Label of " + other);
        assertThat(merged.path("cases").asInt()).isZero();
        assertThat(patterns.of(one(of(code, true), "tag"), true, null).quarters())
                .as("those of the other are not its own")
                .isEmpty();
        assertThat(one(of(other, true), "tag").cases()).isEqualTo(12);
        assertThat(patterns.of(into, true, null).where())
                .filteredOn(PatternDetails.Where::merged)
                .extracting(PatternDetails.Where::label)
                .containsExactly("Label of " + code);
        assertThat(tasks.createTaskQuery().taskId(task).count())
                .as("one task for one cause")
                .isZero();
        assertThat(patterns(Role.CX_LEAD)).as("on the Recovery page").isEmpty();
        planned(into);
        assertThat(of(code, true))
                .as("with its own parts it stands where that stands")
                .hasSize(2)
                .extracting(TrainingSignal::state)
                .containsOnly("planned");

        loop.does(Role.CX_LEAD, () -> taxonomy.undoMerge(code));
        tick.look();
        tick.look();
        assertThat(one(of(code, true), "tag")).satisfies(again -> {
            assertThat(again.partOf()).isNull();
            assertThat(again.mergedInto()).isNull();
            assertThat(again.cases()).isEqualTo(6);
            assertThat(again.state()).isEqualTo("to-plan");
        });
        assertThat(one(of(code, true), "team").partOf()).isEqualTo(cause.id());
        assertThat(one(of(other, true), "tag").cases()).isEqualTo(6);
        assertThat(taskOf(code).getTaskDefinitionKey()).isEqualTo("UserTask_PlanMeasure");
        assertThat(patterns(Role.CX_LEAD)).containsExactly("tag");
    }

    @Test
    void whatIsMergedOnIsPartOfTheLastOne() {
        String other = loop.tag();
        String last = loop.tag();
        for (int i = 0; i < 6; i++) {
            made.close(tag, DAY, Origin.NONE, "owner-0");
            made.close(idOf(other), DAY, Origin.NONE, "owner-0");
            made.close(idOf(last), DAY, Origin.NONE, "owner-0");
        }
        tick.look();
        TaxonomyChanges taxonomy = application.getBean(TaxonomyChanges.class);
        loop.does(Role.CX_LEAD, () -> taxonomy.merge(code, other));
        tick.look();
        loop.does(Role.CX_LEAD, () -> taxonomy.merge(other, last));
        tick.look();
        tick.look();
        TrainingSignal end = one(of(last, true), "tag");
        assertThat(end.cases()).isEqualTo(18);
        assertThat(one(of(other, true), "tag").partOf()).isEqualTo(end.id());
        assertThat(one(of(code, true), "tag").partOf()).isEqualTo(end.id());
        assertThat(patterns.of(end, true, null).where())
                .extracting(PatternDetails.Where::label, PatternDetails.Where::merged)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple("Label of " + code, true),
                        org.assertj.core.groups.Tuple.tuple("Label of " + other, true));

        loop.does(Role.CX_LEAD, () -> taxonomy.undoMerge(other));
        tick.look();
        tick.look();
        assertThat(taskOf(other)).isNotNull();
        assertThat(one(of(other, true), "tag").cases()).isEqualTo(12);
        assertThat(one(of(code, true), "tag").partOf())
                .isEqualTo(one(of(other, true), "tag").id());
    }

    @Test
    void aMeasureThatIsUnderWayGoesOnWhenItsCauseIsMerged() {
        String other = loop.tag();
        for (int i = 0; i < 6; i++) {
            made.close(tag, DAY, Origin.NONE, "owner-0");
            made.close(idOf(other), DAY, Origin.NONE, "owner-0");
        }
        tick.look();
        String owner = loop.person(Role.OFFICE_MANAGER);
        loop.does(
                Role.OFFICE_MANAGER,
                () -> tasks.complete(
                        taskOf(code).getId(), Map.of("owner", owner, "measure", "Ride along", "dueOn", "2041-09-30")));
        loop.does(Role.CX_LEAD, () -> application.getBean(TaxonomyChanges.class).merge(code, other));
        tick.look();
        TrainingSignal merged = one(of(code, true), "tag");
        assertThat(merged.partOf()).isNull();
        assertThat(merged.mergedInto()).isEqualTo("Label of " + other);
        assertThat(taskOf(code).getTaskDefinitionKey()).isEqualTo("UserTask_CarryOutMeasure");
    }

    @Test
    void aRenamedCauseIsCalledSoInTheFormsOfItsSignal() {
        closeOf(6, Origin.NONE);
        loop.does(Role.CX_LEAD, () -> application.getBean(TaxonomyChanges.class).rename(code, "Renamed " + code));
        assertThat(tasks.getVariable(taskOf(code).getId(), "trainingCause")).isEqualTo("Renamed " + code + ", 2041-Q3");
    }

    private Task taskOf(String cause) {
        return tasks.createTaskQuery()
                .processInstanceBusinessKey("TS-2041-Q3-" + cause)
                .singleResult();
    }

    private void planned(TrainingSignal signal) {
        db.sql("update training_signal set measure = 'Ride along', measure_due_on = '2099-01-01' where id = ?")
                .param(signal.id())
                .update();
    }

    @Test
    void aPatternOfAnOperativeHidesNoWiderOneFromManagersAndAClosedOneHidesNone() throws IOException {
        Deployment lowered = lowered("operative", 4);
        try {
            closeOf(4, new Origin(null, null, null, "Petra Lang"));
            TrainingSignal petra = one(of(code, true), "operative");
            assertThat(petra.partOf()).isNull();
            assertThat(askedAbout("-operative-" + petra.id())).containsExactlyInAnyOrder(LEADS);
            assertThat(patterns(Role.MANAGER)).isEmpty();
            assertThat(patterns(Role.CX_LEAD)).containsExactly("operative");

            closeOf(2, Origin.NONE);
            TrainingSignal cause = one(of(code, true), "tag");
            assertThat(cause.partOf()).as("of the one that managers do not see").isNull();
            assertThat(askedAbout(""))
                    .containsExactlyInAnyOrder("business-owner", "office-manager", "cx-lead", "manager");
            assertThat(patterns(Role.MANAGER)).containsExactly("tag");
            assertThat(patterns(Role.CX_LEAD)).containsExactlyInAnyOrder("tag", "operative");

            db.sql("update training_signal set closed_at = ? where id = ?")
                    .params(java.sql.Timestamp.from(DAY), cause.id())
                    .update();
            closeOf(6, Origin.team("North"));
            TrainingSignal north = one(of(code, true), "team");
            assertThat(north.partOf()).as("of what is closed").isNull();
            assertThat(askedAbout("-team-" + north.id())).contains("manager");
        } finally {
            repository.deleteDeployment(lowered.getId(), true);
        }
    }

    @Test
    void aPatternOfAnOperativeIsNowhereInTheEngineForThoseWhoDoNotLead() throws IOException {
        Deployment lowered = lowered("operative", 4);
        try {
            closeOf(4, new Origin(null, null, null, "Petra Lang"));
            String key = "TS-2041-Q3-" + code + "-operative-"
                    + one(of(code, true), "operative").id();
            Task plan = tasks.createTaskQuery().processInstanceBusinessKey(key).singleResult();
            String instance = plan.getProcessInstanceId();
            closeOf(6, Origin.team("North"));
            String ofCause = tasks.createTaskQuery()
                    .processInstanceBusinessKey("TS-2041-Q3-" + code)
                    .singleResult()
                    .getId();

            Map<Role, Visitor> browsers = new EnumMap<>(Role.class);
            for (Role role : List.of(Role.MANAGER, Role.REVIEWER, Role.CX_LEAD)) {
                browsers.put(role, Visitor.browser(port));
                browsers.get(role).signIn(loop.person(role), TestPeople.PASSWORD);
            }
            for (String engine : List.of("/engine-rest", "/camunda/api/engine/engine/default")) {
                for (String list : List.of(
                        "/process-instance?processDefinitionKey=training-signal",
                        "/execution?processDefinitionKey=training-signal",
                        "/task?processDefinitionKey=training-signal",
                        "/variable-instance",
                        "/variable-instance?processInstanceIdIn=" + instance,
                        "/process-instance?businessKey=" + key,
                        "/task?processInstanceBusinessKey=" + key,
                        "/history/process-instance?processDefinitionKey=training-signal",
                        "/history/activity-instance?processInstanceId=" + instance,
                        "/history/task?processDefinitionKey=training-signal",
                        "/history/variable-instance?processInstanceId=" + instance,
                        "/history/detail?processInstanceId=" + instance)) {
                    for (Role role : List.of(Role.MANAGER, Role.REVIEWER, Role.CX_LEAD)) {
                        HttpResponse<String> found = browsers.get(role).get(engine + list);
                        assertThat(found.statusCode()).as(role + " " + list).isEqualTo(200);
                        if (role != Role.CX_LEAD) {
                            assertThat(found.body())
                                    .as(role + " " + list)
                                    .doesNotContain(instance, plan.getId(), "-operative-", "of one operative");
                        } else if (!list.matches("/history/(variable-instance|detail).*")) {
                            // Of variables the history keeps nothing.
                            assertThat(found.body()).as(role + " " + list).contains(instance);
                        }
                    }
                }
                for (String one : List.of(
                        "/process-instance/" + instance,
                        "/process-instance/" + instance + "/activity-instances",
                        "/process-instance/" + instance + "/variables",
                        "/task/" + plan.getId(),
                        "/task/" + plan.getId() + "/variables",
                        "/task/" + plan.getId() + "/form-variables",
                        "/task/" + plan.getId() + "/identity-links",
                        "/history/process-instance/" + instance)) {
                    for (Role role : List.of(Role.MANAGER, Role.REVIEWER)) {
                        HttpResponse<String> refused = browsers.get(role).get(engine + one);
                        assertThat(refused.statusCode()).as(role + " " + one).isNotEqualTo(200);
                        assertThat(refused.body()).doesNotContain("-operative-", "of one operative");
                    }
                    assertThat(browsers.get(Role.CX_LEAD).get(engine + one).statusCode())
                            .as(one)
                            .isEqualTo(200);
                }
            }
            String found = "/engine-rest/history/process-instance?processInstanceBusinessKey=" + key;
            for (String table : List.of("act_ru_execution", "act_ru_task", "act_ru_variable", "act_hi_procinst")) {
                db.sql("update " + table + " set tenant_id_ = null where proc_inst_id_ = ?")
                        .param(instance)
                        .update();
            }
            assertThat(as(Role.MANAGER).get(found).body()).as("of before").contains(instance);
            db.sql(Files.readString(Path.of("src/main/resources/db/migration/V61__patterns_of_operatives.sql")))
                    .update();
            assertThat(as(Role.MANAGER).get(found).body()).isEqualTo("[]");
            for (String running : List.of("/process-instance/", "/execution/")) {
                assertThat(as(Role.MANAGER)
                                .get("/engine-rest" + running + instance)
                                .statusCode())
                        .as(running)
                        .isEqualTo(404);
            }
            assertThat(as(Role.CX_LEAD).get(found).body()).contains(instance);

            for (String counted : List.of(
                    "/history/process-definition/" + plan.getProcessDefinitionId() + "/statistics?finished=true",
                    "/history/process-definition/cleanable-process-instance-report",
                    "/history/process-definition/cleanable-process-instance-report/count")) {
                for (Role role : List.of(Role.MANAGER, Role.REVIEWER)) {
                    assertThat(browsers.get(role).get("/engine-rest" + counted).statusCode())
                            .as(role + " " + counted)
                            .isEqualTo(403);
                    assertThat(browsers.get(role)
                                    .get("/camunda/api/engine/engine/default" + counted)
                                    .statusCode())
                            .as(role + " " + counted)
                            .isEqualTo(403);
                }
            }
            String cockpit = "/camunda/api/cockpit/plugin/base/default/process-instance";
            for (Role role : List.of(Role.MANAGER, Role.REVIEWER)) {
                assertThat(browsers.get(role).post(cockpit, "{}").body())
                        .as("what Cockpit lists for the %s", role)
                        .doesNotContain(instance, "-operative-");
            }
            assertThat(browsers.get(Role.CX_LEAD).post(cockpit, "{}").body()).contains(key);

            String waits = "/api/waits/training-signal";
            assertThat(planning(Role.CX_LEAD, waits)).isEqualTo(planning(Role.MANAGER, waits) + 1);
            for (Role role : List.of(Role.MANAGER, Role.REVIEWER)) {
                for (String path : List.of(
                        "/api/instances/" + instance + "/way",
                        "/api/tasks/" + plan.getId() + "/training-signal",
                        "/api/tasks/" + plan.getId() + "/training-signal/pattern",
                        "/api/tasks/" + plan.getId() + "/case",
                        "/api/tasks/" + plan.getId() + "/state")) {
                    assertThat(as(role).get(path).statusCode()).as(path).isEqualTo(404);
                }
                assertThat(as(role).get("/api/trend/signals").body()).doesNotContain("operative");
            }
            assertThat(as(Role.MANAGER).get("/engine-rest/task/" + ofCause).statusCode())
                    .as("of the cause")
                    .isEqualTo(200);

            // Who leads goes on with it as with any other.
            String owner = loop.person(Role.CX_LEAD);
            assertThat(as(Role.CX_LEAD)
                            .post("/engine-rest/task/" + plan.getId() + "/submit-form", """
                                    {"variables":{"owner":{"value":"%s"},"measure":{"value":"Ride along"},
                                     "dueOn":{"value":"2041-09-30"}}}""".formatted(owner))
                            .body())
                    .isEmpty();
            assertThat(as(Role.CX_LEAD)
                            .get("/engine-rest/task?assignee=" + owner + "&processInstanceBusinessKey=" + key)
                            .body())
                    .contains("UserTask_CarryOutMeasure");
            assertThat(as(Role.MANAGER)
                            .get("/engine-rest/history/task?processInstanceId=" + instance)
                            .body())
                    .isEqualTo("[]");
        } finally {
            repository.deleteDeployment(lowered.getId(), true);
        }
    }

    @Test
    void aDeployedThresholdIsHeardInThisQuarterAndTheLastWithoutAnotherCase() throws Exception {
        for (int i = 0; i < 4; i++) {
            for (String month : List.of("02", "05", "08")) {
                made.close(tag, Instant.parse("2041-" + month + "-10T10:00:00Z"), Origin.NONE, "owner-0");
            }
        }
        tick.look();
        assertThat(of(code, true)).isEmpty();

        Deployment lowered = lowered("tag", 4);
        try {
            transaction.executeWithoutResult(died -> {
                tick.look();
                died.setRollbackOnly();
            });
            assertThat(of(code, true)).as("of a node that died over it").isEmpty();
            CompletableFuture.allOf(CompletableFuture.runAsync(tick::look), CompletableFuture.runAsync(tick::look))
                    .get(60, TimeUnit.SECONDS);
            List<TrainingSignal> found = of(code, true);
            assertThat(found)
                    .as("of two nodes; the first quarter is over and done with")
                    .extracting(each -> each.quarter() + " " + each.cases() + " " + each.state())
                    .containsExactlyInAnyOrder("2041-Q2 4 to-plan", "2041-Q3 4 to-plan");
            assertThat(runtime.createProcessInstanceQuery()
                            .processInstanceBusinessKeyLike("TS-2041-Q%-" + code)
                            .count())
                    .isEqualTo(2);

            repository.deleteDeployment(lowered.getId(), true);
            lowered = lowered("tag", 50);
            tick.look();
            assertThat(of(code, true)).as("a higher one takes none back").isEqualTo(found);
        } finally {
            repository.deleteDeployment(lowered.getId(), true);
        }
    }

    @Test
    void aTaskAboutAnOperativeIsGivenByNoRouteToAnybodyWhoDoesNotLead() throws IOException {
        Deployment lowered = lowered("operative", 4);
        try {
            closeOf(4, new Origin(null, null, null, "Petra Lang"));
            String about = "-operative-" + one(of(code, true), "operative").id();
            String task = tasks.createTaskQuery()
                    .processInstanceBusinessKey("TS-2041-Q3-" + code + about)
                    .singleResult()
                    .getId();
            String manager = loop.person(Role.MANAGER);
            String lead = loop.person(Role.OFFICE_MANAGER);
            String sentence =
                    "\"%s\" may not see figures by operative, and this pattern is about one. Choose the business"
                            + " owner, an office manager or a customer-experience lead.";
            assertThat(message(as(Role.CX_LEAD)
                            .post("/engine-rest/task/" + task + "/submit-form", """
                                    {"variables":{"owner":{"value":"%s"},"measure":{"value":"Ride along"},
                                     "dueOn":{"value":"2041-09-30"}}}""".formatted(manager))))
                    .as("the form")
                    .endsWith("owner: " + sentence.formatted(manager));

            Visitor browser = Visitor.browser(port);
            browser.signIn(loop.person(Role.CX_LEAD), TestPeople.PASSWORD);
            Map<String, List<String>> routes = Map.of(
                    "/assignee", List.of("{'userId':'%s'}"),
                    "/claim", List.of("{'userId':'%s'}"),
                    "/identity-links",
                            List.of(
                                    "{'userId':'%s','type':'candidate'}",
                                    "{'userId':'%s','type':'assignee'}",
                                    "{'userId':'%s','type':'owner'}",
                                    "{'userId':'%s','type':'reader'}",
                                    "{'groupId':'%s','type':'candidate'}"));
            for (String engine : List.of("/engine-rest/task/", "/camunda/api/engine/engine/default/task/")) {
                // Camunda's web apps give their token with what is read.
                assertThat(browser.get(engine + task).statusCode()).isEqualTo(200);
                routes.forEach((route, bodies) -> bodies.forEach(body -> {
                    boolean isGroup = body.contains("groupId");
                    String to = isGroup ? "manager" : manager;
                    HttpResponse<String> refused = browser.post(
                            engine + task + route, body.replace('\'', '"').formatted(to));
                    assertThat(refused.statusCode())
                            .as(route + body + refused.body())
                            .isEqualTo(400);
                    assertThat(message(refused))
                            .as(route + body)
                            .isEqualTo((isGroup ? "groupId: " : "userId: ") + sentence.formatted(to));
                }));
                assertThat(browser.post(engine + task + "/delegate", "{\"userId\":\"" + manager + "\"}")
                                .statusCode())
                        .as("delegated, as to anybody")
                        .isEqualTo(409);
            }
            for (ThrowingCallable java : List.<ThrowingCallable>of(
                    () -> tasks.setAssignee(task, manager),
                    () -> tasks.claim(task, manager),
                    () -> tasks.setOwner(task, manager),
                    () -> tasks.addCandidateUser(task, manager))) {
                assertThatThrownBy(java).hasMessageContaining(sentence.formatted(manager));
            }
            assertThatThrownBy(() -> tasks.addCandidateGroup(task, "manager"))
                    .hasMessageContaining(sentence.formatted("manager"));
            assertThat(askedAbout(about)).as("as before").containsExactlyInAnyOrder(LEADS);
            assertThat(tasks.createTaskQuery().taskId(task).singleResult().getAssignee())
                    .isNull();

            // A candidate from before, who leads no more, keeps those who lead from nothing.
            db.sql(
                            "insert into act_ru_identitylink (id_, rev_, type_, user_id_, task_id_, tenant_id_) values (?, 1, 'candidate', ?, ?, 'leads')")
                    .params("before-" + code, manager, task)
                    .update();
            for (String route : List.of("/assignee", "/unclaim", "/claim")) {
                assertThat(browser.post("/engine-rest/task/" + task + route, "{\"userId\":\"" + lead + "\"}")
                                .statusCode())
                        .as(route)
                        .isEqualTo(204);
            }
            assertThat(browser.post(
                                    "/engine-rest/task/" + task + "/identity-links",
                                    "{\"userId\":\"" + lead + "\",\"type\":\"candidate\"}")
                            .statusCode())
                    .isEqualTo(204);

            closeOf(2, Origin.NONE);
            String ofCause = tasks.createTaskQuery()
                    .processInstanceBusinessKey("TS-2041-Q3-" + code)
                    .singleResult()
                    .getId();
            assertThat(browser.post("/engine-rest/task/" + ofCause + "/assignee", "{\"userId\":\"" + manager + "\"}")
                            .statusCode())
                    .as("of the cause")
                    .isEqualTo(204);
        } finally {
            repository.deleteDeployment(lowered.getId(), true);
        }
    }

    @Test
    void aTaskAboutAnOperativeIsLeftToThoseWhoLeadOnceWhoHasItLeadsNoMore() throws IOException {
        String person = "test-led-" + code;
        TestPeople.add(identities, person, Role.CX_LEAD);
        Deployment lowered = lowered("operative", 4);
        try {
            closeOf(4, new Origin(null, null, null, "Petra Lang"));
            String task = tasks.createTaskQuery()
                    .processInstanceBusinessKey("TS-2041-Q3-" + code + "-operative-"
                            + one(of(code, true), "operative").id())
                    .singleResult()
                    .getId();
            tasks.claim(task, person);
            theirTasksAreLookedAt();
            assertThat(assignee(task)).isEqualTo(person);

            identities.deleteMembership(person, Role.CX_LEAD.groupId());
            identities.createMembership(person, Role.MANAGER.groupId());
            theirTasksAreLookedAt();
            assertThat(assignee(task))
                    .as("as a manager they work on, and do not see it")
                    .isNull();
            assertThat(as(Role.OFFICE_MANAGER).get("/engine-rest/task/" + task).statusCode())
                    .isEqualTo(200);
        } finally {
            repository.deleteDeployment(lowered.getId(), true);
        }
    }

    private void theirTasksAreLookedAt() {
        scheduled.getScheduledTasks().stream()
                .filter(each -> each.toString().endsWith("GoneOwners.look"))
                .forEach(each -> each.getTask().getRunnable().run());
    }

    private @Nullable String assignee(String task) {
        return tasks.createTaskQuery().taskId(task).singleResult().getAssignee();
    }

    private static String message(HttpResponse<String> refused) {
        try {
            return JSON.readTree(refused.body()).path("message").asText();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long planning(Role role, String waits) throws IOException {
        for (JsonNode each : JSON.readTree(as(role).get(waits).body()).path("activities")) {
            if (each.path("id").asText().equals("UserTask_PlanMeasure")) {
                return each.path("now").path("count").asLong();
            }
        }
        return 0;
    }

    /** The table with another threshold for clusters of this cause by team, say. */
    private Deployment lowered(String dimension, int threshold) throws IOException {
        String row = "<rule id=\"Rule_training-threshold_1\">";
        String lower = """
                <rule id="Rule_lower"><inputEntry id="Lower_1"><text>"%s"</text></inputEntry>
                <inputEntry id="Lower_2"><text>"%s"</text></inputEntry>
                <outputEntry id="Lower_3"><text>%d</text></outputEntry><outputEntry id="Lower_4"><text>14</text></outputEntry>
                <outputEntry id="Lower_5"><text>8</text></outputEntry></rule>""".formatted(code, dimension, threshold);
        return repository
                .createDeployment()
                .addString(
                        "training-threshold.dmn",
                        Files.readString(Path.of("processes/training-threshold.dmn"))
                                .replace(row, lower + row))
                .deploy();
    }

    private static final String[] LEADS = {"business-owner", "office-manager", "cx-lead"};

    private void closeOf(int cases, Origin origin) {
        for (int i = 0; i < cases; i++) {
            made.close(tag, DAY, origin, "owner-0");
        }
        tick.look();
    }

    private List<String> askedAbout(String rest) {
        Task plan = tasks.createTaskQuery()
                .processInstanceBusinessKey("TS-2041-Q3-" + code + rest)
                .singleResult();
        return tasks.getIdentityLinksForTask(plan.getId()).stream()
                .map(IdentityLink::getGroupId)
                .toList();
    }

    /** What the Recovery page tells of this cause. */
    private List<String> patterns(Role role) throws IOException {
        List<String> dimensions = new ArrayList<>();
        for (JsonNode each : JSON.readTree(as(role).get("/api/recovery").body()).path("patterns")) {
            if (each.path("tag").asText().equals(code)) {
                dimensions.add(each.path("dimension").asText());
            }
        }
        return dimensions;
    }

    @Test
    @EdgeCase({"A cluster that falls below the threshold again keeps its signal", "One signal per tag and period"})
    void aClusterThatFallsBelowItsThresholdAgainKeepsItsOneSignal() {
        long last = 0;
        for (int i = 0; i < 6; i++) {
            last = made.close(tag, DAY, Origin.NONE, "owner-0");
        }
        tick.look();
        TrainingSignal before = one(of(code, true), "tag");
        made.retag(last, idOf(loop.tag()));
        tick.look();
        TrainingSignal below = one(of(code, true), "tag");
        assertThat(below.id()).isEqualTo(before.id());
        assertThat(below.cases()).as("as it is now").isEqualTo(5);
        assertThat(below.evidence()).singleElement().satisfies(evidence -> {
            assertThat(evidence.rule()).isEqualTo("threshold");
            assertThat(evidence.cases()).isEqualTo(6);
        });
        made.retag(last, tag);
        tick.look();
        assertThat(of(code, true)).singleElement().satisfies(again -> {
            assertThat(again.id()).isEqualTo(before.id());
            assertThat(again.cases()).isEqualTo(6);
            assertThat(again.evidence()).hasSize(1);
        });
    }

    @Test
    void fewCasesOnFewJobsAreFoundByTheirRateAndTheThresholdIsAddedToTheSameSignal() throws IOException {
        StringBuilder csv = new StringBuilder("period,team,jobs\r\n");
        for (YearMonth month = YearMonth.of(2040, 7);
                month.isBefore(YearMonth.of(2041, 7));
                month = month.plusMonths(1)) {
            csv.append(month).append(",North,50000\r\n");
        }
        csv.append("2041-07,North,40\r\n");
        HttpResponse<String> first = csv(Role.DISPATCHER, csv.toString());
        assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
        assertThat(JSON.readTree(first.body()).path("changed").asInt()).isEqualTo(13);
        assertThat(JSON.readTree(csv(Role.DISPATCHER, csv.toString()).body())
                        .path("changed")
                        .asInt())
                .as("sent again")
                .isZero();
        made.close(tag, Instant.parse("2040-12-01T10:00:00Z"), Origin.team("North"), "owner-0");
        for (int i = 0; i < 5; i++) {
            made.close(tag, IN_JULY, Origin.team("North"), "owner-0");
        }
        tick.look();

        TrainingSignal signal = one(of(code, true), "tag");
        assertThat(signal.evidence()).singleElement().satisfies(evidence -> {
            assertThat(evidence.rule()).isEqualTo("rate");
            assertThat(evidence.cases()).isEqualTo(5);
            assertThat(evidence.jobs()).isEqualTo(40);
            assertThat(evidence.expected()).isCloseTo(40.0 / 600_000, org.assertj.core.data.Offset.offset(1e-9));
            assertThat(evidence.value()).isLessThan(1e-12);
            assertThat(evidence.smallNumbers()).isTrue();
        });
        assertThat(one(of(code, true), "team").partOf()).isEqualTo(signal.id());

        made.close(tag, DAY, Origin.NONE, "owner-0");
        tick.look();
        TrainingSignal same = one(of(code, true), "tag");
        assertThat(same.id()).isEqualTo(signal.id());
        assertThat(same.evidence()).extracting(TrainingSignal.Evidence::rule).containsExactly("rate", "threshold");
        assertThat(runtime.createProcessInstanceQuery()
                        .processInstanceBusinessKeyLike("TS-2041-Q3-" + code + "%")
                        .count())
                .isEqualTo(1);
    }

    @Test
    void volumesThatAreWrongAreRefusedWithTheirLineAndNoneIsTaken() {
        assertThat(csv(Role.CASE_OWNER, "period,jobs\n2041-07,5\n").statusCode())
                .isEqualTo(403);
        assertRefused("jobs\n5\n", 400, "line 1", "must be the header");
        assertRefused("period,jobs\n2041-07,5\n2041-13,5\n", 400, "line 3, period", "2026-10-31");
        assertRefused("period,jobs\n2041-07,many\n", 400, "line 2, jobs", "whole number");
        assertRefused("period,jobs\n2041-07,-1\n", 400, "line 2, jobs", "whole number");
        assertRefused("period,jobs\n2041-09,5\n", 400, "line 2, period", "future");
        assertRefused("period,jobs\n0000-01,5\n", 400, "line 2, period", "must be a month");
        assertRefused("period,jobs\n2041-07,5,6\n", 400, "line 2", "has 3 fields, the header 2");
        assertRefused("period,jobs\n2041-07,5\n2041-07,5\n", 400, "line 3", "as line 2");
        assertRefused("period,jobs\n2041-07,\"5\n", 400, "line", "CSV");
        assertRefused("period,jobs\n", 400, "volumes", "lines");
        assertRefused("", 400, "detail", "A body is needed, as text/csv.");
        assertRefused("period,jobs\n2041-07,5\n2041-07-03,1\n", 409, "volumes", "2041-07");
        HttpResponse<String> json = as(Role.OFFICE_MANAGER)
                .post("/api/job-volumes", "{\"volumes\":[{\"period\":\"2041-07\",\"jobs\":1.5}]}");
        assertThat(json.statusCode()).isEqualTo(400);
        assertThat(json.body()).contains("volumes[0], jobs");
        assertThat(as(Role.OFFICE_MANAGER)
                        .post("/api/job-volumes", "{\"volumes\":[null]}")
                        .body())
                .contains("volumes[0], period", "volumes[0], jobs");
        assertThat(db.sql("select count(*) from job_volume").query(Long.class).single())
                .isZero();
        assertThat(as(Role.OFFICE_MANAGER)
                        .post(
                                "/api/job-volumes",
                                "{\"volumes\":[{\"period\":\"2041-07-31\",\"area\":\"Hill\",\"jobs\":7}]}")
                        .body())
                .isEqualTo("{\"lines\":1,\"changed\":1}");
    }

    @Test
    void whatWasToldOfAMonthIsReadAndAZeroGivesWayToItsDays() throws IOException {
        String month = "period,team,jobs\n2041-07,North,100\n2041-07,South,0\n";
        assertThat(csv(Role.DISPATCHER, month).statusCode()).isEqualTo(200);
        assertRefused("period,team,jobs\n2041-07-05,North,5\n", 409, "volumes", "first tell 0");
        assertThat(csv(Role.DISPATCHER, "period,team,jobs\n2041-07,North,0\n").statusCode())
                .isEqualTo(200);
        assertThat(csv(Role.DISPATCHER, "period,team,jobs\n2041-07-05,North,5\n")
                        .statusCode())
                .isEqualTo(200);
        String told = "/api/job-volumes?from=2041-07&to=2041-07";
        JsonNode kept = JSON.readTree(as(Role.DISPATCHER).get(told).body());
        assertThat(kept.path("volumes"))
                .extracting(each -> each.path("period").asText() + " "
                        + each.path("team").asText() + " " + each.path("jobs").asLong())
                .as("a month without jobs is known to have none")
                .containsExactly("2041-07 South 0", "2041-07-05 North 5");
        assertThat(as(Role.DISPATCHER).post("/api/job-volumes", kept.toString()).body())
                .as("sent again as it was read")
                .isEqualTo("{\"lines\":2,\"changed\":0}");
        HttpResponse<String> table = as(Role.DISPATCHER).get(told.replace("?", ".csv?"));
        assertThat(table.body().lines())
                .containsExactly("period,team,area,product,jobs", "2041-07,South,,,0", "2041-07-05,North,,,5");
        assertThat(as(Role.CASE_OWNER).get(told).statusCode()).isEqualTo(403);
        assertThat(as(Role.DISPATCHER).get("/api/job-volumes?from=July").statusCode())
                .isEqualTo(400);

        assertRefused(month, 409, "volumes", "2041-07");
        assertThat(csv(Role.DISPATCHER, "period,team,jobs\n2041-07-05,North,0\n")
                        .statusCode())
                .isEqualTo(200);
        assertThat(csv(Role.DISPATCHER, month).statusCode()).as("and back").isEqualTo(200);
        assertThat(JSON.readTree(as(Role.DISPATCHER).get(told).body()).path("volumes"))
                .extracting(each -> each.path("team").asText())
                .containsExactly("North", "South");
    }

    private void assertRefused(String csv, int status, String field, String sentence) {
        HttpResponse<String> refused = csv(Role.DISPATCHER, csv);
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(status);
        assertThat(refused.body()).contains(field).contains(sentence);
    }

    private HttpResponse<String> csv(Role role, String csv) {
        Visitor visitor = as(role);
        return visitor.send(visitor.request("/api/job-volumes")
                .header("Content-Type", "text/csv")
                .header("Accept", "application/json")
                .POST(BodyPublishers.ofString(csv)));
    }

    private void giveTo(String owner, long id) {
        made.change(
                id,
                () -> db.sql("update recovery_case set owner = ? where id = ?")
                        .params(owner, id)
                        .update());
    }

    private void ownedBy(String person, TrainingSignal signal) {
        db.sql("update training_signal set owner = ? where id = ?")
                .params(person, signal.id())
                .update();
    }

    private Visitor as(Role role) {
        return Visitor.withBasic(port, loop.person(role), TestPeople.PASSWORD);
    }

    private List<TrainingSignal> of(String cause, boolean operatives) {
        return signals.all(null, operatives).stream()
                .filter(signal -> signal.tag().equals(cause))
                .toList();
    }

    private static TrainingSignal one(List<TrainingSignal> among, String dimension) {
        return among.stream()
                .filter(signal -> signal.dimension().equals(dimension))
                .findFirst()
                .orElseThrow();
    }

    private long idOf(String of) {
        return db.sql("select id from root_cause_tag where code = ?")
                .param(of)
                .query(Long.class)
                .single();
    }
}
