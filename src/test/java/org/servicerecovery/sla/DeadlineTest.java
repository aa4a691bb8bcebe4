package org.servicerecovery.sla;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerecovery.EdgeCase;
import org.servicerecovery.Loop;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.CaseState;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.Journal;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

@RunningApplication
class DeadlineTest {

    private static final String NEAR = "BoundaryEvent_DeadlineNear";
    private static final String MISSED = "BoundaryEvent_DeadlineMissed";
    private static final String NEXT_LEVEL = "BoundaryEvent_BreachNotHandled";
    private static final String OWNERS_TASK = "UserTask_ActOnNearDeadline";
    private static final String MANAGERS_TASK = "UserTask_HandleMissedDeadline";
    private static final String BUSINESS_OWNERS_TASK = "UserTask_DecideOnEscalation";

    private static final Instant OPENED = Instant.parse("2031-02-10T09:15:00.123Z");

    @Autowired
    ApplicationContext application;

    @Autowired
    ManagementService management;

    @Autowired
    RuntimeService runtime;

    @Autowired
    TaskService tasks;

    @Autowired
    Cases cases;

    @Autowired
    Journal journal;

    @Autowired
    Clocks clocks;

    @Autowired
    JdbcClient db;

    Loop loop;

    @BeforeEach
    void itIs() {
        loop = new Loop(application);
        Loop.itIs(OPENED);
    }

    @AfterEach
    void timeGoesOn() {
        ClockUtil.reset();
    }

    @ParameterizedTest
    @CsvSource({
        "MINOR,    72, 60, 96",
        "MODERATE, 48, 40, 60",
        "MAJOR,    24, 20, 30",
        "CRITICAL,  4,  3,  5",
    })
    void theTimersOfEverySeverityAreDueAtTheExactInstantsOfTheLedger(
            Severity severity, int hours, int warnedAfter, int escalatedAfter) {
        RecoveryCase opened = loop.opened(severity);

        ClockLedger.Reading deadline =
                clocks.read(opened.id(), opened.epoch(), ClockName.RESOLUTION).orElseThrow();
        assertThat(deadline.dueAt()).isEqualTo(OPENED.plus(Duration.ofHours(hours)));
        assertThat(deadline.nearAt()).isEqualTo(OPENED.plus(Duration.ofHours(warnedAfter)));
        assertThat(dueDate(opened, MISSED)).isEqualTo(deadline.dueAt());
        assertThat(dueDate(opened, NEAR)).isEqualTo(deadline.nearAt());

        Loop.itIs(deadline.dueAt());
        loop.fire(opened, MISSED);
        assertThat(dueDate(opened, NEXT_LEVEL)).isEqualTo(OPENED.plus(Duration.ofHours(escalatedAfter)));
    }

