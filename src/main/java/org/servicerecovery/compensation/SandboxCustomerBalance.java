package org.servicerecovery.compensation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.servicerecovery.TimeOuts;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.util.StringUtils;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;

/** Customers' balances at the sandbox processor, over HTTP. Only an answer in its own form is believed. */
final class SandboxCustomerBalance implements CustomerBalance {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int PAGE = 500;

    private final RestClient http;

    SandboxCustomerBalance(URI processor, TimeOuts timeOuts) {
        this.http = timeOuts.client(processor.toString());
    }

    /**
     * Makes a customer known to the sandbox, as a sale would have done with a real processor.
     *
     * @throws IllegalStateException when the sandbox does not answer
     */
    void register(String customer) {
        try {
            http.put().uri("/customers/{id}", customer).retrieve().toBodilessEntity();
        } catch (RestClientException e) {
            throw new IllegalStateException("The sandbox payment processor does not answer.", e);
        }
    }

    @Override
    public Optional<List<BalanceEntry>> entries(String customer) {
        List<BalanceEntry> entries = new ArrayList<>();
        for (long after = 0; after >= 0; ) {
            Answer page = page(customer, after);
            if (page.isRefusal("customer_unknown")) {
                return Optional.empty();
            }
            if (page.status() != 200 || !page.body().path("entries").isArray()) {
                throw new ProcessorUnavailable(
                        "The customer's balance cannot be had: the payment processor answered " + page.status() + ".",
                        null);
            }
            page.body().path("entries").forEach(entry -> entries.add(entry(entry)));
            after = page.body().path("next").asLong(-1);
        }
        return Optional.of(entries);
    }

    private Answer page(String customer, long after) {
        try {
            return http.get()
                    .uri("/customers/{id}/balance?after={after}&limit={limit}", customer, after, PAGE)
                    .exchange((request, response) -> Answer.of(response));
        } catch (RestClientException e) {
            throw new ProcessorUnavailable("The payment processor does not answer.", e);
        }
    }

    private static BalanceEntry entry(JsonNode entry) {
        try {
            String reference = entry.path("reference").asText("");
            if (reference.isEmpty()) {
                throw new IllegalArgumentException("An entry has no reference.");
            }
            CurrencyUnit currency = CurrencyUnit.of(entry.path("currency").asText());
            return new BalanceEntry(
                    reference,
                    RefundOrder.keyOf(entry.path("key").asText("")),
                    switch (entry.path("type").asText()) {
                        case "applied_to_invoice" -> BalanceEntry.Cause.APPLIED;
                        case "unapplied_from_invoice" -> BalanceEntry.Cause.UNAPPLIED;
                        default -> BalanceEntry.Cause.OTHER;
                    },
                    StringUtils.hasText(entry.path("invoice").asText())
                            ? entry.path("invoice").asText()
                            : null,
                    Money.ofMinor(currency, Long.parseLong(entry.path("amount").asText())),
                    Money.ofMinor(currency, Long.parseLong(entry.path("after").asText())));
        } catch (DateTimeException | IllegalArgumentException e) {
            throw new ProcessorUnavailable("The customer's balance at the payment processor cannot be read.", e);
        }
    }

    @Override
    public BalanceOutcome enter(BalanceOrder order) {
        Answer answer;
        try {
            answer = http.post()
                    .uri("/customers/{id}/balance", order.customer())
                    .header("Idempotency-Key", order.key().toString())
                    .contentType(MediaType.APPLICATION_JSON)
                    .body(Map.of(
                            "credit",
                            order.credit(),
                            "amount",
                            order.amount().getAmountMinor().toPlainString(),
                            "currency",
                            order.amount().getCurrencyUnit().getCode()))
                    .exchange((request, response) -> Answer.of(response));
        } catch (RestClientException e) {
            return new BalanceOutcome.Unknown("The payment processor did not answer.");
        }
        if (answer.isRefusal("key_reused")) {
            throw new IllegalStateException(
                    "The payment processor knows key " + order.key() + " for something else: one key was used twice.");
        }
        if (answer.status() == 201 && answer.text("key").equals(order.key().toString())) {
            return new BalanceOutcome.Booked(answer.text("reference"));
        }
        boolean mayHaveIt = order.askedBefore() && answer.isRefusal("customer_unknown");
        if (answer.status() >= 400 && answer.status() < 500 && answer.isRefusal(answer.text("code")) && !mayHaveIt) {
            return new BalanceOutcome.Declined(answer.text("reason"));
        }
        return new BalanceOutcome.Unknown(
                "The payment processor's answer, HTTP " + answer.status() + ", says nothing certain.");
    }

    private record Answer(int status, JsonNode body) {

        static Answer of(ClientHttpResponse response) throws IOException {
            byte[] bytes = response.getBody().readAllBytes();
            try {
                return new Answer(response.getStatusCode().value(), JSON.readTree(bytes));
            } catch (IOException e) {
                return new Answer(response.getStatusCode().value(), JSON.createObjectNode());
            }
        }

        String text(String name) {
            return body.path(name).asText("");
        }

        boolean isRefusal(String code) {
            return !code.isEmpty()
                    && text("code").equals(code)
                    && !text("reason").isEmpty();
        }
    }
}
