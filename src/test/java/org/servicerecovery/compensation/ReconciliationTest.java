package org.servicerecovery.compensation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.task.Task;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.servicerecovery.Loop;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.Journal;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.compensation.sandbox.SandboxBank;
import org.servicerecovery.customer.Payment;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** The sandbox's own list held against the ledger. */
@RunningApplication
class ReconciliationTest {

    @Autowired
    ApplicationContext application;

    @Autowired
    Compensations compensations;

    @Autowired
    Reconciliation reconciliation;

    @Autowired
    Differences differences;

    @Autowired
    TaskService tasks;

    @Autowired
    JdbcClient db;

    @LocalServerPort
    int port;

    Loop loop;
    Till till;
    SandboxBank bank;

    @BeforeEach
    void loop() {
        loop = new Loop(application);
        till = new Till(application, loop);
        bank = new SandboxBank(application);
    }

    @Test
    void whatAgreesIsNoDifference() {
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        Payment payment = till.paid(found, "", "EUR 80.00");
        till.run(till.offer(found, Kind.PARTIAL_REFUND, "50.00"));

        reconciliation.onDemand();

        assertThat(ofPayment(payment)).isEmpty();
    }

    @Test
    void aRefundMadeOutsideIsAManagersTaskAndIsFoundOnce() throws Exception {
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        Payment payment = till.paid(found, "", "EUR 80.00");
        String reference = bank.refundOutside(payment.chargeId(), 2000);

        reconciliation.onDemand();
        reconciliation.onDemand();

        Difference difference = only(payment);
        assertThat(difference.kind()).isEqualTo(DifferenceKind.MADE_OUTSIDE);
        assertThat(difference.reference()).isEqualTo(reference);
        assertThat(difference.amount()).isEqualTo(Money.parse("EUR 20.00"));
        Task task = task(difference);
        assertThat(tasks.getIdentityLinksForTask(task.getId()))
                .extracting(link -> link.getGroupId())
                .contains("manager", "business-owner");
        assertThat(application.getBean(RuntimeService.class).getVariable(task.getExecutionId(), "difference"))
                .asString()
                .isEqualTo("Made outside: " + reference);
    }

    @Test
    void aManagerAdoptsARefundMadeOutsideOntoTheCustomersCase() throws Exception {
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        Payment payment = till.paid(found, "", "EUR 80.00");
        RecoveryCase another = loop.planned(Severity.MINOR, 1);
        bank.refundOutside(payment.chargeId(), 2000);
        reconciliation.onDemand();
        Difference difference = only(payment);

        assertThatThrownBy(() -> decide(difference, "adopt", null)).hasMessageContaining("Name the case");
        assertThatThrownBy(() -> decide(difference, "adopt", "nonsense")).hasMessageContaining("not a case number");
        assertThatThrownBy(() -> decide(difference, "adopt", another.number().value()))
                .hasMessageContaining("another customer’s case");
        assertThat(compensations.notRefunded(payment)).isEqualTo(payment.amount());

        decide(difference, "adopt", found.number().value());

        Compensation adopted = compensations.of(found.id()).get(0);
        assertThat(adopted.state()).isEqualTo(CompensationState.SETTLED);
        assertThat(adopted.processorReference()).isEqualTo(difference.reference());
        assertThat(compensations.notRefunded(payment)).isEqualTo(Money.parse("EUR 60.00"));
        assertThat(till.balance(LedgerAccount.REFUNDS_PAID, adopted)).isEqualByComparingTo("20");
        assertThat(application.getBean(Journal.class).of(found.id()))
                .extracting(Journal.Entry::kind)
                .contains("refund adopted");
        reconciliation.onDemand();
        assertThat(ofPayment(payment)).hasSize(1);
    }