    /** The JVM of the tests is started in Berlin's zone, see pom.xml: the application has to cope with it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                // Berlin goes to summer time at 01:00Z on 30 March and back at 01:00Z on 26 October 2031.
                "2031-03-29T12:00:00Z",
                "2031-10-25T12:30:00Z",
                // 24, 48 and 72 hours later it is the local hour that there is twice.
                "2031-10-25T00:30:00Z",
                "2031-10-24T00:30:00Z",
                "2031-10-23T00:30:00Z",
                "2031-10-25T20:30:00Z",
            })
    @EdgeCase("24 h is elapsed time across DST")
    void aChangeOfTheLocalClockNeitherShortensNorStretchesADeadline(Instant opening) {
        Loop.itIs(opening);
        for (Severity severity : Severity.values()) {
            RecoveryCase opened = loop.opened(severity);
            Instant due = opening.plus(Duration.ofHours(hours(severity)));
            assertThat(dueDate(opened, MISSED)).as("%s", severity).isEqualTo(due);
            assertThat(clocks.dueAt(opened)).as("%s", severity).isEqualTo(due);
        }
    }

    private static int hours(Severity severity) {
        return switch (severity) {
            case MINOR -> 72;
            case MODERATE -> 48;
            case MAJOR -> 24;
            case CRITICAL -> 4;
        };
    }

    @Test
    void aNearDeadlineIsJournaledOnceAndIsATaskOfTheOwnerNotOfTheManager() {
        RecoveryCase opened = loop.opened(Severity.MAJOR);
        Loop.itIs(dueDate(opened, NEAR));
        assertThat(dueJobs(opened)).containsExactly(NEAR);
        loop.fire(opened, NEAR);

        assertThat(entries(opened, "deadline near"))
                .singleElement()
                .satisfies(entry -> assertThat(entry.content())
                        .containsEntry(
                                "dueAt", OPENED.plus(Duration.ofHours(24)).toString()));
        assertThat(dueJobs(opened)).isEmpty();
        assertThat(loop.openTasks(opened)).containsExactlyInAnyOrder("UserTask_PlanRecovery", OWNERS_TASK);
        assertThat(loop.task(opened, OWNERS_TASK).getAssignee()).isEqualTo(loop.owner());
        assertThat(managersTasks(opened)).isEmpty();
        assertThat(entries(opened, "deadline missed")).isEmpty();
    }

    @Test
    @EdgeCase("Job executor down for hours: breach time is the deadline, detection time is kept beside it")
    void aMissedDeadlineIsOneTaskOfTheManagerAndOneEntryWithTheDeadlineAsItsTime() {
        RecoveryCase opened = loop.opened(Severity.MAJOR);
        Instant due = OPENED.plus(Duration.ofHours(24));
        Loop.itIs(dueDate(opened, NEAR));
        loop.fire(opened, NEAR);
        Instant noticed = due.plus(Duration.ofHours(5));
        Loop.itIs(noticed);
        assertThat(dueJobs(opened)).containsExactly(MISSED);
        loop.fire(opened, MISSED);

        assertThat(managersTasks(opened)).hasSize(1);
        assertThat(entries(opened, "deadline missed")).singleElement().satisfies(entry -> {
            assertThat(entry.content()).containsEntry("dueAt", due.toString());
            assertThat(entry.content()).containsEntry("noticedAt", noticed.toString());
            assertThat(entry.at()).isEqualTo(noticed);
            assertThat(entry.actor()).isEqualTo("system");
        });
        assertThat(breaches(opened)).containsExactly(due);
        // The work on the case goes on beside it.
        assertThat(loop.openTasks(opened))
                .containsExactlyInAnyOrder("UserTask_PlanRecovery", OWNERS_TASK, MANAGERS_TASK);
    }

    @Test
    void resolvingALateCaseTakesTheManagersTaskAwayAndTheInstanceGoesOnAndEnds() {
        RecoveryCase late = missed(loop.readyToResolve(Severity.CRITICAL));
        assertThat(managersTasks(late)).hasSize(1);

        loop.resolve(late, loop.tag());
        assertThat(loop.openTasks(late)).containsExactly("UserTask_CloseLoop");
        assertThat(jobs(late)).isEmpty();
        assertThat(loop.again(late).state()).isEqualTo(CaseState.RESOLVED);

        loop.closeLoop(late);
        assertThat(isRunning(late)).isFalse();
        assertThat(loop.again(late).state()).isEqualTo(CaseState.CLOSED);
        assertThat(breaches(late)).containsExactly(OPENED.plus(Duration.ofHours(4)));
        assertThat(entries(late, "deadline missed")).hasSize(1);
        assertThat(journal.firstBrokenEntry(late.id())).isEmpty();
    }

    @Test
    void aBreachThatNobodyHandledBecomesATaskOfTheBusinessOwnerAsWell() {
        RecoveryCase late = missed(loop.opened(Severity.MODERATE));
        Instant nextLevel = OPENED.plus(Duration.ofHours(48 + 12));
        assertThat(dueDate(late, NEXT_LEVEL)).isEqualTo(nextLevel);
        Loop.itIs(nextLevel);
        loop.fire(late, NEXT_LEVEL);

        Task asked = loop.task(late, BUSINESS_OWNERS_TASK);
        assertThat(candidateGroups(asked)).containsExactly("business-owner");
        assertThat(managersTasks(late)).hasSize(1);
        assertThat(entries(late, "escalated")).hasSize(1);

        handle(Role.BUSINESS_OWNER, asked);
        handle(Role.MANAGER, loop.task(late, MANAGERS_TASK));
        assertThat(loop.openTasks(late)).containsExactly("UserTask_PlanRecovery");
        assertThat(entries(late, "escalation handled"))
                .extracting(Journal.Entry::actor)
                .containsExactly(loop.person(Role.BUSINESS_OWNER), loop.person(Role.MANAGER));
    }

    @Test
    void aBreachHandledInTimeIsNotEscalated() {
        RecoveryCase late = missed(loop.opened(Severity.MAJOR));
        handle(Role.MANAGER, loop.task(late, MANAGERS_TASK));
        assertThat(jobs(late)).extracting(this::activity).contains(NEAR).doesNotContain(MISSED, NEXT_LEVEL);
        assertThat(loop.openTasks(late)).containsExactly("UserTask_PlanRecovery");
    }

    @Test
    void withdrawingALateCaseEndsEverything() {
        RecoveryCase late = missed(loop.planned(Severity.CRITICAL, 2));
        Loop.itIs(dueDate(late, NEXT_LEVEL));
        loop.fire(late, NEXT_LEVEL);
        loop.does(
                Role.CASE_OWNER,
                () -> cases.closeWithoutCause(late.number(), CaseState.WITHDRAWN, "The customer moved away.", null));

        assertThat(isRunning(late)).isFalse();
        assertThat(runtime.createProcessInstanceQuery()
                        .processInstanceBusinessKeyLike(late.number() + "%")
                        .count())
                .isZero();
        assertThat(jobs(late)).isEmpty();
        assertThat(tasks.createTaskQuery()
                        .processInstanceBusinessKeyLike(late.number() + "%")
                        .count())
                .isZero();
        assertThat(loop.again(late).state()).isEqualTo(CaseState.WITHDRAWN);
        assertThat(db.sql("select count(*) from trend_fact where case_id = ?")
                        .param(late.id())
                        .query(Long.class)
                        .single())
                .isZero();
    }

    @Test
    @EdgeCase("Deadline against resolution: compare instants, the loser does nothing")
    void aResolutionAfterTheDeadlineIsABreachEvenIfNoTimerHasFired() {
        RecoveryCase ready = loop.readyToResolve(Severity.CRITICAL);
        Instant due = OPENED.plus(Duration.ofHours(4));
        Loop.itIs(due.plusMillis(1));
        loop.resolve(ready, loop.tag());

        assertThat(breaches(ready)).containsExactly(due);
        assertThat(entries(ready, "deadline missed"))
                .singleElement()
                .satisfies(entry -> assertThat(entry.content()).containsEntry("dueAt", due.toString()));
        assertThat(jobs(ready)).isEmpty();
        assertThat(loop.openTasks(ready)).containsExactly("UserTask_CloseLoop");
    }

    @Test
    @EdgeCase("Deadline against resolution: compare instants, the loser does nothing")
    void aResolutionInTheVeryInstantOfTheDeadlineKeepsThePromise() {
        RecoveryCase ready = loop.readyToResolve(Severity.CRITICAL);
        Loop.itIs(OPENED.plus(Duration.ofHours(4)));
        loop.resolve(ready, loop.tag());
        assertThat(breaches(ready)).isEmpty();
        assertThat(entries(ready, "deadline missed")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @EdgeCase("Job executor down for hours: breach time is the deadline, detection time is kept beside it")
    void bothTimersOverdueAfterADowntimeMakeOneNoticeInWhicheverOrderTheyRun(boolean nearFirst) {
        RecoveryCase opened = loop.opened(Severity.MINOR);
        Instant due = OPENED.plus(Duration.ofHours(72));
        Loop.itIs(due.plus(Duration.ofHours(10)));
        assertThat(dueJobs(opened)).containsExactlyInAnyOrder(NEAR, MISSED);
        for (String timer : nearFirst ? List.of(NEAR, MISSED) : List.of(MISSED, NEAR)) {
            loop.fire(opened, timer);
        }

        assertThat(managersTasks(opened)).hasSize(1);
        assertThat(breaches(opened)).containsExactly(due);
        assertThat(entries(opened, "deadline missed")).hasSize(1);
        // By then it is not near any more: nobody is warned of what has happened.
        assertThat(entries(opened, "deadline near")).isEmpty();
        assertThat(loop.openTasks(opened)).containsExactlyInAnyOrder("UserTask_PlanRecovery", MANAGERS_TASK);
    }

    @Test
    void aTimerThatFiresBeforeItsTimeByTheLedgerChangesNothingAndIsPutBack() {
        RecoveryCase opened = loop.opened(Severity.MINOR);
        for (String timer : List.of(MISSED, NEAR)) {
            Job early = loop.timer(opened, timer);
            assertThatThrownBy(() -> management.executeJob(early.getId()))
                    .hasMessageContaining(early.getDuedate().toInstant().toString());
            assertThat(loop.timer(opened, timer).getDuedate()).isEqualTo(early.getDuedate());
            assertThat(loop.timer(opened, timer).getRetries()).isEqualTo(early.getRetries());
        }
        assertThat(breaches(opened)).isEmpty();
        assertThat(entries(opened, "deadline missed")).isEmpty();
        assertThat(loop.openTasks(opened)).containsExactly("UserTask_PlanRecovery");
    }

    /** Moves to the deadline and lets its timer fire. */
    private RecoveryCase missed(RecoveryCase running) {
        Loop.itIs(dueDate(running, MISSED));
        loop.fire(running, MISSED);
        return running;
    }

