package org.servicerecovery.trend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.camunda.bpm.engine.repository.Deployment;
import org.camunda.bpm.engine.repository.DeploymentBuilder;
import org.camunda.bpm.engine.runtime.Job;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.servicerecovery.BusinessZone;
import org.servicerecovery.EdgeCase;
import org.servicerecovery.Loop;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.CaseState;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.engine.Decisions;
import org.servicerecovery.trend.taxonomy.TaxonomyChanges;
import org.servicerecovery.trend.taxonomy.TaxonomyView;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** The business of the shared application is in UTC. */
@RunningApplication
class TrainingSignalTest {

    private static final Instant TODAY = Instant.parse("2031-02-10T09:15:00Z");

    @Autowired
    ApplicationContext application;

    @Autowired
    Trends trends;

    @Autowired
    TrendCounts counts;

    @Autowired
    TrainingSignals signals;

    @Autowired
    TrendTick tick;

    @Autowired
    TrendFold fold;

    @Autowired
    Comparisons comparisons;

    @Autowired
    JobVolumes volumes;

    @Autowired
    RepositoryService repository;

    @LocalServerPort
    int port;

    @Autowired
    RuntimeService runtime;

    @Autowired
    TaskService tasks;

    @Autowired
    ManagementService management;

    @Autowired
    TransactionTemplate transaction;

    @Autowired
    JdbcClient db;

    Loop loop;
    String tag = "";
    private Runnable cleanUp = () -> {};

    @BeforeEach
    void itIs() {
        now(TODAY);
        loop = new Loop(application);
        tag = loop.tag();
    }

    @AfterEach
    void timeGoesOn() {
        ClockUtil.reset();
        cleanUp.run();
    }

    @Test
    void sixCasesWithOneTagInAQuarterAreOneSignalAndTheSeventhJoinsIt() {
        close(5, tag);
        loop.closed(loop.tag());
        assertThat(signals(tag)).as("five").isEmpty();
        assertThat(processes("2031-Q1")).as("five").isEmpty();

        close(1, tag);
        TrainingSignal signal = signals(tag).get(0);
        assertThat(signals(tag)).hasSize(1);
        assertThat(signal.quarter()).isEqualTo("2031-Q1");
        assertThat(signal.cases()).isEqualTo(6);
        assertThat(signal.openedAt()).isEqualTo(TODAY);
        ProcessInstance running = onlyProcess();
        assertThat(runtime.getVariable(running.getId(), "trainingCause"))
                .as("what the form and the card say")
                .isEqualTo("Label of " + tag + ", 2031-Q1");
        Task plan = onlyTask(running);
        assertThat(plan.getTaskDefinitionKey()).isEqualTo("UserTask_PlanMeasure");
        assertThat(plan.getDueDate().toInstant()).isEqualTo(TODAY.plus(Duration.ofDays(14)));
        for (String asked : List.of("business-owner", "office-manager", "cx-lead", "manager")) {
            assertThat(tasks.createTaskQuery()
                            .taskId(plan.getId())
                            .taskCandidateGroup(asked)
                            .count())
                    .as(asked)
                    .isEqualTo(1);
        }

        close(1, tag);
        assertThat(signals(tag)).singleElement().satisfies(joined -> {
            assertThat(joined.id()).isEqualTo(signal.id());
            assertThat(joined.cases()).isEqualTo(7);
        });
        assertThat(onlyProcess().getId()).isEqualTo(running.getId());
        assertThat(onlyTask(running).getId()).isEqualTo(plan.getId());
    }

    @Test
    void sixAcrossTheEndOfAQuarterAreNoSignal() {
        now(Instant.parse("2031-03-31T23:59:59.999Z"));
        close(3, tag);
        now(Instant.parse("2031-04-01T00:00:00Z"));
        close(3, tag);
        assertThat(signals(tag)).isEmpty();
        assertThat(counted("2031-Q1")).isEqualTo(3);
        assertThat(counted("2031-Q2")).isEqualTo(3);

        close(2, tag);
        assertThat(signals(tag)).isEmpty();
        close(1, tag);
        assertThat(signals(tag)).singleElement().satisfies(signal -> {
            assertThat(signal.quarter()).isEqualTo("2031-Q2");
            assertThat(signal.cases()).isEqualTo(6);
        });
    }

