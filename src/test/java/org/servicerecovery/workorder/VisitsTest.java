package org.servicerecovery.workorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.identity.User;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.camunda.bpm.engine.repository.Deployment;
import org.camunda.bpm.engine.repository.DeploymentBuilder;
import org.camunda.bpm.engine.task.Task;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.camunda.bpm.model.bpmn.instance.FlowNode;
import org.camunda.bpm.model.bpmn.instance.SequenceFlow;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.servicerecovery.Loop;
import org.servicerecovery.Refused;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.CaseState;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.FailureSource;
import org.servicerecovery.cases.Journal;
import org.servicerecovery.cases.NewCase;
import org.servicerecovery.cases.Origin;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.job.JobState;
import org.servicerecovery.job.Jobs;
import org.servicerecovery.job.Queue;
import org.servicerecovery.plan.NewStep;
import org.servicerecovery.plan.Plan;
import org.servicerecovery.plan.Step;
import org.servicerecovery.plan.StepState;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** From the order of a visit until its step is settled: the work, and the customer beside it. */
@RunningApplication
class VisitsTest {

    @LocalServerPort
    int port;

    @Autowired
    ApplicationContext application;

    @Autowired
    Cases cases;

    @Autowired
    Plan plan;

    @Autowired
    Jobs jobs;

    @Autowired
    WorkOrders orders;

    @Autowired
    Visits visits;

    @Autowired
    VisitNews news;

    @Autowired
    Journal journal;

    @Autowired
    TaskService tasks;

    @Autowired
    RuntimeService runtime;

    @Autowired
    IdentityService identities;

    @Autowired
    RepositoryService repository;

    @Autowired
    ManagementService management;

    @Autowired
    JdbcClient db;

    Loop loop;
    Queue queue;

    @BeforeEach
    void loop() {
        loop = new Loop(application);
        queue = new Queue(application);
    }

    @AfterEach
    void resetClock() {
        ClockUtil.reset();
    }

    @Test
    void theStepIsCompletedOnceTheWorkIsDoneAndTheCustomerWasCalled() {
        RecoveryCase found = ordered(Severity.MAJOR);
        assertThat(open(found)).containsExactly("UserTask_TellAppointment");
        assertThat(step(found).state()).isEqualTo(StepState.STARTED);

        tell(found, "phone", "She is at home.");
        assertThat(open(found)).containsExactly("UserTask_CallAfterVisit");
        ends(found, JobState.DONE, "New valve, no drops.");
        call(found);

        Step settled = step(found);
        assertThat(settled.state()).isEqualTo(StepState.COMPLETED);
        assertThat(settled.notes())
                .startsWith(job(found).number() + ": done. New valve, no drops.")
                .contains("Appointment: phone. She is at home.")
                .endsWith("Call after the visit: reached. All is dry.");
        assertThat(loop.again(found).severity()).isEqualTo(Severity.MAJOR);
        assertThat(loop.openTasks(found)).containsExactly("UserTask_ResolveCase");
        assertThat(kinds(found)).contains("work ordered", "visit ended", "appointment told", "acknowledged");
    }

    @Test
    void whoIsCalledBeforeTheOperativeHasReportedIsNotCalledAgain() {
        RecoveryCase found = ordered(Severity.MINOR);
        tell(found, "agreed-before", "");
        assertThatThrownBy(() -> call(found)).isInstanceOf(Refused.class).hasMessageContaining("has not begun yet");
        Loop.itIs(job(found).order().windowTo());
        call(found);
        assertThat(open(found)).isEmpty();
        assertThat(step(found).state()).isEqualTo(StepState.STARTED);

        ends(found, JobState.DONE, "");

        assertThat(step(found).state()).isEqualTo(StepState.COMPLETED);
        assertThat(loop.openTasks(found)).containsExactly("UserTask_ResolveCase");
    }

