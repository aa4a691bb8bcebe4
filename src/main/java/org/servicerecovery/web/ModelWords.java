package org.servicerecovery.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Messages;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.stereotype.Component;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * What people see of models, forms and lists, in another language than their own. The English stands in the files of
 * this release, the translation in the messages file under {@code form.}, {@code task.}, {@code activity.} and
 * {@code process.}. What a process designer wrote or changed is no text of this release, and stays as they wrote it.
 */
@Component
class ModelWords {

    private static final String BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL";
    private static final List<String> TEXTS = List.of("label", "description", "text", "dateLabel", "timeLabel");
    /** Beside tasks: where a case can wait, so where figures and lists name it. What is done at once is named in diagrams alone. */
    private static final List<String> WAITED_IN =
            List.of("callActivity", "subProcess", "receiveTask", "eventBasedGateway", "intermediateCatchEvent");

    private static final List<String> LISTS = List.of(
            "myWork",
            "forMyGroup",
            "dueToday",
            "overdue",
            "waitingForCustomer",
            "withoutOwner",
            "approvals",
            "missedDeadlines",
            "everything");
    private static final List<String> ON_CARDS = List.of("case", "severity", "cause");

    /** Of this release, by the key of the messages file. */
    private final Map<String, String> english = new HashMap<>();

    ModelWords(ObjectMapper json) {
        try {
            PathMatchingResourcePatternResolver files = new PathMatchingResourcePatternResolver();
            for (Resource file : files.getResources("classpath*:forms/*.form")) {
                try (InputStream in = file.getInputStream()) {
                    if (json.readTree(in) instanceof ObjectNode form) {
                        walk(
                                form,
                                (key, owner, field) ->
                                        english.put(key, owner.path(field).textValue()));
                    }
                }
            }
            for (Resource file : files.getResources("classpath*:processes/*.bpmn")) {
                Document model = read(file);
                named(model, "userTask", "task.");
                named(model, "process", "process.");
                String process =
                        ((Element) model.getElementsByTagNameNS(BPMN, "process").item(0)).getAttribute("id");
                WAITED_IN.forEach(element -> named(model, element, "activity." + process + "."));
            }
        } catch (IOException | SAXException | ParserConfigurationException e) {
            throw new IllegalStateException("The models and forms of this release cannot be read.", e);
        }
    }

    /** Every text of this release's models and forms, by the key under which a translation stands. */
    Map<String, String> english() {
        return Map.copyOf(english);
    }

    /** Puts an answer of the engine into the reader's language: a form, or whatever holds tasks, processes and lists. */
    void translate(JsonNode answer, Locale reader) {
        if (answer instanceof ObjectNode form && form.path("components").isArray()) {
            walk(form, (key, owner, field) -> put(owner, field, key, reader));
            return;
        }
        nodes(answer).forEach(node -> {
            name(node).ifPresent(key -> rename(node, key, Locale.ENGLISH, reader));
            if (isList(node)) {
                listTexts(
                        node,
                        (owner, field, prefix, keys) -> keys.stream()
                                .map(each -> prefix + each)
                                .filter(key -> Messages.text(Locale.ENGLISH, key)
                                        .equals(owner.path(field).textValue()))
                                .findFirst()
                                .ifPresent(key -> owner.put(field, Messages.text(reader, key))));
            }
        });
    }

    /** Takes a translation back out of what Tasklist sends, which is whole tasks and lists, names and all. */
    void takeBack(JsonNode sent, Locale reader) {
        if (!(sent instanceof ObjectNode node)) {
            return;
        }
        name(node).ifPresent(key -> rename(node, key, reader, Locale.ENGLISH));
        if (isList(node)) {
            listTexts(
                    node,
                    (owner, field, prefix, keys) -> keys.stream()
                            .map(each -> prefix + each)
                            .filter(key -> Messages.text(reader, key)
                                    .equals(owner.path(field).textValue()))
                            .findFirst()
                            .ifPresent(key -> owner.put(field, Messages.text(Locale.ENGLISH, key))));
        }
    }

    private void put(ObjectNode owner, String field, String key, Locale reader) {
        if (owner.path(field).isTextual() && owner.path(field).textValue().equals(english.get(key))) {
            Messages.find(reader, key).ifPresent(text -> owner.put(field, text));
        }
    }

    private void rename(ObjectNode node, String key, Locale from, Locale to) {
        node.put("name", renamed(node.path("name").asText(), key, from, to));
    }

    /** A name may go on with that of a clock, such as "Act on near deadline (Stage 1)". */
    private String renamed(String name, String key, Locale from, Locale to) {
        Optional<String> before = in(from, key);
        Optional<String> after = in(to, key);
        if (before.isEmpty() || after.isEmpty()) {
            return name;
        }
        if (name.equals(before.get())) {
            return after.get();
        }
        if (name.startsWith(before.get() + " (") && name.endsWith(")")) {
            String clock = name.substring(before.get().length() + 2, name.length() - 1);
            return after.get() + " (" + clock(clock, from, to) + ")";
        }
        return name;
    }

