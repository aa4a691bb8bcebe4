package org.servicerecovery.trend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
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
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.camunda.bpm.engine.runtime.Job;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.servicerecovery.EdgeCase;
import org.servicerecovery.Loop;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.CaseState;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.springframework.beans.factory.annotation.Autowired;
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

    @BeforeEach
    void itIs() {
        now(TODAY);
        loop = new Loop(application);
        tag = loop.tag();
    }

    @AfterEach
    void timeGoesOn() {
        ClockUtil.reset();
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
        assertThat(tasks.createTaskQuery()
                        .taskId(plan.getId())
                        .taskCandidateGroup("office-manager")
                        .count())
                .isEqualTo(1);

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
    void aMeasureWithoutEffectGoesBackToPlanningAndAnEffectiveOneClosesTheSignal() {
        close(6, tag);
        ProcessInstance running = onlyProcess();
        String owner = loop.person(Role.OFFICE_MANAGER);

        planMeasure(running, "Ride along with every crew", "2031-03-01");
        assertThat(signals(tag).get(0).measure()).isEqualTo("Ride along with every crew");
        assertThat(tasksOf(running)).isEmpty();
        measureIsDue(running, Instant.parse("2031-03-02T00:00:00Z"));
        Task check = onlyTask(running);
        assertThat(check.getTaskDefinitionKey()).isEqualTo("UserTask_CheckEffect");
        assertThat(check.getAssignee()).isEqualTo(owner);
        complete(check, Map.of("effect", "no-effect", "notes", "As many as before."));

        Task again = onlyTask(running);
        assertThat(again.getTaskDefinitionKey()).isEqualTo("UserTask_PlanMeasure");
        assertThat(again.getDueDate().toInstant())
                .isEqualTo(Instant.parse("2031-03-02T00:00:00Z").plus(Duration.ofDays(14)));
        assertThat(signals(tag).get(0).closedAt()).isNull();

        planMeasure(running, "Two on every visit", "2031-03-20");
        Instant due = Instant.parse("2031-03-21T00:00:00Z");
        measureIsDue(running, due);
        complete(onlyTask(running), Map.of("effect", "effective", "notes", "None in three weeks."));

        assertThat(processes("2031-Q1")).isEmpty();
        TrainingSignal closed = signals(tag).get(0);
        assertThat(closed.closedAt()).isEqualTo(due);
        assertThat(closed.measure()).isEqualTo("Two on every visit");
        assertThat(closed.owner()).isEqualTo(owner);
        assertThat(closed.effect()).isEqualTo("effective: None in three weeks.");
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
        assertThat(signals(tag).get(0).measure()).isNull();
    }

    private void assertRefused(Task plan, String field, Map<String, Object> submitted) {
        assertThatThrownBy(() -> complete(plan, submitted)).hasMessageStartingWith(field + ": ");
        assertThat(onlyTask(onlyProcess()).getId()).isEqualTo(plan.getId());
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

    private void measureIsDue(ProcessInstance running, Instant at) {
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
        return counts.ofQuarter(Quarter.parse(quarter), TrendCounts.View.IS, of);
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
