package org.servicerecovery.compensation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.camunda.bpm.engine.ManagementService;
import org.junit.jupiter.api.Test;
import org.servicerecovery.Loop;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.compensation.sandbox.SandboxBank;
import org.servicerecovery.customer.Payment;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** Credentials of another account make a processor know nothing of a payment, nor of a refund that it has paid. */
@RunningApplication
class RefundTriesTest {

    @Autowired
    ApplicationContext application;

    @Autowired
    Compensations compensations;

    @Autowired
    ManagementService management;

    @Test
    void aPaymentUnknownAfterALostAnswerFreesNoMoneyAndIsPaidOnce() {
        Loop loop = new Loop(application);
        Till till = new Till(application, loop);
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        Payment payment = till.paid(found, "", "EUR 80.00");
        Compensation offered = till.offer(found, Kind.PARTIAL_REFUND, "50.00");
        StoppableProcessor.unanswered(() -> assertThatThrownBy(() -> till.run(offered))
                .hasMessageContaining("not known whether the refund was paid"));

        anotherAccount(payment.chargeId(), payment.chargeId() + "-elsewhere");
        assertThatThrownBy(() -> till.run(offered)).hasMessageContaining("not known whether the refund was paid");

        assertThat(compensations.get(offered.id()).state()).isEqualTo(CompensationState.IN_FLIGHT);
        assertThat(compensations.notRefunded(payment).getAmount()).isEqualByComparingTo("30");

        anotherAccount(payment.chargeId() + "-elsewhere", payment.chargeId());
        assertThat(till.run(offered).state()).isEqualTo(CompensationState.SETTLED);
        assertThat(new SandboxBank(application).of(payment.chargeId())).hasSize(1);
    }

    @Test
    void aPaymentUnknownOnTheFirstAskIsADecline() {
        Loop loop = new Loop(application);
        Till till = new Till(application, loop);
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        Payment payment = till.paid(found, "", "EUR 80.00");
        anotherAccount(payment.chargeId(), payment.chargeId() + "-elsewhere");

        Compensation declined = till.run(till.offer(found, Kind.PARTIAL_REFUND, "50.00"));

        assertThat(declined.state()).isEqualTo(CompensationState.DECLINED);
        assertThat(compensations.notRefunded(payment)).isEqualTo(payment.amount());
    }

    /** The book then knows a charge by another name, and its refunds by other keys. */
    private void anotherAccount(String from, String to) {
        JdbcClient book = JdbcClient.create(new DriverManagerDataSource(
                application.getEnvironment().getRequiredProperty("service-recovery.payments.sandbox.jdbc-url")));
        book.sql(
                        "insert into sandbox.charge select ?, amount, currency, registered_at from sandbox.charge where id = ?")
                .params(to, from)
                .update();
        book.sql("""
                        update sandbox.refund set charge_id = ?, idempotency_key = case
                               when idempotency_key like 'x%' then substr(idempotency_key, 2)
                               else 'x' || idempotency_key end
                         where charge_id = ?""").params(to, from).update();
        book.sql("delete from sandbox.charge where id = ?").param(from).update();
    }
}
