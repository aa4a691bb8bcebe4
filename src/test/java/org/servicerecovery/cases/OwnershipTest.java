package org.servicerecovery.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.identity.User;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerecovery.EdgeCase;
import org.servicerecovery.Loop;
import org.servicerecovery.Refused;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;
import org.servicerecovery.access.Role;
import org.servicerecovery.installation.RecoverySwitch;
import org.servicerecovery.plan.NewStep;
import org.servicerecovery.plan.Plan;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;

/** Whose work is whose. */
@RunningApplication
class OwnershipTest {

    private static final String SECOND = "test-second-owner";

    @LocalServerPort
    int port;

    @Autowired
    ApplicationContext application;

    @Autowired
    IdentityService identities;

    @Autowired
    TaskService tasks;

    @Autowired
    RuntimeService runtime;

    @Autowired
    Cases cases;

    @Autowired
    Plan plan;

    @Autowired
    RecoverySwitch recoverySwitch;

    Loop loop;

    @BeforeEach
    void twoOwners() {
        loop = new Loop(application);
        TestPeople.person(identities, SECOND, Role.CASE_OWNER);
    }

    @AfterEach
    void switchOn() {
        recoverySwitch.turn(true, "test");
    }

    @Test
    @EdgeCase("Owner away: a manager hands the case over")
    void openAndLaterWorkGoesToTheNewOwnerAndAStepOfSomebodyElsesStays() {
        RecoveryCase found = loop.opened(Severity.MINOR);
        String first = loop.owner();
        loop.does(
                Role.CASE_OWNER,
                () -> plan.finish(
                        found.number(),
                        List.of(
                                new NewStep("call-customer", "", null),
                                new NewStep("issue-credit", "", null),
                                new NewStep("internal-training-note", "", first))));

        loop.does(Role.MANAGER, () -> cases.assign(found.number(), SECOND));

        assertThat(taskOf(found, 1).getAssignee()).isEqualTo(SECOND);
        assertThat(taskOf(found, 3).getAssignee())
                .as("planned for the first owner by name")
                .isEqualTo(first);
        Visitor second = Visitor.withBasic(port, SECOND, TestPeople.PASSWORD);
        assertThat(second.post(
                                "/api/cases/" + found.number() + "/steps/1/outcome",
                                "{\"outcome\":\"completed\",\"reached\":\"reached\",\"notes\":\"Said sorry.\"}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(runtime.getVariable(taskOf(found, 2).getProcessInstanceId(), "stepAssignee"))
                .isEqualTo(SECOND);
        Visitor former = Visitor.withBasic(port, first, TestPeople.PASSWORD);
        assertThat(former.post("/engine-rest/task/" + taskOf(found, 2).getId() + "/complete", "{}")
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void whoTakesACaseDoesNotTakeTheApprovalOfItsMoney() {
        RecoveryCase unowned = loop.as(
                Role.CX_LEAD,
                () -> cases.open(new NewCase(
                        loop.customer(), Severity.MINOR, FailureSource.COMPLAINT, "Late", null, null, null, null)));
        Visitor lead = Visitor.withBasic(port, loop.person(Role.CX_LEAD), TestPeople.PASSWORD);
        assertThat(lead.post(
                                "/api/cases/" + unowned.number() + "/compensations",
                                "{\"kind\":\"credit\",\"amount\":\"300\",\"currency\":\"EUR\",\"reason\":\"Late\"}")
                        .statusCode())
                .isEqualTo(201);

        loop.does(Role.CASE_OWNER, () -> cases.assign(unowned.number(), loop.owner()));

        assertThat(tasks.createTaskQuery()
                        .processInstanceBusinessKeyLike(unowned.number() + "/C%")
                        .taskDefinitionKey("UserTask_ApproveCompensation")
                        .singleResult()
                        .getAssignee())
                .isNull();
    }

    @Test
    void aStepThatIsForTheManagerIsNotCompletedByTheCaseOwner() {
        RecoveryCase found = loop.opened(Severity.MINOR);
        loop.does(
                Role.CASE_OWNER,
                () -> plan.finish(found.number(), List.of(new NewStep("escalate-to-manager", "Help", null))));
        Map<String, Object> done = Map.of("outcome", "completed", "decision", "go-ahead", "notes", "I allow it");

        assertThatThrownBy(() -> loop.does(Role.CASE_OWNER, () -> plan.work(found.number(), 1, done)))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("is for others to complete");
        loop.does(Role.MANAGER, () -> plan.work(found.number(), 1, done));
        assertThat(plan.step(found, 1).state().isSettled()).isTrue();
    }

    @Test
    void aCaseIsOpenedAgainOnlyWhileTheSwitchIsOn() {
        RecoveryCase closed = loop.closed(loop.tag());
        recoverySwitch.turn(false, "test");

        assertThatThrownBy(() -> loop.does(Role.CASE_OWNER, () -> cases.reopen(closed.number(), "Again")))
                .hasMessageContaining("was turned off by test");

        recoverySwitch.turn(true, "test");
        loop.does(Role.CASE_OWNER, () -> cases.reopen(closed.number(), "Again"));
        assertThat(loop.again(closed).epoch()).isEqualTo(2);
    }

    @Test
    void aColleagueWhoWorksAStepCanNameOneMore() {
        RecoveryCase found = loop.opened(Severity.MINOR);
        loop.does(
                Role.CASE_OWNER, () -> plan.finish(found.number(), List.of(new NewStep("call-customer", "", SECOND))));

        var worked = Visitor.withBasic(port, SECOND, TestPeople.PASSWORD)
                .post(
                        "/api/cases/" + found.number() + "/steps/1/outcome",
                        "{\"outcome\":\"completed\",\"reached\":\"reached\",\"notes\":\"Said sorry.\",\"nextStepType\":\"internal-training-note\"}");

        assertThat(worked.statusCode()).as(worked.body()).isEqualTo(200);
        assertThat(taskOf(found, 2).getAssignee()).isEqualTo(loop.owner());
    }

    @Test
    void thePlanAndTheLastWordAreTheOwnersEvenWhenTheTaskWasGivenToAColleague() {
        RecoveryCase opened = loop.opened(Severity.MINOR);
        RecoveryCase resolved = loop.resolve(loop.readyToResolve(Severity.MINOR), loop.tag());
        Visitor colleague = Visitor.withBasic(port, SECOND, TestPeople.PASSWORD);
        for (RecoveryCase foreign : List.of(opened, resolved)) {
            Task task = tasks.createTaskQuery()
                    .processInstanceId(foreign.processInstanceId())
                    .singleResult();
            tasks.setAssignee(task.getId(), SECOND);

            var refused = colleague.post(
                    "/engine-rest/task/" + task.getId() + "/complete",
                    "{\"variables\":{\"told\":{\"value\":\"phone\"}}}");

            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(403);
            assertThat(refused.body()).contains("belongs to " + loop.owner());
        }
        assertThat(loop.again(resolved).state()).isEqualTo(CaseState.RESOLVED);
    }

    @Test
    void aCaseWhoseProcessWasEndedIsNotAmongTheUnowned() {
        RecoveryCase unowned = loop.as(
                Role.CX_LEAD,
                () -> cases.open(new NewCase(
                        loop.customer(), Severity.MINOR, FailureSource.COMPLAINT, "Late", null, null, null, null)));
        assertThat(unownedNumbers()).contains(unowned.number().value());

        runtime.deleteProcessInstance(unowned.processInstanceId(), "Not needed");

        assertThat(loop.again(unowned).state()).isEqualTo(CaseState.INTERRUPTED);
        assertThat(unownedNumbers()).doesNotContain(unowned.number().value());
    }

    private List<String> unownedNumbers() {
        return loop.as(Role.CX_LEAD, () -> cases.list(null, null, true, 1000)).stream()
                .map(Cases.Line::number)
                .toList();
    }

    @Test
    void aCaseOwnerOpensNoCaseForAColleague() {
        Visitor owner = Visitor.withBasic(port, loop.owner(), TestPeople.PASSWORD);
        String wanted = "{\"customerNumber\":\"" + loop.customer()
                + "\",\"severity\":\"minor\",\"source\":\"complaint\",\"summary\":\"Late\",\"owner\":\"" + SECOND
                + "\"}";

        var refused = owner.post("/api/cases", wanted);
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
        assertThat(refused.body()).contains("\"field\":\"owner\"");
        assertThat(Visitor.withBasic(port, loop.person(Role.MANAGER), TestPeople.PASSWORD)
                        .post("/api/cases", wanted)
                        .statusCode())
                .isEqualTo(201);
    }

    @ParameterizedTest
    @ValueSource(strings = {"test-rude-installer", "Ingo  Rude", "ingo rude"})
    @EdgeCase("A case about its own owner is refused")
    void whoDidTheWorkDoesNotOwnTheCaseAboutIt(String operative) {
        String installer = "test-rude-installer";
        if (identities.createUserQuery().userId(installer).count() == 0) {
            TestPeople.add(identities, installer, Role.CASE_OWNER);
            User named = identities.createUserQuery().userId(installer).singleResult();
            named.setFirstName("Ingo");
            named.setLastName("Rude");
            identities.saveUser(named);
        }
        Visitor manager = Visitor.withBasic(port, loop.person(Role.MANAGER), TestPeople.PASSWORD);
        Visitor himself = Visitor.withBasic(port, installer, TestPeople.PASSWORD);
        String opening = "{\"customerNumber\":\"" + loop.customer()
                + "\",\"severity\":\"minor\",\"source\":\"complaint\",\"summary\":\"Rude\",\"owner\":\"%s\","
                + "\"origin\":{\"kind\":\"job\",\"operative\":\"" + operative + "\"}}";
        assertIsAboutThem(manager.post("/api/cases", opening.formatted(installer)));
        assertIsAboutThem(himself.post(
                "/engine-rest/process-definition/key/service-recovery/submit-form",
                "{\"variables\":{\"customerNumber\":{\"value\":\"" + loop.customer()
                        + "\"},\"severity\":{\"value\":\"minor\"},\"source\":{\"value\":\"complaint\"},"
                        + "\"summary\":{\"value\":\"Rude\"},\"owner\":{\"value\":\"" + installer
                        + "\"},\"originKind\":{\"value\":\"job\"},\"operative\":{\"value\":\"" + operative + "\"}}}"));

        RecoveryCase found = loop.as(
                Role.MANAGER,
                () -> cases.open(new NewCase(
                        loop.customer(),
                        Severity.MINOR,
                        FailureSource.COMPLAINT,
                        "Rude",
                        null,
                        null,
                        null,
                        new Origin("job", "J-1", null, null, null, operative, null))));
        String owner = "/api/cases/" + found.number() + "/owner";
        Task asked = tasks.createTaskQuery()
                .processInstanceId(found.processInstanceId())
                .singleResult();
        assertIsAboutThem(himself.post(owner, "{}"));
        assertIsAboutThem(himself.post("/engine-rest/task/" + asked.getId() + "/submit-form", "{\"variables\":{}}"));
        assertIsAboutThem(manager.post(owner, "{\"owner\":\"" + installer + "\"}"));
        assertThat(loop.again(found).owner()).isNull();

        assertThat(manager.post(owner, "{\"owner\":\"" + SECOND + "\"}").statusCode())
                .isEqualTo(200);
    }

    private static void assertIsAboutThem(HttpResponse<String> refused) {
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
        assertThat(refused.body())
                .contains("did the work that the case is about. Somebody else has to own the case.")
                .contains("owner");
    }

    private Task taskOf(RecoveryCase found, int step) {
        return tasks.createTaskQuery()
                .processInstanceBusinessKey(found.number() + "/" + step)
                .singleResult();
    }
}
