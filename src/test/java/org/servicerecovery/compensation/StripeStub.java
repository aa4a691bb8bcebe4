package org.servicerecovery.compensation;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Plays the part of Stripe that pays refunds and keeps customers' balances, over HTTP on loopback: it books, remembers
 * idempotency keys with what it answered, and pages its lists. Where Stripe's own description is at hand, each request and each answer is held
 * against it.
 */
final class StripeStub implements AutoCloseable {

    /** A request as it came. */
    record Sent(String method, String path, Map<String, String> parameters, Headers headers) {

        String header(String name) {
            return headers.getFirst(name);
        }
    }

    private record Charge(String id, String intent, String currency, long amount) {}

    private record Answer(int status, String body) {}

    private record Remembered(Map<String, String> parameters, Answer answer) {}

    /** What happens to the next refund that is booked, instead of an answer. */
    private enum Mishap {
        NONE,
        BOOKED_WITHOUT_ANSWER,
        SERVER_ERROR,
        SERVER_ERROR_AFTER_BOOKING
    }

    private static final JsonMapper JSON = new JsonMapper();
    private static final int LARGEST_PAGE = 100;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Optional<StripeDescription> description = StripeDescription.given();
    private final List<String> violations = new CopyOnWriteArrayList<>();
    private final List<Sent> sent = new CopyOnWriteArrayList<>();
    private final Map<String, Charge> charges = new HashMap<>();
    private final Map<String, Remembered> answered = new HashMap<>();
    private final List<ObjectNode> newestFirst = new ArrayList<>();
    /** By customer, the newest first. */
    private final Map<String, List<ObjectNode>> balances = new HashMap<>();

    private final HttpServer server;
    private final String apiKey;
    private final Clock clock;
    private String statusOfNext = "succeeded";
    private Mishap mishap = Mishap.NONE;
    private Answer instead;
    private Duration delay = Duration.ZERO;

