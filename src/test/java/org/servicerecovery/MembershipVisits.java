package org.servicerecovery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Somebody else's system for membership visits, on loopback, with a book of its own: one for all tests of a JVM. It
 * believes what is signed with {@link #SECRET} alone.
 *
 * <p>Marks in a description make it misbehave: {@code -refused-once-} refuses the first order of the customer; {@code
 * -silent-twice-} does as told and leaves the first two calls of an order unanswered; {@code -firm-} cannot be cancelled,
 * {@code -firm-at-first-} not by the first cancellation; {@code -unsure-} leaves cancellations unanswered, {@code -deaf-}
 * does not even carry them out; {@code -page-} answers with a page, {@code -broken-} with 500, {@code
 * -other-} about another order.
 */
public final class MembershipVisits implements BeforeAllCallback {

    /** One call, as it was understood. */
    public record Call(String action, String key, String number, String idempotencyKey) {}

    static final String URL_PROPERTY = "service-recovery.test.membership-visits";
    public static final String SECRET = "only-for-tests";

    private static final JsonMapper JSON = new JsonMapper();
    private static final long LONGER_THAN_ANYBODY_WAITS = 1000;

    /** Status by the key of the order. */
    private static final Map<String, String> BOOK = new ConcurrentHashMap<>();

    private static final Set<String> REFUSED_BEFORE = ConcurrentHashMap.newKeySet();
    private static final List<Call> CALLS = new CopyOnWriteArrayList<>();

    private static final class Server {

        static final String URL = start();

        private static String start() {
            try {
                HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
                server.setExecutor(Executors.newCachedThreadPool(work -> {
                    Thread thread = new Thread(work, "membership-visits");
                    thread.setDaemon(true);
                    return thread;
                }));
                server.createContext("/visits", MembershipVisits::handle);
                server.start();
                return "http://127.0.0.1:" + server.getAddress().getPort() + "/visits";
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        announce();
    }

    /** Makes its address known, for whoever starts the application without this extension. */
    public static void announce() {
        System.setProperty(URL_PROPERTY, url());
    }

    public static String url() {
        return Server.URL;
    }

    /** What was asked about an order with this key, in the order it came. */
    public static List<String> asked(Object key) {
        return CALLS.stream()
                .filter(call -> call.key().equals(key.toString()))
                .map(Call::action)
                .toList();
    }

    /** The keys under which it was asked to cancel the order with this key. */
    public static List<String> cancelKeys(Object key) {
        return CALLS.stream()
                .filter(call ->
                        call.key().equals(key.toString()) && call.action().equals("cancel"))
                .map(Call::idempotencyKey)
                .toList();
    }

    /** How its book has the visits that were ordered with this number of ours. */
    public static List<String> booked(String number) {
        return CALLS.stream()
                .filter(call -> call.number().equals(number))
                .map(Call::key)
                .distinct()
                .filter(BOOK::containsKey)
                .map(BOOK::get)
                .toList();
    }

    private static void handle(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        try {
            new BodySignature("Service-Recovery-Signature", SECRET)
                    .verify(String.valueOf(exchange.getRequestHeaders().getFirst("Service-Recovery-Signature")), body);
        } catch (IllegalArgumentException forged) {
            answer(exchange, 401, "{}");
            return;
        }
        JsonNode order = JSON.readTree(body);
        String key = order.path("key").asText();
        String description = order.path("description").asText();
        Call call = new Call(
                order.path("action").asText(),
                key,
                order.path("number").asText(),
                String.valueOf(exchange.getRequestHeaders().getFirst("Idempotency-Key")));
        CALLS.add(call);
        String answer = answer(call, description, order.path("customer").asText());
        boolean silent = (description.contains("-silent-twice-") && asked(key).size() <= 2)
                || (call.action().equals("cancel")
                        && (description.contains("-unsure-") || description.contains("-deaf-")));
        if (silent) {
            pause();
            exchange.close();
        } else if (description.contains("-page-")) {
            exchange.getResponseHeaders().set("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write("<h1>Welcome</h1>".getBytes(StandardCharsets.UTF_8));
            exchange.close();
        } else if (description.contains("-other-")) {
            answer(exchange, 200, answer.replace(key, "another"));
        } else {
            answer(exchange, description.contains("-broken-") ? 500 : answer.contains("refused") ? 409 : 200, answer);
        }
    }

    private static String answer(Call call, String description, String customer) {
        return switch (call.action()) {
            case "schedule" -> {
                if (!BOOK.containsKey(call.key())
                        && description.contains("-refused-once-")
                        && REFUSED_BEFORE.add(customer)) {
                    yield entry(call.key(), "refused", "\"reason\":\"No plan covers this.\"");
                }
                BOOK.putIfAbsent(call.key(), "scheduled");
                yield booked(call);
            }
            case "cancel" -> {
                boolean isFirm = description.contains("-firm-at-first-")
                        ? REFUSED_BEFORE.add(call.key()) || REFUSED_BEFORE.contains(call.idempotencyKey())
                        : description.contains("-firm-");
                if (isFirm) {
                    // It remembers what it answered under a key.
                    REFUSED_BEFORE.add(call.idempotencyKey());
                    yield entry(call.key(), "refused", "\"reason\":\"The van is on its way.\"");
                }
                if (!description.contains("-deaf-")) {
                    BOOK.replace(call.key(), "cancelled");
                }
                yield booked(call);
            }
            default -> booked(call);
        };
    }

    private static String booked(Call call) {
        return entry(
                call.key(),
                BOOK.getOrDefault(call.key(), "unknown"),
                "\"reference\":\"V-" + call.number() + "\",\"at\":\"2027-01-04T09:00:00Z\"");
    }

    private static String entry(String key, String status, String more) {
        return "{\"key\":\"" + key + "\",\"status\":\"" + status + "\"," + more + "}";
    }

    private static void answer(HttpExchange exchange, int status, String answer) throws IOException {
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static void pause() {
        try {
            Thread.sleep(LONGER_THAN_ANYBODY_WAITS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
