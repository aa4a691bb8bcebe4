package org.servicerecovery.engine;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.identity.User;
import org.camunda.bpm.engine.impl.identity.Authentication;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.task.Task;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** From a task to the business key it works for, and from user ids to the names of people. */
@Component
public class CaseOfTask {

    private final TaskService tasks;
    private final RuntimeService runtime;
    private final IdentityService identity;

    CaseOfTask(TaskService tasks, RuntimeService runtime, IdentityService identity) {
        this.tasks = tasks;
        this.runtime = runtime;
        this.identity = identity;
    }

    /**
     * Where a task stands.
     *
     * @param businessKey that of the outermost process instance: steps and compensations carry keys of their own
     * @param form the id of its Camunda form, when it has one
     */
    public record Place(
            String processInstanceId,
            String businessKey,
            @Nullable String form) {}

    /**
     * Where the task stands; empty when it belongs to no process, or to one without a key.
     *
     * @throws Refused as not found when there is no such open task that this person may read
     */
    @Transactional(readOnly = true)
    public Optional<Place> place(String taskId, String userId, Collection<String> groups) {
        Task task = as(
                new Authentication(userId, List.copyOf(groups)),
                () -> tasks.createTaskQuery()
                        .taskId(taskId)
                        .initializeFormKeys()
                        .singleResult());
        if (task == null) {
            throw Refused.notFound("refused.task.notYours");
        }
        if (task.getProcessInstanceId() == null) {
            return Optional.empty();
        }
        return as(null, () -> rootOf(task.getProcessInstanceId()))
                .map(ProcessInstance::getBusinessKey)
                .map(key -> new Place(
                        task.getProcessInstanceId(),
                        key,
                        task.getCamundaFormRef() == null
                                ? null
                                : task.getCamundaFormRef().getKey()));
    }

    private Optional<ProcessInstance> rootOf(String instanceId) {
        return Optional.ofNullable(instance(instanceId))
                .flatMap(own -> Optional.ofNullable(instance(own.getRootProcessInstanceId())));
    }

    private @Nullable ProcessInstance instance(String id) {
        return runtime.createProcessInstanceQuery().processInstanceId(id).singleResult();
    }

    /** Whether an open task in one of these process instances is this person's. */
    @Transactional(readOnly = true)
    public boolean holdsTaskIn(Collection<String> processInstanceIds, String userId) {
        return !processInstanceIds.isEmpty()
                && as(
                        null,
                        () -> tasks.createTaskQuery()
                                        .processInstanceIdIn(processInstanceIds.toArray(String[]::new))
                                        .taskAssignee(userId)
                                        .count()
                                > 0);
    }

    /** Full names by user id; an id that is nobody's (any more) is left out. */
    public Map<String, String> names(Collection<String> userIds) {
        if (userIds.isEmpty()) {
            return Map.of();
        }
        Map<String, String> names = new HashMap<>();
        for (User user : as(
                null,
                () -> identity.createUserQuery()
                        .userIdIn(userIds.toArray(String[]::new))
                        .list())) {
            String name = Stream.of(user.getFirstName(), user.getLastName())
                    .filter(part -> part != null && !part.isBlank())
                    .reduce((first, last) -> first + " " + last)
                    .orElse(user.getId());
            names.put(user.getId(), name);
        }
        return names;
    }

    /** Asks the engine as that person, or in the application's own name. */
    private <T extends @Nullable Object> T as(@Nullable Authentication asker, Supplier<T> question) {
        Authentication before = identity.getCurrentAuthentication();
        if (asker == null) {
            identity.clearAuthentication();
        } else {
            identity.setAuthentication(asker);
        }
        try {
            return question.get();
        } finally {
            if (before == null) {
                identity.clearAuthentication();
            } else {
                identity.setAuthentication(before);
            }
        }
    }
}
