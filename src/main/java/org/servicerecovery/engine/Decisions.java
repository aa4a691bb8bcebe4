package org.servicerecovery.engine;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.camunda.bpm.engine.DecisionService;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.repository.DecisionDefinition;
import org.camunda.bpm.model.dmn.DmnModelInstance;
import org.camunda.bpm.model.dmn.instance.Output;
import org.camunda.bpm.model.dmn.instance.OutputEntry;
import org.camunda.bpm.model.dmn.instance.Rule;
import org.springframework.stereotype.Component;

/** Asks the newest version of a DMN table. Inputs are arguments, not process variables: amounts stay out of the engine. */
@Component
public class Decisions {

    /** @param version the version of the table that answered, for the journal */
    public record Answer(String decision, int version, Map<String, Object> values) {

        public String text(String output) {
            Object value = values.get(output);
            if (value == null) {
                throw new IllegalStateException(
                        "The table " + decision + " version " + version + " gave no " + output + ".");
            }
            return value.toString();
        }

        public int number(String output) {
            // A column of the type double says 72.0.
            return new BigDecimal(text(output)).intValueExact();
        }

        /** The table and version, such as {@code resolution-deadline/3}. */
        public String reference() {
            return decision + "/" + version;
        }
    }

    private record Question(String tableId, Map<String, Object> inputs) {}

    /** A version of a table gives the same answer to the same question, and finding it costs more than a case's rows. */
    private final Cache<Question, List<Map<String, Object>>> known =
            Caffeine.newBuilder().maximumSize(1_000).build();

    private final DecisionService decisions;
    private final RepositoryService repository;
    private final InOwnName ownName;

    Decisions(DecisionService decisions, RepositoryService repository, InOwnName ownName) {
        this.decisions = decisions;
        this.repository = repository;
        this.ownName = ownName;
    }

    /** @throws IllegalStateException when no rule, or more than one, answers: a table must cover every input */
    public Answer ask(String decision, Map<String, Object> inputs) {
        return ownName.ask(() -> answer(decision, inputs));
    }

    /** Asks a table whose rules are gathered; none when no rule fits. */
    public List<Answer> askAll(String decision, Map<String, Object> inputs) {
        return ownName.ask(() -> answers(decision, inputs));
    }

    /** The newest version of a table, whichever that is when it is asked. */
    public AskedTable newestOf(String decision) {
        return inputs -> askAll(decision, inputs);
    }

    /** The engine's id of the newest version of a table: another one once another is deployed, or that one is deleted. */
    public String newestId(String decision) {
        return ownName.ask(() -> newest(decision).getId());
    }

    /** The texts that the newest version of a table can answer with in one of its outputs. */
    public Set<String> texts(String decision, String output) {
        return ownName.ask(() -> {
            DmnModelInstance model =
                    repository.getDmnModelInstance(newest(decision).getId());
            Set<String> texts = new TreeSet<>();
            List<String> outputs = model.getModelElementsByType(Output.class).stream()
                    .map(Output::getName)
                    .toList();
            for (Rule rule : model.getModelElementsByType(Rule.class)) {
                List<OutputEntry> entries = List.copyOf(rule.getOutputEntries());
                String text =
                        entries.get(outputs.indexOf(output)).getTextContent().strip();
                texts.add(text.replaceAll("^\"|\"$", ""));
            }
            return texts;
        });
    }

    private Answer answer(String decision, Map<String, Object> inputs) {
        List<Answer> answers = answers(decision, inputs);
        if (answers.size() != 1) {
            throw new IllegalStateException("The table " + decision + " answers with " + answers.size()
                    + " rows instead of one for " + inputs.keySet() + ".");
        }
        return answers.get(0);
    }

    private List<Answer> answers(String decision, Map<String, Object> inputs) {
        DecisionDefinition table = newest(decision);
        return known
                .get(
                        new Question(table.getId(), inputs),
                        question -> decisions
                                .evaluateDecisionById(question.tableId())
                                .variables(question.inputs())
                                .evaluate()
                                .getResultList())
                .stream()
                .map(values -> new Answer(decision, table.getVersion(), values))
                .toList();
    }

    private DecisionDefinition newest(String decision) {
        DecisionDefinition table = repository
                .createDecisionDefinitionQuery()
                .decisionDefinitionKey(decision)
                .latestVersion()
                .singleResult();
        if (table == null) {
            throw new IllegalStateException("There is no decision table " + decision + ".");
        }
        return table;
    }
}
