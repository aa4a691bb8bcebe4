package org.servicerecovery.compensation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.UUID;
import org.joda.money.Money;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerecovery.TimeOuts;
import org.servicerecovery.compensation.RefundOutcome.Declined;
import org.servicerecovery.compensation.RefundOutcome.Settled;
import org.servicerecovery.compensation.RefundOutcome.Unknown;
import org.servicerecovery.compensation.sandbox.SandboxDatabases;
import org.servicerecovery.compensation.sandbox.SandboxProcessor;

class SandboxPaymentProcessorTest {

    private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final String SECRET = "only-for-tests";

    private static SandboxProcessor sandbox;
    private static SandboxPaymentProcessor payments;

    @BeforeAll
    static void startSandbox() throws SQLException {
        sandbox = SandboxProcessor.start(
                SandboxDatabases.create(), 0, SandboxDatabases.delays(Duration.ofMinutes(1)), CLOCK);
        payments = clientOf(sandbox.url(), TIMEOUT);
    }

    @AfterAll
    static void stopSandbox() {
        sandbox.close();
    }

    @Test
    void refundIsSettledAndFoundByItsKey() {
        RefundOrder order = order(charge("ch-", "EUR 20.00"), "EUR 12.34");

        RefundOutcome outcome = payments.refund(order);

        assertThat(outcome).isInstanceOfSatisfying(Settled.class, settled -> {
            assertThat(settled.reference()).isNotEmpty();
            assertThat(settled.at()).isEqualTo(NOW);
        });
        assertThat(payments.lookUp(order)).contains(outcome);
    }

    @Test
    void sameOrderTwicePaysOnce() {
        String charge = charge("ch-", "EUR 20.00");
        RefundOrder order = order(charge, "EUR 15.00");

        RefundOutcome first = payments.refund(order);
        RefundOutcome second = payments.refund(order);

        assertThat(first).isInstanceOf(Settled.class);
        assertThat(second).isEqualTo(first);
        assertThat(payments.refund(order(charge, "EUR 5.00"))).isInstanceOf(Settled.class);
    }

    @ParameterizedTest
    @CsvSource({"JPY 1200, JPY 1200, JPY 1", "KWD 1.234, KWD 1.234, KWD 0.001", "EUR 0.01, EUR 0.01, EUR 0.01"})
    void everyCurrencyIsPaidInItsOwnMinorUnits(String paid, String refund, String more) {
        String charge = charge("ch-", paid);

        assertThat(payments.refund(order(charge, refund))).isInstanceOf(Settled.class);
        assertThat(payments.refund(order(charge, more)))
                .isInstanceOfSatisfying(
                        Declined.class, declined -> assertThat(declined.code()).isEqualTo("charge_already_refunded"));
    }

    @ParameterizedTest
    @CsvSource({"JPY 1200, JPY 1201", "KWD 1.234, KWD 1.235", "EUR 0.01, EUR 0.02"})
    void oneMinorUnitTooMuchIsDeclined(String paid, String refund) {
        assertThat(payments.refund(order(charge("ch-", paid), refund)))
                .isInstanceOfSatisfying(
                        Declined.class, declined -> assertThat(declined.code()).isEqualTo("amount_too_large"));
    }