    private void handle(Role role, Task task) {
        loop.does(role, () -> tasks.complete(task.getId(), Map.of("notes", "Called the customer myself.")));
    }

    private Instant dueDate(RecoveryCase of, String activity) {
        return loop.timer(of, activity).getDuedate().toInstant();
    }

    private List<Job> jobs(RecoveryCase of) {
        return management
                .createJobQuery()
                .processInstanceId(of.processInstanceId())
                .list();
    }

    /** The timers of the resolution clock that the job executor would run now; the other clocks have their own tests. */
    private List<String> dueJobs(RecoveryCase of) {
        return management.createJobQuery().processInstanceId(of.processInstanceId()).executable().list().stream()
                .map(this::activity)
                .filter(activity -> !activity.contains("FurtherClock"))
                .toList();
    }

    private String activity(Job job) {
        return management
                .createJobDefinitionQuery()
                .jobDefinitionId(job.getJobDefinitionId())
                .singleResult()
                .getActivityId();
    }

    private List<Task> managersTasks(RecoveryCase of) {
        return tasks.createTaskQuery()
                .processInstanceId(of.processInstanceId())
                .taskCandidateGroup(Role.MANAGER.groupId())
                .taskUnassigned()
                .list();
    }

    private List<String> candidateGroups(Task task) {
        return tasks.getIdentityLinksForTask(task.getId()).stream()
                .map(link -> String.valueOf(link.getGroupId()))
                .toList();
    }

    private boolean isRunning(RecoveryCase of) {
        return runtime.createProcessInstanceQuery()
                        .processInstanceId(of.processInstanceId())
                        .count()
                == 1;
    }

    private List<Journal.Entry> entries(RecoveryCase of, String kind) {
        return journal.of(of.id()).stream()
                .filter(entry -> entry.kind().equals(kind))
                .toList();
    }

    private List<Instant> breaches(RecoveryCase of) {
        return db
                .sql("select reached_at from clock_notice where case_id = ? and level = 2")
                .param(of.id())
                .query(Timestamp.class)
                .list()
                .stream()
                .map(Timestamp::toInstant)
                .toList();
    }
}
