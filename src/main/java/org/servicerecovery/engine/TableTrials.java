package org.servicerecovery.engine;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.camunda.bpm.dmn.engine.DmnDecision;
import org.camunda.bpm.dmn.engine.DmnEngine;
import org.camunda.bpm.dmn.engine.delegate.DmnEvaluatedDecisionRule;
import org.camunda.bpm.dmn.engine.impl.DefaultDmnEngineConfiguration;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.ProcessEngineException;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.repository.DecisionDefinition;
import org.camunda.bpm.model.dmn.Dmn;
import org.camunda.bpm.model.dmn.DmnModelInstance;
import org.camunda.bpm.model.dmn.HitPolicy;
import org.camunda.bpm.model.dmn.instance.Decision;
import org.camunda.bpm.model.dmn.instance.DecisionTable;
import org.camunda.bpm.model.dmn.instance.Input;
import org.camunda.bpm.model.dmn.instance.Output;
import org.camunda.bpm.model.dmn.instance.Rule;
import org.camunda.bpm.model.xml.ModelException;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * Reads decision tables to try them. A file has to pass what a deployment of it would have to pass; nothing of it is
 * deployed, cached or written to a history.
 */
@Component
public class TableTrials {

    /** No file of a table comes near it: the longest that is shipped has 14 kB. */
    public static final int LARGEST_KB = 256;

    private static final int MOST_ROWS = 500;

    /** A deployed table as it was deployed. */
    public record Deployed(String id, String name, int version, byte[] file) {}

    private final RepositoryService repository;
    private final ProcessEngineConfigurationImpl engine;
    private final ObjectProvider<CheckedTable> tables;
    private final InOwnName ownName;
    /** The rows of the evaluation that has just been made by this thread. */
    private final ThreadLocal<List<String>> hit = new ThreadLocal<>();

    private final DmnEngine trial;

    TableTrials(
            RepositoryService repository,
            ProcessEngine engine,
            ObjectProvider<CheckedTable> tables,
            InOwnName ownName) {
        this.repository = repository;
        this.engine = (ProcessEngineConfigurationImpl) engine.getProcessEngineConfiguration();
        this.tables = tables;
        this.ownName = ownName;
        DefaultDmnEngineConfiguration settings = new DefaultDmnEngineConfiguration();
        settings.getCustomPostDecisionTableEvaluationListeners()
                .add(event -> hit.set(event.getMatchingRules().stream()
                        .map(DmnEvaluatedDecisionRule::getId)
                        .toList()));
        this.trial = settings.buildEngine();
    }