    @Test
    void theQuarterIsThatOfTheResolutionNotThatOfTheCall() {
        now(Instant.parse("2031-06-30T23:59:00Z"));
        List<RecoveryCase> resolved = IntStream.range(0, 6)
                .mapToObj(i -> loop.resolve(loop.readyToResolve(Severity.MINOR), tag))
                .toList();
        now(Instant.parse("2031-07-01T00:10:00Z"));
        resolved.forEach(loop::closeLoop);
        assertThat(signals(tag))
                .singleElement()
                .satisfies(signal -> assertThat(signal.quarter()).isEqualTo("2031-Q2"));
    }

    @Test
    @EdgeCase("Quarters in the business’s time zone")
    void theEndOfTheQuarterIsMidnightInTheZoneOfTheBusiness() {
        Trends inAuckland =
                new Trends(db, application.getBean(java.time.Clock.class), Loop.businessIn("Pacific/Auckland"));
        // Six within two minutes, all in UTC's first quarter.
        for (int i = 0; i < 9; i++) {
            now(Instant.parse(
                    i < 3 ? "2031-03-31T10:59:00Z" : i < 6 ? "2031-03-31T11:00:00Z" : "2031-04-01T09:00:00Z"));
            RecoveryCase closed = loop.closed(tag);
            transaction.executeWithoutResult(status -> inAuckland.changed(closed.id()));
            if (i == 5) {
                assertThat(signals(tag)).isEmpty();
            }
        }
        assertThat(signals(tag)).singleElement().satisfies(signal -> {
            assertThat(signal.quarter()).isEqualTo("2031-Q2");
            assertThat(signal.cases()).isEqualTo(6);
        });
    }

    @Test
    @EdgeCase("Duplicate, opened in error, withdrawn: closed without a cause and outside every statistic")
    void withdrawnCasesCountForNothing() {
        close(5, tag);
        RecoveryCase withdrawn = loop.readyToResolve(Severity.MINOR);
        loop.does(
                Role.CASE_OWNER,
                () -> application
                        .getBean(org.servicerecovery.cases.Cases.class)
                        .closeWithoutCause(
                                withdrawn.number(), CaseState.WITHDRAWN, "Called off by the customer.", null));
        assertThat(signals(tag)).isEmpty();
        assertThat(counted("2031-Q1")).isEqualTo(5);
    }

    @RepeatedTest(3)
    void theSixthAndTheSeventhClosingAtOnceMakeOneSignalWithAllCases() throws Exception {
        close(5, tag);
        List<RecoveryCase> last = List.of(
                loop.resolve(loop.readyToResolve(Severity.MINOR), tag),
                loop.resolve(loop.readyToResolve(Severity.MINOR), tag));
        CyclicBarrier together = new CyclicBarrier(2);
        ExecutorService people = Executors.newFixedThreadPool(2);
        try {
            List<Future<RecoveryCase>> closing = new ArrayList<>();
            for (RecoveryCase resolved : last) {
                closing.add(people.submit(() -> {
                    together.await(20, TimeUnit.SECONDS);
                    return loop.closeLoop(resolved);
                }));
            }
            for (Future<RecoveryCase> closed : closing) {
                assertThat(closed.get(60, TimeUnit.SECONDS).state()).isEqualTo(CaseState.CLOSED);
            }
        } finally {
            people.shutdownNow();
        }
        assertThat(signals(tag))
                .singleElement()
                .satisfies(signal -> assertThat(signal.cases()).isEqualTo(7));
        assertThat(onlyTask(onlyProcess()).getTaskDefinitionKey()).isEqualTo("UserTask_PlanMeasure");
    }

