package org.servicerecovery.engine;

import java.io.ByteArrayInputStream;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.camunda.bpm.dmn.engine.DmnDecision;
import org.camunda.bpm.dmn.engine.DmnEngine;
import org.camunda.bpm.dmn.engine.DmnEngineConfiguration;
import org.camunda.bpm.dmn.engine.DmnEngineException;
import org.camunda.bpm.dmn.engine.impl.hitpolicy.DmnHitPolicyException;
import org.camunda.bpm.engine.impl.dmn.deployer.DecisionDefinitionDeployer;
import org.camunda.bpm.engine.impl.persistence.deploy.Deployer;
import org.camunda.bpm.engine.impl.persistence.entity.DeploymentEntity;
import org.camunda.bpm.engine.impl.persistence.entity.ResourceEntity;
import org.camunda.bpm.model.dmn.Dmn;
import org.camunda.bpm.model.dmn.DmnModelInstance;
import org.camunda.bpm.model.dmn.instance.Decision;
import org.camunda.bpm.model.dmn.instance.DecisionTable;
import org.camunda.bpm.model.dmn.instance.DmnElement;
import org.camunda.bpm.model.dmn.instance.Input;
import org.camunda.bpm.model.dmn.instance.Output;
import org.camunda.bpm.model.dmn.instance.Rule;
import org.camunda.bpm.model.xml.ModelException;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Messages;
import org.servicerecovery.Refused;

/**
 * Tables that the application asks are looked at before they are deployed, by whatever route: what nobody would
 * understand there (a calendar that does not exist, a level that nothing carries out, a misspelt word) the engine takes
 * without a word, and the rule answers to nothing.
 */
final class TablesAnswer implements Deployer {

    private static final Pattern TEXT = Pattern.compile("\"([^\"]*)\"");
    private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?");
    private static final Pattern COMPARISON = Pattern.compile("([<>]=?\\s*-?\\d.*|[\\[\\](].*\\d\\s*\\.\\..*)");
    private static final Pattern NOT = Pattern.compile("not\\s*\\((.*)\\)", Pattern.DOTALL);
    private static final Pattern NAME = Pattern.compile("[A-Za-z_]\\w*");
    /** By its name, or by that of its specification, which is the default of a whole file. */
    private static final Pattern FEEL =
            Pattern.compile("feel|https?://www\\.omg\\.org/spec/\\S*FEEL\\S*", Pattern.CASE_INSENSITIVE);

    private final Supplier<List<CheckedTable>> tables;
    /** Beside the process engine's own, which would write a history of what is only tried. */
    private final DmnEngine trial =
            DmnEngineConfiguration.createDefaultDmnEngineConfiguration().buildEngine();

    TablesAnswer(Supplier<List<CheckedTable>> tables) {
        this.tables = tables;
    }

    @Override
    public void deploy(DeploymentEntity deployment) {
        if (!deployment.isNew()) {
            return;
        }
        Map<String, CheckedTable> known =
                tables.get().stream().collect(Collectors.toMap(CheckedTable::table, table -> table));
        Refused.Gathered wrong = new Refused.Gathered();
        for (ResourceEntity resource : deployment.getResources().values()) {
            if (Arrays.stream(DecisionDefinitionDeployer.DMN_RESOURCE_SUFFIXES)
                    .anyMatch(resource.getName()::endsWith)) {
                DmnModelInstance model = read(resource);
                if (model != null) {
                    for (Decision decision : model.getModelElementsByType(Decision.class)) {
                        CheckedTable table = known.get(decision.getId());
                        if (table != null) {
                            new Check(table, decision, wrong).run(resource.getBytes());
                        }
                    }
                }
            }
        }
        wrong.refuseIfAny();
    }

    /** Null when it cannot be read: the engine's own parser says what is wrong. */
    private static @Nullable DmnModelInstance read(ResourceEntity resource) {
        try {
            return Dmn.readModelFromStream(new ByteArrayInputStream(resource.getBytes()));
        } catch (ModelException noTable) {
            return null;
        }
    }

    private final class Check {

        private final CheckedTable table;
        private final Decision decision;
        private final Refused.Gathered all;
        private boolean right = true;

        Check(CheckedTable table, Decision decision, Refused.Gathered all) {
            this.table = table;
            this.decision = decision;
            this.all = all;
        }

