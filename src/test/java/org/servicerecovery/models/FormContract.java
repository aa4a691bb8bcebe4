package org.servicerecovery.models;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.servicerecovery.Coded;
import org.servicerecovery.cases.FailureSource;
import org.servicerecovery.cases.Origin;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.engine.Variable;
import org.servicerecovery.plan.StepOutcome;
import org.servicerecovery.resolution.ResolutionType;

/** The forms: what the engine's Tasklist can show, what the listeners read, and the terms of the domain as options. */
final class FormContract {

    /** Where a form is used: the beans that read what it submits, and the inputs its element gives it. */
    record Use(String process, String element, Set<String> readers, Set<String> inputs) {}

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> NOT_SHOWN = Set.of("filepicker", "documentPreview");
    private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z0-9_.]*");
    private static final Set<String> FEEL = Set.of("null", "and", "or", "not", "true", "false", "if", "then", "else");

    private final JavaBehindModels java;
    private final Map<String, String> stepTypes;
    private final Map<String, JsonNode> forms = new HashMap<>();
    /** What a form breaks depends on nothing but these. */
    private final Map<Checked, Violations> known = new HashMap<>();

    private record Checked(String file, String text, List<Use> uses) {}

    /** @param stepTypes labels of the step types by code */
    FormContract(JavaBehindModels java, Map<String, String> stepTypes) {
        this.java = java;
        this.stepTypes = stepTypes;
    }

    void check(ModelFiles files, Map<String, List<Use>> usesByForm, Violations violations) {
        files.ending(".form").forEach((file, text) -> {
            JsonNode form = forms.get(text);
            if (form == null) {
                try {
                    form = JSON.readTree(text);
                } catch (JsonProcessingException e) {
                    violations.add(file, "", "is not JSON: " + e.getOriginalMessage());
                    return;
                }
                forms.put(text, form);
            }
            List<Use> uses = usesByForm.getOrDefault(form.path("id").asText(), List.of());
            Checked wanted = new Checked(file, text, List.copyOf(uses));
            Violations found = known.get(wanted);
            if (found == null) {
                found = violationsOf(file, form, uses);
                known.put(wanted, found);
            }
            violations.addAll(found);
        });
    }

    private Violations violationsOf(String file, JsonNode form, List<Use> uses) {
        Violations violations = new Violations();
        String id = form.path("id").asText();
        violations.unless(file.equals("forms/" + id + ".form"), file, id, "has another id than its file has a name.");
        violations.unless(
                form.path("executionPlatform").asText().equals("Camunda Platform")
                        && form.path("executionPlatformVersion").asText().equals("7.24.0"),
                file,
                id,
                "is not made for Camunda Platform 7.24.0.");
        violations.unless(!uses.isEmpty(), file, id, "is used by no model.");
        checkFields(file, form, uses, violations);
        checkInputs(file, form, uses, violations);
        checkTerms(file, id, form, uses, violations);
        return violations;
    }

    private void checkFields(String file, JsonNode form, List<Use> uses, Violations violations) {
        Set<String> keys = new TreeSet<>();
        for (JsonNode field : fields(form)) {
            keys.add(key(field));
        }
        for (JsonNode field : fields(form)) {
            String name = field.path("id").asText();
            String type = field.path("type").asText();
            violations.unless(!NOT_SHOWN.contains(type), file, name, "is a " + type + ", which breaks the whole form.");
            violations.unless(
                    !type.equals("dynamiclist") || field.path("disableCollapse").asBoolean(),
                    file,
                    name,
                    "drops the rows after the fifth: set disableCollapse.");
            checkConditions(file, field, keys, violations);
            for (Use use : uses) {
                checkUse(file, field, use, violations);
            }
            for (JsonNode option : field.path("values")) {
                String value = option.path("value").asText();
                violations.unless(
                        java.codes().contains(value) || java.knows(value) || stepTypes.containsKey(value),
                        file,
                        name,
                        "offers \"" + value + "\", which no Java knows.");
            }
        }
    }

    private void checkUse(String file, JsonNode field, Use use, Violations violations) {
        String name = field.path("id").asText();
        String key = key(field);
        if (!key.isEmpty()) {
            boolean known = use.readers().stream().anyMatch(bean -> java.knows(bean, key));
            violations.unless(
                    known,
                    file,
                    name,
                    "submits " + key + ", which nobody reads at " + use.process() + " " + use.element() + ".");
        }
        String options = field.path("valuesExpression").asText().replaceFirst("^=", "");
        violations.unless(
                options.isEmpty() || use.inputs().contains(options),
                file,
                name,
                "takes its options from " + options + ", which " + use.process() + " " + use.element()
                        + " does not give.");
    }

    /** An input that no field takes up, by its key or for its options, is lost without a word. */
    private static void checkInputs(String file, JsonNode form, List<Use> uses, Violations violations) {
        Set<String> taken = new TreeSet<>();
        for (JsonNode field : fields(form)) {
            taken.add(key(field));
            taken.add(field.path("valuesExpression").asText().replaceFirst("^=", ""));
        }
        for (Use use : uses) {
            use.inputs().stream()
                    .filter(input -> !taken.contains(input))
                    .forEach(input -> violations.add(
                            file,
                            input,
                            "is given by " + use.process() + " " + use.element() + ", but no field takes it."));
        }
    }

    private static void checkConditions(String file, JsonNode field, Set<String> keys, Violations violations) {
        String condition = field.path("conditional").path("hide").asText().replaceAll("\"[^\"]*\"", "");
        Matcher words = WORD.matcher(condition);
        while (words.find()) {
            String word = words.group().replaceFirst("^this\\.", "");
            violations.unless(
                    FEEL.contains(word) || keys.contains(word),
                    file,
                    field.path("id").asText(),
                    "is hidden depending on " + word + ", which is no field of the form.");
        }
    }

    private void checkTerms(String file, String id, JsonNode form, List<Use> uses, Violations violations) {
        switch (id) {
            case "open-case" -> {
                // Each level is followed by one line of guidance.
                Map<String, String> levels = options(form, "severity");
                violations.unless(
                        List.copyOf(levels.keySet())
                                        .equals(List.copyOf(
                                                labels(Severity.class).keySet()))
                                && labels(Severity.class).entrySet().stream()
                                        .allMatch(level ->
                                                levels.get(level.getKey()).startsWith(level.getValue() + ": ")),
                        file,
                        "severity",
                        "does not offer the four severities, each with its guidance, in their order.");
                same(file, form, "source", labels(FailureSource.class), violations);
                violations.unless(
                        options(form, "originKind").keySet().equals(Origin.KINDS),
                        file,
                        "originKind",
                        "does not offer the kinds of origin.");
            }
            case "plan-recovery" -> same(file, form, "type", stepTypes, violations);
            case "resolve-case" -> {
                same(file, form, "resolutionType", labels(ResolutionType.class), violations);
                same(file, form, "nextStepType", stepTypes, violations);
            }
            default -> {}
        }
        if (uses.stream().anyMatch(use -> use.process().equals("recovery-step"))) {
            same(file, form, "nextStepType", stepTypes, violations);
            boolean saysHowTheStepEnds = uses.stream()
                    .flatMap(use -> use.readers().stream())
                    .anyMatch(bean -> java.writtenBy(bean).contains(Variable.STEP_OUTCOME.name()));
            violations.unless(
                    !saysHowTheStepEnds
                            || options(form, "outcome")
                                    .keySet()
                                    .equals(labels(StepOutcome.class).keySet()),
                    file,
                    "outcome",
                    "does not offer completed, skipped and failed.");
        }
    }

    private static void same(
            String file, JsonNode form, String key, Map<String, String> expected, Violations violations) {
        Map<String, String> offered = options(form, key);
        violations.unless(
                List.copyOf(offered.entrySet()).equals(List.copyOf(expected.entrySet())),
                file,
                key,
                "offers " + offered + " instead of " + expected + ".");
    }

    private static <E extends Enum<E> & Coded> Map<String, String> labels(Class<E> terms) {
        return Arrays.stream(terms.getEnumConstants())
                .collect(Collectors.toMap(Coded::code, Coded::label, (one, other) -> one, LinkedHashMap::new));
    }

    private static Map<String, String> options(JsonNode form, String key) {
        Map<String, String> options = new LinkedHashMap<>();
        for (JsonNode field : fields(form)) {
            if (key(field).equals(key)) {
                field.path("values")
                        .forEach(option -> options.put(
                                option.path("value").asText(),
                                option.path("label").asText()));
            }
        }
        return options;
    }

    private static String key(JsonNode field) {
        return field.hasNonNull("key")
                ? field.path("key").asText()
                : field.path("path").asText();
    }

    private static List<JsonNode> fields(JsonNode parent) {
        List<JsonNode> found = new ArrayList<>();
        for (JsonNode field : parent.path("components")) {
            found.add(field);
            found.addAll(fields(field));
        }
        return found;
    }
}