    @Test
    void anAdoptedRefundThatComesBackIsDecidedOnLikeAnyOther() throws Exception {
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        Payment payment = adoptedAndCameBack(found, "EUR 80.00", 2000);

        Compensation adopted = compensations.of(found.id()).get(0);
        assertThat(adopted.state()).isEqualTo(CompensationState.DECLINED);
        assertThat(compensations.notRefunded(payment)).isEqualTo(payment.amount());
    }

    @Test
    void anAdoptedRefundThatCameBackIsNotPaidAgainWithoutApproval() throws Exception {
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        adoptedAndCameBack(found, "EUR 900.00", 600_00);

        till.decide(Role.CASE_OWNER, found, compensations.of(found.id()).get(0), "try-again");

        Compensation asked = compensations.of(found.id()).get(0);
        assertThat(asked.state()).isEqualTo(CompensationState.OFFERED);
        assertThat(asked.approval()).isEqualTo("business-owner");
    }

    @Test
    void aTryThatWasPaidAlthoughItWasDeclinedIsAdoptedOnce() {
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        Payment payment = till.paid(found, "-declined-", "EUR 80.00");
        till.run(till.offer(found, Kind.PARTIAL_REFUND, "50.00"));
        JdbcClient book = JdbcClient.create(new DriverManagerDataSource(
                application.getEnvironment().getRequiredProperty("service-recovery.payments.sandbox.jdbc-url")));
        book.sql("update sandbox.refund set status = 'settled', code = null, reason = null where charge_id = ?")
                .param(payment.chargeId())
                .update();
        reconciliation.onDemand();
        Difference difference = only(payment);
        assertThat(difference.kind()).isEqualTo(DifferenceKind.PAID_AFTER_DECLINE);

        decide(difference, "adopt", found.number().value());
        reconciliation.onDemand();

        assertThat(only(payment).id()).as("nothing is missing now").isEqualTo(difference.id());
        assertThat(compensations.notRefunded(payment)).isEqualTo(Money.parse("EUR 30.00"));
        bank.fail(difference.reference());
        reconciliation.onDemand();
        assertThat(compensations.notRefunded(payment)).isEqualTo(payment.amount());
    }

    @Test
    void aDifferenceIsNotForgottenWithItsProcess() {
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        Payment payment = till.paid(found, "", "EUR 80.00");
        bank.refundOutside(payment.chargeId(), 2000);
        reconciliation.onDemand();
        String instance = task(only(payment)).getProcessInstanceId();

        assertThatThrownBy(() -> application.getBean(RuntimeService.class).deleteProcessInstance(instance, "tidy"))
                .hasMessageContaining("Nobody has decided");
    }

    @Test
    void nobodyButManagersDecidesWhoeverHasTheTask() {
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        Payment payment = till.paid(found, "", "EUR 80.00");
        bank.refundOutside(payment.chargeId(), 2000);
        reconciliation.onDemand();
        Task task = task(only(payment));
        tasks.setAssignee(task.getId(), loop.owner());

        assertThatThrownBy(() -> loop.does(
                        Role.CASE_OWNER,
                        () -> tasks.complete(task.getId(), Map.of("decision", "external", "reason", "Mine"))))
                .hasMessageContaining("A manager decides");
    }

    @Test
    void anAdoptedRefundWaitsForNobodysDecision() {
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        Payment payment = till.paid(found, "", "EUR 80.00");
        bank.refundOutside(payment.chargeId(), 2000);
        reconciliation.onDemand();
        decide(only(payment), "adopt", found.number().value());

        assertThatThrownBy(() -> till.decide(
                        Role.CASE_OWNER, found, compensations.of(found.id()).get(0), "try-again"))
                .hasMessageContaining("waits for nobody’s decision");
    }

    @Test
    void aRefundBookedAsExternalLeavesLessToRefundUntilItComesBack() throws Exception {
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        Payment payment = till.paid(found, "", "EUR 80.00");
        String reference = bank.refundOutside(payment.chargeId(), 2000);
        reconciliation.onDemand();

        decide(only(payment), "external", null);

        assertThat(compensations.refundable(payment)).isEqualTo(Money.parse("EUR 60.00"));
        assertThat(compensations.of(found.id())).isEmpty();

        bank.fail(reference);
        reconciliation.onDemand();
        reconciliation.onDemand();

        assertThat(compensations.refundable(payment)).isEqualTo(payment.amount());
    }