    @ParameterizedTest
    @EnumSource(
            value = JobState.class,
            names = {"PARTLY", "NO_ACCESS", "CANCELLED"})
    void whenTheWorkIsNotDoneTheSeverityRisesOnceAndSomebodyPlansAgain(JobState end) {
        RecoveryCase found = ordered(Severity.MODERATE);
        tell(found, "email", "");
        UUID job = job(found).id();
        queue.release();
        if (end == JobState.CANCELLED) {
            jobs.cancel(job);
        } else {
            jobs.reported(job, end, "The main tap was stuck.");
        }
        assertThat(loop.again(found).severity())
                .as("nothing of the case is touched while the job is held")
                .isEqualTo(Severity.MODERATE);

        news.workOff();
        orders.hasNews(job);
        news.workOff();

        RecoveryCase worse = loop.again(found);
        assertThat(worse.severity()).isEqualTo(Severity.MAJOR);
        assertThat(entries(found, "severity changed"))
                .singleElement()
                .satisfies(entry -> assertThat(entry.content())
                        .containsEntry("reason", "The visit of step 1 ended: " + end.inText() + "."));
        assertThat(db.sql("select count(*) from clock_entry where case_id = ? and kind = 'SEVERITY_CHANGED'")
                        .param(found.id())
                        .query(Integer.class)
                        .single())
                .isPositive();
        assertThat(open(found)).containsExactlyInAnyOrder("UserTask_CallAfterVisit", "UserTask_PlanAgain");
        assertThatThrownBy(() -> loop.does(
                        Role.CASE_OWNER, () -> plan.work(found.number(), 1, Map.of("notes", "Which of them?"))))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("/visit/next");
        assertThat(task(found, "UserTask_PlanAgain").getDueDate())
                .isBeforeOrEqualTo(Date.from(now().plus(plan.term("schedule-visit", Severity.MAJOR))))
                .isEqualTo(task(found, "UserTask_CallAfterVisit").getDueDate());

        planAgain(found, "schedule-visit");
        call(found);

        assertThat(step(found).state()).isEqualTo(StepState.FAILED);
        assertThat(step(found).notes()).contains("What comes next. Once more, with the caretaker.");
        assertThat(plan.steps(found.id()))
                .extracting(Step::type, Step::state)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("schedule-visit", StepState.FAILED),
                        org.assertj.core.groups.Tuple.tuple("schedule-visit", StepState.STARTED));
    }

    @Test
    void whoIsNotReachedIsTriedAgain() throws IOException {
        RecoveryCase found = ordered(Severity.MINOR);
        assertThatThrownBy(() -> tell(found, "not-reached", "Engaged.")).hasMessageContaining("Say when to try again");
        assertThatThrownBy(() -> tellAgain(found, now())).hasMessageContaining("is in the past");
        tellAgain(found, now().plus(Duration.ofHours(1)));
        assertThat(open(found)).isEmpty();
        loop.does(Role.CASE_OWNER, () -> plan.tryNow(found.number(), 1));
        runDue(found, "IntermediateEvent_NextTelling");
        assertThat(open(found)).containsExactly("UserTask_TellAppointment");
        tellAgain(found, now().plus(Duration.ofHours(1)));
        assertThat(kinds(found)).doesNotContain("acknowledged");

        ends(found, JobState.DONE, "");
        assertThat(open(found)).as("and not told any more").containsExactly("UserTask_CallAfterVisit");
        assertThatThrownBy(() -> answer(
                        found, "UserTask_CallAfterVisit", Map.of("reached", "no-answer", "notes", "Rang twice.")))
                .hasMessageContaining("Say when to try again");
        answer(
                found,
                "UserTask_CallAfterVisit",
                Map.of(
                        "reached",
                        "voicemail",
                        "notes",
                        "Asked her to ring us.",
                        "tryAgainAt",
                        now().plus(Duration.ofHours(2)).toString()));
        assertThat(open(found)).isEmpty();
        assertThat(step(found).state()).isEqualTo(StepState.STARTED);
        loop.does(Role.CASE_OWNER, () -> plan.tryNow(found.number(), 1));
        runDue(found, "IntermediateEvent_NextCall");
        answer(
                found,
                "UserTask_CallAfterVisit",
                Map.of("reached", "no-answer", "notes", "Again.", "nextStepType", "email-customer", "charged", "yes"));
        assertThat(step(found).state()).isEqualTo(StepState.COMPLETED);
        assertThat(plan.steps(found.id())).extracting(Step::type).containsExactly("schedule-visit", "email-customer");
    }

    @Test
    void theAccountantReadsWhichVisitsAreNotInvoicedAsOrdered() throws IOException {
        RecoveryCase found = ordered(Severity.MINOR);
        tell(found, "phone", "");
        ends(found, JobState.DONE, "");
        String number = job(found).number();
        String from = LocalDate.now().minusDays(2).toString();
        String days = "?from=" + from + "&until=" + LocalDate.now().plusDays(2);
        Visitor accountant = Visitor.withBasic(port, loop.person(Role.ACCOUNTANT), TestPeople.PASSWORD);
        assertThat(accountant.get("/api/ledger/visits.csv" + days).body())
                .as("asked before it is invoiced")
                .contains(number + ",PL-", ",Not decided,");
        assertThatThrownBy(() ->
                        answer(found, "UserTask_CallAfterVisit", Map.of("reached", "reached", "notes", "All is dry.")))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("Say whether the customer is charged");
        assertThatThrownBy(() -> answer(
                        found,
                        "UserTask_CallAfterVisit",
                        Map.of("reached", "reached", "notes", "All is dry.", "charged", "partly")))
                .hasMessageContaining("Say which part is charged");

        call(found);

        assertThat(accountant.get("/api/ledger/visits" + days).body())
                .contains(
                        "\"orderNumber\":\"" + number + "\"",
                        "\"charged\":\"no\"",
                        found.number().value());
        Visitor atTheDesk = Visitor.browser(port);
        atTheDesk.signIn(loop.person(Role.ACCOUNTANT), TestPeople.PASSWORD);
        assertThat(atTheDesk.open("/accounting").body()).contains(number);
        assertThat(entries(found, "visit charge decided"))
                .singleElement()
                .satisfies(entry -> assertThat(entry.content()).containsEntry("charged", "no"));
        Visitor owner = Visitor.withBasic(port, loop.owner(), TestPeople.PASSWORD);
        String visit = "/api/cases/" + found.number() + "/steps/1/visit";
        assertThat(owner.get(visit).body()).contains("\"priceReference\":\"PL-", "\"charged\":\"no\"");
        assertThat(db.sql(
                                "select count(*) from information_schema.columns where table_name = 'job' and column_name like '%charged%'")
                        .query(Integer.class)
                        .single())
                .as("the order tells nothing of it")
                .isZero();

        assertThat(owner.post(visit + "/charge", "{\"charged\":\"yes\"}").statusCode())
                .isEqualTo(204);
        assertThat(accountant.get("/api/ledger/visits" + days).body()).doesNotContain(number);
    }

    @Test
    void nobodyIsToldAnAppointmentThatIsOver() {
        RecoveryCase found = ordered(Severity.MINOR);
        queue.release();
        jobs.reported(job(found).id(), JobState.NO_ACCESS, "Nobody there.");
        assertThatThrownBy(() -> tell(found, "phone", "")).hasMessageContaining("no appointment left to tell");
        assertThat(kinds(found)).doesNotContain("appointment told", "acknowledged");
        news.workOff();
        assertThat(open(found)).containsExactlyInAnyOrder("UserTask_CallAfterVisit", "UserTask_PlanAgain");
    }

    @Test
    void aCriticalCaseStaysCritical() {
        RecoveryCase found = ordered(Severity.CRITICAL);
        ends(found, JobState.NO_ACCESS, "Nobody opened.");

        assertThat(loop.again(found).severity()).isEqualTo(Severity.CRITICAL);
        assertThat(kinds(found)).doesNotContain("severity changed");
        assertThat(open(found)).contains("UserTask_PlanAgain");
    }

    @Test
    void whatAnOwnerCancelsDoesNotMakeTheCaseMoreSevere() throws IOException {
        RecoveryCase found = ordered(Severity.MINOR);
        Visitor owner = Visitor.withBasic(port, loop.owner(), TestPeople.PASSWORD);
        String route = "/api/cases/" + found.number() + "/steps/1/visit/cancellation";
        assertThat(owner.post(route, "{}").body()).contains("Say why the visit is cancelled.");
        assertThat(owner.post(route, "{\"reason\":\"She wants nobody in the house\"}")
                        .statusCode())
                .isEqualTo(204);
        assertThat(owner.post(route, "{\"reason\":\"Twice\"}").statusCode()).isEqualTo(204);
        assertThat(job(found).state()).isEqualTo(JobState.CANCELLED);

        news.workOff();

        assertThat(loop.again(found).severity()).isEqualTo(Severity.MINOR);
        assertThat(open(found))
                .as("there is no appointment left to tell")
                .containsExactlyInAnyOrder("UserTask_PlanAgain", "UserTask_CallAfterVisit");
        assertThat(entries(found, "visit cancelled")).hasSize(1);
        assertThat(owner.post(route, "{\"reason\":\"Late\"}").statusCode()).isEqualTo(409);
    }

    @Test
    void whatTheOperativeReportsAfterTheVisitHadEndedReachesTheOwner() {
        RecoveryCase found = ordered(Severity.MINOR);
        queue.release();
        String number = String.valueOf(job(found).number());
        queue.operative("visit-late", String.valueOf(job(found).team()));
        queue.takes("visit-late", job(found));
        ends(found, JobState.NO_ACCESS, "The office heard that nobody opened");
        queue.reports("visit-late", job(found), JobState.PARTLY, "I was let in: the tap is new, the valve is not");

        news.workOff();

        assertThat(entries(found, "visit reported late"))
                .singleElement()
                .satisfies(entry -> assertThat(String.valueOf(entry.content())).contains("the tap is new", number));
        assertThat(plan.steps(found.id()))
                .anySatisfy(step -> assertThat(step.purpose()).contains("More was reported of the visit of step 1"));
        news.workOff();
        assertThat(entries(found, "visit reported late")).hasSize(1);
    }

    @Test
    void aVisitThatIsCancelledWhileItIsDoneIsOneOrTheOther() {
        for (int i = 0; i < 20; i++) {
            RecoveryCase found = ordered(Severity.MINOR);
            queue.release();
            UUID job = job(found).id();
            CyclicBarrier together = new CyclicBarrier(2);
            CompletableFuture<?> cancelled = at(
                    together,
                    () -> refusedOrDone(() ->
                            loop.does(Role.CASE_OWNER, () -> visits.cancel(found.number(), 1, "Not wanted any more"))));
            CompletableFuture<?> done =
                    at(together, () -> refusedOrDone(() -> jobs.reported(job, JobState.DONE, "All done.")));
            CompletableFuture.allOf(cancelled, done).join();
            news.workOff();

            assertThat(job(found).state()).isIn(JobState.CANCELLED, JobState.DONE);
            assertThat(entries(found, "visit cancelled")).hasSize(job(found).state() == JobState.DONE ? 0 : 1);
            assertThat(entries(found, "visit ended")).hasSize(1);
            withdraw(found);
        }
    }

    /** What comes second is told so: anything else fails. */
    private static void refusedOrDone(Runnable work) {
        try {
            work.run();
        } catch (Refused late) {
            assertThat(late.problems()).isNotEmpty();
        }
    }

    @Test
    void whatANodeThatDiedHadTakenIsTakenUpByTheNext() {
        RecoveryCase found = ordered(Severity.MINOR);
        queue.release();
        jobs.reported(job(found).id(), JobState.NO_ACCESS, "Nobody there.");
        // The job is over; a node takes the news and dies.
        assertThat(orders.claim()).contains(job(found).id());
        news.workOff();
        assertThat(loop.again(found).severity()).isEqualTo(Severity.MINOR);

        Loop.itIs(now().plus(Duration.ofMinutes(2)));
        news.workOff();

        assertThat(loop.again(found).severity()).isEqualTo(Severity.MODERATE);
        assertThat(open(found)).contains("UserTask_PlanAgain");
    }

    @Test
    void aVisitThatIsMovedBeforeTheCustomerWasToldIsToldAsItIsNow() {
        RecoveryCase found = ordered(Severity.MAJOR);
        Date before = task(found, "UserTask_TellAppointment").getDueDate();
        Instant from = move(found, Duration.ofHours(3));
        news.workOff();

        assertThat(kinds(found)).contains("visit moved");
        assertThat(plan.steps(found.id())).hasSize(1);
        assertThat(step(found).dueAt()).isEqualTo(from.plus(Duration.ofHours(2 + 4)));
        assertThat(task(found, "UserTask_TellAppointment").getDueDate()).isAfterOrEqualTo(before);
        assertThat(management
                        .createJobQuery()
                        .processInstanceId(step(found).processInstanceId())
                        .activityId("BoundaryEvent_StepOverdue")
                        .singleResult()
                        .getDuedate())
                .isEqualTo(Date.from(step(found).dueAt()));
    }

    @Test
    void whoMovesAVisitSaysWhyAndTheJournalSaysWho() throws IOException {
        RecoveryCase found = ordered(Severity.MAJOR);
        tell(found, "phone", "");
        Visitor owner = Visitor.withBasic(port, loop.owner(), TestPeople.PASSWORD);
        String route = "/api/cases/" + found.number() + "/steps/1/visit/rescheduling";
        Instant from = job(found).order().windowFrom().plus(Duration.ofHours(3));
        String window = "\"windowFrom\":\"" + from + "\",\"windowTo\":\"" + from.plus(Duration.ofHours(2)) + "\"";
        assertThat(owner.post(route, "{" + window + "}").body()).contains("Say why the visit is moved.");

        assertThat(owner.post(route, "{" + window + ",\"reason\":\"She works till noon\"}")
                        .statusCode())
                .isEqualTo(204);
        news.workOff();
        move(found, Duration.ofHours(1));
        news.workOff();

        assertThat(entries(found, "visit moved"))
                .hasSize(2)
                .satisfiesExactly(
                        ours -> {
                            assertThat(ours.actor()).isEqualTo(loop.owner());
                            assertThat(ours.content())
                                    .containsEntry("reason", "She works till noon")
                                    .doesNotContainKey("route");
                        },
                        theirs -> assertThat(theirs.content()).containsEntry("route", "jobs"));
        assertThat(plan.steps(found.id())).as("one call tells the newest time").hasSize(2);
    }

    @Test
    void aVisitThatIsMovedAfterTheCustomerWasToldIsToldAgainByAStepOfItsOwn() {
        RecoveryCase found = ordered(Severity.MAJOR);
        tell(found, "phone", "");
        Instant from = move(found, Duration.ofHours(3));
        news.workOff();
        assertThat(task(found, "UserTask_CallAfterVisit").getDueDate())
                .isEqualTo(Date.from(from.plus(Duration.ofHours(2 + 4))));
        Step again = plan.steps(found.id()).get(1);
        assertThat(again.type()).isEqualTo("call-customer");
        assertThat(again.purpose()).startsWith("Tell the new appointment");

        move(found, Duration.ofHours(6));
        news.workOff();
        assertThat(plan.steps(found.id())).as("one is open for this").hasSize(2);

        loop.work(found, 2);
        move(found, Duration.ofHours(1));
        news.workOff();
        assertThat(plan.steps(found.id())).hasSize(3);
    }

    @Test
    void aCaseThatEndsTakesItsVisitFromTheQueue() {
        RecoveryCase found = ordered(Severity.MINOR);
        queue.release();
        withdraw(found);
        assertThat(job(found).state()).as("in a later transaction").isEqualTo(JobState.OPEN);

        news.workOff();

        assertThat(job(found).state()).isEqualTo(JobState.CANCELLED);
        assertThat(loop.again(found).state()).isEqualTo(CaseState.WITHDRAWN);
        assertThat(loop.again(found).severity()).isEqualTo(Severity.MINOR);
        assertThat(step(found).state()).isEqualTo(StepState.SKIPPED);
        assertThat(waiting(found)).isZero();
    }

    @Test
    void whoWasToldOfAVisitIsToldThatNobodyComes() {
        RecoveryCase found = ordered(Severity.MINOR);
        tell(found, "phone", "");
        withdraw(found);
        news.workOff();
        assertThat(kinds(found)).contains("visit still expected");
        assertThat(orders.of(found.id()).get(0).expected()).isTrue();
        assertThat(db.sql("select count(*) from mail_outbox where case_id = ? and subject like '%nobody comes%'")
                        .param(found.id())
                        .query(Integer.class)
                        .single())
                .isOne();

        RecoveryCase another = ordered(Severity.MINOR);
        tell(another, "phone", "");
        runtime.deleteProcessInstance(step(another).processInstanceId(), "By hand");
        news.workOff();
        // The step has gone; what its job becomes is the next news.
        news.workOff();
        assertThat(loop.again(another).state())
                .as("its process went with that of the step")
                .isEqualTo(CaseState.INTERRUPTED);
        assertThat(kinds(another)).contains("visit still expected");
        assertThat(orders.of(another.id()).get(0).expected()).isTrue();
    }

    @Test
    void aCaseWhoseVisitIsOutIsNotMerged() {
        RecoveryCase found = ordered(Severity.MINOR);
        RecoveryCase other = loop.another(found);
        Runnable merge = () -> loop.does(
                Role.CX_LEAD, () -> cases.merge(found.number(), other.number(), "The same failure", Set.of(1)));
        assertThatThrownBy(merge::run)
                .isInstanceOf(Refused.class)
                .hasMessageContaining("a visit that is still to come");
        queue.release();
        assertThatThrownBy(merge::run).hasMessageContaining(job(found).number() + " of step 1");
        assertThat(job(found).state()).isEqualTo(JobState.OPEN);

        loop.does(Role.CASE_OWNER, () -> visits.cancel(found.number(), 1, "One visit is enough"));
        news.workOff();
        assertThatThrownBy(merge::run).hasMessageContaining("cannot go on in another plan");
        planAgain(found, "schedule-visit");
        call(found);
        loop.does(Role.CX_LEAD, () -> cases.merge(found.number(), other.number(), "The same failure", Set.of(2)));
        assertThat(loop.again(found).state().isOpen()).isFalse();
    }

    @Test
    void aVisitThatHadEndedWhenItsCaseWasWithdrawnIsJustNoted() {
        RecoveryCase found = ordered(Severity.MINOR);
        queue.release();
        jobs.reported(job(found).id(), JobState.NO_ACCESS, "Nobody there.");
        withdraw(found);
        news.workOff();

        assertThat(job(found).state()).isEqualTo(JobState.NO_ACCESS);
        assertThat(kinds(found)).contains("visit ended").doesNotContain("severity changed");
        assertThat(waiting(found)).isZero();
    }

    @Test
    void aVisitThatEndsWhileItsCaseIsWithdrawnLeavesNothingWaiting() throws Exception {
        for (int i = 0; i < 5; i++) {
            RecoveryCase found = ordered(Severity.MINOR);
            queue.release();
            UUID job = job(found).id();
            CyclicBarrier together = new CyclicBarrier(3);
            CompletableFuture<?> ends = at(together, () -> jobs.reported(job, JobState.PARTLY, "Half."));
            CompletableFuture<?> withdrawn = at(together, () -> withdraw(found));
            CompletableFuture<?> told = at(together, news::workOff);
            CompletableFuture.allOf(ends, withdrawn, told).join();
            news.workOff();

            assertThat(loop.again(found).state()).isEqualTo(CaseState.WITHDRAWN);
            assertThat(job(found).state()).isEqualTo(JobState.PARTLY);
            assertThat(entries(found, "visit ended")).hasSize(1);
            assertThat(waiting(found)).isZero();
        }
    }

    @Test
    void aStepThatAnAdministratorEndsTakesItsVisitFromTheQueue() {
        RecoveryCase found = ordered(Severity.MINOR);
        queue.release();
        runtime.deleteProcessInstance(step(found).processInstanceId(), "By hand");
        news.workOff();

        assertThat(step(found).state()).isEqualTo(StepState.FAILED);
        assertThat(job(found).state()).isEqualTo(JobState.CANCELLED);
        assertThat(loop.again(found).severity()).isEqualTo(Severity.MINOR);
    }

    @Test
    void anInstanceOfTheModelOfBeforeIsSettledByTheOrderAsItBegan() throws IOException {
        String former = deploy(model -> {
            SequenceFlow flow = model.getModelElementById("Flow_ScheduleVisit_to_IsVisitOrdered");
            FlowNode worked = model.getModelElementById("Gateway_StepWorked");
            flow.setTarget(worked);
            for (String added : List.of(
                    "Gateway_IsVisitOrdered",
                    "Gateway_WorkAndCustomer",
                    "IntermediateEvent_VisitEnded",
                    "Gateway_WasWorkDone",
                    "UserTask_PlanAgain",
                    "UserTask_TellAppointment",
                    "UserTask_CallAfterVisit",
                    "BoundaryEvent_NothingLeftToTell",
                    "Gateway_IsToldAgain",
                    "Gateway_NextTellingOrOver",
                    "IntermediateEvent_NextTelling",
                    "IntermediateEvent_VisitOver",
                    "Gateway_IsCalledAgainAfterVisit",
                    "IntermediateEvent_NextCall",
                    "Gateway_WorkSeenTo",
                    "Gateway_BothDone",
                    "ServiceTask_SettleVisit")) {
                FlowNode node = model.getModelElementById(added);
                List.copyOf(node.getOutgoing())
                        .forEach(each -> each.getParentElement().removeChildElement(each));
                node.getParentElement().removeChildElement(node);
            }
        });
        RecoveryCase found = loop.opened(Severity.MINOR);
        try {
            loop.does(
                    Role.CASE_OWNER,
                    () -> plan.finish(found.number(), List.of(new NewStep("schedule-visit", "", null))));
        } finally {
            String now = deploy(model -> {});
            try {
                order(found);
                assertThat(step(found).state()).isEqualTo(StepState.COMPLETED);
                ends(found, JobState.NO_ACCESS, "Nobody there.");
                assertThat(plan.steps(found.id()))
                        .as("somebody agrees with the customer how to go on")
                        .extracting(Step::type)
                        .containsExactly("schedule-visit", "call-customer");
            } finally {
                withdraw(found);
                repository.deleteDeployment(now, true);
                repository.deleteDeployment(former, true);
            }
        }
    }

    @Test
    void aDesignerMayCallTheWaitForTheVisitAsTheyLike() throws IOException {
        String renamed = deploy(model -> model.getModelElementById("IntermediateEvent_VisitEnded")
                .setAttributeValue("id", "Event_TheyAreBack", true));
        try {
            RecoveryCase found = ordered(Severity.MINOR);
            assertThat(step(found).state()).isEqualTo(StepState.STARTED);
            ends(found, JobState.NO_ACCESS, "Nobody there.");
            assertThat(open(found)).contains("UserTask_PlanAgain");
            withdraw(found);
        } finally {
            repository.deleteDeployment(renamed, true);
        }
        assertThatThrownBy(() -> deploy(model -> ((org.camunda.bpm.model.bpmn.instance.Message)
                                model.getModelElementById("Message_VisitEnded"))
                        .setName("Message_SomethingElse")))
                .hasMessageContaining("waits nowhere for the end of the visit");
    }

    @Test
    void newsThatFindsNobodyWaitingIsToldLater() {
        RecoveryCase found = ordered(Severity.MINOR);
        String instance = step(found).processInstanceId();
        runtime.createProcessInstanceModification(instance)
                .cancelAllForActivity("IntermediateEvent_VisitEnded")
                .execute();
        ends(found, JobState.NO_ACCESS, "Nobody there.");
        assertThat(kinds(found)).doesNotContain("visit ended", "severity changed");
        assertThat(waiting(found)).isOne();

        runtime.createProcessInstanceModification(instance)
                .startBeforeActivity("IntermediateEvent_VisitEnded")
                .execute();
        Loop.itIs(now().plus(Duration.ofMinutes(1)));
        news.workOff();
        assertThat(open(found)).contains("UserTask_PlanAgain");
        assertThat(entries(found, "visit ended")).hasSize(1);
        assertThat(waiting(found)).isZero();
    }

    @Test
    void wordsThatLetOnGoBackToTheAuthorMarkedAndNothingIsOrdered() throws IOException {
        RecoveryCase found = opened("Rudi Sommerfeld");
        Map<String, Object> answers = answers();
        answers.put("task", "Goodwill repair after the complaint, see " + found.number());
        answers.put("parts", "Valve as Sommerfeld fitted it");

        HttpResponse<String> refused = work(Role.CASE_OWNER, found, answers);

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body())
                .contains("\"field\":\"task\"", "«complaint»", "tells that somebody complained.", "\"field\":\"parts\"")
                .contains("«Sommerfeld»", "names who was there before.")
                .contains("«" + found.number() + "»");
        assertThat(orders.of(found.id())).isEmpty();
        assertThat(step(found).state()).isEqualTo(StepState.STARTED);
        assertThat(kinds(found)).doesNotContain("work ordered");

        // Zero-width characters are gone before the text is read.
        answers.put("task", "About the com\u200bplaint");
        answers.put("parts", "");
        assertThat(work(Role.CASE_OWNER, found, answers).statusCode()).isEqualTo(400);
    }

    @Test
    void whoCameForAnEarlierVisitIsNamedInNoOrder() throws IOException {
        String hermine = "op-" + UUID.randomUUID();
        User user = identities.newUser(hermine);
        user.setFirstName("Hermine");
        user.setLastName("Stadlbauer");
        identities.saveUser(user);
        RecoveryCase first = ordered(Severity.MINOR);
        queue.release();
        db.sql("update job set assignee = ? where id = ?")
                .params(hermine, job(first).id())
                .update();
        ends(first, JobState.PARTLY, "Half.");
        planAgain(first, "schedule-visit");
        Map<String, Object> answers = answers();
        answers.put("task", "Finish the pipe that Stadlbauer began");
        assertThatThrownBy(() -> loop.does(Role.CASE_OWNER, () -> plan.work(first.number(), 2, answers)))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("«Stadlbauer»");

        call(first);
        RecoveryCase other = loop.another(first);
        loop.does(Role.CX_LEAD, () -> cases.merge(first.number(), other.number(), "The same failure", Set.of()));
        loop.does(Role.CASE_OWNER, () -> plan.finish(other.number(), List.of(new NewStep("schedule-visit", "", null))));
        assertThatThrownBy(() -> loop.does(Role.CASE_OWNER, () -> plan.work(other.number(), 1, answers)))
                .as("in a case that the first was merged into")
                .hasMessageContaining("«Stadlbauer»");
    }

    @Test
    void aLeadMayLetAFalseAlarmThroughWithAReasonAndNobodyElse() throws IOException {
        RecoveryCase found = opened(null);
        Map<String, Object> answers = answers();
        answers.put("task", "Mount the complaint box in the hall");
        answers.put("letThrough", "It is what the thing is called.");

        HttpResponse<String> owner = work(Role.CASE_OWNER, found, answers);
        assertThat(owner.statusCode()).isEqualTo(400);
        assertThat(owner.body()).contains("\"field\":\"letThrough\"", "can only be given by a lead");

        // First it is shown what would go out.
        String code = codeOf(work(Role.CX_LEAD, found, answers).body());
        answers.put("letThroughCode", code);
        answers.put("parts", "Screws for the angry customer");
        HttpResponse<String> more = work(Role.CX_LEAD, found, answers);
        assertThat(more.statusCode()).as("what was added after it was shown").isEqualTo(400);
        assertThat(more.body()).contains("«angry»");
        answers.put("parts", "Screws");
        answers.put("task", "About the complaint: mount a box in the hall");
        assertThat(work(Role.CX_LEAD, found, answers).statusCode())
                .as("the same word in another text")
                .isEqualTo(400);
        answers.put("task", "Mount the complaint box in the hall " + found.number());
        String numbered = work(Role.CX_LEAD, found, answers).body();
        assertThat(numbered).contains("«" + found.number() + "»").doesNotContain("letThroughCode");
        answers.put("task", "Mount the complaint box in the hall");

        assertThat(work(Role.CX_LEAD, found, answers).statusCode()).isEqualTo(200);
        assertThat(entries(found, "words let through"))
                .singleElement()
                .satisfies(entry -> assertThat(entry.content())
                        .containsEntry("words", "task «complaint»")
                        .containsEntry("reason", "It is what the thing is called."));
        assertThat(job(found).order().task()).isEqualTo("Mount the complaint box in the hall");
    }

    @Test
    void aVisitAndItsPhotosAreForThePeopleOfItsCaseAlone() throws IOException {
        RecoveryCase found = ordered(Severity.MINOR);
        String route = "/api/cases/" + found.number() + "/steps/1/visit";
        Visitor owner = Visitor.withBasic(port, loop.owner(), TestPeople.PASSWORD);
        assertThat(owner.get(route).body()).contains("\"stands\":\"waits\"", "\"agreed\":\"Tomorrow before ten.\"");
        queue.release();
        assertThat(owner.get(route).body())
                .contains("\"stands\":\"offered\"", job(found).number());
        assertThat(owner.get(route + "/photos/" + UUID.randomUUID()).statusCode())
                .isEqualTo(404);

        String operative = queue.operative("visit-operative", "plumbing-north");
        for (String stranger : List.of(operative, loop.person(Role.ACCOUNTANT))) {
            Visitor other = Visitor.withBasic(port, stranger, TestPeople.PASSWORD);
            assertThat(other.get(route).statusCode()).as(stranger).isIn(403, 404);
            assertThat(other.get(route + "/photos/" + UUID.randomUUID()).statusCode())
                    .as(stranger)
                    .isIn(403, 404);
            assertThat(other.post(route + "/cancellation", "{\"reason\":\"x\"}").statusCode())
                    .as(stranger)
                    .isIn(403, 404);
        }
    }

    private Instant now() {
        return ClockUtil.getCurrentTime().toInstant();
    }

    /** A case whose only step has ordered a visit for tomorrow, 8 to 10. */
    private RecoveryCase ordered(Severity severity) {
        RecoveryCase found = loop.opened(severity);
        loop.does(Role.CASE_OWNER, () -> plan.finish(found.number(), List.of(new NewStep("schedule-visit", "", null))));
        order(found);
        return loop.again(found);
    }

    private void order(RecoveryCase found) {
        loop.does(Role.CASE_OWNER, () -> plan.work(found.number(), 1, answers()));
    }

    private static Map<String, Object> answers() {
        Map<String, Object> answers = Queue.form("north");
        answers.put("outcome", "completed");
        answers.put("notes", "Tomorrow before ten.");
        return answers;
    }

    private RecoveryCase opened(String operative) {
        Origin origin = operative == null ? null : new Origin("job", "J-1", null, null, null, operative, null);
        RecoveryCase found = loop.as(
                Role.CASE_OWNER,
                () -> cases.open(new NewCase(
                        loop.customer(),
                        Severity.MINOR,
                        FailureSource.COMPLAINT,
                        "Nobody came",
                        null,
                        null,
                        loop.owner(),
                        origin)));
        loop.does(Role.CASE_OWNER, () -> plan.finish(found.number(), List.of(new NewStep("schedule-visit", "", null))));
        return loop.again(found);
    }

    private static String codeOf(String refused) {
        java.util.regex.Matcher code =
                java.util.regex.Pattern.compile("enter ([0-9a-f]{8}) here").matcher(refused);
        assertThat(code.find()).as(refused).isTrue();
        return code.group(1);
    }

    private HttpResponse<String> work(Role role, RecoveryCase found, Map<String, Object> answers) throws IOException {
        return Visitor.withBasic(port, loop.person(role), TestPeople.PASSWORD)
                .post(
                        "/api/cases/" + found.number() + "/steps/1/outcome",
                        new com.fasterxml.jackson.databind.ObjectMapper().writeValueAsString(answers));
    }

    private void ends(RecoveryCase found, JobState end, String notes) {
        queue.release();
        jobs.reported(job(found).id(), end, notes);
        news.workOff();
    }

    private void tell(RecoveryCase found, String how, String notes) {
        answer(found, "UserTask_TellAppointment", Map.of("told", how, "notes", notes));
    }

    private void tellAgain(RecoveryCase found, Instant at) {
        answer(
                found,
                "UserTask_TellAppointment",
                Map.of("told", "not-reached", "notes", "Engaged.", "tryAgainAt", at.toString()));
    }

    private void runDue(RecoveryCase found, String timer) {
        management.executeJob(management
                .createJobQuery()
                .processInstanceId(step(found).processInstanceId())
                .activityId(timer)
                .singleResult()
                .getId());
    }

    private void call(RecoveryCase found) {
        answer(found, "UserTask_CallAfterVisit", Map.of("reached", "reached", "notes", "All is dry.", "charged", "no"));
    }

    private void planAgain(RecoveryCase found, String next) {
        answer(
                found,
                "UserTask_PlanAgain",
                Map.of("notes", "Once more, with the caretaker.", "nextStepType", next, "nextStepPurpose", "Again"));
    }

    private void answer(RecoveryCase found, String task, Map<String, Object> answers) {
        loop.does(Role.CASE_OWNER, () -> plan.work(found.number(), 1, List.of(task), answers));
    }

    private void withdraw(RecoveryCase found) {
        loop.does(
                Role.CASE_OWNER,
                () -> cases.closeWithoutCause(found.number(), CaseState.WITHDRAWN, "She moved away", null));
    }

    /** A dispatcher moves the visit; when it begins now. */
    private Instant move(RecoveryCase found, Duration by) {
        Instant from = job(found).order().windowFrom().plus(by);
        jobs.reschedule(job(found).id(), from, from.plus(Duration.ofHours(2)));
        return from;
    }

    private CompletableFuture<?> at(CyclicBarrier together, Runnable work) {
        return CompletableFuture.runAsync(() -> {
            try {
                together.await();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            work.run();
        });
    }

    private String deploy(java.util.function.Consumer<BpmnModelInstance> change) throws IOException {
        DeploymentBuilder deployment = repository.createDeployment();
        try (InputStream file = Files.newInputStream(Path.of("processes/recovery-step.bpmn"))) {
            BpmnModelInstance model = Bpmn.readModelFromStream(file);
            change.accept(model);
            deployment.addString(
                    "processes/recovery-step.bpmn",
                    // The diagram still shows what is gone.
                    Bpmn.convertToString(model).replaceAll("(?s)<bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>", ""));
        }
        try (var forms = Files.list(Path.of("forms"))) {
            for (Path form : forms.toList()) {
                deployment.addString("forms/" + form.getFileName(), Files.readString(form, StandardCharsets.UTF_8));
            }
        }
        Deployment deployed = deployment.deploy();
        return deployed.getId();
    }

    private org.servicerecovery.job.Job job(RecoveryCase found) {
        return orders.of(found.id()).get(0).job();
    }

    private Step step(RecoveryCase found) {
        return plan.step(found, 1);
    }

    private List<String> open(RecoveryCase found) {
        return tasks.createTaskQuery().processInstanceId(step(found).processInstanceId()).list().stream()
                .map(Task::getTaskDefinitionKey)
                .toList();
    }

    private Task task(RecoveryCase found, String key) {
        return tasks.createTaskQuery()
                .processInstanceId(step(found).processInstanceId())
                .taskDefinitionKey(key)
                .singleResult();
    }

    private List<String> kinds(RecoveryCase found) {
        return journal.of(found.id()).stream().map(Journal.Entry::kind).toList();
    }

    private List<Journal.Entry> entries(RecoveryCase found, String kind) {
        return journal.of(found.id()).stream()
                .filter(entry -> entry.kind().equals(kind))
                .toList();
    }

    private int waiting(RecoveryCase found) {
        return db.sql("""
                        select count(*) from work_order_step l join plan_step s on s.id = l.step_id
                         where s.case_id = ? and l.next_try_at is not null""").param(found.id()).query(Integer.class).single();
    }
}
