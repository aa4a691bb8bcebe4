package org.servicerecovery.compensation.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;

/** Speaks to the processor as a stranger would: plain requests, nothing of its code. */
final class SandboxClient {

    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI processor;

    SandboxClient(URI processor) {
        this.processor = processor;
    }

    record Answer(int status, String text) {

        JsonNode json() {
            try {
                return JSON.readTree(text);
            } catch (IOException e) {
                throw new AssertionError("Not JSON: " + text, e);
            }
        }

        String code() {
            return json().path("code").asText();
        }
    }

    Answer charge(String id, long amount, String currency) throws IOException, InterruptedException {
        return send(request("/charges/" + id)
                .PUT(HttpRequest.BodyPublishers.ofString(
                        "{\"amount\":" + amount + ",\"currency\":\"" + currency + "\"}")));
    }

    Answer refund(String key, String charge, long amount, String currency) throws IOException, InterruptedException {
        return post(
                key, "{\"charge\":\"" + charge + "\",\"amount\":\"" + amount + "\",\"currency\":\"" + currency + "\"}");
    }

    Answer post(String key, String body) throws IOException, InterruptedException {
        return send(request("/refunds").header("Idempotency-Key", key).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    Answer get(String path) throws IOException, InterruptedException {
        return send(request(path).GET());
    }

    Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        return new Answer(response.statusCode(), response.body());
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(processor.resolve(path)).header("Content-Type", "application/json");
    }

    /** Every entry of the book, page by page. */
    List<JsonNode> book(int pageSize) throws IOException, InterruptedException {
        List<JsonNode> entries = new ArrayList<>();
        long after = 0;
        while (true) {
            JsonNode page =
                    get("/refunds?after=" + after + "&limit=" + pageSize).json();
            page.get("refunds").forEach(entries::add);
            if (!page.has("next")) {
                return entries;
            }
            after = page.get("next").asLong();
        }
    }
}