    /** The name of a task for whoever asks. */
    String task(String key, String name) {
        return renamed(name, "task." + key, Locale.ENGLISH, Messages.reader());
    }

    /**
     * The name of anything in a model for whoever asks.
     *
     * @param name as the model says it; what has none there may have one in the messages file
     */
    @Nullable
    String activity(String process, String id, @Nullable String name) {
        if (name == null) {
            return Messages.find(Messages.reader(), "unnamed." + process + "." + id)
                    .orElse(null);
        }
        return english.containsKey("task." + id)
                ? task(id, name)
                : renamed(name, "activity." + process + "." + id, Locale.ENGLISH, Messages.reader());
    }

    /** The name of a process for whoever asks. */
    String process(String key, String name) {
        return renamed(name, "process." + key, Locale.ENGLISH, Messages.reader());
    }

    /** The same of a task, where the name alone is known. */
    String task(String name) {
        return english.entrySet().stream()
                .filter(each -> each.getKey().startsWith("task.")
                        && (name.equals(each.getValue()) || name.startsWith(each.getValue() + " (")))
                .findFirst()
                .map(each -> renamed(name, each.getKey(), Locale.ENGLISH, Messages.reader()))
                .orElse(name);
    }

    /** The name of a kind of step for whoever asks; a kind that a designer made or named keeps its label. */
    static String step(String type, String label) {
        String key = "step." + type;
        return Messages.find(Locale.ENGLISH, key).filter(label::equals).isPresent() ? Messages.text(key) : label;
    }

    private Optional<String> in(Locale language, String key) {
        return language.equals(Locale.ENGLISH)
                ? Optional.ofNullable(english.get(key))
                : Messages.find(language, key).filter(text -> english.containsKey(key));
    }

    private static String clock(String name, Locale from, Locale to) {
        return Messages.all(from).entrySet().stream()
                .filter(each -> each.getKey().startsWith("clockName.")
                        && each.getValue().equals(name))
                .findFirst()
                .map(each -> Messages.text(to, each.getKey()))
                .orElse(name);
    }

    /** All objects in it, itself among them. */
    private static List<ObjectNode> nodes(JsonNode node) {
        List<ObjectNode> found = new ArrayList<>();
        if (node instanceof ObjectNode self) {
            found.add(self);
        }
        node.elements().forEachRemaining(inside -> found.addAll(nodes(inside)));
        return found;
    }

    /** The key of a task's or a process's name. */
    private static Optional<String> name(ObjectNode node) {
        if (node.path("taskDefinitionKey").isTextual()) {
            return Optional.of("task." + node.path("taskDefinitionKey").textValue());
        }
        return node.path("key").isTextual() && node.has("deploymentId")
                ? Optional.of("process." + node.path("key").textValue())
                : Optional.empty();
    }

    private static boolean isList(ObjectNode node) {
        return node.path("resourceType").asText().equals("Task")
                && node.path("name").isTextual();
    }

    @FunctionalInterface
    private interface ListText {
        void at(ObjectNode owner, String field, String prefix, List<String> keys);
    }

    private static void listTexts(ObjectNode list, ListText texts) {
        texts.at(list, "name", "list.name.", LISTS);
        if (list.path("properties") instanceof ObjectNode properties) {
            texts.at(properties, "description", "list.about.", LISTS);
            properties.path("variables").forEach(variable -> {
                if (variable instanceof ObjectNode labelled) {
                    texts.at(labelled, "label", "list.card.", ON_CARDS);
                }
            });
        }
    }

    @FunctionalInterface
    private interface FormText {
        void at(String key, ObjectNode owner, String field);
    }

    private static void walk(ObjectNode form, FormText texts) {
        components("form." + form.path("id").asText(), form, texts);
    }

    private static void components(String form, JsonNode parent, FormText texts) {
        for (JsonNode each : parent.path("components")) {
            if (each instanceof ObjectNode component) {
                String key = form + "." + nameOf(component) + ".";
                TEXTS.stream()
                        .filter(text -> !component.path(text).asText().isBlank())
                        .forEach(text -> texts.at(key + text, component, text));
                for (JsonNode value : component.path("values")) {
                    if (value instanceof ObjectNode option) {
                        texts.at(key + "value." + option.path("value").asText(), option, "label");
                    }
                }
                components(form, component, texts);
            }
        }
    }

    private static String nameOf(JsonNode component) {
        return component
                .path("key")
                .asText(component.path("path").asText(component.path("id").asText()));
    }

    private static Document read(Resource file) throws IOException, SAXException, ParserConfigurationException {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        try (InputStream in = file.getInputStream()) {
            return factory.newDocumentBuilder().parse(in);
        }
    }

    private void named(Document model, String element, String prefix) {
        NodeList found = model.getElementsByTagNameNS(BPMN, element);
        for (int i = 0; i < found.getLength(); i++) {
            Element each = (Element) found.item(i);
            if (each.hasAttribute("name")) {
                english.put(prefix + each.getAttribute("id"), each.getAttribute("name"));
            }
        }
    }
}
