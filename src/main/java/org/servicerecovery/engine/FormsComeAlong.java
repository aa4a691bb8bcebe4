package org.servicerecovery.engine;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.camunda.bpm.engine.impl.persistence.deploy.Deployer;
import org.camunda.bpm.engine.impl.persistence.entity.DeploymentEntity;
import org.camunda.bpm.engine.impl.persistence.entity.ResourceEntity;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.bpmn.BpmnModelException;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.camunda.bpm.model.bpmn.instance.StartEvent;
import org.camunda.bpm.model.bpmn.instance.UserTask;
import org.servicerecovery.Refused;

/**
 * A form bound to its deployment is sought in no other. A deployment that leaves one out is refused: the engine would
 * take it, and nobody could complete that task in any new case.
 */
final class FormsComeAlong implements Deployer {

    private static final String BOUND = "deployment";
    private static final ObjectMapper JSON = new ObjectMapper();

    @Override
    public void deploy(DeploymentEntity deployment) {
        if (!deployment.isNew()) {
            return;
        }
        Collection<ResourceEntity> resources = deployment.getResources().values();
        Set<String> missing = resources.stream()
                .filter(FormsComeAlong::isModel)
                .flatMap(FormsComeAlong::boundForms)
                .collect(Collectors.toCollection(TreeSet::new));
        resources.stream()
                .filter(resource -> resource.getName().endsWith(".form"))
                .map(FormsComeAlong::idOf)
                .forEach(missing::remove);
        if (!missing.isEmpty()) {
            throw Refused.field("deployment", "refused.model.formsMissing", String.join(", ", missing));
        }
    }

    /** By the names under which the engine takes a resource for a model. */
    static boolean isModel(ResourceEntity resource) {
        return resource.getName().endsWith(".bpmn") || resource.getName().endsWith(".bpmn20.xml");
    }

    private static Stream<String> boundForms(ResourceEntity model) {
        BpmnModelInstance read;
        try {
            read = Bpmn.readModelFromStream(new ByteArrayInputStream(model.getBytes()));
        } catch (BpmnModelException notBpmn) {
            // The engine's own parser says what is wrong, with line and column.
            return Stream.of();
        }
        return Stream.concat(
                read.getModelElementsByType(UserTask.class).stream()
                        .filter(task -> BOUND.equals(task.getCamundaFormRefBinding()))
                        .map(UserTask::getCamundaFormRef),
                read.getModelElementsByType(StartEvent.class).stream()
                        .filter(start -> BOUND.equals(start.getCamundaFormRefBinding()))
                        .map(StartEvent::getCamundaFormRef));
    }

    private static String idOf(ResourceEntity form) {
        try {
            return JSON.readTree(form.getBytes()).path("id").asText();
        } catch (IOException notJson) {
            throw Refused.field(form.getName(), "refused.model.noForm");
        }
    }
}
