package org.servicerecovery.compensation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.joda.money.Money;
import org.junit.jupiter.api.Test;
import org.servicerecovery.Refused;
import org.servicerecovery.TestDatabase;
import org.servicerecovery.customer.Customers;
import org.servicerecovery.customer.Payment;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpHeaders;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.mock.web.MockHttpServletRequest;

class StripePaymentsTest {

    private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    private static final String API_KEY = "sk_test_only-for-tests";
    private static final String SECRET = "whsec_only-for-tests";

    private final String database = TestDatabase.pristine();
    private final ApplicationContextRunner application = new ApplicationContextRunner()
            .withUserConfiguration(SandboxPayments.class, StripePayments.class)
            .withBean(Clock.class, () -> CLOCK)
            .withBean(JdbcClient.class, () -> JdbcClient.create(new DriverManagerDataSource(database)))
            .withBean(Customers.class)
            .withPropertyValues(
                    "service-recovery.payments.processor=stripe",
                    "service-recovery.payments.notice-secret=" + SECRET,
                    "service-recovery.payments.stripe.api-key=" + API_KEY);

    @Test
    void stripeIsUsedAndNoSandboxIsStarted() throws Exception {
        try (StripeStub stripe = new StripeStub(API_KEY, CLOCK)) {
            stripe.took("ch_1", null, "eur", 100);
            application
                    .withPropertyValues("service-recovery.payments.stripe.api-base=" + stripe.url() + "/")
                    .run(context -> {
                        assertThat(context).hasSingleBean(PaymentProcessor.class);
                        PaymentProcessor payments = context.getBean(PaymentProcessor.class);
                        assertThat(payments).isInstanceOf(StripePaymentProcessor.class);
                        assertThat(payments.name()).isEqualTo("stripe");
                        assertThat(context).doesNotHaveBean(SandboxPayments.class);
                        assertThat(payments.refund(order("ch_1"))).isInstanceOf(RefundOutcome.Settled.class);
                    });
            assertThat(stripe.violations()).isEmpty();
        }
    }

    @Test
    void listTellsAPaymentByTheIdThatItIsRegisteredBy() throws Exception {
        Flyway.configure().dataSource(database, null, null).load().migrate();
        try (StripeStub stripe = new StripeStub(API_KEY, CLOCK)) {
            stripe.took("ch_1", "pi_1", "eur", 100);
            stripe.madeOutside("ch_1", 100, NOW);
            application
                    .withPropertyValues("service-recovery.payments.stripe.api-base=" + stripe.url())
                    .run(context -> {
                        PaymentProcessor payments = context.getBean(PaymentProcessor.class);
                        assertThat(payments.refunds(NOW))
                                .extracting(ProcessorRefund::chargeId)
                                .containsExactly("ch_1");

                        register(context, "pi_1");

                        assertThat(payments.refunds(NOW))
                                .extracting(ProcessorRefund::chargeId)
                                .containsExactly("pi_1");
                    });
        }
    }

    @Test
    void noticesOfStripeAreTakenAndThoseOfTheSandboxAreNot() {
        Flyway.configure().dataSource(database, null, null).load().migrate();
        UUID key = UUID.randomUUID();
        String body = StripeNoticesTest.event(
                "refund.failed", "{\"id\":\"re_1\",\"metadata\":{\"service_recovery_key\":\"" + key + "\"}}");
        application.run(context -> {
            NoticesController controller = controller(context);
            HttpHeaders headers = new HttpHeaders();
            headers.set("Stripe-Signature", StripeNoticesTest.header(SECRET, NOW, body));

            assertThat(controller.receive("stripe", headers, request(body))).isEqualTo(Map.of("received", true));
            assertThat(controller.receive("stripe", headers, request(body)))
                    .as("sent again")
                    .isEqualTo(Map.of("received", false));
            assertThat(context.getBean(JdbcClient.class)
                            .sql("select processor || ' ' || id || ' ' || reference || ' ' || key from payment_notice")
                            .query(String.class)
                            .list())
                    .containsExactly("stripe evt_1 re_1 " + key);
            assertThatThrownBy(() -> controller.receive("sandbox", headers, request(body)))
                    .isInstanceOf(Refused.class);
            assertThatThrownBy(() -> controller.receive("stripe", headers, request(body + " ")))
                    .isInstanceOf(Refused.class)
                    .hasMessageContaining("signature");
        });
    }

    @Test
    void timeOutsOfAllRequestsComeNoNearerToTheLockOfTheJob() {
        application
                .withPropertyValues("service-recovery.payments.read-timeout=14s")
                .run(context ->
                        assertThat(context).getFailure().rootCause().hasMessageContaining("must not exceed 10s"));
    }

    @Import(StripePayments.class)
    static class StripeOnly {

        @Bean
        Clock clock() {
            return CLOCK;
        }

        @Bean
        JdbcClient database() {
            return JdbcClient.create(new DriverManagerDataSource("jdbc:postgresql://127.0.0.1:1/never"));
        }
    }

    @Test
    void startWithoutApiKeyFailsWithOneSentence() {
        PrintStream original = System.err;
        ByteArrayOutputStream captured = new ByteArrayOutputStream();
        System.setErr(new PrintStream(captured, true, StandardCharsets.UTF_8));
        try {
            SpringApplicationBuilder application =
                    new SpringApplicationBuilder(StripeOnly.class, Customers.class).web(WebApplicationType.NONE);
            assertThatThrownBy(() -> application.run("--service-recovery.payments.processor=stripe"))
                    .isInstanceOf(RuntimeException.class);
        } finally {
            System.setErr(original);
        }
        assertThat(captured.toString(StandardCharsets.UTF_8).strip())
                .isEqualTo(
                        "Service Recovery did not start. Refunds are to be paid by Stripe, and its API key is missing:"
                                + " set service-recovery.payments.stripe.api-key.");
    }

    /** What a kept notice leads to is none of this test's business. */
    private static NoticesController controller(ApplicationContext context) {
        PaymentProcessor payments = context.getBean(PaymentProcessor.class);
        return new NoticesController(
                payments, new RefundNews(context.getBean(JdbcClient.class), CLOCK, payments, null, null, null));
    }

    private static MockHttpServletRequest request(String body) {
        MockHttpServletRequest request = new MockHttpServletRequest();
        request.setContent(body.getBytes(StandardCharsets.UTF_8));
        return request;
    }

    private static Payment register(ApplicationContext context, String charge) {
        Customers customers = context.getBean(Customers.class);
        long ada = customers.register("C-1", "Ada", null, null).id();
        return customers.registerPayment(ada, charge, "INV-1", Money.parse("EUR 1.00"), null, NOW);
    }

    private static RefundOrder order(String charge) {
        return new RefundOrder(UUID.randomUUID(), charge, Money.parse("EUR 1.00"));
    }
}
