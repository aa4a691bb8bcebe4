package org.servicerecovery.compensation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.TaskService;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.servicerecovery.Loop;
import org.servicerecovery.Refused;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.CaseState;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.plan.NewStep;
import org.servicerecovery.plan.Plan;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

/** Offers outside the plan run beside their case. */
@RunningApplication
class CaseEndsWithItsMoneyTest {

    private static final BigDecimal NEEDS_APPROVAL = new BigDecimal("300.00");
    private static final BigDecimal NEEDS_NONE = new BigDecimal("5.00");

    @Autowired
    ApplicationContext application;

    @Autowired
    Compensations compensations;

    @Autowired
    Offers offers;

    @Autowired
    Cases cases;

    @Autowired
    RuntimeService runtime;

    @Autowired
    TaskService tasks;

    @Autowired
    ManagementService management;

    Loop loop;

    @BeforeEach
    void loop() {
        loop = new Loop(application);
    }

    @Test
    void anOfferThatWaitsForApprovalEndsWithAWithdrawnCase() {
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        Compensation offered = credit(found, NEEDS_APPROVAL);
        assertThat(tasks.createTaskQuery()
                        .processInstanceId(instanceOf(offered))
                        .count())
                .as("somebody is asked to approve")
                .isOne();

        withdraw(found);

        assertThat(compensations.get(offered.id()).state()).isEqualTo(CompensationState.GIVEN_UP);
        assertThat(tasks.createTaskQuery()
                        .processInstanceId(instanceOf(offered))
                        .count())
                .isZero();
        assertThat(loop.again(found).state()).isEqualTo(CaseState.WITHDRAWN);
    }

    @Test
    void aCaseIsResolvedOnceItsOffersAreDecidedOn() {
        RecoveryCase ready = loop.readyToResolve(Severity.MINOR);
        String tag = loop.tag();
        Compensation offered = credit(ready, NEEDS_APPROVAL);

        assertThatThrownBy(() -> loop.resolve(ready, tag))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("Compensation " + offered.id() + " of this case is offered. Decide on it");
        assertThat(loop.again(ready).state()).isEqualTo(CaseState.OPEN);

        loop.does(
                Role.MANAGER,
                () -> compensations.answer(
                        ready.number(), offered.id(), Map.of("decision", "refuse", "reason", "Too much")));
        assertThat(loop.resolve(ready, tag).state()).isEqualTo(CaseState.RESOLVED);
    }

    @Test
    void aCaseDoesNotEndWhileItsMoneyIsOnItsWay() {
        RecoveryCase found = loop.readyToResolve(Severity.MINOR);
        Compensation offered = credit(found, NEEDS_NONE);
        assertThat(compensations.get(offered.id()).state()).isEqualTo(CompensationState.IN_FLIGHT);

        assertThatThrownBy(() -> withdraw(found)).hasMessageContaining("on its way");
        assertThatThrownBy(() -> loop.resolve(found, loop.tag())).hasMessageContaining("on its way");
        assertThatThrownBy(() -> runtime.deleteProcessInstance(instanceOf(offered), "gone"))
                .hasMessageContaining("paying money back");

        management.executeJob(management
                .createJobQuery()
                .processInstanceId(instanceOf(offered))
                .singleResult()
                .getId());
        assertThat(compensations.get(offered.id()).state()).isEqualTo(CompensationState.SETTLED);
        withdraw(found);
        assertThat(loop.again(found).state()).isEqualTo(CaseState.WITHDRAWN);
    }

    @Test
    void anInterruptedCaseGivesNoMoney() {
        RecoveryCase flying = loop.planned(Severity.MINOR, 1);
        credit(flying, NEEDS_NONE);
        assertThatThrownBy(() -> runtime.deleteProcessInstance(caseInstanceOf(flying), "gone"))
                .hasMessageContaining("on its way");
        assertThat(loop.again(flying).state()).isEqualTo(CaseState.OPEN);

        RecoveryCase waiting = loop.planned(Severity.MINOR, 1);
        Compensation offered = credit(waiting, NEEDS_APPROVAL);
        runtime.deleteProcessInstance(caseInstanceOf(waiting), "gone");
        assertThat(loop.again(waiting).state()).isEqualTo(CaseState.INTERRUPTED);
        assertThat(compensations.get(offered.id()).state()).isEqualTo(CompensationState.GIVEN_UP);
    }

    @Test
    void anOfferOfAStepThatOutlivedItsCaseIsNotApproved() {
        RecoveryCase found = loop.opened(Severity.MINOR);
        loop.does(
                Role.CASE_OWNER,
                () -> application
                        .getBean(Plan.class)
                        .finish(found.number(), List.of(new NewStep("issue-credit", "Sorry", null))));
        loop.does(
                Role.CASE_OWNER,
                () -> application
                        .getBean(Plan.class)
                        .work(
                                found.number(),
                                1,
                                Map.of("outcome", "completed", "amount", "300", "currency", "EUR", "notes", "Sorry")));
        Compensation offered = compensations.of(found.id()).get(0);
        runtime.deleteProcessInstance(caseInstanceOf(found), "gone", false, true, false, true);
        assertThat(loop.again(found).state()).isEqualTo(CaseState.INTERRUPTED);

        assertThatThrownBy(() -> loop.does(
                        Role.MANAGER,
                        () -> compensations.answer(found.number(), offered.id(), Map.of("decision", "approve"))))
                .hasMessageContaining("no more money is given on it");
        assertThat(compensations.get(offered.id()).state()).isEqualTo(CompensationState.OFFERED);
    }

    @Test
    void aTokenMovedToTheBookingBooksNothing() {
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        Compensation offered = credit(found, NEEDS_APPROVAL);
        runtime.createProcessInstanceModification(instanceOf(offered))
                .cancelAllForActivity("UserTask_ApproveCompensation")
                .startBeforeActivity("ServiceTask_BookCredit")
                .execute();

        assertThatThrownBy(() -> management.executeJob(management
                        .createJobQuery()
                        .processInstanceId(instanceOf(offered))
                        .singleResult()
                        .getId()))
                .hasMessageContaining("is not in flight");
        assertThat(compensations.get(offered.id()).state()).isEqualTo(CompensationState.OFFERED);
    }

    private String caseInstanceOf(RecoveryCase found) {
        return Objects.requireNonNull(loop.again(found).processInstanceId());
    }

    private Compensation credit(RecoveryCase on, BigDecimal amount) {
        return loop.as(
                Role.CASE_OWNER,
                () -> offers.offer(
                        on.number(),
                        new Offer(Kind.CREDIT, null, amount, "EUR", "For the trouble", true, /* comped= */ null)));
    }

    private void withdraw(RecoveryCase found) {
        loop.as(
                Role.CASE_OWNER,
                () -> cases.closeWithoutCause(found.number(), CaseState.WITHDRAWN, "Taken back", null));
    }

    private static String instanceOf(Compensation offered) {
        return Objects.requireNonNull(offered.processInstanceId());
    }
}
