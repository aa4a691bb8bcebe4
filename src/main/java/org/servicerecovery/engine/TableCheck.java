package org.servicerecovery.engine;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.camunda.bpm.dmn.engine.DmnDecision;
import org.camunda.bpm.dmn.engine.DmnEngine;
import org.camunda.bpm.dmn.engine.DmnEngineException;
import org.camunda.bpm.dmn.engine.impl.hitpolicy.DmnHitPolicyException;
import org.camunda.bpm.dmn.feel.impl.FeelException;
import org.camunda.bpm.model.dmn.instance.Decision;
import org.camunda.bpm.model.dmn.instance.DecisionTable;
import org.camunda.bpm.model.dmn.instance.DmnElement;
import org.camunda.bpm.model.dmn.instance.InformationRequirement;
import org.camunda.bpm.model.dmn.instance.Input;
import org.camunda.bpm.model.dmn.instance.Output;
import org.camunda.bpm.model.dmn.instance.Rule;
import org.camunda.bpm.model.dmn.instance.Text;
import org.camunda.bpm.model.dmn.instance.TextAnnotation;
import org.camunda.bpm.model.xml.instance.ModelElementInstance;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Messages;

/** What is wrong with a table as the feature knows it that asks it. */
final class TableCheck {

    /** By its name, or by that of its specification, which is the default of a whole file. */
    private static final Pattern FEEL =
            Pattern.compile("feel|https?://www\\.omg\\.org/spec/\\S{0,50}FEEL\\S{0,50}", Pattern.CASE_INSENSITIVE);

