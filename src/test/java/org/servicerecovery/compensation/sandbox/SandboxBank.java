package org.servicerecovery.compensation.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.springframework.context.ApplicationContext;

/** The other side of the sandbox, over HTTP: what a customer's bank and the processor's own pages do, and its book. */
public final class SandboxBank {

    /** A refund in the processor's own book. */
    public record Entry(String reference, String key, String status, BigDecimal euros) {

        public boolean isSettled() {
            return status.equals("settled");
        }
    }

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final JsonMapper JSON = new JsonMapper();
    private static final int CREATED = 201;
    private static final int OK = 200;

    private final URI sandbox;

    public SandboxBank(ApplicationContext application) {
        this.sandbox = application.getBean(SandboxProcessor.class).url();
    }

    /** @throws IllegalStateException when there is no such refund, or it is not pending */
    public void settle(String reference) {
        news(reference, "settle");
    }

    /** @throws IllegalStateException when there is no such refund, or it is neither pending nor settled */
    public void fail(String reference) {
        news(reference, "fail");
    }

    private void news(String reference, String what) {
        String id = reference.replace("sandbox-refund-", "");
        send(
                HttpRequest.newBuilder(sandbox.resolve("/refunds/" + id + "/" + what))
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build(),
                OK);
    }

    /** Refunds with a key that is none of ours, and answers with the reference. */
    public String refundOutside(String chargeId, long cents) {
        HttpRequest request = HttpRequest.newBuilder(sandbox.resolve("/refunds"))
                .header("Idempotency-Key", "dashboard/" + UUID.randomUUID())
                .POST(HttpRequest.BodyPublishers.ofString("""
                        {"charge": "%s", "amount": "%d", "currency": "EUR"}""".formatted(chargeId, cents)))
                .build();
        return send(request, CREATED).path("reference").asText();
    }

    /** Every refund of a charge, oldest first. */
    public List<Entry> of(String chargeId) {
        List<Entry> entries = new ArrayList<>();
        for (long after = 0; after >= 0; ) {
            JsonNode page = send(
                    HttpRequest.newBuilder(sandbox.resolve("/refunds?limit=500&charge=" + chargeId + "&after=" + after))
                            .build(),
                    OK);
            for (JsonNode refund : page.path("refunds")) {
                entries.add(new Entry(
                        refund.path("reference").asText(),
                        refund.path("key").asText(),
                        refund.path("status").asText(),
                        new BigDecimal(refund.path("amount").asText()).movePointLeft(2)));
            }
            after = page.path("next").asLong(-1);
        }
        return entries;
    }

    /** Something on a customer's balance. */
    public record OnBalance(String type, String key, String credit, BigDecimal euros, BigDecimal after) {}

    /** What happened on a customer's balance, oldest first. */
    public List<OnBalance> balanceOf(String customer) {
        List<OnBalance> entries = new ArrayList<>();
        JsonNode page = send(
                HttpRequest.newBuilder(sandbox.resolve("/customers/" + customer + "/balance?limit=500"))
                        .build(),
                OK);
        for (JsonNode entry : page.path("entries")) {
            entries.add(new OnBalance(
                    entry.path("type").asText(),
                    entry.path("key").asText(),
                    entry.path("credit").asText(),
                    new BigDecimal(entry.path("amount").asText()).movePointLeft(2),
                    new BigDecimal(entry.path("after").asText()).movePointLeft(2)));
        }
        return entries;
    }

    /** An invoice takes what stands on a customer's balance, up to so much. */
    public void invoices(String customer, String invoice, long cents) {
        post("/customers/" + customer + "/invoices", """
                {"invoice": "%s", "amount": "%d", "currency": "EUR"}""".formatted(invoice, cents));
    }

    public void voids(String customer, String invoice) {
        post("/customers/" + customer + "/invoices/" + invoice + "/void", "");
    }

    /** Somebody changes a customer's balance on the processor's own pages. */
    public void adjusts(String customer, long cents) {
        post("/customers/" + customer + "/balance", """
                {"credit": "by hand", "amount": "%d", "currency": "EUR"}""".formatted(cents));
    }

    private void post(String path, String body) {
        send(
                HttpRequest.newBuilder(sandbox.resolve(path))
                        .header("Idempotency-Key", "dashboard/" + UUID.randomUUID())
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                CREATED);
    }

    private static JsonNode send(HttpRequest request, int expected) {
        try {
            HttpResponse<String> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != expected) {
                throw new IllegalStateException(request.uri() + " was answered with " + answer.statusCode());
            }
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
