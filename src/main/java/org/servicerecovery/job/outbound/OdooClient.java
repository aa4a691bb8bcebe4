package org.servicerecovery.job.outbound;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Odoo's external API, JSON-RPC at {@code /jsonrpc} (odoo/addons/base/controllers/rpc.py, odoo/service/model.py in Odoo
 * 17): {@code common.authenticate} once, then {@code object.execute_kw}. An error comes with the status 200.
 */
final class OdooClient {

    /** Odoo did not do it. */
    static final class Failed extends Exception {

        private static final long serialVersionUID = 1L;

        private final String why;
        private final @Nullable String said;
        private final boolean isAnswered;

        /** Odoo says that it did not do it. @param said in Odoo's words, which may hold anything */
        Failed(String why, @Nullable String said) {
            this(why, said, true);
        }

        private Failed(String why, @Nullable String said, boolean isAnswered) {
            super(why);
            this.why = why;
            this.said = said;
            this.isAnswered = isAnswered;
        }

        /** Whether Odoo itself said so: otherwise it may still be at it. */
        boolean isAnswered() {
            return isAnswered;
        }

        String why() {
            return why;
        }

        @Nullable
        String said() {
            return said;
        }
    }

    private static final JsonMapper JSON = new JsonMapper();
    private static final String ACCESS_DENIED = "odoo.exceptions.AccessDenied";

    private final URI url;
    private final String database;
    private final String login;
    private final String key;
    private final BoundedHttp http;

    private volatile @Nullable Integer user;

    OdooClient(URI base, String database, String login, String key, BoundedHttp http) {
        String address = base.toString();
        this.url =
                URI.create((address.endsWith("/") ? address.substring(0, address.length() - 1) : address) + "/jsonrpc");
        this.database = database;
        this.login = login;
        this.key = key;
        this.http = http;
    }

    BoundedHttp http() {
        return http;
    }

    /** Calls a method of a model, as {@code env[model].method(*arguments, **named)} does there. */
    JsonNode execute(String model, String method, List<?> arguments, Map<String, ?> named) throws Failed {
        return call("object", "execute_kw", List.of(database, user(), key, model, method, arguments, named));
    }

    private int user() throws Failed {
        Integer known = user;
        if (known != null) {
            return known;
        }
        JsonNode id = call("common", "authenticate", List.of(database, login, key, Map.of()));
        if (!id.isInt()) {
            throw new Failed("Odoo does not let the user in: service-recovery.jobs.odoo.login and api-key.", null);
        }
        user = id.intValue();
        return id.intValue();
    }

    private JsonNode call(String service, String method, List<?> arguments) throws Failed {
        HttpResponse<byte[]> answer;
        try {
            answer = http.send(
                    HttpRequest.newBuilder(url)
                            .header("Content-Type", "application/json")
                            .header("User-Agent", "job-queue")
                            .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(Map.of(
                                    "jsonrpc",
                                    "2.0",
                                    "id",
                                    1,
                                    "method",
                                    "call",
                                    "params",
                                    Map.of("service", service, "method", method, "args", arguments)))))
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
        } catch (BoundedHttp.NoAnswer e) {
            throw new Failed(e.why(), null, false);
        } catch (IOException e) {
            throw new IllegalStateException("A call cannot be written.", e);
        }
        if (answer.statusCode() != 200) {
            throw new Failed("Answered with " + answer.statusCode() + ".", null, false);
        }
        JsonNode read;
        try {
            read = JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new Failed("The answer was no JSON.", null, false);
        }
        JsonNode error = read.path("error");
        if (!error.isMissingNode()) {
            String name = error.path("data").path("name").asText("");
            if (name.equals(ACCESS_DENIED)) {
                user = null;
            }
            throw new Failed(
                    "Odoo refuses it" + (name.matches("[A-Za-z0-9_.]{1,80}") ? ": " + name + "." : "."),
                    error.path("data").path("message").asText(null));
        }
        return read.path("result");
    }
}
