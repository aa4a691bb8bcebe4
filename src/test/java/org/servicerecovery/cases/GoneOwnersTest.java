package org.servicerecovery.cases;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.UUID;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerecovery.EdgeCase;
import org.servicerecovery.Loop;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;
import org.servicerecovery.access.Role;
import org.servicerecovery.plan.NewStep;
import org.servicerecovery.plan.Plan;
import org.servicerecovery.plan.StepStart;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;

/** What becomes of the work of somebody who is not there any more. */
@RunningApplication
class GoneOwnersTest {

    private static final String NEW_OWNER_ASKED = "UserTask_AssignNewOwner";

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
    Journal journal;

    @Autowired
    GoneOwners goneOwners;

    final String gone = "test-gone-" + UUID.randomUUID();
    Loop loop;
    Visitor another = Visitor.browser(0);

    @BeforeEach
    void somebodyWhoWillLeave() {
        loop = new Loop(application);
        TestPeople.add(identities, gone, Role.CASE_OWNER);
        another = Visitor.withBasic(port, loop.owner(), TestPeople.PASSWORD);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @EdgeCase("Owner deactivated: the case is left to those that nobody owns")
    void theCaseAndItsWorkAreLeftToOthersAndTheNextOwnerGetsThem(boolean deleted) {
        RecoveryCase found = opened();
        loop.does(
                Role.MANAGER,
                () -> plan.finish(
                        found.number(),
                        List.of(
                                new NewStep("call-customer", "", null),
                                new NewStep("internal-training-note", "", gone),
                                new NewStep("photos-of-correction", "", loop.person(Role.CX_LEAD)))));
        assertThat(taskOf(found, 1).getAssignee()).isEqualTo(gone);
        goneOwners.look();
        assertThat(loop.again(found).owner()).as("who is there keeps the case").isEqualTo(gone);

        if (deleted) {
            identities.deleteUser(gone);
        } else {
            identities.deleteMembership(gone, Role.CASE_OWNER.groupId());
        }
        goneOwners.look();
        goneOwners.look();

        assertThat(loop.again(found).owner()).isNull();
        assertThat(loop.as(Role.CASE_OWNER, () -> cases.list(null, null, true, 1000)))
                .extracting(Cases.Line::number)
                .contains(found.number().value());
        assertThat(taskOf(found, 1).getAssignee()).isNull();
        assertThat(taskOf(found, 2).getAssignee()).isNull();
        assertThat(taskOf(found, 3).getAssignee()).isEqualTo(loop.person(Role.CX_LEAD));
        assertThat(runtime.getVariable(found.processInstanceId(), "caseOwner")).isNull();
        assertThat(journal.of(found.id()))
                .filteredOn(entry -> entry.kind().equals("owner gone"))
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.actor()).isEqualTo(Actor.SYSTEM);
                    assertThat(entry.content()).containsEntry("from", gone);
                });
        assertThat(tasks.createTaskQuery()
                        .processInstanceId(found.processInstanceId())
                        .taskDefinitionKey(NEW_OWNER_ASKED)
                        .taskCandidateGroup("case-owner")
                        .taskUnassigned()
                        .list())
                .hasSize(1);

        HttpResponse<String> taken = another.post(
                "/engine-rest/task/" + loop.task(found, NEW_OWNER_ASKED).getId() + "/submit-form",
                "{\"variables\":{}}");

        assertThat(taken.statusCode()).as(taken.body()).isEqualTo(204);
        assertThat(loop.again(found).owner()).isEqualTo(loop.owner());
        assertThat(taskOf(found, 1).getAssignee()).isEqualTo(loop.owner());
        assertThat(taskOf(found, 2).getAssignee()).isEqualTo(loop.owner());
        assertThat(loop.openTasks(found)).isEmpty();
        assertThat(journal.firstBrokenEntry(found.id())).isEmpty();
    }

    @Test
    void aCaseThatWasBeingPlannedIsPlannedByWhoTakesIt() {
        RecoveryCase found = opened();
        identities.deleteUser(gone);
        goneOwners.look();
        assertThat(loop.task(found, "UserTask_PlanRecovery").getAssignee()).isNull();

        HttpResponse<String> taken = another.post("/api/cases/" + found.number() + "/owner", "{}");

        assertThat(taken.statusCode()).as(taken.body()).isEqualTo(200);
        assertThat(loop.openTasks(found)).containsExactly("UserTask_PlanRecovery");
        assertThat(loop.task(found, "UserTask_PlanRecovery").getAssignee()).isEqualTo(loop.owner());
    }

    @Test
    void stepsAndTasksOnTheCasesOfOthersGoBackToTheirOwnersAndCandidates() {
        RecoveryCase others = loop.opened(Severity.MINOR);
        loop.does(
                Role.CASE_OWNER,
                () -> plan.finish(
                        others.number(),
                        List.of(
                                new NewStep("internal-training-note", "", gone),
                                new NewStep("call-customer", "", gone, StepStart.AFTER_PREVIOUS, null, null))));
        RecoveryCase planning = loop.opened(Severity.MINOR);
        tasks.setAssignee(loop.task(planning, "UserTask_PlanRecovery").getId(), gone);
        goneOwners.look();
        assertThat(taskOf(others, 1).getAssignee()).as("who is there keeps it").isEqualTo(gone);

        identities.deleteUser(gone);
        goneOwners.look();
        goneOwners.look();

        assertThat(plan.steps(others.id())).allMatch(step -> step.assignee() == null);
        assertThat(taskOf(others, 1).getAssignee()).isEqualTo(loop.owner());
        assertThat(loop.task(planning, "UserTask_PlanRecovery").getAssignee()).isNull();
        assertThat(journal.of(others.id()))
                .filteredOn(entry -> entry.kind().equals("step let go"))
                .hasSize(2);
        assertThat(journal.of(planning.id()))
                .filteredOn(entry -> entry.kind().equals("task let go"))
                .hasSize(1);
    }

    @Test
    void aResolvedCaseIsClosedByALead() {
        RecoveryCase found = opened();
        loop.does(Role.MANAGER, () -> plan.finish(found.number(), List.of(new NewStep("call-customer", "", null))));
        loop.does(
                Role.MANAGER,
                () -> plan.work(
                        found.number(),
                        1,
                        java.util.Map.of("outcome", "completed", "reached", "reached", "notes", "Said sorry.")));
        loop.does(
                Role.MANAGER,
                () -> application
                        .getBean(org.servicerecovery.resolution.Resolutions.class)
                        .resolve(
                                found.number(),
                                new org.servicerecovery.resolution.Resolutions.Draft(
                                        "apology-only", loop.tag(), "Call before each visit")));
        identities.deleteUser(gone);
        goneOwners.look();

        Task closeLoop = loop.task(found, "UserTask_CloseLoop");
        assertThat(closeLoop.getAssignee()).isNull();
        HttpResponse<String> closed = Visitor.withBasic(port, loop.person(Role.CX_LEAD), TestPeople.PASSWORD)
                .post(
                        "/engine-rest/task/" + closeLoop.getId() + "/complete",
                        "{\"variables\":{\"told\":{\"value\":\"phone\"}}}");
        assertThat(closed.statusCode()).as(closed.body()).isEqualTo(204);
        assertThat(loop.again(found).state()).isEqualTo(CaseState.CLOSED);
    }

    private RecoveryCase opened() {
        return loop.as(
                Role.MANAGER,
                () -> cases.open(new NewCase(
                        loop.customer(), Severity.MINOR, FailureSource.COMPLAINT, "Late", null, null, gone, null)));
    }

    private Task taskOf(RecoveryCase found, int step) {
        return tasks.createTaskQuery()
                .processInstanceBusinessKey(found.number() + "/" + step)
                .singleResult();
    }
}
