package org.servicerecovery.compensation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.BodySignature;
import org.servicerecovery.TimeOuts;
import org.servicerecovery.compensation.sandbox.SandboxProcessor;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;

/**
 * Refunds by the sandbox processor, over HTTP. Only an answer in the processor's own form is believed; whatever else
 * comes back, or does not, leaves the outcome unknown.
 */
public final class SandboxPaymentProcessor implements PaymentProcessor {

    private static final JsonMapper JSON = new JsonMapper();

    private static final int PAGE = 500;
    /** How far a notice's clock may be from ours: who replays an old one is too late. */
    private static final Duration TOLERANCE = Duration.ofMinutes(5);

    private final RestClient http;
    private final Clock clock;

    @Nullable
    private final BodySignature signature;

    /** @param noticeSecret what notices are signed with; none is believed while it is empty */
    SandboxPaymentProcessor(URI processor, TimeOuts timeOuts, String noticeSecret, Clock clock) {
        this.clock = clock;
        this.signature =
                noticeSecret.isBlank() ? null : new BodySignature(SandboxProcessor.SIGNATURE_HEADER, noticeSecret);
        this.http = timeOuts.client(processor.toString());
    }

    @Override
    public String name() {
        return "sandbox";
    }

    @Override
    public RefundOutcome refund(RefundOrder order) {
        Answer answer;
        try {
            answer = http.post()
                    .uri("/refunds")
                    .header("Idempotency-Key", order.idempotencyKey().toString())
                    .contentType(MediaType.APPLICATION_JSON)
                    .body(Map.of(
                            "charge", order.chargeId(),
                            "amount", minorUnits(order.amount()),
                            "currency", order.amount().getCurrencyUnit().getCode()))
                    .exchange((request, response) -> Answer.of(response));
        } catch (RestClientException e) {
            return noAnswer();
        }
        if (answer.status() == 422 && answer.isRefusal()) {
            throw new IllegalStateException("The payment processor knows key " + order.idempotencyKey()
                    + " for another refund: one key was used for two orders.");
        }
        if (answer.isAbout(order.idempotencyKey())) {
            return answer.booked();
        }
        boolean isWrongBook = order.askedBefore() && answer.text("code").equals("charge_unknown");
        if (answer.status() >= 400 && answer.status() < 500 && answer.isRefusal() && !isWrongBook) {
            return answer.refused();
        }
        return answer.notUnderstood();
    }

    @Override
    public Optional<RefundOutcome> lookUp(RefundOrder order) {
        UUID idempotencyKey = order.idempotencyKey();
        Answer answer;
        try {
            answer = http.get()
                    .uri("/refunds?key={key}", idempotencyKey)
                    .exchange((request, response) -> Answer.of(response));
        } catch (RestClientException e) {
            return Optional.of(noAnswer());
        }
        if (answer.isAbout(idempotencyKey)) {
            return Optional.of(answer.booked());
        }
        if (answer.status() == 404 && answer.text("code").equals("refund_unknown")) {
            return Optional.empty();
        }
        return Optional.of(answer.notUnderstood());
    }

    @Override
    public List<ProcessorRefund> refunds(Instant since) {
        List<ProcessorRefund> refunds = new ArrayList<>();
        for (long after = 0; after >= 0; ) {
            Answer page = page(since, after);
            for (JsonNode refund : page.body().path("refunds")) {
                refunds.add(new Answer(page.status(), refund).listed());
            }
            after = page.body().path("next").asLong(-1);
        }
        return refunds;
    }

    private Answer page(Instant since, long after) {
        try {
            Answer page = http.get()
                    .uri("/refunds?since={since}&after={after}&limit={limit}", since, after, PAGE)
                    .exchange((request, response) -> Answer.of(response));
            if (page.status() == 200 && page.body().path("refunds").isArray()) {
                return page;
            }
            throw new ProcessorUnavailable(
                    "The payment processor's list cannot be had: it answered " + page.status() + ".", null);
        } catch (RestClientException e) {
            throw new ProcessorUnavailable("The payment processor does not answer.", e);
        }
    }

