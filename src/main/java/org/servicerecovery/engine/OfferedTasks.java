package org.servicerecovery.engine;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.delegate.Expression;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.task.TaskDefinition;

/**
 * Which tasks are offered to a group by their model, whatever the case: every one of them is granted to the group when it
 * comes to be, and stays so, so that no single one needs to be looked up.
 */
final class OfferedTasks {

    /** By the id of a process definition, which never changes, and the key of the task: the groups that its model names. */
    private final Map<String, Map<String, Set<String>>> groups = new ConcurrentHashMap<>();

    /**
     * @param definitions the ids of the process definitions that have open tasks
     * @return the keys of tasks that are offered to one of the groups in each of these definitions that knows the key
     */
    Set<String> keys(Collection<String> definitions, Set<String> ofReader) {
        Set<String> offered = new HashSet<>();
        Set<String> other = new HashSet<>();
        for (String definition : definitions) {
            groups.computeIfAbsent(definition, OfferedTasks::read)
                    .forEach((task, named) -> (Collections.disjoint(named, ofReader) ? other : offered).add(task));
        }
        offered.removeAll(other);
        return offered;
    }

    private static Map<String, Set<String>> read(String definition) {
        return Context.getProcessEngineConfiguration()
                .getDeploymentCache()
                .findDeployedProcessDefinitionById(definition)
                .getTaskDefinitions()
                .entrySet()
                .stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, task -> named(task.getValue())));
    }

    private static Set<String> named(TaskDefinition task) {
        return task.getCandidateGroupIdExpressions().stream()
                .filter(Expression::isLiteralText)
                .flatMap(groups -> Arrays.stream(groups.getExpressionText().split(",")))
                .map(String::strip)
                .collect(Collectors.toUnmodifiableSet());
    }
}