    @Test
    void aRefundThatTheProcessorDoesNotKnowCanOnlyBeExplained() {
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        Payment payment = till.paid(found, "", "EUR 80.00");
        Compensation settled = till.run(till.offer(found, Kind.PARTIAL_REFUND, "50.00"));
        // As if the processor's book had been restored from before.
        db.sql("update compensation set idempotency_key = ?, processor_reference = 'lost-1' where id = ?")
                .params(UUID.randomUUID(), settled.id())
                .update();

        reconciliation.onDemand();

        Difference difference = ofPayment(payment).stream()
                .filter(one -> one.kind() == DifferenceKind.NOT_AT_PROCESSOR)
                .findFirst()
                .orElseThrow();
        assertThatThrownBy(() -> decide(difference, "external", null)).hasMessageContaining("nothing to book");
        decide(difference, "explained", null);
        assertThat(ofPayment(payment))
                .filteredOn(one -> one.id() == difference.id())
                .singleElement()
                .satisfies(explained -> {
                    assertThat(explained.decidedBy()).isEqualTo(loop.person(Role.MANAGER));
                    assertThat(explained.reason()).isEqualTo("Looked into it");
                });
    }

    @Test
    void aLostNoticeIsMadeUpFor() throws Exception {
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        till.paid(found, "", "EUR 80.00");
        Compensation settled = till.run(till.offer(found, Kind.PARTIAL_REFUND, "50.00"));
        bank.fail(settled.processorReference());

        reconciliation.onDemand();

        // By the comparison, or by the notice that was faster.
        Awaitility.await("it came back")
                .atMost(Duration.ofSeconds(30))
                .until(() -> compensations.get(settled.id()).state() == CompensationState.DECLINED);
    }

    @Test
    void managersCompareOnDemandAndCaseOwnersDoNot() {
        assertThat(manager().post("/api/reconciliations", "").statusCode()).isEqualTo(201);
        assertThat(manager().get("/api/reconciliations").body()).contains("compared");
        assertThat(manager().get("/api/reconciliations/differences").statusCode())
                .isEqualTo(200);
        assertThat(Visitor.withBasic(port, loop.owner(), TestPeople.PASSWORD)
                        .post("/api/reconciliations", "")
                        .statusCode())
                .isEqualTo(403);
    }

    private Visitor manager() {
        return Visitor.withBasic(
                port, TestPeople.person(application.getBean(IdentityService.class), Role.MANAGER), TestPeople.PASSWORD);
    }

    /** A refund that was made outside, adopted by the case, and then did not arrive; of which payment. */
    private Payment adoptedAndCameBack(RecoveryCase found, String paid, long cents) {
        Payment payment = till.paid(found, "", paid);
        String reference = bank.refundOutside(payment.chargeId(), cents);
        reconciliation.onDemand();
        decide(only(payment), "adopt", found.number().value());
        bank.fail(reference);
        reconciliation.onDemand();
        return payment;
    }

    private void decide(Difference difference, String decision, @Nullable String caseNumber) {
        Map<String, Object> form = new HashMap<>(Map.of("decision", decision, "reason", "Looked into it"));
        form.put("onCase", caseNumber);
        loop.does(Role.MANAGER, () -> tasks.complete(task(difference).getId(), form));
    }

    private Task task(Difference difference) {
        return tasks.createTaskQuery()
                .processInstanceBusinessKey("D" + difference.id())
                .singleResult();
    }

    private Difference only(Payment payment) {
        List<Difference> all = ofPayment(payment);
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    private List<Difference> ofPayment(Payment payment) {
        return differences.latest(500).stream()
                .filter(difference -> Objects.equals(difference.paymentId(), payment.id()))
                .toList();
    }
}