    @Override
    public Optional<RefundNotice> read(byte[] body, HttpHeaders headers) throws NoticeRefused {
        if (signature == null) {
            throw new NoticeRefused("No secret is set: service-recovery.payments.notice-secret.");
        }
        String signed = headers.getFirst(signature.header());
        if (signed == null) {
            throw new NoticeRefused("The header " + signature.header() + " is missing.");
        }
        Instant at;
        try {
            at = signature.verify(signed, body);
        } catch (IllegalArgumentException e) {
            throw new NoticeRefused(String.valueOf(e.getMessage()));
        }
        if (Duration.between(at, clock.instant()).abs().compareTo(TOLERANCE) > 0) {
            throw new NoticeRefused("It was signed at " + at + ", more than " + TOLERANCE.toMinutes()
                    + " minutes from now: set the clocks, or send it again.");
        }
        JsonNode notice = Answer.json(body);
        JsonNode refund = notice.path("refund");
        String id = notice.path("id").asText("");
        if (id.isEmpty() || !notice.path("type").isTextual()) {
            throw new NoticeRefused("It has no id or no type.");
        }
        if (!notice.path("type").asText().startsWith("refund.")) {
            return Optional.empty();
        }
        return Optional.of(new RefundNotice(
                id,
                refund.path("reference").asText(""),
                RefundOrder.keyOf(refund.path("key").asText(""))));
    }

    /**
     * Makes a charge known to the sandbox, as a sale would have done with a real processor. Registering the same charge
     * again changes nothing. For demo data and tests.
     *
     * @throws IllegalStateException when the sandbox does not answer, or has the charge with another amount
     */
    public void registerCharge(String chargeId, Money paid) {
        Answer answer;
        try {
            answer = http.put()
                    .uri("/charges/{id}", chargeId)
                    .contentType(MediaType.APPLICATION_JSON)
                    .body(Map.of(
                            "amount",
                            minorUnits(paid),
                            "currency",
                            paid.getCurrencyUnit().getCode()))
                    .exchange((request, response) -> Answer.of(response));
        } catch (RestClientException e) {
            throw new IllegalStateException("The sandbox payment processor does not answer.", e);
        }
        if (answer.status() != 200 && answer.status() != 201) {
            throw new IllegalStateException("The sandbox payment processor did not take charge " + chargeId + ": "
                    + answer.status() + " " + answer.text("code"));
        }
    }

    /** As text, so that no reader on the way makes a floating-point number of it. */
    private static String minorUnits(Money amount) {
        return amount.getAmountMinor().toPlainString();
    }

    private static RefundOutcome noAnswer() {
        return new RefundOutcome.Unknown("The payment processor did not answer.");
    }

    private record Answer(int status, JsonNode body) {

        static Answer of(ClientHttpResponse response) throws IOException {
            byte[] bytes = response.getBody().readAllBytes();
            return new Answer(response.getStatusCode().value(), json(bytes));
        }

        static JsonNode json(byte[] bytes) {
            try {
                return JSON.readTree(bytes);
            } catch (IOException e) {
                return MissingNode.getInstance();
            }
        }

        String text(String name) {
            return body.path(name).asText("");
        }

        boolean isRefusal() {
            return !text("code").isEmpty() && !text("reason").isEmpty();
        }

        /** Whether this is the processor's entry of that refund, paid (200, 201) or declined (402; 200 when looked up). */
        boolean isAbout(UUID key) {
            return (status == 200 || status == 201 || status == 202 || status == 402)
                    && text("key").equals(key.toString());
        }

        RefundOutcome booked() {
            if ((text("status").equals("declined") || text("status").equals("failed")) && isRefusal()) {
                return refused();
            }
            if (text("status").equals("pending")
                    && status != 402
                    && !text("reference").isEmpty()) {
                return new RefundOutcome.Pending(text("reference"));
            }
            if (status == 402
                    || !text("status").equals("settled")
                    || text("reference").isEmpty()) {
                return notUnderstood();
            }
            try {
                return new RefundOutcome.Settled(text("reference"), Instant.parse(text("at")));
            } catch (DateTimeException e) {
                return notUnderstood();
            }
        }

        ProcessorRefund listed() {
            try {
                return new ProcessorRefund(
                        text("reference"),
                        RefundOrder.keyOf(text("key")),
                        text("charge"),
                        Money.ofMinor(CurrencyUnit.of(text("currency")), Long.parseLong(text("amount"))),
                        booked(),
                        Instant.parse(text("at")));
            } catch (DateTimeException | IllegalArgumentException e) {
                throw new ProcessorUnavailable("The payment processor's list cannot be read.", e);
            }
        }

        RefundOutcome refused() {
            return new RefundOutcome.Declined(text("code"), text("reason"));
        }

        RefundOutcome notUnderstood() {
            return new RefundOutcome.Unknown(
                    "The payment processor's answer, HTTP " + status + ", says nothing certain.");
        }
    }
}
