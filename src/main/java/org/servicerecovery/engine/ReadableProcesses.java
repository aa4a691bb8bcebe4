package org.servicerecovery.engine;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.camunda.bpm.engine.HistoryService;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.history.HistoricProcessInstance;
import org.camunda.bpm.model.bpmn.instance.FlowNode;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Which processes, and which of their instances, the person who asks may read: the engine's own grants say so. */
@Component
public class ReadableProcesses {

    /** A version of a process. */
    public record Version(String id, int number, @Nullable String name) {}

    /** @param definition the id of its version of the process */
    public record Instance(String id, String process, int version, String definition) {}

    private final RepositoryService repository;
    private final HistoryService history;

    ReadableProcesses(RepositoryService repository, HistoryService history) {
        this.repository = repository;
        this.history = history;
    }

    /** The newest first; none where there is no such process for the reader. */
    public List<Version> versions(String key) {
        return repository.createProcessDefinitionQuery().processDefinitionKey(key).list().stream()
                .map(each -> new Version(each.getId(), each.getVersion(), each.getName()))
                .sorted(Comparator.comparingInt(Version::number).reversed())
                .toList();
    }

    /** An instance, running or over, whose history the reader may see; empty where that is gone, too. */
    public Optional<Instance> instance(String id) {
        return Optional.ofNullable(history.createHistoricProcessInstanceQuery()
                        .processInstanceId(id)
                        .singleResult())
                .map(ReadableProcesses::instance);
    }

    /** The names of all activities of a version, by their ids. */
    public Map<String, String> activityNames(String definition) {
        Map<String, String> names = new HashMap<>();
        repository.getBpmnModelInstance(definition).getModelElementsByType(FlowNode.class).stream()
                .filter(each -> each.getName() != null)
                .forEach(each -> names.put(each.getId(), each.getName()));
        return names;
    }

    private static Instance instance(HistoricProcessInstance found) {
        return new Instance(
                found.getId(),
                found.getProcessDefinitionKey(),
                found.getProcessDefinitionVersion(),
                found.getProcessDefinitionId());
    }
}