    @Test
    void aMeasureIsCarriedOutWatchedAndComparedAndOneWithoutEffectComesBack() {
        now(Instant.parse("2029-06-01T10:00:00Z"));
        close(1, loop.tag());
        now(TODAY);
        close(6, tag);
        ProcessInstance running = onlyProcess();
        String owner = loop.person(Role.OFFICE_MANAGER);
        assertThat(signal().state()).isEqualTo("to-plan");

        planMeasure(running, "Ride along with every crew", "2031-03-01");
        assertThat(signal().measure()).isEqualTo("Ride along with every crew");
        assertThat(signal().state()).isEqualTo("planned");
        Task carryOut = onlyTask(running);
        assertThat(carryOut.getTaskDefinitionKey()).isEqualTo("UserTask_CarryOutMeasure");
        assertThat(carryOut.getAssignee()).isEqualTo(owner);
        assertThat(carryOut.getDueDate()).isEqualTo(Instant.parse("2031-03-02T00:00:00Z"));
        now(Instant.parse("2031-03-05T10:00:00Z"));
        assertThat(signal().state()).isEqualTo("overdue");
        assertRefused(carryOut, "tookHoldOn", Map.of("evidence", "Seen"));
        assertRefused(carryOut, "tookHoldOn", Map.of("tookHoldOn", "2031-03-06", "evidence", "Seen"));
        assertRefused(carryOut, "tookHoldOn", Map.of("tookHoldOn", "2031-02-09", "evidence", "Seen"));
        assertRefused(carryOut, "evidence", Map.of("tookHoldOn", "2031-03-01"));

        carryOut(running, "2031-03-01", "All crews rode along");
        assertThat(tasksOf(running)).isEmpty();
        assertThat(signal().state()).isEqualTo("watched");
        assertThat(signal().watchedUntil()).isEqualTo("2031-04-26");
        now(Instant.parse("2031-03-20T10:00:00Z"));
        close(6, tag);
        loop.opened(Severity.MINOR);
        weeksPass(running, Instant.parse("2031-04-26T00:00:00Z"));

        Task check = onlyTask(running);
        assertThat(check.getTaskDefinitionKey()).isEqualTo("UserTask_CheckEffect");
        assertThat(check.getAssignee()).isEqualTo(owner);
        assertThat(check.getDueDate()).isEqualTo(Instant.parse("2031-05-10T00:00:00Z"));
        assertThat(signal().state()).isEqualTo("to-check");
        Comparison first = signal().comparison();
        assertThat(first.before().cases()).isEqualTo(6);
        assertThat(first.before().from()).isEqualTo("2031-01-04");
        assertThat(first.after().cases()).isEqualTo(6);
        assertThat(first.after().until()).isEqualTo("2031-04-25");
        assertThat(first.verdict()).isEqualTo(Comparison.Verdict.NOT_SHOWN);
        assertThat(first.proposal()).isEqualTo("no-effect");
        assertThat(first.stillOpen()).as("without a cause yet").isPositive();
        assertThat(first.perJobs()).isFalse();

        assertRefused(check, "effect", Map.of());
        assertRefused(check, "effect", Map.of("effect", "perhaps"));
        assertRefused(check, "reason", Map.of("effect", "effective", "notes", "It feels better"));
        HttpResponse<String> bypassed = Visitor.withBasic(port, owner, TestPeople.PASSWORD)
                .post("/engine-rest/task/" + check.getId() + "/complete", """
                        {"variables": {"effect": {"value": "effective", "type": "String"}}}""");
        assertThat(bypassed.statusCode()).isEqualTo(400);
        assertThat(bypassed.body()).contains("The figures say otherwise: why are they not decisive?");
        complete(check, Map.of("effect", "no-effect"));

        Task again = onlyTask(running);
        assertThat(again.getTaskDefinitionKey()).isEqualTo("UserTask_PlanMeasure");
        assertThat(again.getDueDate()).isEqualTo(Instant.parse("2031-05-10T00:00:00Z"));
        assertThat(signal().state()).isEqualTo("to-plan");
        assertThat(signal().cameBack()).isEqualTo(1);
        assertThat(signal().closedAt()).isNull();
        assertThat(signal().tried()).singleElement().satisfies(tried -> {
            assertThat(tried.measure()).isEqualTo("Ride along with every crew");
            assertThat(tried.owner()).isEqualTo(owner);
            assertThat(tried.evidence()).isEqualTo("All crews rode along");
            assertThat(tried.comparison()).isEqualTo(first);
            assertThat(tried.effect()).isEqualTo("no-effect");
            assertThat(tried.checkedBy()).isEqualTo(owner);
        });
        Visitor lead = Visitor.withBasic(port, owner, TestPeople.PASSWORD);
        assertThat(lead.get("/api/tasks/" + again.getId() + "/training-signal").body())
                .as("what the task names")
                .contains("Ride along with every crew", "\"verdict\":\"not-shown\"");
        assertThat(lead.get("/api/trend/signals").body()).contains("\"cameBack\":1", "All crews rode along");
        assertThat(Visitor.withBasic(port, loop.owner(), TestPeople.PASSWORD)
                        .get("/api/trend/signals")
                        .body())
                .as("to an owner of its cases, who is not to know how many there are")
                .contains("All crews rode along")
                .doesNotContain("\"verdict\"", "\"comparison\"");

        // Six before and none after: as in the year before, so the figures alone do not say that it worked.
        now(Instant.parse("2031-05-01T10:00:00Z"));
        planMeasure(running, "Two on every visit", "2031-05-10");
        assertRefused(
                onlyTask(running), "tookHoldOn", Map.of("tookHoldOn", "2031-04-25", "evidence", "As the one before"));
        carryOut(running, "2031-05-01", "The rota");
        weeksPass(running, Instant.parse("2031-06-26T00:00:00Z"));
        assertThat(signal().comparison().proposal()).isNull();
        assertThat(signal().comparison().withheld()).isEqualTo(Comparison.Withheld.USUAL_RATE);
        assertRefused(onlyTask(running), "notes", Map.of("effect", "no-effect", "reason", "Nobody worked in May"));
        complete(
                onlyTask(running),
                Map.of("effect", "no-effect", "notes", "The rota alone", "reason", "Nobody worked in May"));
        assertThat(signal().cameBack()).isEqualTo(2);
        assertThat(signal().tried().get(1).reason()).isEqualTo("Nobody worked in May");

        // Nothing to go by: it takes words.
        planMeasure(running, "A list in every van", "2031-07-10");
        carryOut(running, "2031-06-26", "Photo of the list");
        Instant last = Instant.parse("2031-08-21T00:00:00Z");
        weeksPass(running, last);
        assertThat(signal().comparison().proposal()).isNull();
        assertRefused(onlyTask(running), "notes", Map.of("effect", "effective"));
        complete(onlyTask(running), Map.of("effect", "effective", "notes", "None in eight weeks."));
        assertThat(processes("2031-Q1")).isEmpty();
        TrainingSignal closed = signal();
        assertThat(closed.state()).isEqualTo("effective");
        assertThat(closed.closedAt()).isEqualTo(last);
        assertThat(closed.measure()).isEqualTo("A list in every van");
        assertThat(closed.owner()).isEqualTo(owner);
        assertThat(closed.effect()).isEqualTo("effective: None in eight weeks.");
        assertThat(closed.tried()).hasSize(3);
    }

