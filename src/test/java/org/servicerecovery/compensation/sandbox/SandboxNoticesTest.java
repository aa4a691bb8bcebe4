package org.servicerecovery.compensation.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.servicerecovery.BodySignature;

/** What becomes of a refund after its answer, and how the sandbox tells. */
class SandboxNoticesTest {

    private static final String SECRET = "only-for-tests";

    private record Received(byte[] body, String signature) {

        JsonNode json() throws Exception {
            return new JsonMapper().readTree(body);
        }
    }

    private final List<Received> received = new CopyOnWriteArrayList<>();
    private volatile int refuseFirst;

    private HttpServer listener;
    private SandboxProcessor processor;
    private SandboxClient client;

    @BeforeEach
    void start() throws Exception {
        listener = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        listener.createContext("/notices", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            received.add(new Received(body, exchange.getRequestHeaders().getFirst(SandboxProcessor.SIGNATURE_HEADER)));
            exchange.sendResponseHeaders(received.size() <= refuseFirst ? 500 : 200, -1);
            exchange.close();
        });
        listener.start();
        processor = SandboxProcessor.start(
                SandboxDatabases.create(),
                0,
                new SandboxProcessor.Delays(Duration.ZERO, Duration.ofMillis(200)),
                Clock.systemUTC());
        client = new SandboxClient(processor.url());
    }

    @AfterEach
    void stop() {
        processor.close();
        listener.stop(0);
    }

    @Test
    void aPendingRefundIsSettledByItselfAndToldWithAValidSignature() throws Exception {
        listen();
        client.charge("ch-pending-1", 10_00, "EUR");

        assertThat(client.refund("key-1", "ch-pending-1", 4_00, "EUR").status()).isEqualTo(202);
        await(1);

        Received notice = received.get(0);
        assertThat(new BodySignature(SandboxProcessor.SIGNATURE_HEADER, SECRET)
                        .verify(notice.signature(), notice.body()))
                .isBetween(Instant.now().minusSeconds(60), Instant.now());
        assertThat(notice.json().path("type").asText()).isEqualTo("refund.settled");
        assertThat(notice.json().path("refund").path("key").asText()).isEqualTo("key-1");
        assertThat(client.book(10).get(0).path("status").asText()).isEqualTo("settled");
    }

    @Test
    void aRefundThatFailsLaterGivesTheChargeItsMoneyBack() throws Exception {
        listen();
        client.charge("ch-fails-later-1", 10_00, "EUR");

        assertThat(client.refund("key-1", "ch-fails-later-1", 10_00, "EUR").status())
                .isEqualTo(201);
        await(1);

        assertThat(received.get(0).json().path("type").asText()).isEqualTo("refund.failed");
        assertThat(client.refund("key-2", "ch-fails-later-1", 10_00, "EUR").status())
                .as("nothing of it is taken any more")
                .isEqualTo(201);
    }

    @Test
    void whatIsPendingCannotBeRefundedASecondTime() throws Exception {
        client.charge("ch-pending-1", 10_00, "EUR");

        assertThat(client.refund("key-1", "ch-pending-1", 7_00, "EUR").status()).isEqualTo(202);
        assertThat(client.refund("key-2", "ch-pending-1", 4_00, "EUR").status()).isEqualTo(402);
    }

    @Test
    void aNoticeThatIsNotTakenIsSentAgainWithTheSameId() throws Exception {
        refuseFirst = 1;
        listen();
        client.charge("ch-pending-1", 10_00, "EUR");
        client.refund("key-1", "ch-pending-1", 4_00, "EUR");

        await(2);

        assertThat(received.get(1).json().path("id").asText())
                .isEqualTo(received.get(0).json().path("id").asText());
        Thread.sleep(1500);
        assertThat(received).as("taken once, it is not sent any more").hasSize(2);
    }

    @Test
    void newsOfBeforeAreToldOnceSomebodyListens() throws Exception {
        client.charge("ch-pending-1", 10_00, "EUR");
        client.refund("key-1", "ch-pending-1", 4_00, "EUR");
        Awaitility.await("it is settled")
                .atMost(Duration.ofSeconds(20))
                .until(() -> client.book(10).get(0).path("status").asText().equals("settled"));

        listen();

        await(1);
    }

    private void listen() {
        processor.sendNoticesTo(
                URI.create("http://127.0.0.1:" + listener.getAddress().getPort() + "/notices"), SECRET);
    }

    private void await(int notices) {
        Awaitility.await(notices + " notices").atMost(Duration.ofSeconds(20)).until(() -> received.size() >= notices);
    }
}
