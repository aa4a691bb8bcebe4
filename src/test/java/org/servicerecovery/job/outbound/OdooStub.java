package org.servicerecovery.job.outbound;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;

/**
 * Plays the part of Odoo 17 with the module {@code fieldservice} that takes orders, over HTTP on loopback. What it answers
 * follows their source: odoo/addons/base/controllers/rpc.py and odoo/service/model.py for the calls, odoo/http.py for
 * errors; github.com/OCA/field-service, branch 17.0, fieldservice/models/fsm_order.py, fsm_location.py and
 * data/fsm_stage.xml for what they do.
 */
final class OdooStub implements AutoCloseable {

    static final String DATABASE = "fields";
    static final String LOGIN = "jobs@example.org";
    static final String KEY = "0123456789abcdef";

    /** A user error as Odoo tells it. */
    private static final class Refusal extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final String name;

        Refusal(String name, String message) {
            super(message);
            this.name = name;
        }
    }

    private record Stage(int id, String name, boolean isClosed) {}

    private static final int USER = 7;
    private static final JsonMapper JSON = new JsonMapper();
    private static final DateTimeFormatter MOMENT = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
    /** Those fields of fsm.order that may be written at all by us. */
    private static final Set<String> FIELDS = Set.of(
            "name",
            "stage_id",
            "team_id",
            "location_id",
            "location_directions",
            "request_early",
            "request_late",
            "description",
            "scheduled_date_start",
            "scheduled_duration",
            "scheduled_date_end",
            "todo",
            "resolution",
            "is_button");

    private final HttpServer server;
    private final List<Stage> stages = List.of(
            new Stage(1, "New", false),
            new Stage(2, "Completed", true),
            new Stage(3, "Cancelled", true),
            new Stage(4, "No access", true));
    private final Map<Integer, ObjectNode> orders = new LinkedHashMap<>();
    private final Map<Integer, ObjectNode> locations = new LinkedHashMap<>();
    private final Map<Integer, String> teams = Map.of(1, "Default Team", 2, "plumbing-south");
    private final List<String> calls = new ArrayList<>();
    private boolean losesAnswers;
    private boolean isSlow;
    private final List<JsonNode> notCommitted = new ArrayList<>();

    OdooStub() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/jsonrpc", this::handle);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** What was called, such as {@code fsm.order.create}. */
    synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    synchronized List<ObjectNode> orders(String number) {
        return orders.values().stream()
                .filter(order -> order.path("name").asText().equals(number))
                .toList();
    }

    synchronized List<ObjectNode> locations(String name) {
        return locations.values().stream()
                .filter(location -> location.path("name").asText().equals(name))
                .toList();
    }

    String stageOf(JsonNode order) {
        return stage(order.path("stage_id").asInt()).name();
    }

    /** Does as told, and hangs up. */
    synchronized void losesAnswers(boolean loses) {
        losesAnswers = loses;
    }

    /** While it is, who asks for an order hears nothing, and nobody sees the order before {@link #commit}. */
    synchronized void isSlow(boolean slow) {
        isSlow = slow;
    }

    synchronized void commit() {
        notCommitted.forEach(this::create);
        notCommitted.clear();
    }

    /** As somebody does in Odoo. */
    synchronized void plan(String number, String start) {
        orders(number).get(0).put("scheduled_date_start", start);
    }

    /** As somebody does in Odoo. */
    synchronized void move(String number, String stage, String resolution) {
        ObjectNode order = orders(number).get(0);
        order.put(
                "stage_id",
                stages.stream()
                        .filter(one -> one.name().equals(stage))
                        .findFirst()
                        .orElseThrow()
                        .id());
        order.put("resolution", resolution);
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void handle(HttpExchange exchange) throws IOException {
        JsonNode call = JSON.readTree(exchange.getRequestBody().readAllBytes());
        ObjectNode answer = JSON.createObjectNode()
                .put("jsonrpc", "2.0")
                .put("id", call.path("id").asInt());
        boolean lost;
        synchronized (this) {
            try {
                JsonNode params = call.path("params");
                if (isSlow
                        && params.at("/args/3").asText().equals("fsm.order")
                        && params.at("/args/4").asText().equals("create")) {
                    notCommitted.add(params.at("/args/5/0"));
                    exchange.close();
                    return;
                }
                answer.set("result", dispatch(params));
            } catch (Refusal e) {
                answer.putObject("error")
                        .put("code", 200)
                        .put("message", "Odoo Server Error")
                        .putObject("data")
                        .put("name", e.name)
                        .put("message", e.getMessage())
                        .put("debug", "Traceback (most recent call last): …");
            }
            lost = losesAnswers;
        }
        if (!lost) {
            byte[] bytes = JSON.writeValueAsBytes(answer);
            exchange.getResponseHeaders().set("Content-Type", "application/json; charset=utf-8");
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
        exchange.close();
    }

    private JsonNode dispatch(JsonNode params) {
        JsonNode args = params.path("args");
        if (params.path("service").asText().equals("common")) {
            boolean known = args.path(0).asText().equals(DATABASE)
                    && args.path(1).asText().equals(LOGIN)
                    && args.path(2).asText().equals(KEY);
            return known ? JsonNodeFactory.instance.numberNode(USER) : JsonNodeFactory.instance.booleanNode(false);
        }
        if (args.path(1).asInt() != USER || !args.path(2).asText().equals(KEY)) {
            throw new Refusal("odoo.exceptions.AccessDenied", "Access Denied");
        }
        String method = args.path(3).asText() + "." + args.path(4).asText();
        calls.add(method);
        JsonNode given = args.path(5);
        return switch (method) {
            case "fsm.order.search_read" ->
                searchRead(given.path(0), args.path(6).path("fields"));
            case "fsm.order.create" -> create(given.path(0));
            case "fsm.order.write" -> write(given.path(0), given.path(1));
            case "fsm.order.action_complete" -> stageTo(given.path(0), "Completed", true);
            case "fsm.order.action_cancel" -> stageTo(given.path(0), "Cancelled", false);
            case "fsm.location.search" -> ids(locations, given.path(0));
            case "fsm.location.create" -> location(given.path(0));
            case "fsm.team.search" -> named(teams, given.path(0));
            case "fsm.stage.search" -> {
                Map<Integer, String> names = new LinkedHashMap<>();
                stages.forEach(stage -> names.put(stage.id(), stage.name()));
                yield named(names, given.path(0));
            }
            default -> throw new Refusal("builtins.AttributeError", "There is no " + method);
        };
    }

    private JsonNode searchRead(JsonNode domain, JsonNode fields) {
        ArrayNode found = JSON.createArrayNode();
        List<String> names = new ArrayList<>();
        domain.path(0).path(2).forEach(name -> names.add(name.asText()));
        if (!domain.path(0).path(1).asText().equals("in")) {
            throw new Refusal("builtins.ValueError", "Only the operator in is played here");
        }
        orders.forEach((id, order) -> {
            if (names.contains(order.path("name").asText())) {
                ObjectNode row = found.addObject().put("id", id);
                for (JsonNode field : fields) {
                    String name = field.asText();
                    Stage stage = stage(order.path("stage_id").asInt());
                    switch (name) {
                        case "stage_id" -> row.putArray(name).add(stage.id()).add(stage.name());
                        case "is_closed" -> row.put(name, stage.isClosed());
                        default -> {
                            JsonNode value = order.path(name);
                            row.set(
                                    name,
                                    value.isMissingNode() || value.asText().isEmpty()
                                            ? JsonNodeFactory.instance.booleanNode(false)
                                            : value);
                        }
                    }
                }
            }
        });
        return found;
    }

    private JsonNode create(JsonNode values) {
        known(values);
        if (!locations.containsKey(values.path("location_id").asInt())) {
            throw new Refusal(
                    "odoo.exceptions.ValidationError",
                    "The operation cannot be completed: Create/update: a mandatory field is not set. Location");
        }
        ObjectNode order = JSON.createObjectNode().put("stage_id", 1).put("team_id", 1);
        order.setAll((ObjectNode) values);
        schedule(order, values);
        int id = orders.size() + 100;
        orders.put(id, order);
        return JsonNodeFactory.instance.numberNode(id);
    }

    private JsonNode write(JsonNode ids, JsonNode values) {
        known(values);
        boolean byButton =
                values.path("is_button").asBoolean() && values.path("stage_id").asInt() > 0;
        if (!byButton && values.path("stage_id").asInt() == 2) {
            throw new Refusal("odoo.exceptions.UserError", "Cannot move to completed from Kanban");
        }
        for (JsonNode id : ids) {
            ObjectNode order = orders.get(id.asInt());
            if (order == null) {
                throw new Refusal("odoo.exceptions.MissingError", "Record does not exist or has been deleted.");
            }
            order.setAll((ObjectNode) values);
            schedule(order, values);
        }
        return JsonNodeFactory.instance.booleanNode(true);
    }

    private JsonNode stageTo(JsonNode ids, String name, boolean byButton) {
        ObjectNode values = JSON.createObjectNode()
                .put(
                        "stage_id",
                        stages.stream()
                                .filter(one -> one.name().equals(name))
                                .findFirst()
                                .orElseThrow()
                                .id());
        if (byButton) {
            values.put("is_button", true);
        }
        return write(ids, values);
    }

    /** Their _calc_scheduled_dates: an end follows from start and duration; a duration from both ends. */
    private static void schedule(ObjectNode order, JsonNode written) {
        String start = written.path("scheduled_date_start").asText("");
        if (!start.isEmpty() && written.has("scheduled_duration") && !written.has("scheduled_date_end")) {
            order.put(
                    "scheduled_date_end",
                    MOMENT.format(LocalDateTime.parse(start, MOMENT)
                            .plusSeconds(Math.round(
                                    written.path("scheduled_duration").asDouble() * 3600))));
        }
    }

    private JsonNode location(JsonNode values) {
        if (values.path("owner_id").asInt() == 0 || values.path("name").asText().isEmpty()) {
            throw new Refusal("odoo.exceptions.ValidationError", "A mandatory field is not set. Related Owner");
        }
        int id = locations.size() + 40;
        locations.put(id, (ObjectNode) values.deepCopy());
        return JsonNodeFactory.instance.numberNode(id);
    }

    private static void known(JsonNode values) {
        values.fieldNames().forEachRemaining(field -> {
            if (!FIELDS.contains(field)) {
                throw new Refusal("builtins.ValueError", "Invalid field '" + field + "' on model 'fsm.order'");
            }
        });
    }

    private static JsonNode ids(Map<Integer, ObjectNode> records, JsonNode domain) {
        Map<Integer, String> names = new LinkedHashMap<>();
        records.forEach((id, record) -> names.put(id, record.path("name").asText()));
        return named(names, domain);
    }

    private static JsonNode named(Map<Integer, String> names, JsonNode domain) {
        ArrayNode found = JSON.createArrayNode();
        names.forEach((id, name) -> {
            if (name.equals(domain.path(0).path(2).asText())) {
                found.add(id);
            }
        });
        return found;
    }

    private Stage stage(int id) {
        return stages.stream().filter(stage -> stage.id() == id).findFirst().orElseThrow();
    }
}