    @Test
    void whatTheProcessDoesTwiceIsKeptOnceAndWhatWasTriedStays() {
        made(6, null);
        ProcessInstance running = onlyProcess();
        planMeasure(running, "Ride along", "2031-02-10");
        carryOut(running, "2031-02-10", "Seen");
        Job timer =
                management.createJobQuery().processInstanceId(running.getId()).singleResult();
        now(Instant.parse("2031-04-07T00:00:00Z"));
        transaction.executeWithoutResult(status -> {
            management.executeJob(timer.getId());
            status.setRollbackOnly();
        });
        assertThat(signal().state()).as("the machine stopped in the middle").isEqualTo("watched");
        management.executeJob(timer.getId());
        Comparison kept = signal().comparison();
        assertThat(kept.before().cases()).isEqualTo(6);
        assertThat(kept.after().cases()).isZero();

        transaction.executeWithoutResult(status -> {
            TrainingSignals.Course of = signals.lock(running.getId());
            signals.compared(of, comparisons.of(of.cluster(), null, LocalDate.parse("2031-02-11"), 8));
        });
        tick.look();
        tick.look();
        assertThat(signal().comparison()).isEqualTo(kept);
        assertThat(onlyTask(running).getTaskDefinitionKey()).isEqualTo("UserTask_CheckEffect");
        assertThatThrownBy(() -> db.sql("delete from training_history where signal_id = ?")
                        .param(signal().id())
                        .update())
                .hasMessageContaining("append-only");
    }

