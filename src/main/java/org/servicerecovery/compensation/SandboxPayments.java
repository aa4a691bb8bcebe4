package org.servicerecovery.compensation;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import org.servicerecovery.Refused;
import org.servicerecovery.TimeOuts;
import org.servicerecovery.compensation.sandbox.SandboxProcessor;
import org.servicerecovery.customer.CustomerAtProcessor;
import org.servicerecovery.customer.PaymentRegistered;
import org.servicerecovery.installation.EmbeddedDatabase;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.context.ServletWebServerInitializedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.util.StringUtils;

/** Refunds by the built-in sandbox, the default: in this process, or wherever its URL says. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(PaymentsProperties.class)
@ConditionalOnProperty(name = "service-recovery.payments.processor", havingValue = "sandbox", matchIfMissing = true)
class SandboxPayments {

    @Bean
    SandboxPaymentProcessor sandboxPaymentProcessor(
            PaymentsProperties payments,
            ObjectProvider<SandboxProcessor> embedded,
            NoticeSecret secret,
            Clock clock,
            @Value("${camunda.bpm.job-execution.lock-time-in-millis:60000}") long lockOfJobMillis) {
        TimeOuts timeOuts = payments.timeOuts().within(Duration.ofMillis(lockOfJobMillis), 1);
        return new SandboxPaymentProcessor(urlOf(payments, embedded), timeOuts, secret.value(), clock);
    }

    @Bean
    SandboxCustomerBalance sandboxCustomerBalance(
            PaymentsProperties payments, ObjectProvider<SandboxProcessor> embedded) {
        return new SandboxCustomerBalance(urlOf(payments, embedded), payments.timeOuts());
    }

    private static URI urlOf(PaymentsProperties payments, ObjectProvider<SandboxProcessor> embedded) {
        return runsElsewhere(payments)
                ? URI.create(Objects.requireNonNull(payments.sandbox().url()))
                : embedded.getObject().url();
    }

    /** A sandbox of our own shares one with us that nobody has to set. */
    @Bean
    NoticeSecret noticeSecret(PaymentsProperties payments) {
        boolean madeUp = payments.noticeSecret().isBlank() && !runsElsewhere(payments);
        return new NoticeSecret(madeUp ? UUID.randomUUID() + "-" + UUID.randomUUID() : payments.noticeSecret());
    }

    record NoticeSecret(String value) {

        @Override
        public String toString() {
            return "NoticeSecret";
        }
    }

    private static boolean runsElsewhere(PaymentsProperties payments) {
        return StringUtils.hasText(payments.sandbox().url());
    }

    /** Lazy: with a URL given nobody asks for this bean, and nothing is started. */
    @Bean
    @Lazy
    SandboxProcessor sandboxProcessor(
            PaymentsProperties payments, ObjectProvider<EmbeddedDatabase> database, Clock clock) {
        PaymentsProperties.Sandbox sandbox = payments.sandbox();
        SandboxProcessor.Delays delays = new SandboxProcessor.Delays(sandbox.slowDelay(), sandbox.newsDelay());
        return SandboxProcessor.start(jdbcUrl(sandbox, database), sandbox.port(), delays, clock);
    }

    /** The sandbox in this process learns where we listen once we do. */
    @Bean
    ApplicationListener<ServletWebServerInitializedEvent> noticesOfTheSandbox(
            PaymentsProperties payments, ObjectProvider<SandboxProcessor> embedded, NoticeSecret secret) {
        return listening -> {
            // The health check may have a server of its own.
            if (!runsElsewhere(payments) && listening.getApplicationContext().getServerNamespace() == null) {
                int port = listening.getWebServer().getPort();
                String contextPath = Objects.requireNonNull(
                                listening.getApplicationContext().getServletContext())
                        .getContextPath();
                embedded.getObject()
                        .sendNoticesTo(
                                URI.create(
                                        "http://127.0.0.1:" + port + contextPath + NoticesController.PATH + "/sandbox"),
                                secret.value());
            }
        };
    }

    /** A real processor took the payment itself and knows it; the sandbox has to be told. */
    @Bean
    ChargesOfTheSandbox chargesOfTheSandbox(SandboxPaymentProcessor processor) {
        return new ChargesOfTheSandbox(processor);
    }

    record ChargesOfTheSandbox(SandboxPaymentProcessor processor) {

        /**
         * Before our commit: a sandbox that does not answer leaves no payment behind that it could not refund. A charge
         * that it knows and we do not harms nobody, and registering it again changes nothing.
         */
        @TransactionalEventListener(phase = TransactionPhase.BEFORE_COMMIT)
        void tell(PaymentRegistered registered) {
            try {
                processor.registerCharge(
                        registered.payment().chargeId(), registered.payment().amount());
            } catch (IllegalStateException e) {
                throw Refused.conflict("refused.sandbox.payment", String.valueOf(e.getMessage()));
            }
        }
    }

    @Bean
    CustomersOfTheSandbox customersOfTheSandbox(SandboxCustomerBalance balances) {
        return new CustomersOfTheSandbox(balances);
    }

    record CustomersOfTheSandbox(SandboxCustomerBalance balances) {

        /** As with a payment. */
        @TransactionalEventListener(phase = TransactionPhase.BEFORE_COMMIT)
        void tell(CustomerAtProcessor known) {
            try {
                balances.register(known.id());
            } catch (IllegalStateException e) {
                throw Refused.conflict("refused.sandbox.customer", String.valueOf(e.getMessage()));
            }
        }
    }

    private static String jdbcUrl(PaymentsProperties.Sandbox sandbox, ObjectProvider<EmbeddedDatabase> database) {
        String configured = sandbox.jdbcUrl();
        if (StringUtils.hasText(configured)) {
            return configured;
        }
        EmbeddedDatabase provided = database.getIfAvailable();
        if (provided == null) {
            throw new IllegalStateException("The sandbox payment processor has no database: set"
                    + " service-recovery.payments.sandbox.jdbc-url for its book, or"
                    + " service-recovery.payments.sandbox.url to use one that runs elsewhere.");
        }
        return provided.jdbcUrl("sandbox_processor");
    }
}
