package org.servicerecovery.compensation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.LoaderOptions;

/**
 * Stripe's own OpenAPI description (github.com/stripe/openapi, {@code openapi/spec3.json} or {@code spec3.yaml}), as far
 * as it says what may be sent and what is answered. It is not kept here: the system property {@value #PROPERTY} names it.
 */
final class StripeDescription {

    static final String PROPERTY = "stripe.openapi";

    private static Optional<StripeDescription> given;

    private final JsonNode root;

    private StripeDescription(JsonNode root) {
        this.root = root;
    }

    static synchronized Optional<StripeDescription> given() {
        if (given == null) {
            given = Optional.ofNullable(System.getProperty(PROPERTY))
                    .map(Path::of)
                    .map(StripeDescription::of);
        }
        return given;
    }

    static StripeDescription of(Path file) {
        try {
            return new StripeDescription(
                    file.toString().endsWith(".json") ? new JsonMapper().readTree(file.toFile()) : yaml(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode yaml(Path file) throws IOException {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(Integer.MAX_VALUE);
        return new YAMLMapper(YAMLFactory.builder().loaderOptions(options).build()).readTree(file.toFile());
    }

    String version() {
        return root.path("info").path("version").asText();
    }

    /** The kinds of events that Stripe sends. */
    List<String> events() {
        return texts(form(operation("post", "/v1/webhook_endpoints"))
                .path("properties")
                .path("enabled_events")
                .path("items")
                .path("enum"));
    }

    /** What is wrong with an exchange; parameters as {@code metadata[name]}, decoded. */
    List<String> violations(String method, String path, Map<String, String> parameters, int status, String answer) {
        List<String> wrong = new ArrayList<>();
        JsonNode operation = operation(method, path);
        if (operation.isMissingNode()) {
            return List.of(method + " " + path + " is no operation of Stripe's");
        }
        JsonNode schema = method.equals("GET") ? ofQuery(operation) : form(operation);
        check(nested(parameters), schema, method + " " + path, wrong);
        if (status > 0) {
            JsonNode responses = operation.path("responses");
            JsonNode response = responses.path(responses.has("" + status) ? "" + status : "default");
            check(
                    json(answer),
                    response.path("content").path("application/json").path("schema"),
                    "answer " + status,
                    wrong);
        }
        return wrong;
    }

    /** What is wrong with an object of this kind, such as {@code event}. */
    List<String> violations(String kind, String object) {
        List<String> wrong = new ArrayList<>();
        check(json(object), root.path("components").path("schemas").path(kind), kind, wrong);
        return wrong;
    }

    /** Missing, and so nothing that fits, when it is no JSON. */
    private static JsonNode json(String text) {
        try {
            return new JsonMapper().readTree(text);
        } catch (IOException e) {
            return MissingNode.getInstance();
        }
    }

    private JsonNode operation(String method, String path) {
        return root.path("paths").path(path).path(method.toLowerCase(Locale.ROOT));
    }

    private static JsonNode form(JsonNode operation) {
        return operation
                .path("requestBody")
                .path("content")
                .path("application/x-www-form-urlencoded")
                .path("schema");
    }

    /** Parameters of a query as if they were one object. */
    private static JsonNode ofQuery(JsonNode operation) {
        ObjectNode schema =
                new JsonMapper().createObjectNode().put("type", "object").put("additionalProperties", false);
        ObjectNode properties = schema.putObject("properties");
        operation.path("parameters").forEach(parameter -> {
            if (parameter.path("in").asText().equals("query")) {
                properties.set(parameter.path("name").asText(), parameter.path("schema"));
                if (parameter.path("required").asBoolean()) {
                    schema.withArray("required").add(parameter.path("name").asText());
                }
            }
        });
        return schema;
    }

    private static ObjectNode nested(Map<String, String> parameters) {
        ObjectNode nested = new JsonMapper().createObjectNode();
        parameters.forEach((name, value) -> {
            String[] path = name.replace("]", "").split("\\[", -1);
            ObjectNode at = nested;
            for (int i = 0; i < path.length - 1; i++) {
                at = at.withObject("/" + path[i]);
            }
            at.put(path[path.length - 1], value);
        });
        return nested;
    }

    private void check(JsonNode value, JsonNode described, String where, List<String> wrong) {
        JsonNode schema = resolved(described);
        if (value.isNull() && schema.path("nullable").asBoolean()) {
            return;
        }
        if (schema.has("anyOf")) {
            checkAny(value, schema.path("anyOf"), where, wrong);
            return;
        }
        if (schema.has("enum") && !texts(schema.path("enum")).contains(value.asText())) {
            wrong.add(where + " is none of " + schema.path("enum"));
        }
        switch (schema.path("type").asText()) {
            case "object" -> checkObject(value, schema, where, wrong);
            case "array" -> {
                require(value.isArray(), where + " is no array", wrong);
                value.forEach(item -> check(item, schema.path("items"), where + "[]", wrong));
            }
            case "string" -> checkText(value, schema, where, wrong);
            // In a form everything is text.
            case "integer" ->
                require(
                        value.isIntegralNumber()
                                || (value instanceof TextNode && value.asText().matches("-?[0-9]{1,18}")),
                        where + " is no integer",
                        wrong);
            case "boolean" ->
                require(value.isBoolean() || value.asText().matches("true|false"), where + " is no boolean", wrong);
            default -> wrong.add(where + " is described as nothing that is understood here: " + schema.path("type"));
        }
    }

    private void checkAny(JsonNode value, JsonNode choices, String where, List<String> wrong) {
        boolean fits = StreamSupport.stream(choices.spliterator(), false).anyMatch(choice -> {
            List<String> unfit = new ArrayList<>();
            check(value, choice, where, unfit);
            return unfit.isEmpty();
        });
        require(fits, where + " is nothing of what it may be", wrong);
    }

    private void checkObject(JsonNode value, JsonNode schema, String where, List<String> wrong) {
        if (!value.isObject()) {
            wrong.add(where + " is no object");
            return;
        }
        texts(schema.path("required")).forEach(name -> require(value.has(name), where + " lacks " + name, wrong));
        for (Iterator<Map.Entry<String, JsonNode>> fields = value.fields(); fields.hasNext(); ) {
            Map.Entry<String, JsonNode> field = fields.next();
            JsonNode property = schema.path("properties").path(field.getKey());
            if (property.isMissingNode() && schema.path("additionalProperties").isObject()) {
                property = schema.path("additionalProperties");
            }
            String name = where + "." + field.getKey();
            // A schema that is open and names nothing, such as that of an event's object, allows anything.
            if (!property.isMissingNode()) {
                check(field.getValue(), property, name, wrong);
            } else if (!schema.path("properties").isEmpty()
                    || !schema.path("additionalProperties").asBoolean(true)) {
                wrong.add(name + " is not described");
            }
        }
    }

    private static void checkText(JsonNode value, JsonNode schema, String where, List<String> wrong) {
        if (!value.isTextual()) {
            wrong.add(where + " is no text");
            return;
        }
        require(
                value.asText().length() <= schema.path("maxLength").asInt(Integer.MAX_VALUE),
                where + " is too long",
                wrong);
        require(
                !schema.has("pattern")
                        || Pattern.compile(schema.path("pattern").asText())
                                .matcher(value.asText())
                                .find(),
                where + " does not match " + schema.path("pattern"),
                wrong);
    }

    private JsonNode resolved(JsonNode schema) {
        return schema.has("$ref")
                ? resolved(root.at(schema.path("$ref").asText().substring(1)))
                : schema;
    }

    private static void require(boolean right, String otherwise, List<String> wrong) {
        if (!right) {
            wrong.add(otherwise);
        }
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asText)
                .collect(Collectors.toList());
    }
}
