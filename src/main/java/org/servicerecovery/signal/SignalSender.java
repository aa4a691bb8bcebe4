package org.servicerecovery.signal;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sends signals to a running application, one at a time for each caller, over connections that are kept. */
final class SignalSender {

    sealed interface Answer permits Taken, NotTaken, Failed {}

    /** @param outcome opened, already-in or held */
    record Taken(String outcome) implements Answer {}

    /** @param field name of the signal's field at fault, empty for the signal as a whole */
    record NotTaken(String field, String reason) implements Answer {}

    /** The application failed on this signal, however often it was sent. */
    record Failed(String reason) implements Answer {}

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    private final ObjectMapper json = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .serializationInclusion(JsonInclude.Include.NON_NULL)
            .build();
    private final URI signals;
    private final String authorization;
    private final List<Duration> pauses;

    /**
     * @param application the application's address, such as http://127.0.0.1:8080
     * @param authorization value of the header
     * @param pauses how long to wait before each further attempt when the application cannot be reached
     */
    SignalSender(URI application, String authorization, List<Duration> pauses) {
        String base = application.toString();
        this.signals = URI.create((base.endsWith("/") ? base : base + "/") + "api/signals");
        this.authorization = authorization;
        this.pauses = List.copyOf(pauses);
    }

    /**
     * Sends one signal, again if need be: the application answers a repeated request as it answered the first.
     *
     * @throws ImportStopped when no signal can be taken in: not reachable, not allowed, switched off
     */
    Answer send(SignalsApi.SignalJson signal) throws ImportStopped, InterruptedException {
        HttpRequest request = request(signal);
        for (int attempt = 0; ; attempt++) {
            boolean last = attempt == pauses.size();
            try {
                HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
                int status = response.statusCode();
                if (!isPassing(status)) {
                    return answer(response);
                }
                if (last && status == 500) {
                    return new Failed("The application failed on this row (500); its log says why.");
                }
                if (last) {
                    throw new ImportStopped("The application at " + signals + " is not available (" + status + ").");
                }
            } catch (IOException e) {
                if (last) {
                    throw new ImportStopped("The application at " + signals + " cannot be reached"
                            + (e.getMessage() == null ? "." : " (" + e.getMessage() + ")."));
                }
            }
            Thread.sleep(pauses.get(attempt).toMillis());
        }
    }

    private HttpRequest request(SignalsApi.SignalJson signal) {
        try {
            return HttpRequest.newBuilder(signals)
                    .timeout(ANSWER_TIMEOUT)
                    .header("Authorization", authorization)
                    .header("Content-Type", "application/json")
                    .header("Accept", "application/json, application/problem+json")
                    .header("Accept-Language", "en")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(json.writeValueAsBytes(signal)))
                    .build();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A signal is plain values.", e);
        }
    }

    private static boolean isPassing(int status) {
        return status == 429 || status >= 500;
    }

    private Answer answer(HttpResponse<String> response) throws ImportStopped {
        int status = response.statusCode();
        JsonNode body = body(response.body());
        return switch (status) {
            case 200, 201 -> taken(body);
            case 400, 409, 422 -> refused(status, body);
            case 401 -> throw new ImportStopped("The application does not know this user and password, or this token.");
            case 403 -> throw new ImportStopped("This user may not open cases: " + detail(body, "403") + " ");
            case 404 -> throw new ImportStopped("There is no Service Recovery at " + signals + " (404).");
            default ->
                throw new ImportStopped("The application at " + signals + " answered " + status
                        + ". Is it Service Recovery, and is the address right?");
        };
    }

    private static Taken taken(@Nullable JsonNode body) throws ImportStopped {
        if (body == null || !body.path("outcome").isTextual()) {
            throw new ImportStopped("What answers at this address is not Service Recovery.");
        }
        return new Taken(body.get("outcome").asText());
    }

    private static NotTaken refused(int status, @Nullable JsonNode body) throws ImportStopped {
        if (body != null && body.path("code").asText().equals(SignalsApi.SWITCH)) {
            throw new ImportStopped(body.path("detail").asText());
        }
        List<String> reasons = new ArrayList<>();
        String field = "";
        if (body != null) {
            for (JsonNode problem : body.path("errors")) {
                String at = problem.path("field").asText();
                field = field.isEmpty() ? at : field;
                reasons.add(problem.path("message").asText());
            }
        }
        // A conflict is about what is in under this id already.
        return new NotTaken(
                status == 409 && field.isEmpty() ? "externalId" : field,
                reasons.isEmpty() ? detail(body, "The application answered " + status) : String.join(" ", reasons));
    }

    private static String detail(@Nullable JsonNode body, String otherwise) {
        return body != null && body.path("detail").isTextual()
                ? body.get("detail").asText()
                : otherwise + ".";
    }

    private @Nullable JsonNode body(String text) {
        try {
            return json.readTree(text);
        } catch (JsonProcessingException e) {
            return null;
        }
    }
}
