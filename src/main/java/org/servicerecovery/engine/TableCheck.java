package org.servicerecovery.engine;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.camunda.bpm.dmn.engine.DmnDecision;
import org.camunda.bpm.dmn.engine.DmnEngine;
import org.camunda.bpm.dmn.engine.DmnEngineException;
import org.camunda.bpm.dmn.engine.impl.hitpolicy.DmnHitPolicyException;
import org.camunda.bpm.model.dmn.instance.Decision;
import org.camunda.bpm.model.dmn.instance.DecisionTable;
import org.camunda.bpm.model.dmn.instance.DmnElement;
import org.camunda.bpm.model.dmn.instance.Input;
import org.camunda.bpm.model.dmn.instance.Output;
import org.camunda.bpm.model.dmn.instance.Rule;
import org.camunda.bpm.model.dmn.instance.Text;
import org.camunda.bpm.model.dmn.instance.TextAnnotation;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Messages;

/** What is wrong with a table as the feature knows it that asks it. */
final class TableCheck {

    private static final Pattern TEXT = Pattern.compile("\"([^\"]*)\"");
    private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?");
    private static final Pattern COMPARISON = Pattern.compile("([<>]=?\\s*-?\\d.*|[\\[\\](].*\\d\\s*\\.\\..*)");
    private static final Pattern NOT = Pattern.compile("not\\s*\\((.*)\\)", Pattern.DOTALL);
    private static final Pattern NAME = Pattern.compile("[A-Za-z_]\\w*");
    /** By its name, or by that of its specification, which is the default of a whole file. */
    private static final Pattern FEEL =
            Pattern.compile("feel|https?://www\\.omg\\.org/spec/\\S*FEEL\\S*", Pattern.CASE_INSENSITIVE);

    private static final Pattern IN_QUOTES = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"");
    /** A row is compared with what is asked. What goes round or calls may never come to an end. */
    private static final Pattern GOES_ROUND =
            Pattern.compile("\\b(for|some|every|function)\\b|\\*\\*|(?<!\\bnot)(?<=[\\w\"])\\s*\\(");

    private final CheckedTable table;
    private final Decision decision;
    private final DmnEngine trial;
    private final List<String> all = new ArrayList<>();

    /** @param trial beside the process engine's own, which would write a history of what is only tried */
    TableCheck(CheckedTable table, Decision decision, DmnEngine trial) {
        this.table = table;
        this.decision = decision;
        this.trial = trial;
    }

    /** Sentences about its columns and cells; none when each can be understood. */
    List<String> wrongCells() {
        all.clear();
        if (!(decision.getExpression() instanceof DecisionTable asked)) {
            wrong(Messages.text("table.none"));
            return all;
        }
        if (decision.getModelInstance().getModelElementsByType(DmnElement.class).stream()
                .map(element -> element.getAttributeValue("expressionLanguage"))
                .anyMatch(
                        language -> language != null && !FEEL.matcher(language).matches())) {
            wrong(Messages.text("table.otherLanguage"));
            return all;
        }
        decision.getModelInstance().getModelElementsByType(Text.class).stream()
                .filter(text -> !(text.getParentElement() instanceof TextAnnotation))
                .map(text -> text(text.getTextContent()))
                .filter(TableCheck::goesRound)
                .forEach(text -> wrong(Messages.text("table.goesRound", text)));
        List<Input> inputs = List.copyOf(asked.getInputs());
        List<Output> outputs = List.copyOf(asked.getOutputs());
        inputs.stream()
                .map(TableCheck::nameOf)
                .filter(name -> NAME.matcher(name).matches() && !table.inputs().containsKey(name))
                .forEach(name -> wrong(Messages.text(
                        "table.unknownInput", name, sorted(table.inputs().keySet()))));
        List<String> named = outputs.stream().map(Output::getName).toList();
        table.outputs().keySet().stream()
                .filter(name -> !named.contains(name))
                .sorted()
                .forEach(name -> wrong(Messages.text("table.outputMissing", name)));
        if (all.isEmpty()) {
            int row = 1;
            for (Rule rule : asked.getRules()) {
                check(row++, rule, inputs, outputs);
            }
        }
        return all;
    }

    /** Sentences about what it says to the questions that it has to answer; to be asked once its cells are right. */
    List<String> wrongAnswers(byte[] file) {
        DmnDecision parsed = trial.parseDecision(decision.getId(), new ByteArrayInputStream(file));
        try {
            return table.wrongAnswers(question -> answers(parsed, question));
        } catch (DmnEngineException e) {
            return List.of(Messages.text("table.cannotBeAsked", String.valueOf(e.getMessage())));
        }
    }

    private static boolean goesRound(String written) {
        return GOES_ROUND.matcher(IN_QUOTES.matcher(written).replaceAll("\"\"")).find();
    }

    private List<Map<String, Object>> answers(DmnDecision parsed, Map<String, Object> question) {
        try {
            return trial.evaluateDecisionTable(parsed, question).getResultList();
        } catch (DmnHitPolicyException moreThanOne) {
            return List.of(Map.of(), Map.of());
        }
    }

    private void check(int row, Rule rule, List<Input> inputs, List<Output> outputs) {
        if (rule.getInputEntries().size() != inputs.size()
                || rule.getOutputEntries().size() != outputs.size()) {
            wrong(Messages.text("table.otherCells", String.valueOf(row)));
            return;
        }
        Map<String, String> texts = new HashMap<>();
        Map<String, String> labels = new LinkedHashMap<>();
        int before = all.size();
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
        if (before == all.size()) {
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
        all.add(sentence);
    }

    private static String nameOf(Input input) {
        return input.getInputExpression() == null || input.getInputExpression().getText() == null
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
