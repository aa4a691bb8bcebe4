package org.servicerecovery.signal;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Coded;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.FailureSource;
import org.servicerecovery.cases.Origin;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.signal.Mapping.ColumnRule;
import org.servicerecovery.signal.Mapping.DoesNotFit;

/** Reads a mapping from YAML, and refuses in a sentence what it does not understand. */
final class MappingFile {

    private static final String FIELD = "Write a text, or value with map, or rules.";

    private final String name;

    private MappingFile(String name) {
        this.name = name;
    }

    /**
     * Reads a mapping that comes with the application ({@code cfpb}) or one of the business's own.
     *
     * @param nameOrPath a bare name, or a path, which has a slash or ends in .yml or .yaml
     * @throws DoesNotFit when there is none or it is not understood
     */
    static Mapping read(String nameOrPath) throws DoesNotFit {
        MappingFile file = new MappingFile(nameOrPath);
        boolean isPath = nameOrPath.contains("/")
                || nameOrPath.contains("\\")
                || nameOrPath.endsWith(".yml")
                || nameOrPath.endsWith(".yaml");
        String resource = "/import/" + nameOrPath + ".yml";
        try (InputStream in =
                isPath ? Files.newInputStream(Path.of(nameOrPath)) : MappingFile.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw file.refused("comes with this application under no such name."
                        + " Give a name such as cfpb, or the path of a .yml file.");
            }
            JsonNode root = YAMLMapper.builder()
                    .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
                    .build()
                    .readTree(in);
            return file.mapping(root);
        } catch (JsonProcessingException e) {
            throw file.refused("is no YAML: " + e.getOriginalMessage()
                    + (e.getLocation() == null
                            ? ""
                            : " (line " + e.getLocation().getLineNr() + ")") + ".");
        } catch (IOException e) {
            throw file.refused("cannot be read: there is no such file, or it may not be read.");
        }
    }

    private DoesNotFit refused(String message) {
        return new DoesNotFit("The mapping " + name + " " + message);
    }

    private Mapping mapping(@Nullable JsonNode root) throws DoesNotFit {
        JsonNode top = object("", root);
        allow(
                "",
                top,
                Set.of(
                        "source-system",
                        "zone",
                        "separator",
                        "columns",
                        "external-id",
                        "customer",
                        "severity",
                        "failure-source",
                        "summary",
                        "verbatim",
                        "reported-at",
                        "origin"));
        String sourceSystem = requiredText("", top, "source-system");
        if (!Signal.ID.matcher(sourceSystem).matches() || sourceSystem.length() > Signal.LONGEST_ID) {
            throw refused("has a source-system that is no id: letters, digits and . _ : / # @ - are allowed.");
        }
        String separator = top.has("separator") ? requiredText("", top, "separator") : ",";
        if (separator.length() != 1 || "\"\r\n".contains(separator)) {
            throw refused("has a separator that is not one character.");
        }
        JsonNode customer = object("customer", required("", top, "customer"));
        allow("customer", customer, Set.of("unknown", "number", "name", "email", "phone"));
        UnknownCustomer unknown =
                term(UnknownCustomer.class, "customer.unknown", requiredText("customer", customer, "unknown"));

        Map<String, FieldRule> fields = new LinkedHashMap<>();
        put(fields, "externalId", "external-id", required("", top, "external-id"));
        for (String part : List.of("number", "name", "email", "phone")) {
            put(fields, "customer." + part, "customer." + part, customer.get(part));
        }
        put(fields, "severity", "severity", required("", top, "severity"));
        put(fields, "failureSource", "failure-source", required("", top, "failure-source"));
        put(fields, "summary", "summary", required("", top, "summary"));
        put(fields, "verbatim", "verbatim", top.get("verbatim"));
        origin(top, fields);
        checkTerms(fields);
        checkCustomer(unknown, fields);
        ReportedDate reportedAt = reportedAt(top, fields);
        return new Mapping(
                name, sourceSystem, separator.charAt(0), unknown, columns(top.get("columns")), fields, reportedAt);
    }

    private void origin(JsonNode top, Map<String, FieldRule> fields) throws DoesNotFit {
        if (!top.has("origin")) {
            return;
        }
        JsonNode origin = object("origin", top.get("origin"));
        allow("origin", origin, Set.of("kind", "external-id", "team", "area", "product", "operative"));
        put(fields, "origin.kind", "origin.kind", required("origin", origin, "kind"));
        put(fields, "origin.externalId", "origin.external-id", origin.get("external-id"));
        for (String part : List.of("team", "area", "product", "operative")) {
            put(fields, "origin." + part, "origin." + part, origin.get(part));
        }
    }

    private @Nullable ReportedDate reportedAt(JsonNode top, Map<String, FieldRule> fields) throws DoesNotFit {
        if (!top.has("reported-at")) {
            return null;
        }
        JsonNode node = object("reported-at", top.get("reported-at"));
        allow("reported-at", node, Set.of("value", "formats"));
        put(fields, "reportedAt", "reported-at.value", required("reported-at", node, "value"));
        String zone = requiredText("", top, "zone");
        List<String> patterns = texts("reported-at.formats", required("reported-at", node, "formats"));
        if (patterns.isEmpty()) {
            throw refused("has an empty list in reported-at.formats.");
        }
        ZoneId zoneId;
        try {
            zoneId = ZoneId.of(zone);
        } catch (DateTimeException e) {
            throw refused("has a zone that is none: \"" + zone + "\". Write one such as Europe/Berlin or UTC.");
        }
        try {
            return new ReportedDate(patterns, zoneId);
        } catch (IllegalArgumentException e) {
            throw refused("has a date format that is none in reported-at.formats: " + e.getMessage() + ".");
        }
    }

    private Map<String, ColumnRule> columns(@Nullable JsonNode node) throws DoesNotFit {
        Map<String, ColumnRule> columns = new LinkedHashMap<>();
        if (node == null) {
            return columns;
        }
        for (Map.Entry<String, JsonNode> entry : object("columns", node).properties()) {
            String where = "columns." + entry.getKey();
            JsonNode rule = object(where, entry.getValue());
            allow(where, rule, Set.of("required", "one-of", "pattern"));
            if (rule.has("required") && !rule.get("required").isBoolean()) {
                throw refused("has something else than true or false in " + where + ".required.");
            }
            Set<String> oneOf = new HashSet<>();
            if (rule.has("one-of")) {
                texts(where + ".one-of", rule.get("one-of")).forEach(value -> oneOf.add(FieldRule.key(value)));
            }
            columns.put(
                    entry.getKey().strip(),
                    new ColumnRule(rule.path("required").asBoolean(), oneOf, pattern(where, rule.get("pattern"))));
        }
        return columns;
    }

    private @Nullable Pattern pattern(String where, @Nullable JsonNode node) throws DoesNotFit {
        if (node == null) {
            return null;
        }
        try {
            return Pattern.compile(text(where + ".pattern", node));
        } catch (PatternSyntaxException e) {
            throw refused("has a pattern that is none in " + where + ": " + e.getDescription() + ".");
        }
    }

    private void put(Map<String, FieldRule> fields, String field, String where, @Nullable JsonNode node)
            throws DoesNotFit {
        if (node != null) {
            fields.put(field, fieldRule(where, node));
        }
    }

    private FieldRule fieldRule(String where, JsonNode node) throws DoesNotFit {
        if (!node.isObject()) {
            return new FieldRule(template(where, text(where, node)), Map.of(), List.of(), null);
        }
        allow(where, node, Set.of("value", "map", "rules", "otherwise"));
        if (node.has("rules") == node.has("value")) {
            throw refused("has no value or both value and rules in " + where + ". " + FIELD);
        }
        String otherwise = node.has("otherwise") ? text(where + ".otherwise", node.get("otherwise")) : null;
        if (node.has("rules")) {
            allow(where, node, Set.of("rules", "otherwise"));
            return new FieldRule(Template.parse(""), Map.of(), rules(where + ".rules", node.get("rules")), otherwise);
        }
        Map<String, String> values = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry :
                object(where + ".map", required(where, node, "map")).properties()) {
            if (values.put(FieldRule.key(entry.getKey()), text(where + ".map", entry.getValue())) != null) {
                throw refused("has \"" + entry.getKey() + "\" twice in " + where + ".map.");
            }
        }
        if (values.isEmpty()) {
            throw refused("has an empty list in " + where + ".map.");
        }
        return new FieldRule(template(where, requiredText(where, node, "value")), values, List.of(), otherwise);
    }

    private List<FieldRule.Rule> rules(String where, JsonNode node) throws DoesNotFit {
        if (!node.isArray() || node.isEmpty()) {
            throw refused("has no list in " + where + ".");
        }
        List<FieldRule.Rule> rules = new ArrayList<>();
        for (JsonNode each : node) {
            JsonNode rule = object(where, each);
            allow(where, rule, Set.of("when", "then"));
            Map<String, Set<String>> when = new LinkedHashMap<>();
            for (Map.Entry<String, JsonNode> entry :
                    object(where + ".when", required(where, rule, "when")).properties()) {
                Set<String> values = new HashSet<>();
                texts(where + ".when", entry.getValue()).forEach(value -> values.add(FieldRule.key(value)));
                when.put(entry.getKey().strip(), values);
            }
            if (when.isEmpty()) {
                throw refused(
                        "has a rule without a column in " + where + ".when; what fits every row is the otherwise.");
            }
            rules.add(new FieldRule.Rule(when, requiredText(where, rule, "then")));
        }
        return rules;
    }

    private Template template(String where, String text) throws DoesNotFit {
        try {
            return Template.parse(text);
        } catch (IllegalArgumentException e) {
            throw refused(e.getMessage() + " in " + where + ": \"" + text + "\".");
        }
    }

    /** A wrong term would refuse every row; it is the mapping that is wrong. */
    private void checkTerms(Map<String, FieldRule> fields) throws DoesNotFit {
        for (String constant : constants(fields, "severity")) {
            term(Severity.class, "severity", constant);
        }
        for (String constant : constants(fields, "failureSource")) {
            term(FailureSource.class, "failure-source", constant);
        }
        for (String constant : constants(fields, "origin.kind")) {
            if (!Origin.KINDS.contains(constant)) {
                throw refused("has an origin.kind that is not known: \"" + constant
                        + "\". Choose one of: job, invoice, ticket, review, survey, call.");
            }
        }
    }

    private static Set<String> constants(Map<String, FieldRule> fields, String field) {
        return Optional.ofNullable(fields.get(field)).map(FieldRule::constants).orElse(Set.of());
    }

    private void checkCustomer(UnknownCustomer unknown, Map<String, FieldRule> fields) throws DoesNotFit {
        if (unknown == UnknownCustomer.CREATE
                && !(fields.containsKey("customer.number") && fields.containsKey("customer.name"))) {
            throw refused("creates unknown customers, so it needs customer.number and customer.name.");
        }
        if (!fields.containsKey("customer.number")
                && !fields.containsKey("customer.email")
                && !fields.containsKey("customer.phone")) {
            throw refused("says nothing to find the customer by: customer.number, customer.email or customer.phone.");
        }
    }

    private <E extends Enum<E> & Coded> E term(Class<E> terms, String where, String code) throws DoesNotFit {
        try {
            return Coded.parse(terms, where, code);
        } catch (Refused refused) {
            throw refused("has a value in " + where + " that "
                    + refused.problems().get(0).message());
        }
    }

    private void allow(String where, JsonNode node, Set<String> keys) throws DoesNotFit {
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            if (!keys.contains(entry.getKey())) {
                throw refused("has a key that is not known" + (where.isEmpty() ? "" : " in " + where) + ": \""
                        + entry.getKey() + "\". Known are: "
                        + String.join(", ", keys.stream().sorted().toList()) + ".");
            }
        }
    }

    private JsonNode object(String where, @Nullable JsonNode node) throws DoesNotFit {
        if (node == null || !node.isObject()) {
            throw refused(where.isEmpty() ? "is empty or no list of keys." : "has no list of keys in " + where + ".");
        }
        return node;
    }

    private JsonNode required(String where, JsonNode node, String key) throws DoesNotFit {
        JsonNode found = node.get(key);
        if (found == null || found.isNull()) {
            throw refused("lacks " + (where.isEmpty() ? "" : where + ".") + key + ".");
        }
        return found;
    }

    private String requiredText(String where, JsonNode node, String key) throws DoesNotFit {
        return text(where.isEmpty() ? key : where + "." + key, required(where, node, key));
    }

    private String text(String where, JsonNode node) throws DoesNotFit {
        if (node.isBoolean()) {
            throw refused("has a bare " + node.asText() + " in " + where
                    + ", which YAML reads as true or false. Put it in quotes.");
        }
        if (!node.isValueNode() || node.isNull()) {
            throw refused("has no text in " + where + ".");
        }
        return node.asText();
    }

    private List<String> texts(String where, JsonNode node) throws DoesNotFit {
        if (!node.isArray()) {
            return List.of(text(where, node));
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode each : node) {
            texts.add(text(where, each));
        }
        return texts;
    }
}
