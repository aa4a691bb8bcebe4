package org.servicerecovery.compensation.sandbox;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.joda.money.CurrencyUnit;
import org.joda.money.IllegalCurrencyException;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.compensation.sandbox.Book.Charge;
import org.servicerecovery.compensation.sandbox.Book.Entry;
import org.servicerecovery.compensation.sandbox.Book.Refund;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;
import org.springframework.util.MultiValueMap;
import org.springframework.web.util.UriComponentsBuilder;
import org.springframework.web.util.UriUtils;

/** The processor's HTTP side. What it speaks is written at {@link SandboxProcessor}. */
final class SandboxHttp implements HttpHandler {

    private static final Logger LOG = LoggerFactory.getLogger(SandboxHttp.class);

    private static final int LARGEST_BODY = 16 * 1024;
    private static final int LARGEST_PAGE = 500;
    private static final int PAGE = 100;
    private static final Pattern CHARGE_PATH = Pattern.compile("/charges/([A-Za-z0-9._:-]{1,128})");
    private static final Pattern NEWS_PATH = Pattern.compile("/refunds/([1-9][0-9]{0,17})/(settle|fail)");
    private static final Pattern CHARGE_ID = Pattern.compile("[A-Za-z0-9._:-]{1,128}");
    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,255}");
    /** 18 digits always fit into a long, and so does what is left of a charge. */
    private static final Pattern AMOUNT = Pattern.compile("[1-9][0-9]{0,17}");

    private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,17}");

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .serializationInclusion(JsonInclude.Include.NON_NULL)
            .build();

    private record ChargeView(String id, String amount, String currency, String refunded, String pending) {}

    private record RefundView(
            long id,
            String reference,
            String key,
            String charge,
            String amount,
            String currency,
            String status,
            @Nullable String code,
            @Nullable String reason,
            String at) {}

    private record RefundPage(
            List<RefundView> refunds, @Nullable Long next) {}

    private record Refusal(String code, String reason) {}

    record Answer(int status, Object body) {

        static Answer refusal(int status, String code, String reason) {
            return new Answer(status, new Refusal(code, reason));
        }
    }

    /** A request that cannot be understood: answered with 400. */
    static final class BadRequest extends Exception {

        private static final long serialVersionUID = 1L;

        private final String code;

        BadRequest(String code, String reason) {
            super(reason);
            this.code = code;
        }
    }

    private final Book book;
    private final ScheduledExecutorService late;
    private final Duration slowDelay;

    SandboxHttp(Book book, ScheduledExecutorService late, Duration slowDelay) {
        this.book = book;
        this.late = late;
        this.slowDelay = slowDelay;
    }

    @Override
    public void handle(HttpExchange exchange) {
        String method = exchange.getRequestMethod();
        String path = exchange.getRequestURI().getPath();
        Matcher charge = CHARGE_PATH.matcher(path);
        if (charge.matches()) {
            String id = charge.group(1);
            switch (method) {
                case "PUT" -> answer(exchange, () -> registerCharge(exchange, id));
                case "GET" -> answer(exchange, () -> showCharge(id));
                default -> answer(exchange, SandboxHttp::wrongMethod);
            }
        } else if (NEWS_PATH.matcher(path).matches()) {
            answer(exchange, () -> method.equals("POST") ? bringNews(path) : wrongMethod());
        } else if (path.equals("/refunds")) {
            switch (method) {
                case "POST" -> refund(exchange);
                case "GET" -> answer(exchange, () -> showRefunds(exchange));
                default -> answer(exchange, SandboxHttp::wrongMethod);
            }
        } else {
            answer(exchange, () -> Answer.refusal(404, "not_found", "There is nothing here."));
        }
    }

    private Answer registerCharge(HttpExchange exchange, String id) throws IOException, BadRequest {
        JsonNode body = body(exchange);
        long amount = amount(body);
        String currency = currency(body);
        boolean isNew = book.register(id, amount, currency);
        Charge charge = book.charge(id).orElseThrow();
        if (charge.amount() != amount || !charge.currency().equals(currency)) {
            return Answer.refusal(409, "charge_exists", "The charge is registered with another amount or currency.");
        }
        return new Answer(isNew ? 201 : 200, view(charge));
    }

    private Answer showCharge(String id) {
        Optional<Charge> charge = book.charge(id);
        return charge.isPresent() ? new Answer(200, view(charge.get())) : noSuchCharge();
    }

    private Answer showRefunds(HttpExchange exchange) throws BadRequest {
        MultiValueMap<String, String> query =
                UriComponentsBuilder.fromUri(exchange.getRequestURI()).build().getQueryParams();
        String key = query.getFirst("key");
        if (key != null) {
            Optional<Refund> refund = book.refund(decoded(key));
            return refund.isPresent()
                    ? new Answer(200, view(refund.get()))
                    : Answer.refusal(404, "refund_unknown", "No refund has this key.");
        }
        Instant since = instant(query.getFirst("since"));
        long after = number(query.getFirst("after"), 0);
        int limit = limit(query.getFirst("limit"));
        List<Refund> refunds = book.refunds(after, since, query.getFirst("charge"), limit);
        Long next = refunds.size() == limit ? refunds.get(refunds.size() - 1).id() : null;
        return new Answer(
                200, new RefundPage(refunds.stream().map(SandboxHttp::view).toList(), next));
    }

    private Answer bringNews(String path) {
        Matcher news = NEWS_PATH.matcher(path);
        if (!news.matches()) {
            throw new IllegalArgumentException(path);
        }
        long id = Long.parseLong(news.group(1));
        return (news.group(2).equals("settle") ? book.settle(id) : book.fail(id))
                .map(refund -> new Answer(200, view(refund)))
                .orElseGet(() -> Answer.refusal(
                        409, "not_possible", "No refund has this id, or it is not in a state for that."));
    }

    private void refund(HttpExchange exchange) {
        answerAsMarked(exchange, () -> book(exchange));
    }

    /** As the marks in the id say. Booked and committed before anything is answered, delayed or dropped. */
    void answerAsMarked(HttpExchange exchange, Action<Result> action) {
        Result result = resultOf(action);
        if (result.firstOn(TestCharge.TIMEOUT)) {
            exchange.close();
        } else if (result.firstOn(TestCharge.SLOW)) {
            try {
                ScheduledFuture<?> unused = late.schedule(
                        () -> send(exchange, result.answer()), slowDelay.toMillis(), TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException closing) {
                exchange.close();
            }
        } else {
            send(exchange, result.answer());
        }
    }

    private Result book(HttpExchange exchange) throws IOException, BadRequest {
        String key = key(exchange);
        JsonNode body = body(exchange);
        String chargeId = text(body, "charge");
        if (!CHARGE_ID.matcher(chargeId).matches()) {
            throw new BadRequest("charge_invalid", "The charge is missing or malformed.");
        }
        Entry entry = book.enter(new Book.Request(key, chargeId, amount(body), currency(body)));
        if (entry instanceof Entry.Booked booked) {
            Refund refund = booked.refund();
            return new Result(new Answer(statusOf(refund), view(refund)), booked.first(), chargeId);
        }
        if (entry instanceof Entry.KeyTaken) {
            return new Result(Answer.refusal(422, "key_reused", "The key belongs to another refund."));
        }
        if (entry instanceof Entry.OtherCurrency) {
            throw new BadRequest("currency_mismatch", "The refund is not in the currency of the charge.");
        }
        return new Result(noSuchCharge());
    }

    static String key(HttpExchange exchange) throws BadRequest {
        String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
        if (key == null || !KEY.matcher(key).matches()) {
            throw new BadRequest("key_invalid", "The header Idempotency-Key is missing or malformed.");
        }
        return key;
    }

    private static int statusOf(Refund refund) {
        return refund.isDeclined() ? 402 : refund.isPending() ? 202 : 201;
    }

    /** What to answer; {@code first} when this very request made the entry in the book. */
    record Result(Answer answer, boolean first, String id) {

        Result(Answer answer) {
            this(answer, false, "");
        }

        boolean firstOn(String marker) {
            return first && id.contains(marker);
        }
    }

    interface Action<T> {

        T run() throws IOException, BadRequest;
    }

    static void answer(HttpExchange exchange, Action<Answer> action) {
        send(exchange, resultOf(() -> new Result(action.run())).answer());
    }

    private static Result resultOf(Action<Result> action) {
        try {
            return action.run();
        } catch (BadRequest e) {
            return new Result(Answer.refusal(400, e.code, String.valueOf(e.getMessage())));
        } catch (DataAccessException | TransactionException e) {
            LOG.warn("The book of the sandbox processor cannot be used.", e);
            return new Result(Answer.refusal(503, "unavailable", "The book cannot be used now."));
        } catch (IOException | RuntimeException e) {
            LOG.warn("The sandbox processor failed on a request.", e);
            return new Result(Answer.refusal(500, "failed", "The processor failed."));
        }
    }

    private static void send(HttpExchange exchange, Answer answer) {
        try (exchange) {
            byte[] body = JSON.writeValueAsBytes(answer.body());
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(answer.status(), body.length);
            exchange.getResponseBody().write(body);
        } catch (IOException e) {
            LOG.debug("A client of the sandbox processor left before its answer.", e);
        }
    }

    static JsonNode body(HttpExchange exchange) throws IOException, BadRequest {
        byte[] bytes = exchange.getRequestBody().readNBytes(LARGEST_BODY + 1);
        if (bytes.length > LARGEST_BODY) {
            throw new BadRequest("body_invalid", "The body is too large.");
        }
        try {
            JsonNode body = JSON.readTree(bytes);
            if (body.isObject()) {
                return body;
            }
        } catch (JsonProcessingException e) {
            LOG.debug("A client of the sandbox processor sent malformed JSON.", e);
        }
        throw new BadRequest("body_invalid", "The body is not one JSON object.");
    }

    private static long amount(JsonNode body) throws BadRequest {
        JsonNode amount = body.path("amount");
        return amount(amount.isTextual() || amount.isIntegralNumber() ? amount.asText() : "");
    }

    static long amount(String digits) throws BadRequest {
        if (!AMOUNT.matcher(digits).matches()) {
            throw new BadRequest(
                    "amount_invalid", "The amount is a whole number of minor units above zero, of at most 18 digits.");
        }
        return Long.parseLong(digits);
    }

    static String currency(JsonNode body) throws BadRequest {
        String code = text(body, "currency");
        try {
            // Gold, bonds and "no currency" have codes as well, but no minor units to pay in.
            if (!CurrencyUnit.of(code).isPseudoCurrency()) {
                return code;
            }
        } catch (IllegalCurrencyException e) {
            LOG.debug("A client of the sandbox processor named a currency there is not.", e);
        }
        throw new BadRequest("currency_invalid", "The currency is an ISO 4217 code such as EUR.");
    }

    static String text(JsonNode body, String name) {
        return body.path(name).isTextual() ? body.path(name).asText() : "";
    }

    static int limit(@Nullable String text) throws BadRequest {
        return (int) Math.max(Math.min(number(text, PAGE), LARGEST_PAGE), 1);
    }

    static long number(@Nullable String text, long otherwise) throws BadRequest {
        if (text == null) {
            return otherwise;
        }
        if (!NUMBER.matcher(text).matches()) {
            throw new BadRequest("page_invalid", "after and limit are whole numbers.");
        }
        return Long.parseLong(text);
    }

    private static Instant instant(@Nullable String text) throws BadRequest {
        try {
            return text == null ? Instant.EPOCH : Instant.parse(decoded(text));
        } catch (DateTimeParseException e) {
            throw new BadRequest("page_invalid", "since is an instant such as 2026-01-31T12:00:00Z.");
        }
    }

    private static String decoded(String text) throws BadRequest {
        try {
            return UriUtils.decode(text, "UTF-8");
        } catch (IllegalArgumentException e) {
            throw new BadRequest("key_invalid", "The key is malformed.");
        }
    }

    private static Answer noSuchCharge() {
        return Answer.refusal(404, "charge_unknown", "The processor knows no such charge.");
    }

    private static Answer wrongMethod() {
        return Answer.refusal(405, "method_not_allowed", "Not with this method.");
    }

    private static ChargeView view(Charge charge) {
        return new ChargeView(
                charge.id(),
                Long.toString(charge.amount()),
                charge.currency(),
                Long.toString(charge.refunded()),
                Long.toString(charge.pending()));
    }

    static String reference(Refund refund) {
        return "sandbox-refund-" + refund.id();
    }

    private static RefundView view(Refund refund) {
        return new RefundView(
                refund.id(),
                reference(refund),
                refund.key(),
                refund.chargeId(),
                Long.toString(refund.amount()),
                refund.currency(),
                refund.status(),
                refund.code(),
                refund.reason(),
                refund.bookedAt().toString());
    }
}
