package org.servicerecovery.compensation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.BodySignature;
import org.springframework.http.MediaType;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;

/**
 * Schedules by a system that is told over HTTP. Every call is a {@code POST} of
 *
 * <pre>{action, key, number, service, customer, description, value, currency}</pre>
 *
 * with the action {@code schedule}, {@code look-up} or {@code cancel}, the key also in the header {@code
 * Idempotency-Key} (of a cancellation another one: its own, new when it is tried again after a refusal), and a {@link
 * BodySignature} in the header {@code Service-Recovery-Signature}. The answer is
 *
 * <pre>{key, status, reference, at, reason}</pre>
 *
 * with the same key and the status {@code scheduled} (with the system's reference, and when it will be done where that is
 * known), {@code cancelled}, {@code refused} (with a reason) or, for a look-up, {@code unknown}. It is believed with a
 * status of 2xx or 4xx; whatever else comes back, or does not, leaves the outcome unknown.
 */
final class ServiceWebhook implements ServiceScheduler {

    static final String SIGNATURE_HEADER = "Service-Recovery-Signature";

    private static final JsonMapper JSON = new JsonMapper();

    private enum Action {
        SCHEDULE("schedule"),
        LOOK_UP("look-up"),
        CANCEL("cancel");

        private final String code;

        Action(String code) {
            this.code = code;
        }
    }

    private final CompedService service;
    private final RestClient http;
    private final BodySignature signature;
    private final Clock clock;

    /** @param http a client of the system's address */
    ServiceWebhook(CompedService service, RestClient http, String secret, Clock clock) {
        this.service = service;
        this.http = http;
        this.signature = new BodySignature(SIGNATURE_HEADER, secret);
        this.clock = clock;
    }

    @Override
    public CompedService service() {
        return service;
    }

    @Override
    public ServiceOutcome schedule(ServiceOrder order) {
        return outcome(ask(Action.SCHEDULE, order, order.key()));
    }

    @Override
    public Optional<ServiceOutcome> lookUp(ServiceOrder order) {
        JsonNode answer = ask(Action.LOOK_UP, order, order.key());
        return text(answer, "status").equals("unknown") ? Optional.empty() : Optional.of(outcome(answer));
    }

    @Override
    public ServiceOutcome cancel(ServiceOrder order, UUID cancelKey) {
        return outcome(ask(Action.CANCEL, order, cancelKey));
    }

    /** What the system says about this order; nothing when that is not certain. */
    private JsonNode ask(Action action, ServiceOrder order, UUID idempotencyKey) {
        byte[] body = body(action, order);
        try {
            JsonNode answer = http.post()
                    .header("Idempotency-Key", idempotencyKey.toString())
                    // Signed when it is sent: what is sent again is not too old.
                    .header(signature.header(), signature.sign(clock.instant(), body))
                    .contentType(MediaType.APPLICATION_JSON)
                    .body(body)
                    .exchange((request, response) -> {
                        boolean fromTheSystem = response.getStatusCode().is2xxSuccessful()
                                || response.getStatusCode().is4xxClientError();
                        return fromTheSystem ? response.bodyTo(JsonNode.class) : null;
                    });
            if (answer != null && text(answer, "key").equals(order.key().toString())) {
                return answer;
            }
        } catch (RestClientException e) {
            // Not known what became of it, as with an answer that is none.
        }
        return MissingNode.getInstance();
    }

    private ServiceOutcome outcome(JsonNode answer) {
        String reference = text(answer, "reference");
        String reason = text(answer, "reason");
        return switch (text(answer, "status")) {
            case "scheduled" ->
                reference.isEmpty() ? nothingCertain() : new ServiceOutcome.Scheduled(reference, at(answer));
            case "cancelled" -> new ServiceOutcome.Cancelled();
            case "refused" -> reason.isEmpty() ? nothingCertain() : new ServiceOutcome.Refused(reason);
            default -> nothingCertain();
        };
    }

    private ServiceOutcome nothingCertain() {
        return new ServiceOutcome.Unknown(
                "The system for a " + service.inText() + " did not answer, or nothing certain.");
    }

    private static @Nullable Instant at(JsonNode answer) {
        try {
            return Instant.parse(text(answer, "at"));
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static String text(JsonNode answer, String field) {
        return answer.path(field).asText("");
    }

    private static byte[] body(Action action, ServiceOrder order) {
        try {
            return JSON.writeValueAsBytes(Map.of(
                    "action", action.code,
                    "key", order.key(),
                    "number", order.number(),
                    "service", order.service().code(),
                    "customer", order.customerNumber(),
                    "description", order.description(),
                    "value", order.value().getAmount().toPlainString(),
                    "currency", order.value().getCurrencyUnit().getCode()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("An order cannot be written.", e);
        }
    }
}