    /** Types that turn a text into something else, or refuse it when it is asked. */
    private static final Set<String> OTHER_TYPES = Set.of("boolean", "date");

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
                .filter(text -> !isCellOf(asked, text))
                .map(text -> CellText.of(text.getTextContent()))
                .forEach(this::checkBesideTheRows);
        checkWhatItIs(asked);
        List<Input> inputs = List.copyOf(asked.getInputs());
        List<Output> outputs = List.copyOf(asked.getOutputs());
        inputs.stream()
                .map(TableCheck::nameOf)
                .filter(name -> !table.inputs().containsKey(name))
                .forEach(name -> wrong(Messages.text(
                        "table.unknownInput",
                        CellText.brief(name),
                        sorted(table.inputs().keySet()))));
        List<String> named = outputs.stream().map(Output::getName).toList();
        table.outputs().keySet().stream()
                .filter(name -> !named.contains(name))
                .sorted()
                .forEach(name -> wrong(Messages.text("table.outputMissing", name)));
        outputs.stream()
                .filter(output -> output.getTypeRef() != null
                        && OTHER_TYPES.contains(output.getTypeRef().toLowerCase(Locale.ROOT)))
                .forEach(output -> wrong(Messages.text(
                        "table.otherType", label(output.getLabel(), output.getName()), output.getTypeRef())));
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
        try {
            DmnDecision parsed = trial.parseDecision(decision.getId(), new ByteArrayInputStream(file));
            return table.wrongAnswers(question -> answers(parsed, question));
        } catch (DmnEngineException | FeelException e) {
            return List.of(Messages.text("table.cannotBeAsked", String.valueOf(e.getMessage())));
        }
    }

    /** Of the whole file: what else is in it may be asked by others. */
    private void checkBesideTheRows(String written) {
        String unreadable = unreadable(written);
        if (unreadable != null) {
            wrong(unreadable);
        }
    }

    private void checkWhatItIs(DecisionTable asked) {
        decision.getInformationRequirements().stream()
                .map(InformationRequirement::getRequiredDecision)
                .filter(Objects::nonNull)
                .forEach(required ->
                        wrong(Messages.text("table.asksAnother", label(required.getName(), required.getId()))));
        if (asked.getAggregation() != null) {
            wrong(Messages.text("table.addsUp", asked.getAggregation().name()));
        }
        // By ids the engine tells what fits; it takes no table without.
        asked.getInputs().stream()
                .filter(input -> input.getId() == null)
                .forEach(
                        input -> wrong(Messages.text("table.columnWithoutId", label(input.getLabel(), nameOf(input)))));
        asked.getOutputs().stream()
                .filter(output -> output.getId() == null)
                .forEach(output ->
                        wrong(Messages.text("table.columnWithoutId", label(output.getLabel(), output.getName()))));
    }

    private static boolean isCellOf(DecisionTable asked, Text text) {
        ModelElementInstance cell = text.getParentElement();
        return cell != null && cell.getParentElement() instanceof Rule rule && asked.equals(rule.getParentElement());
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
        if (rule.getId() == null) {
            wrong(Messages.text("table.rowWithoutId", String.valueOf(row)));
        }
        Map<String, String> texts = new HashMap<>();
        Map<String, String> labels = new LinkedHashMap<>();
        int before = all.size();
        for (int i = 0; i < inputs.size(); i++) {
            String name = nameOf(inputs.get(i));
            String text = CellText.of(List.copyOf(rule.getInputEntries()).get(i).getTextContent());
            texts.put(name, text);
            labels.put(name, label(inputs.get(i).getLabel(), name));
            TableCell cell = table.inputs().get(name);
            if (cell != null) {
                wrong(row, labels.get(name), wrongInput(cell, text));
            }
        }
        for (int i = 0; i < outputs.size(); i++) {
            String name = outputs.get(i).getName();
            String text =
                    CellText.of(List.copyOf(rule.getOutputEntries()).get(i).getTextContent());
            labels.put(name, label(outputs.get(i).getLabel(), name));
            TableCell cell = table.outputs().get(name);
            String value = CellText.value(text);
            texts.put(name, value == null ? text : value);
            wrong(row, labels.get(name), wrongOutput(cell, text, value));
        }
        if (before == all.size()) {
            table.wrongTogether(texts)
                    .forEach((column, sentence) -> wrong(row, labels.getOrDefault(column, column), sentence));
        }
    }

    /** @param cell null for a column that nobody reads */
    private static @Nullable String wrongOutput(@Nullable TableCell cell, String text, @Nullable String value) {
        if (text.isEmpty()) {
            return cell == null ? null : Messages.text("table.empty");
        }
        String unreadable = unreadable(text);
        if (unreadable != null) {
            return unreadable;
        }
        if (value == null || !CellText.canBeSaid(text)) {
            return Messages.text("table.noValue", CellText.brief(text));
        }
        String wrong = cell == null ? null : cell.wrong(value);
        return wrong == null ? null : Messages.text("table.value", CellText.brief(value), wrong);
    }

    private static @Nullable String wrongInput(TableCell cell, String text) {
        if (CellText.fitsAnything(text)) {
            return null;
        }
        String unreadable = unreadable(text);
        if (unreadable != null) {
            return unreadable;
        }
        if (CellText.isAmbiguous(text)) {
            return Messages.text("table.separators", CellText.brief(text));
        }
        for (String part : CellText.parts(text)) {
            String value = CellText.value(part);
            if (value == null && !CellText.compares(part)) {
                return Messages.text("table.fitsNothing", CellText.brief(part.isEmpty() ? text : part));
            }
            String wrong = value == null ? null : cell.wrong(value);
            if (wrong != null) {
                return Messages.text("table.value", CellText.brief(String.valueOf(value)), wrong);
            }
        }
        return CellText.canBeCompared(text) ? null : Messages.text("table.fitsNothing", CellText.brief(text));
    }

    private static @Nullable String unreadable(String text) {
        if (CellText.isTooLong(text)) {
            return Messages.text("table.tooLong", CellText.brief(text), String.valueOf(CellText.LONGEST));
        }
        return CellText.goesRound(text) ? Messages.text("table.goesRound", CellText.brief(text)) : null;
    }

    private void wrong(int row, String column, @Nullable String sentence) {
        if (sentence != null) {
            wrong(Messages.text("table.cell", String.valueOf(row), column, sentence));
        }
    }

    private void wrong(String sentence) {
        all.add(sentence);
    }

    /** What a column asks for. */
    static String nameOf(Input input) {
        return input.getInputExpression() == null || input.getInputExpression().getText() == null
                ? ""
                : input.getInputExpression().getText().getTextContent().strip();
    }

    private static String label(@Nullable String label, @Nullable String name) {
        return CellText.brief(label == null || label.isBlank() ? String.valueOf(name) : label);
    }

    private static String sorted(Collection<String> names) {
        return names.stream().sorted().collect(Collectors.joining(", "));
    }
}