    @Test
    void declinedRefundStaysDeclinedUnderItsKey() {
        RefundOrder order = order(charge("ch-declined-", "EUR 20.00"), "EUR 5.00");

        RefundOutcome outcome = payments.refund(order);

        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Declined.class, declined -> assertThat(declined.code()).isEqualTo("declined"));
        assertThat(payments.refund(order)).isEqualTo(outcome);
        assertThat(payments.lookUp(order)).contains(outcome);
    }

    @Test
    void chargeTheProcessorDoesNotKnowIsADecline() {
        assertThat(payments.refund(order("ch-nowhere", "EUR 5.00")))
                .isInstanceOfSatisfying(
                        Declined.class, declined -> assertThat(declined.code()).isEqualTo("charge_unknown"));
    }

    @Test
    void chargeTheProcessorDoesNotKnowAfterAnEarlierTryIsUnknown() {
        assertThat(payments.refund(order("ch-nowhere", "EUR 5.00").again())).isInstanceOf(Unknown.class);
    }

    @Test
    void otherCurrencyThanTheChargesIsADecline() {
        assertThat(payments.refund(order(charge("ch-", "EUR 20.00"), "USD 5.00")))
                .isInstanceOfSatisfying(
                        Declined.class, declined -> assertThat(declined.code()).isEqualTo("currency_mismatch"));
    }

    @Test
    void keyTheProcessorDoesNotKnowIsNotFound() {
        assertThat(payments.lookUp(order("ch-1", "EUR 1.00"))).isEmpty();
    }

    @Test
    void oneKeyForTwoOrdersFailsWithoutTellingTheAmount() {
        RefundOrder order = order(charge("ch-", "EUR 20.00"), "EUR 5.67");
        payments.refund(order);
        RefundOrder other = new RefundOrder(order.idempotencyKey(), order.chargeId(), Money.parse("EUR 7.89"));

        assertThatThrownBy(() -> payments.refund(other))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(order.idempotencyKey().toString())
                // The key has digits of its own.
                .extracting(thrown ->
                        thrown.getMessage().replace(order.idempotencyKey().toString(), ""))
                .asString()
                .doesNotContain("5.67", "567", "7.89", "789", "EUR");
    }

    @Test
    void timeOutAfterTheRefundWasBookedIsUnknownAndThenFoundSettled() {
        SandboxPaymentProcessor impatient = clientOf(sandbox.url(), Duration.ofSeconds(1));
        RefundOrder order = order(charge("ch-slow-", "EUR 20.00"), "EUR 20.00");

        assertThat(impatient.refund(order)).isInstanceOf(Unknown.class);

        assertThat(impatient.lookUp(order)).get().isInstanceOf(Settled.class);
        assertThat(impatient.refund(order)).isEqualTo(impatient.lookUp(order).orElseThrow());
    }

    @Test
    void connectionLostAfterTheRefundWasBookedIsUnknownAndThenPaidOnce() {
        String charge = charge("ch-timeout-", "EUR 20.00");
        RefundOrder order = order(charge, "EUR 20.00");

        assertThat(payments.refund(order)).isInstanceOf(Unknown.class);

        RefundOutcome repeated = payments.refund(order);
        assertThat(repeated).isInstanceOf(Settled.class);
        assertThat(payments.lookUp(order)).contains(repeated);
    }

    @Test
    void declineWhoseAnswerWasLostIsUnknownAndThenFoundDeclined() {
        String charge = charge("ch-timeout-", "EUR 20.00");
        RefundOrder order = order(charge, "EUR 20.01");

        assertThat(payments.refund(order)).isInstanceOf(Unknown.class);

        assertThat(payments.lookUp(order)).get().isInstanceOf(Declined.class);
    }

    @Test
    void processorThatIsNotThereIsUnknown() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        SandboxPaymentProcessor nobody = clientOf(URI.create("http://127.0.0.1:" + port), TIMEOUT);

        assertThat(nobody.refund(order("ch-1", "EUR 1.00"))).isInstanceOf(Unknown.class);
        assertThat(nobody.lookUp(order("ch-1", "EUR 1.00"))).get().isInstanceOf(Unknown.class);
    }

    @Test
    void processorWithoutItsBookIsUnknownNotDeclined() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
            try (SandboxProcessor alone = SandboxProcessor.start(
                    postgres.getJdbcUrl("postgres", "postgres"), 0, SandboxDatabases.delays(Duration.ZERO), CLOCK)) {
                SandboxPaymentProcessor client = clientOf(alone.url(), TIMEOUT);
                client.registerCharge("ch-1", Money.parse("EUR 1.00"));
                postgres.close();

                assertThat(client.refund(order("ch-1", "EUR 1.00"))).isInstanceOf(Unknown.class);
                assertThat(client.lookUp(order("ch-1", "EUR 1.00"))).get().isInstanceOf(Unknown.class);
            }
        }
    }

    /** Something else may answer in the processor's place: a proxy, a sign-in page, a server of another kind. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "200;<html>Sign in</html>",
                "201;{\"status\":\"settled\",\"reference\":\"r\",\"at\":\"2026-11-01T12:00:00Z\"}",
                "201;{\"key\":\"KEY\",\"status\":\"settled\",\"reference\":\"r\",\"at\":\"yesterday\"}",
                "201;{\"key\":\"KEY\",\"status\":\"paid-out\",\"reference\":\"r\",\"at\":\"2026-11-01T12:00:00Z\"}",
                "204;",
                "302;",
                "402;Payment required",
                "403;<html>Forbidden</html>",
                "404;{\"error\":\"Not Found\"}",
                "408;",
                "429;",
                "500;{\"code\":\"failed\",\"reason\":\"It failed.\"}",
                "502;<html>Bad gateway</html>",
                "503;{\"code\":\"unavailable\",\"reason\":\"Later.\"}",
            })
    void answerThatIsNotTheProcessorsOwnIsUnknown(String answer) throws Exception {
        UUID key = UUID.randomUUID();
        int status = Integer.parseInt(answer.substring(0, 3));
        byte[] body = answer.substring(4).replace("KEY", key.toString()).getBytes(StandardCharsets.UTF_8);
        HttpServer somebodyElse = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        somebodyElse.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        somebodyElse.start();
        try {
            SandboxPaymentProcessor client = clientOf(
                    URI.create("http://127.0.0.1:" + somebodyElse.getAddress().getPort()), TIMEOUT);

            RefundOrder order = new RefundOrder(key, "ch-1", Money.parse("EUR 1.00"));
            assertThat(client.refund(order)).isInstanceOf(Unknown.class);
            assertThat(client.lookUp(order)).get().isInstanceOf(Unknown.class);
        } finally {
            somebodyElse.stop(0);
        }
    }

    @Test
    void answerThatStopsHalfwayIsUnknown() throws Exception {
        HttpServer broken = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        broken.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(201, 1_000);
            exchange.getResponseBody().write("{\"key\":".getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            exchange.close();
        });
        broken.start();
        try {
            SandboxPaymentProcessor client = clientOf(
                    URI.create("http://127.0.0.1:" + broken.getAddress().getPort()), Duration.ofSeconds(3));

            assertThat(client.refund(order("ch-1", "EUR 1.00"))).isInstanceOf(Unknown.class);
        } finally {
            broken.stop(0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"EUR 0.00", "EUR -1.00"})
    void orderIsAboveZero(String amount) {
        assertThatThrownBy(() -> order("ch-1", amount)).isInstanceOf(IllegalArgumentException.class);
    }

    private static SandboxPaymentProcessor clientOf(URI processor, Duration readTimeout) {
        return new SandboxPaymentProcessor(
                processor, new TimeOuts("test", Duration.ofSeconds(2), readTimeout), SECRET, CLOCK);
    }

    private static String charge(String prefix, String paid) {
        String id = prefix + UUID.randomUUID();
        payments.registerCharge(id, Money.parse(paid));
        return id;
    }

    private static RefundOrder order(String charge, String amount) {
        return new RefundOrder(UUID.randomUUID(), charge, Money.parse(amount));
    }
}