    StripeStub(String apiKey, Clock clock) throws IOException {
        this.apiKey = apiKey;
        this.clock = clock;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    List<Sent> sent() {
        return sent;
    }

    Sent lastSent() {
        return sent.get(sent.size() - 1);
    }

    /** What Stripe's description does not allow. */
    List<String> violations() {
        return violations;
    }

    /** @param amount in Stripe's unit */
    synchronized void took(String charge, String intent, String currency, long amount) {
        charges.put(charge, new Charge(charge, intent, currency, amount));
    }

    synchronized void booksAs(String status) {
        statusOfNext = status;
    }

    synchronized void booksWithoutAnswering() {
        mishap = Mishap.BOOKED_WITHOUT_ANSWER;
    }

    synchronized void failsWithServerError(boolean booked) {
        mishap = booked ? Mishap.SERVER_ERROR_AFTER_BOOKING : Mishap.SERVER_ERROR;
    }

    /** Until {@link #answersAgain()}. */
    synchronized void answers(int status, String body) {
        instead = new Answer(status, body);
    }

    synchronized void answersAgain() {
        instead = null;
    }

    synchronized void answersAfter(Duration wait) {
        delay = wait;
    }

    /** As after a day. */
    synchronized void forgetsKeys() {
        answered.clear();
    }

    synchronized void becomes(UUID key, String status, String failureReason) {
        ObjectNode refund = newestFirst.stream()
                .filter(made -> made.path("metadata")
                        .path("service_recovery_key")
                        .asText()
                        .equals(key.toString()))
                .findFirst()
                .orElseThrow();
        refund.put("status", status);
        if (failureReason != null) {
            refund.put("failure_reason", failureReason);
        }
    }

    /** A refund that somebody made on Stripe's own pages. */
    synchronized ObjectNode madeOutside(String charge, long amount, Instant at) {
        Charge of = charges.get(charge);
        ObjectNode refund = book(of, amount, Map.of());
        return refund.put("created", at.getEpochSecond());
    }

    synchronized void hasCustomer(String customer) {
        balances.putIfAbsent(customer, new ArrayList<>());
    }

    synchronized void forgetsCustomer(String customer) {
        balances.remove(customer);
    }

    /** What Stripe does by itself, or somebody on its pages; below zero is in the customer's favour. */
    synchronized ObjectNode onBalance(String customer, String type, String invoice, String currency, long amount) {
        return enter(customer, type, invoice, currency, amount, Map.of());
    }

    static String error(String type, String code, String param, String message) {
        ObjectNode error = JSON.createObjectNode();
        ObjectNode inner = error.putObject("error").put("type", type).put("message", message);
        if (code != null) {
            inner.put("code", code);
        }
        if (param != null) {
            inner.put("param", param);
        }
        return error.toString();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String method = exchange.getRequestMethod();
        String query = method.equals("GET") ? exchange.getRequestURI().getRawQuery() : body;
        Sent request = new Sent(method, exchange.getRequestURI().getPath(), form(query), exchange.getRequestHeaders());
        sent.add(request);
        Answer answer = answer(request);
        // Of a payment the stub tells no more than is read.
        description
                .filter(d -> request.path().equals("/v1/refunds") || customerOf(request.path()) != null)
                .ifPresent(d -> violations.addAll(d.violations(
                        request.method(),
                        customerOf(request.path()) == null
                                ? request.path()
                                : "/v1/customers/{customer}/balance_transactions",
                        request.parameters(),
                        answer.status(),
                        answer.body())));
        try (exchange) {
            if (answer.status() > 0) {
                Thread.sleep(delay.toMillis());
                byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.getResponseHeaders().set("Request-Id", "req_for_tests");
                exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized Answer answer(Sent request) {
        if (instead != null) {
            return instead;
        }
        if (!("Bearer " + apiKey).equals(request.header("Authorization"))) {
            return new Answer(
                    401, error("invalid_request_error", null, null, "Invalid API Key provided: sk_test_***tests"));
        }
        String customer = customerOf(request.path());
        if (customer != null) {
            return balance(customer, request);
        }
        if (!request.path().equals("/v1/refunds")) {
            return payment(request.path().substring(request.path().lastIndexOf('/') + 1));
        }
        return request.method().equals("GET") ? list(request.parameters()) : create(request);
    }

    private Answer payment(String id) {
        return charges.values().stream()
                .filter(charge -> charge.id().equals(id) || id.equals(charge.intent()))
                .findFirst()
                .map(charge -> new Answer(
                        200,
                        JSON.createObjectNode()
                                .put("id", id)
                                .put("object", id.startsWith("pi_") ? "payment_intent" : "charge")
                                .put("currency", charge.currency())
                                .toString()))
                .orElseGet(StripeStub::missing);
    }

    private static String customerOf(String path) {
        String[] parts = path.split("/");
        return parts.length == 5 && parts[2].equals("customers") && parts[4].equals("balance_transactions")
                ? parts[3]
                : null;
    }

    private Answer balance(String customer, Sent request) {
        if (!balances.containsKey(customer)) {
            return new Answer(404, error("invalid_request_error", "resource_missing", "customer", "No such customer"));
        }
        return request.method().equals("GET")
                ? page(balances.get(customer), request)
                : once(request, () -> adjust(customer, request.parameters()));
    }

    private Answer adjust(String customer, Map<String, String> wanted) {
        return booked(() -> enter(
                customer, "adjustment", null, wanted.get("currency"), Long.parseLong(wanted.get("amount")), wanted));
    }

    private ObjectNode enter(
            String customer, String type, String invoice, String currency, long amount, Map<String, String> wanted) {
        List<ObjectNode> entries = balances.get(customer);
        long before = entries.stream()
                .filter(entry -> entry.path("currency").asText().equals(currency))
                .mapToLong(entry -> entry.path("amount").asLong())
                .sum();
        ObjectNode entry = JSON.createObjectNode()
                .put("id", "cbtxn_" + UUID.randomUUID().toString().replace("-", ""))
                .put("object", "customer_balance_transaction")
                .put("amount", amount)
                .put("created", clock.instant().getEpochSecond())
                .putNull("credit_note")
                .put("currency", currency)
                .put("customer", customer)
                .putNull("description")
                .put("ending_balance", before + amount)
                .put("invoice", invoice)
                .put("livemode", false)
                .put("type", type);
        metadata(entry, wanted);
        entries.add(0, entry);
        return entry;
    }

    private Answer create(Sent request) {
        return once(request, () -> pay(request.parameters()));
    }

    private Answer once(Sent request, Supplier<Answer> work) {
        String key = request.header("Idempotency-Key");
        Remembered before = answered.get(key);
        if (before == null) {
            Answer answer = work.get();
            if (answer.status() != 404) {
                answered.put(key, new Remembered(request.parameters(), answer));
            }
            return answer;
        }
        return before.parameters().equals(request.parameters())
                ? before.answer()
                : new Answer(
                        400,
                        error(
                                "idempotency_error",
                                null,
                                null,
                                "Keys for idempotent requests can only be used with the same parameters."));
    }

    private Answer pay(Map<String, String> wanted) {
        Charge charge = charge(wanted);
        if (charge == null) {
            return missing();
        }
        long amount = Long.parseLong(wanted.get("amount"));
        long left = charge.amount() - refunded(charge);
        if (left == 0) {
            return new Answer(
                    400,
                    error(
                            "invalid_request_error",
                            "charge_already_refunded",
                            null,
                            "Charge has already been refunded."));
        }
        if (amount > left) {
            return new Answer(
                    400,
                    error(
                            "invalid_request_error",
                            null,
                            "amount",
                            "Refund amount (" + amount + ") is greater than unrefunded amount on charge (" + left
                                    + ")"));
        }
        return booked(() -> book(charge, amount, wanted));
    }

    private Answer booked(Supplier<ObjectNode> work) {
        if (mishap == Mishap.SERVER_ERROR) {
            mishap = Mishap.NONE;
            return serverError();
        }
        ObjectNode made = work.get();
        Mishap now = mishap;
        mishap = Mishap.NONE;
        return switch (now) {
            case SERVER_ERROR_AFTER_BOOKING -> serverError();
            case BOOKED_WITHOUT_ANSWER -> new Answer(0, "");
            default -> new Answer(200, made.toString());
        };
    }

    private static Answer serverError() {
        return new Answer(500, error("api_error", null, null, "Sorry! There was an error while talking to a backend."));
    }

    private static Answer missing() {
        return new Answer(404, error("invalid_request_error", "resource_missing", "charge", "No such charge"));
    }

    private Charge charge(Map<String, String> wanted) {
        String intent = wanted.get("payment_intent");
        return intent == null
                ? charges.get(wanted.get("charge"))
                : charges.values().stream()
                        .filter(charge -> intent.equals(charge.intent()))
                        .findFirst()
                        .orElse(null);
    }

    private long refunded(Charge charge) {
        return newestFirst.stream()
                .filter(refund -> refund.path("charge").asText().equals(charge.id()))
                .filter(refund -> !List.of("failed", "canceled")
                        .contains(refund.path("status").asText()))
                .mapToLong(refund -> refund.path("amount").asLong())
                .sum();
    }

    private ObjectNode book(Charge charge, long amount, Map<String, String> wanted) {
        ObjectNode refund = JSON.createObjectNode()
                .put("id", "re_" + UUID.randomUUID().toString().replace("-", ""))
                .put("object", "refund")
                .put("amount", amount)
                .put("currency", charge.currency())
                .put("charge", charge.id())
                .put("payment_intent", charge.intent())
                .put("created", clock.instant().getEpochSecond())
                .put("status", statusOfNext)
                .putNull("reason")
                .putNull("receipt_number");
        metadata(refund, wanted);
        newestFirst.add(0, refund);
        return refund;
    }

    private static void metadata(ObjectNode made, Map<String, String> wanted) {
        ObjectNode metadata = made.putObject("metadata");
        wanted.forEach((name, value) -> {
            if (name.startsWith("metadata[")) {
                metadata.put(name.substring("metadata[".length(), name.length() - 1), value);
            }
        });
    }

    private Answer list(Map<String, String> wanted) {
        boolean ofOnePayment = wanted.containsKey("charge") || wanted.containsKey("payment_intent");
        if (ofOnePayment && charge(wanted) == null) {
            return missing();
        }
        List<ObjectNode> matching = newestFirst.stream()
                .filter(refund -> !ofOnePayment
                        || refund.path("charge").asText().equals(charge(wanted).id()))
                .filter(refund ->
                        refund.path("created").asLong() >= Long.parseLong(wanted.getOrDefault("created[gte]", "0")))
                .toList();
        return page(matching, new Sent("GET", "/v1/refunds", wanted, new Headers()));
    }

    private static Answer page(List<ObjectNode> matching, Sent request) {
        Map<String, String> wanted = request.parameters();
        int from = 0;
        while (wanted.containsKey("starting_after")
                && !matching.get(from++).path("id").asText().equals(wanted.get("starting_after"))) {}
        int to = Math.min(
                matching.size(), from + Math.min(LARGEST_PAGE, Integer.parseInt(wanted.getOrDefault("limit", "10"))));
        ObjectNode list = JSON.createObjectNode()
                .put("object", "list")
                .put("url", request.path())
                .put("has_more", to < matching.size());
        list.putArray("data").addAll(matching.subList(from, to));
        return new Answer(200, list.toString());
    }

    private static Map<String, String> form(String encoded) {
        Map<String, String> form = new LinkedHashMap<>();
        if (encoded != null && !encoded.isEmpty()) {
            Arrays.stream(encoded.split("&")).forEach(pair -> {
                String[] parts = pair.split("=", 2);
                form.put(decoded(parts[0]), decoded(parts[1]));
            });
        }
        return form;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