    @Test
    void aPatternOfOneOperativeIsPlannedCarriedOutAndCheckedByThoseWhoMaySeeIt() {
        made(4, "Olga Onsite");
        made(2, "Otto Onsite");
        ProcessInstance running = onlyProcess();
        db.sql("update training_signal set dimension = 'operative', cluster_key = 'Olga Onsite' where id = ?")
                .param(signal().id())
                .update();
        Task plan = onlyTask(running);
        Map<String, Object> measure =
                Map.of("owner", loop.person(Role.OFFICE_MANAGER), "measure", "Ride along", "dueOn", "2031-03-01");
        assertThatThrownBy(() -> loop.does(Role.MANAGER, () -> tasks.complete(plan.getId(), measure)))
                .hasMessageContaining("Figures by operative");
        assertThat(Visitor.withBasic(port, loop.person(Role.MANAGER), TestPeople.PASSWORD)
                        .get("/api/tasks/" + plan.getId() + "/training-signal")
                        .statusCode())
                .isIn(403, 404);
        assertRefused(plan, "owner", Map.of("owner", loop.owner(), "measure", "Ride along", "dueOn", "2031-03-01"));
        complete(plan, measure);
        assertThat(onlyTask(running).getTaskDefinitionKey()).isEqualTo("UserTask_CarryOutMeasure");
        assertThat(signals.all(null, false)).extracting(TrainingSignal::tag).doesNotContain(tag);
        carryOut(running, "2031-02-10", "Seen");
        weeksPass(running, Instant.parse("2031-04-07T00:00:00Z"));
        assertThat(signals.ofInstance(running.getId())
                        .orElseThrow()
                        .comparison()
                        .before()
                        .cases())
                .as("those of Olga alone")
                .isEqualTo(4);
    }

    @Test
    void aSignalThatBeganWithTheModelFromBeforeGoesOnAndEnds() throws IOException {
        made(6, null);
        ProcessInstance shipped = onlyProcess();
        long id = signal().id();
        runtime.deleteProcessInstance(shipped.getId(), "It is to run by another model.");
        db.sql("update training_signal set process_instance_id = null where id = ?")
                .param(id)
                .update();
        DeploymentBuilder before = repository.createDeployment().name("from before");
        for (String file : List.of("training-signal.bpmn", "plan-measure.form", "check-effect.form")) {
            before.addString(file, Files.readString(Path.of("src/test/resources/models-before", file)));
        }
        Deployment deployed = before.deploy();
        try {
            ProcessInstance running = runtime.createMessageCorrelation("Message_PatternFound")
                    .processInstanceBusinessKey("TS-before-" + tag)
                    .setVariables(Map.of("signalId", id, "trainingDueAt", Date.from(TODAY)))
                    .correlateStartMessage();
            planMeasure(running, "Ride along", "2031-03-01");
            weeksPass(running, Instant.parse("2031-03-02T00:00:00Z"));
            assertThat(onlyTask(running).getTaskDefinitionKey()).isEqualTo("UserTask_CheckEffect");
            assertRefused(onlyTask(running), "notes", Map.of("effect", "no-effect"));
            complete(onlyTask(running), Map.of("effect", "no-effect", "notes", "As many as before."));
            assertThat(signal().cameBack()).isEqualTo(1);
            planMeasure(running, "Two on every visit", "2031-03-20");
            weeksPass(running, Instant.parse("2031-03-21T00:00:00Z"));
            complete(onlyTask(running), Map.of("effect", "effective", "notes", "None in three weeks."));
            assertThat(runtime.createProcessInstanceQuery()
                            .processInstanceId(running.getId())
                            .count())
                    .isZero();
            assertThat(signal().state()).isEqualTo("effective");
            assertThat(signal().tried())
                    .extracting(TrainingHistory.Tried::effect)
                    .containsExactly("no-effect", "effective");
        } finally {
            repository.deleteDeployment(deployed.getId(), true);
        }
    }

