package org.servicerecovery.compensation;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import org.joda.money.Money;
import org.junit.jupiter.api.Test;
import org.servicerecovery.compensation.RefundOutcome.Settled;
import org.servicerecovery.compensation.sandbox.SandboxDatabases;
import org.servicerecovery.compensation.sandbox.SandboxProcessor;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class SandboxPaymentsTest {

    private final ApplicationContextRunner application = new ApplicationContextRunner()
            .withUserConfiguration(SandboxPayments.class)
            .withBean(Clock.class, Clock::systemUTC);

    @Test
    void sandboxRunsInTheApplicationOnTheDatabaseInTheProperties() throws SQLException {
        application
                .withPropertyValues("service-recovery.payments.sandbox.jdbc-url=" + SandboxDatabases.create())
                .run(context -> assertThat(pays(context.getBean(SandboxPaymentProcessor.class)))
                        .isTrue());
    }

    @Test
    void sandboxElsewhereIsUsedAndNoneIsStarted() throws SQLException {
        try (SandboxProcessor elsewhere = SandboxProcessor.start(
                SandboxDatabases.create(), 0, SandboxDatabases.delays(Duration.ZERO), Clock.systemUTC())) {
            application
                    .withPropertyValues("service-recovery.payments.sandbox.url=" + elsewhere.url())
                    .run(context -> {
                        assertThat(pays(context.getBean(SandboxPaymentProcessor.class)))
                                .isTrue();
                        assertThat(context.getBeanFactory().containsSingleton("sandboxProcessor"))
                                .isFalse();
                    });
        }
    }

    @Test
    void sandboxWithoutDatabaseSaysWhatToSet() {
        application.run(context -> assertThat(context)
                .getFailure()
                .rootCause()
                .hasMessageContaining("service-recovery.payments.sandbox.jdbc-url")
                .hasMessageContaining("service-recovery.payments.sandbox.url"));
    }

    @Test
    void otherProcessorLeavesTheSandboxOut() {
        application
                .withPropertyValues("service-recovery.payments.processor=other")
                .run(context -> assertThat(context).doesNotHaveBean(PaymentProcessor.class));
    }

    @Test
    void timeOutsThatComeNearTheLockOfTheJobAreRefused() {
        application
                .withPropertyValues(
                        "service-recovery.payments.sandbox.url=http://127.0.0.1:1",
                        "service-recovery.payments.read-timeout=29s")
                .run(context ->
                        assertThat(context).getFailure().rootCause().hasMessageContaining("must not exceed 30s"));
        application
                .withPropertyValues(
                        "service-recovery.payments.sandbox.url=http://127.0.0.1:1",
                        "camunda.bpm.job-execution.lock-time-in-millis=15000")
                .run(context ->
                        assertThat(context).getFailure().rootCause().hasMessageContaining("must not exceed 7.5s"));
    }

    private static boolean pays(SandboxPaymentProcessor payments) {
        String charge = "ch-" + UUID.randomUUID();
        payments.registerCharge(charge, Money.parse("EUR 1.00"));
        return payments.refund(new RefundOrder(UUID.randomUUID(), charge, Money.parse("EUR 1.00"))) instanceof Settled;
    }
}
