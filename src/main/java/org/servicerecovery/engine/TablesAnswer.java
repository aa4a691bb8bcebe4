package org.servicerecovery.engine;

import java.io.ByteArrayInputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.camunda.bpm.dmn.engine.DmnEngine;
import org.camunda.bpm.dmn.engine.DmnEngineConfiguration;
import org.camunda.bpm.engine.impl.dmn.deployer.DecisionDefinitionDeployer;
import org.camunda.bpm.engine.impl.persistence.deploy.Deployer;
import org.camunda.bpm.engine.impl.persistence.entity.DeploymentEntity;
import org.camunda.bpm.engine.impl.persistence.entity.ResourceEntity;
import org.camunda.bpm.model.dmn.Dmn;
import org.camunda.bpm.model.dmn.DmnModelInstance;
import org.camunda.bpm.model.dmn.instance.Decision;
import org.camunda.bpm.model.xml.ModelException;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;

/**
 * Tables that the application asks are looked at before they are deployed, by whatever route: what nobody would
 * understand there (a calendar that does not exist, a level that nothing carries out, a misspelt word) the engine takes
 * without a word, and the rule answers to nothing.
 */
final class TablesAnswer implements Deployer {

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
                            refuse(table, new TableCheck(table, decision, trial), resource.getBytes(), wrong);
                        }
                    }
                }
            }
        }
        wrong.refuseIfAny();
    }

    private static void refuse(CheckedTable table, TableCheck check, byte[] file, Refused.Gathered wrong) {
        List<String> sentences = check.wrongCells();
        (sentences.isEmpty() ? check.wrongAnswers(file) : sentences)
                .forEach(sentence -> wrong.add(table.table(), "refused.asSaid", sentence));
    }

    /** Null when it cannot be read: the engine's own parser says what is wrong. */
    private static @Nullable DmnModelInstance read(ResourceEntity resource) {
        try {
            return Dmn.readModelFromStream(new ByteArrayInputStream(resource.getBytes()));
        } catch (ModelException noTable) {
            return null;
        }
    }
}