    @Test
    @EdgeCase("Quarters in the business’s time zone")
    void aCaseIsOfTheDayOnWhichItWasOpenedWhereTheBusinessIsAlsoWhereClocksAreChanged() {
        // On 30 March 2031 the clocks in Berlin go forward: midnight is 22:00 UTC from then on.
        BusinessZone berlin = Loop.businessIn("Europe/Berlin");
        Clock clock = application.getBean(Clock.class);
        Comparisons there = new Comparisons(
                db,
                clock,
                berlin,
                application.getBean(Decisions.class),
                volumes,
                application.getBean(ObjectMapper.class));
        long id = idOf(tag);
        MadeCases made = new MadeCases(db, new Trends(db, clock, berlin), transaction);
        try {
            // Opened two days before: the last minute of the 30th, and the first of the 31st.
            made.close(id, Instant.parse("2031-04-01T21:59:00Z"), MadeCases.Origin.team("North"), null);
            made.close(id, Instant.parse("2031-04-01T22:01:00Z"), MadeCases.Origin.team("South"), null);
            made.close(id, Instant.parse("2031-05-27T21:59:00Z"), MadeCases.Origin.team("South"), null);
            made.close(id, Instant.parse("2031-05-27T22:01:00Z"), MadeCases.Origin.team("South"), null);
            LocalDate monday = LocalDate.parse("2031-03-31");
            Comparison found = there.ofCause(id, monday, 8);
            assertThat(found.before().cases()).isEqualTo(1);
            assertThat(found.after().cases()).isEqualTo(2);
            assertThat(found.after().days()).isEqualTo(56);
            Comparison south = there.of(new Cluster(Dimension.TEAM, id, "South"), null, monday, 8);
            assertThat(south.before().cases()).isZero();
            assertThat(south.after().cases()).isEqualTo(2);

            // Merged since: cases are counted where they are now.
            String other = loop.tag();
            loop.does(
                    Role.CX_LEAD,
                    () -> application.getBean(TaxonomyChanges.class).merge(tag, other));
            long into = idOf(other);
            assertThat(there.ofCause(into, monday, 8).after().cases()).isEqualTo(2);
            assertThat(there.ofCause(id, monday, 8).after().cases()).isEqualTo(2);

            // By job where the days of both times are told: half of the jobs were in the two months before.
            now(Instant.parse("2031-06-15T10:00:00Z"));
            told("2031-02", "", 310);
            told("2031-03", "", 310);
            told("2031-04", "", 300);
            assertThat(there.ofCause(into, monday, 8).perJobs())
                    .as("May is not told")
                    .isFalse();
            told("2031-05", "", 620);
            Comparison byJob = there.ofCause(into, monday, 8);
            assertThat(byJob.perJobs()).isTrue();
            assertThat(byJob.before().jobs()).as("26 of 28 days, and 30 of 31").isEqualTo(588);
            assertThat(byJob.after().jobs())
                    .as("1 of 31 days, 30, and 25 of 31")
                    .isEqualTo(810);
            assertThat(there.of(new Cluster(Dimension.TEAM, into, "South"), null, monday, 8)
                            .perJobs())
                    .as("of that team none are told")
                    .isFalse();
        } finally {
            db.sql("delete from job_volume").update();
            made.removeAll();
        }
    }

    /** Opened two days ago, where nothing but their number matters. */
    private void made(int cases, String operative) {
        MadeCases closed = new MadeCases(db, trends, transaction);
        for (int i = 0; i < cases; i++) {
            closed.close(idOf(tag), TODAY, new MadeCases.Origin(null, null, null, operative), null);
        }
        cleanUp = () -> {
            closed.removeAll();
            fold.recount();
        };
    }

    private long idOf(String code) {
        return db.sql("select id from root_cause_tag where code = ?")
                .param(code)
                .query(Long.class)
                .single();
    }

    private void told(String month, String team, int jobs) {
        loop.does(
                Role.OFFICE_MANAGER,
                () -> volumes.take(List.of(new JobVolumes.Named(
                        "line", new JobVolumes.Line(month, team, null, null, String.valueOf(jobs))))));
    }

