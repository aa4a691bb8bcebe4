package org.servicerecovery.models;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.camunda.bpm.model.dmn.Dmn;
import org.camunda.bpm.model.dmn.DmnModelInstance;
import org.camunda.bpm.model.dmn.instance.Decision;
import org.camunda.bpm.model.dmn.instance.Input;
import org.camunda.bpm.model.dmn.instance.Output;
import org.camunda.bpm.model.dmn.instance.OutputEntry;
import org.camunda.bpm.model.dmn.instance.Rule;
import org.servicerecovery.access.Role;

/** The tables: each is asked by somebody, with the inputs it needs, and answers what is read from it. */
final class DecisionContract {

    static final Set<String> ROLES =
            Arrays.stream(Role.values()).map(Role::groupId).collect(Collectors.toSet());

    private final JavaBehindModels java;
    private final Map<String, DmnModelInstance> parsed = new HashMap<>();

    DecisionContract(JavaBehindModels java) {
        this.java = java;
    }

    void check(ModelFiles files, Set<String> askedByModels, Violations violations) {
        Map<String, Decision> decisions = new TreeMap<>();
        files.ending(".dmn").forEach((file, text) -> {
            for (Decision decision : tables(text).getModelElementsByType(Decision.class)) {
                decisions.put(decision.getId(), decision);
                checkTable(file, text, decision, violations);
            }
        });
        Set<String> askedByJava = new TreeSet<>();
        for (JavaBehindModels.Asked asked : java.asked()) {
            askedByJava.add(asked.decision());
            Decision decision = decisions.get(asked.decision());
            if (decision == null) {
                violations.add(asked.by(), "", "asks the decision " + asked.decision() + ", which no table answers.");
            } else {
                checkQuestion(asked, decision, violations);
            }
        }
        java.askedWithoutName()
                .forEach(method -> violations.add(method, "", "asks a decision whose name cannot be read."));
        decisions
                .keySet()
                .forEach(id -> violations.unless(
                        askedByJava.contains(id) || askedByModels.contains(id),
                        "processes/" + id + ".dmn",
                        id,
                        "is asked by nobody."));
        askedByModels.stream()
                .filter(id -> !decisions.containsKey(id))
                .forEach(id -> violations.add("processes", id, "is asked by a model, but no table answers it."));
    }

    /** The texts that tables can answer with. */
    Set<String> answers(ModelFiles files) {
        Set<String> answers = new HashSet<>();
        files.ending(".dmn")
                .values()
                .forEach(text -> tables(text).getModelElementsByType(OutputEntry.class).stream()
                        .map(entry -> entry.getText().getTextContent().strip())
                        .filter(answer -> answer.startsWith("\""))
                        .forEach(answer -> answers.add(answer.substring(1, answer.length() - 1))));
        return answers;
    }

    /** A level that tells a group which does not exist tells nobody. */
    private static void checkRoles(String file, Decision decision, Violations violations) {
        List<Output> outputs = List.copyOf(decision.getModelInstance().getModelElementsByType(Output.class));
        for (Rule rule : decision.getModelInstance().getModelElementsByType(Rule.class)) {
            int at = 0;
            for (OutputEntry entry : rule.getOutputEntries()) {
                if (outputs.get(at++).getName().equals("roles")) {
                    for (String role :
                            entry.getText().getTextContent().replace("\"", "").split("\\s*,\\s*")) {
                        violations.unless(
                                ROLES.contains(role),
                                file,
                                rule.getId(),
                                "names the group " + role + ", which is no role.");
                    }
                }
            }
        }
    }

    private static void checkTable(String file, String text, Decision decision, Violations violations) {
        checkRoles(file, decision, violations);
        String id = decision.getId();
        violations.unless(
                file.equals("processes/" + id + ".dmn"), file, id, "has another id than its file has a name.");
        violations.unless(
                decision.getCamundaHistoryTimeToLiveString() != null, file, id, "has no history time to live.");
        violations.unless(decision.getName() != null, file, id, "has no name.");
        violations.unless(text.contains("dmnElementRef=\"" + id + "\""), file, id, "has no shape in its diagram.");
    }

    private static void checkQuestion(JavaBehindModels.Asked asked, Decision decision, Violations violations) {
        String file = "processes/" + decision.getId() + ".dmn";
        Set<String> outputs = new TreeSet<>();
        decision.getModelInstance()
                .getModelElementsByType(Output.class)
                .forEach(output -> outputs.add(output.getName()));
        asked.outputs().stream()
                .filter(output -> !outputs.contains(output))
                .forEach(output -> violations.add(
                        file, decision.getId(), "has no output " + output + ", which " + asked.by() + " reads."));
        decision.getModelInstance().getModelElementsByType(Input.class).stream()
                .map(input ->
                        input.getInputExpression().getText().getTextContent().strip())
                .filter(input -> !asked.inputs().contains(input))
                .forEach(input -> violations.add(
                        file,
                        decision.getId(),
                        "needs the input " + input + ", which " + asked.by() + " does not give."));
    }

    private DmnModelInstance tables(String text) {
        return parsed.computeIfAbsent(
                text,
                unread -> Dmn.readModelFromStream(new ByteArrayInputStream(unread.getBytes(StandardCharsets.UTF_8))));
    }
}
