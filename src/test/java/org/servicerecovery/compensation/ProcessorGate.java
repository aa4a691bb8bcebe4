package org.servicerecovery.compensation;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Stands between the application and the payment processor and can stop refunds on their way there or back, so that a
 * test knows to the step where each is. Everything else passes.
 */
final class ProcessorGate implements AutoCloseable {

    private enum Rule {
        PASS,
        HOLD_REQUEST,
        HOLD_ANSWER,
        DROP
    }

    /** One refund that is stopped: {@code there} when it has come to the gate, {@code go} when the test has decided. */
    private record Stop(Rule rule, CountDownLatch there, CountDownLatch go, AtomicBoolean delivered) {

        static Stop at(Rule rule) {
            return new Stop(rule, new CountDownLatch(1), new CountDownLatch(1), new AtomicBoolean());
        }
    }

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> askedKeys = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    private final URI processor;
    private final Queue<Stop> stops = new ConcurrentLinkedQueue<>();
    private volatile Stop stop = Stop.at(Rule.PASS);

    ProcessorGate(URI processor) throws IOException {
        this.processor = processor;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** The next refund comes to the gate and no further. */
    void holdRequests() {
        hold(Rule.HOLD_REQUEST);
    }

    /** The next refund reaches the processor, whose answer comes to the gate and no further. */
    void holdAnswers() {
        hold(Rule.HOLD_ANSWER);
    }

    private void hold(Rule rule) {
        stop = Stop.at(rule);
        stops.add(stop);
    }

    /** Connections of refunds are closed without an answer, and the processor hears of none. */
    void dropRefunds() {
        stop = Stop.at(Rule.DROP);
    }

    void awaitHeld() throws InterruptedException {
        if (!stop.there().await(60, TimeUnit.SECONDS)) {
            throw new AssertionError("No refund came to the gate.");
        }
    }

    /** All that is held is lost, as on a broken line; what comes later passes. */
    void loseHeld() {
        stop = Stop.at(Rule.PASS);
        for (Stop held = stops.poll(); held != null; held = stops.poll()) {
            held.go().countDown();
        }
    }

    /** What was held last goes on its way; what comes later passes. */
    void deliverHeld() {
        Stop held = stop;
        stop = Stop.at(Rule.PASS);
        held.delivered().set(true);
        held.go().countDown();
    }

    /** How often a refund with this key was asked for, held and lost ones included. */
    long asked(String key) {
        return askedKeys.stream().filter(key::equals).count();
    }

    private void handle(HttpExchange exchange) throws IOException {
        Stop mine = Stop.at(Rule.PASS);
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (exchange.getRequestMethod().equals("POST")) {
            askedKeys.add(exchange.getRequestHeaders().getFirst("Idempotency-Key"));
            mine = stop;
        }
        try {
            if (mine.rule() == Rule.DROP || (mine.rule() == Rule.HOLD_REQUEST && lost(mine))) {
                exchange.close();
                return;
            }
            HttpResponse<byte[]> answer = client.send(request(exchange, body), BodyHandlers.ofByteArray());
            if (mine.rule() == Rule.HOLD_ANSWER && lost(mine)) {
                exchange.close();
                return;
            }
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(answer.statusCode(), answer.body().length);
            exchange.getResponseBody().write(answer.body());
            exchange.close();
        } catch (InterruptedException e) {
            exchange.close();
            Thread.currentThread().interrupt();
        }
    }

    private boolean lost(Stop mine) throws InterruptedException {
        mine.there().countDown();
        mine.go().await();
        return !mine.delivered().get();
    }

    private HttpRequest request(HttpExchange exchange, byte[] body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        processor.resolve(exchange.getRequestURI().toString()))
                .header("Content-Type", "application/json")
                .method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(body));
        String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
        return key == null
                ? request.build()
                : request.header("Idempotency-Key", key).build();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