    @Test
    void aMeasureNeedsAnOwnerAMeasureAndADayToCome() {
        close(6, tag);
        Task plan = onlyTask(onlyProcess());
        String owner = loop.person(Role.OFFICE_MANAGER);
        assertRefused(plan, "owner", Map.of("measure", "Ride along", "dueOn", "2031-03-01"));
        assertRefused(plan, "owner", Map.of("owner", "nobody", "measure", "Ride along", "dueOn", "2031-03-01"));
        assertRefused(plan, "measure", Map.of("owner", owner, "dueOn", "2031-03-01"));
        assertRefused(plan, "dueOn", Map.of("owner", owner, "measure", "Ride along"));
        assertRefused(plan, "dueOn", Map.of("owner", owner, "measure", "Ride along", "dueOn", "2031-02-09"));
        assertRefused(plan, "dueOn", Map.of("owner", owner, "measure", "Ride along", "dueOn", "2033-02-11"));
        assertRefused(plan, "measure", Map.of("owner", owner, "measure", "m".repeat(2_001), "dueOn", "2033-02-10"));
        assertThat(signals(tag).get(0).measure()).isNull();
        complete(plan, Map.of("owner", owner, "measure", "m".repeat(2_000), "dueOn", "2033-02-10"));
        assertThat(signals(tag).get(0).measureDueOn()).isEqualTo("2033-02-10");
    }

    private void assertRefused(Task plan, String field, Map<String, Object> submitted) {
        assertThatThrownBy(() -> complete(plan, submitted)).hasMessageStartingWith(field + ": ");
        assertThat(tasks.createTaskQuery().taskId(plan.getId()).count()).isEqualTo(1);
    }

    private void planMeasure(ProcessInstance running, String measure, String dueOn) {
        complete(
                onlyTask(running),
                Map.of("owner", loop.person(Role.OFFICE_MANAGER), "measure", measure, "dueOn", dueOn));
    }

    @Test
    void aCaseOwnerSeesTheTrendsOfTheirOwnCases() {
        close(6, tag);

        assertThat(countsOf("2031-Q1", loop.owner()))
                .extracting(TrendCounts.Count::tag, TrendCounts.Count::cases)
                .contains(org.assertj.core.groups.Tuple.tuple(tag, 6L));
        assertThat(countsOf("2031-Q1", "somebody-else")).isEmpty();
        tick.look();
        assertThat(signals.all(loop.owner(), false))
                .extracting(TrainingSignal::tag)
                .contains(tag);
        assertThat(signals.all("somebody-else", false)).isEmpty();
    }

    private void carryOut(ProcessInstance running, String tookHoldOn, String evidence) {
        complete(onlyTask(running), Map.of("tookHoldOn", tookHoldOn, "evidence", evidence));
    }

    private TrainingSignal signal() {
        return signals(tag).get(0);
    }

    private void weeksPass(ProcessInstance running, Instant at) {
        Job timer =
                management.createJobQuery().processInstanceId(running.getId()).singleResult();
        assertThat(timer.getDuedate().toInstant()).isEqualTo(at);
        now(at);
        management.executeJob(timer.getId());
    }

    private void complete(Task task, Map<String, Object> submitted) {
        loop.does(Role.OFFICE_MANAGER, () -> tasks.complete(task.getId(), submitted));
    }

    private void close(int cases, String tagged) {
        for (int i = 0; i < cases; i++) {
            loop.closed(tagged);
        }
    }

    private List<TrainingSignal> signals(String of) {
        tick.look();
        return signals.all(null, true).stream()
                .filter(signal -> signal.tag().equals(of))
                .toList();
    }

    private long counted(String quarter) {
        return countsOf(quarter, null).stream()
                .filter(count -> count.tag().equals(tag))
                .mapToLong(TrendCounts.Count::cases)
                .sum();
    }

    private List<TrendCounts.Count> countsOf(String quarter, String of) {
        return counts.ofQuarter(Quarter.parse(quarter), TaxonomyView.IS, of);
    }

    private List<ProcessInstance> processes(String quarter) {
        tick.look();
        return runtime.createProcessInstanceQuery()
                .processDefinitionKey("training-signal")
                .processInstanceBusinessKey("TS-" + quarter + "-" + tag)
                .list();
    }

    private ProcessInstance onlyProcess() {
        List<ProcessInstance> running = processes("2031-Q1");
        assertThat(running).hasSize(1);
        return running.get(0);
    }

    private List<Task> tasksOf(ProcessInstance running) {
        return tasks.createTaskQuery().processInstanceId(running.getId()).list();
    }

    private Task onlyTask(ProcessInstance running) {
        List<Task> open = tasksOf(running);
        assertThat(open).hasSize(1);
        return open.get(0);
    }

    private static void now(Instant instant) {
        ClockUtil.setCurrentTime(Date.from(instant));
    }
}