        void run(byte[] file) {
            if (!(decision.getExpression() instanceof DecisionTable asked)) {
                wrong(Messages.text("table.none"));
                return;
            }
            if (decision.getModelInstance().getModelElementsByType(DmnElement.class).stream()
                    .map(element -> element.getAttributeValue("expressionLanguage"))
                    .anyMatch(language ->
                            language != null && !FEEL.matcher(language).matches())) {
                wrong(Messages.text("table.otherLanguage"));
                return;
            }
            List<Input> inputs = List.copyOf(asked.getInputs());
            List<Output> outputs = List.copyOf(asked.getOutputs());
            inputs.stream()
                    .map(Check::nameOf)
                    .filter(name ->
                            NAME.matcher(name).matches() && !table.inputs().containsKey(name))
                    .forEach(name -> wrong(Messages.text(
                            "table.unknownInput", name, sorted(table.inputs().keySet()))));
            List<String> named = outputs.stream().map(Output::getName).toList();
            table.outputs().keySet().stream()
                    .filter(name -> !named.contains(name))
                    .sorted()
                    .forEach(name -> wrong(Messages.text("table.outputMissing", name)));
            if (right) {
                int row = 1;
                for (Rule rule : asked.getRules()) {
                    check(row++, rule, inputs, outputs);
                }
            }
            if (right) {
                DmnDecision parsed = trial.parseDecision(decision.getId(), new ByteArrayInputStream(file));
                try {
                    table.wrongAnswers(question -> answers(parsed, question)).forEach(this::wrong);
                } catch (DmnEngineException e) {
                    wrong(Messages.text("table.cannotBeAsked", String.valueOf(e.getMessage())));
                }
            }
        }

        private List<Map<String, Object>> answers(DmnDecision parsed, Map<String, Object> question) {
            try {
                return trial.evaluateDecisionTable(parsed, question).getResultList();
            } catch (DmnHitPolicyException moreThanOne) {
                return List.of(Map.of(), Map.of());
            }
        }

        private void check(int row, Rule rule, List<Input> inputs, List<Output> outputs) {
            Map<String, String> texts = new HashMap<>();
            Map<String, String> labels = new LinkedHashMap<>();
            boolean before = right;
            for (int i = 0; i < inputs.size(); i++) {
                String name = nameOf(inputs.get(i));
                String text = text(List.copyOf(rule.getInputEntries()).get(i).getTextContent());
                texts.put(name, text);
                labels.put(name, label(inputs.get(i).getLabel(), name));
                TableCell cell = table.inputs().get(name);
                if (cell != null) {
                    wrong(row, labels.get(name), wrongInput(cell, text));
                }
            }
            for (int i = 0; i < outputs.size(); i++) {
                String name = outputs.get(i).getName();
                String text = text(List.copyOf(rule.getOutputEntries()).get(i).getTextContent());
                labels.put(name, label(outputs.get(i).getLabel(), name));
                TableCell cell = table.outputs().get(name);
                if (cell != null) {
                    String value = value(text);
                    texts.put(name, value == null ? text : value);
                    wrong(row, labels.get(name), wrongOutput(cell, text, value));
                }
            }
            if (before == right) {
                table.wrongTogether(texts)
                        .forEach((column, sentence) -> wrong(row, labels.getOrDefault(column, column), sentence));
            }
        }

        private @Nullable String wrongOutput(TableCell cell, String text, @Nullable String value) {
            if (text.isEmpty()) {
                return Messages.text("table.empty");
            }
            if (value == null) {
                return Messages.text("table.noValue", text);
            }
            String wrong = cell.wrong(value);
            return wrong == null ? null : Messages.text("table.value", value, wrong);
        }

        private @Nullable String wrongInput(TableCell cell, String text) {
            if (text.isEmpty() || text.equals("-")) {
                return null;
            }
            Matcher not = NOT.matcher(text);
            for (String part : (not.matches() ? not.group(1) : text).split(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", -1)) {
                String one = part.strip();
                String value = value(one);
                if (value == null) {
                    if (!COMPARISON.matcher(one).matches()) {
                        return Messages.text("table.fitsNothing", one);
                    }
                } else {
                    String wrong = cell.wrong(value);
                    if (wrong != null) {
                        return Messages.text("table.value", value, wrong);
                    }
                }
            }
            return null;
        }

        private void wrong(int row, String column, @Nullable String sentence) {
            if (sentence != null) {
                wrong(Messages.text("table.cell", String.valueOf(row), column, sentence));
            }
        }

        private void wrong(String sentence) {
            right = false;
            all.add(table.table(), "refused.asSaid", sentence);
        }

        private static String nameOf(Input input) {
            return input.getInputExpression() == null
                            || input.getInputExpression().getText() == null
                    ? ""
                    : input.getInputExpression().getText().getTextContent().strip();
        }

        private static String text(@Nullable String content) {
            return content == null ? "" : content.strip();
        }

        private static String label(@Nullable String label, String name) {
            return label == null || label.isBlank() ? name : label;
        }

        /** The text or number that is written there; null when it is neither. */
        private static @Nullable String value(String written) {
            Matcher text = TEXT.matcher(written);
            return text.matches() ? text.group(1) : NUMBER.matcher(written).matches() ? written : null;
        }

        private static String sorted(Collection<String> names) {
            return names.stream().sorted().collect(Collectors.joining(", "));
        }
    }
}