    /** The newest version of a table. */
    public Deployed deployed(String table) {
        return ownName.ask(() -> {
            DecisionDefinition newest = repository
                    .createDecisionDefinitionQuery()
                    .decisionDefinitionKey(table)
                    .latestVersion()
                    .singleResult();
            if (newest == null) {
                throw Refused.notFound("refused.tableTrial.none", table);
            }
            try (InputStream file = repository.getDecisionModel(newest.getId())) {
                return new Deployed(
                        table,
                        Objects.requireNonNullElse(newest.getName(), table),
                        newest.getVersion(),
                        file.readAllBytes());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** The newest version of a table, to be asked in memory. */
    public TriedTable read(Deployed deployed) {
        DmnModelInstance model = Dmn.readModelFromStream(new ByteArrayInputStream(deployed.file()));
        Decision decision = model.getModelElementById(deployed.id());
        return read(model, decision, deployed.version(), deployed.file(), List.of());
    }

    /**
     * Reads a file that somebody sent.
     *
     * @param field how the file is called where it came from
     * @param known the tables that can be tried
     * @throws Refused when it is too large, no decision table, none of those that can be tried, or says what nobody would
     *     understand
     */
    public TriedTable read(String field, byte[] file, Collection<String> known) {
        if (file.length == 0) {
            throw Refused.field(field, "refused.missing");
        }
        if (file.length > LARGEST_KB * 1024) {
            throw Refused.field(field, "refused.tableTrial.tooLarge", String.valueOf(LARGEST_KB));
        }
        DmnModelInstance model = parse(field, file);
        List<Decision> decisions = List.copyOf(model.getModelElementsByType(Decision.class));
        List<Decision> wanted = decisions.stream()
                .filter(decision -> known.contains(decision.getId()))
                .toList();
        if (wanted.size() != 1) {
            throw Refused.field(
                    field,
                    wanted.isEmpty() ? "refused.tableTrial.otherTable" : "refused.tableTrial.severalTables",
                    String.join(
                            ", ",
                            (wanted.isEmpty() ? decisions : wanted)
                                    .stream()
                                            .map(Decision::getId)
                                            .map(TableTrials::brief)
                                            .toList()),
                    String.join(", ", known.stream().sorted().toList()));
        }
        Decision decision = wanted.get(0);
        if (decision.getExpression() instanceof DecisionTable rules
                && rules.getRules().size() > MOST_ROWS) {
            throw Refused.field(field, "refused.tableTrial.tooManyRows", String.valueOf(MOST_ROWS));
        }
        CheckedTable asked = tables.orderedStream()
                .filter(table -> table.table().equals(decision.getId()))
                .findFirst()
                .orElseThrow();
        TableCheck check = new TableCheck(asked, decision, trial);
        Refused.Gathered wrong = new Refused.Gathered();
        check.wrongCells().forEach(sentence -> wrong.add(field, "refused.asSaid", sentence));
        wrong.refuseIfAny();
        asTheEngineReadsIt(field, file);
        return read(model, decision, 0, file, check.wrongAnswers(file));
    }

    private static DmnModelInstance parse(String field, byte[] file) {
        try {
            return Dmn.readModelFromStream(new ByteArrayInputStream(file));
        } catch (ModelException noTable) {
            throw Refused.field(field, "refused.tableTrial.noDmn", brief(String.valueOf(reason(noTable))));
        }
    }

    private static @Nullable String reason(Throwable thrown) {
        Throwable last = thrown;
        while (last.getCause() != null && last.getCause() != last) {
            last = last.getCause();
        }
        return last.getMessage();
    }

    private static String brief(String text) {
        String line = text.lines().findFirst().orElse("").strip();
        return line.length() <= 200 ? line : line.substring(0, 200) + "…";
    }

    /** What its deployer does first: it may know of more than we look at, such as how long a history is kept. */
    private void asTheEngineReadsIt(String field, byte[] file) {
        try {
            engine.getCommandExecutorTxRequired()
                    .execute(context -> engine.getDmnEngineConfiguration()
                            .getTransformer()
                            .createTransform()
                            .modelInstance(new ByteArrayInputStream(file))
                            .transformDecisions()
                            .size());
        } catch (ProcessEngineException | org.camunda.bpm.dmn.engine.DmnEngineException refused) {
            throw Refused.field(field, "refused.tableTrial.engine", brief(String.valueOf(reason(refused))));
        }
    }

    private TriedTable read(
            DmnModelInstance model, Decision decision, int version, byte[] file, List<String> notDeployable) {
        DecisionTable table = (DecisionTable) decision.getExpression();
        List<String> columns = new ArrayList<>();
        for (Input input : table.getInputs()) {
            columns.add(label(input.getLabel(), input.getId()));
        }
        for (Output output : table.getOutputs()) {
            columns.add(label(output.getLabel(), output.getName()));
        }
        Map<String, TriedTable.Row> rows = new LinkedHashMap<>();
        for (Rule rule : table.getRules()) {
            List<String> cells = new ArrayList<>();
            Set<String> comparesBy = new HashSet<>();
            Iterator<Input> inputs = table.getInputs().iterator();
            rule.getInputEntries().forEach(entry -> {
                String cell = CellText.of(entry.getTextContent());
                String asks = inputs.hasNext() ? TableCheck.nameOf(inputs.next()) : "";
                cells.add(cell);
                if (!CellText.fitsAnything(cell)) {
                    comparesBy.add(asks);
                }
            });
            rule.getOutputEntries().forEach(entry -> cells.add(CellText.of(entry.getTextContent())));
            String description = rule.getDescription() == null
                    ? ""
                    : CellText.of(rule.getDescription().getTextContent());
            rows.put(rule.getId(), new TriedTable.Row(rows.size() + 1, description, cells, comparesBy));
        }
        DmnDecision parsed = trial.parseDecision(decision.getId(), new ByteArrayInputStream(file));
        return new TriedTable(
                decision.getId(),
                label(decision.getName(), decision.getId()),
                version,
                columns,
                rows,
                notDeployable,
                parsed,
                new InMemory(model, decision.getId()));
    }

    private static String label(@Nullable String label, String otherwise) {
        return label == null || label.isBlank() ? otherwise : label;
    }

    /** Asks by an engine that keeps nothing. */
    private final class InMemory implements TriedTable.Asking {

        private final DmnModelInstance model;
        private final String decision;
        private final Scales scales;
        /** By what the table cannot tell apart. */
        private final Map<Map<String, Object>, TriedTable.Hits> known = new HashMap<>();

        /** Of the same rows, whichever fit. */
        private @Nullable DmnDecision gathering;

        InMemory(DmnModelInstance model, String decision) {
            this.model = model;
            this.decision = decision;
            this.scales = new Scales((DecisionTable) ((Decision) model.getModelElementById(decision)).getExpression());
        }

        @Override
        public TriedTable.Hits ask(DmnDecision table, Map<String, Object> inputs) {
            Map<String, Object> alike = scales.alike(inputs);
            TriedTable.Hits before = known.get(alike);
            if (before != null) {
                return before;
            }
            TriedTable.Hits now = evaluate(table, inputs);
            known.put(alike, now);
            return now;
        }

        private TriedTable.Hits evaluate(DmnDecision table, Map<String, Object> inputs) {
            hit.set(List.of());
            try {
                List<Map<String, Object>> answers =
                        trial.evaluateDecisionTable(table, inputs).getResultList();
                return new TriedTable.Hits(answers, hit.get());
            } finally {
                hit.remove();
            }
        }

        @Override
        public List<String> fitting(Map<String, Object> inputs) {
            if (gathering == null) {
                DmnModelInstance every = model.clone();
                Decision other = every.getModelElementById(decision);
                DecisionTable table = (DecisionTable) other.getExpression();
                table.setHitPolicy(HitPolicy.COLLECT);
                // Which rows, not their sum.
                table.removeAttribute("aggregation");
                gathering = trial.parseDecision(
                        decision,
                        new ByteArrayInputStream(Dmn.convertToString(every).getBytes(StandardCharsets.UTF_8)));
            }
            return evaluate(gathering, inputs).rules();
        }
    }
}
