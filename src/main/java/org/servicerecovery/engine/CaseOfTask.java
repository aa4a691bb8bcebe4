package org.servicerecovery.engine;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.camunda.bpm.engine.HistoryService;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.history.HistoricProcessInstance;
import org.camunda.bpm.engine.history.HistoricTaskInstance;
import org.camunda.bpm.engine.history.UserOperationLogEntry;
import org.camunda.bpm.engine.identity.User;
import org.camunda.bpm.engine.impl.identity.Authentication;
import org.camunda.bpm.engine.impl.persistence.entity.TaskEntity;
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
    private final HistoryService history;

    CaseOfTask(TaskService tasks, RuntimeService runtime, IdentityService identity, HistoryService history) {
        this.tasks = tasks;
        this.runtime = runtime;
        this.identity = identity;
        this.history = history;
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
                asker(userId, groups),
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

    /**
     * A task, open or not.
     *
     * @param key its id in the model
     * @param person who has it, or who completed it; null for nobody, and where the application completed it
     * @param endedAt null while it is open
     * @param completed false for one that is open, or that its process took along
     */
    public record Standing(
            String key,
            String name,
            String businessKey,
            @Nullable String person,
            @Nullable Instant endedAt,
            boolean completed) {}

    /** How a task stands; empty for one that never was. The caller decides who may know. */
    @Transactional(readOnly = true)
    public Optional<Standing> standing(String taskId) {
        return as(
                null,
                () -> Optional.ofNullable(history.createHistoricTaskInstanceQuery()
                                .taskId(taskId)
                                .singleResult())
                        .flatMap(this::standing));
    }

    private Optional<Standing> standing(HistoricTaskInstance task) {
        return Optional.ofNullable(history.createHistoricProcessInstanceQuery()
                        .processInstanceId(task.getRootProcessInstanceId())
                        .singleResult())
                .map(HistoricProcessInstance::getBusinessKey)
                .map(key -> {
                    boolean completed = TaskEntity.DELETE_REASON_COMPLETED.equals(task.getDeleteReason());
                    return new Standing(
                            task.getTaskDefinitionKey(),
                            task.getName(),
                            key,
                            completed ? completedBy(task) : task.getAssignee(),
                            task.getEndTime() == null ? null : task.getEndTime().toInstant(),
                            completed);
                });
    }

    /** A candidate may complete what nobody has claimed: the engine's log of what people did says who it was. */
    private @Nullable String completedBy(HistoricTaskInstance task) {
        return history
                .createUserOperationLogQuery()
                .taskId(task.getId())
                .operationType(UserOperationLogEntry.OPERATION_TYPE_COMPLETE)
                .list()
                .stream()
                .map(UserOperationLogEntry::getUserId)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(task.getAssignee());
    }

    /**
     * A task that somebody may work on.
     *
     * @param key its id in the model
     * @param isTheirs whether it is assigned to them; else they may take it
     */
    public record Work(String id, String key, String name, String processInstanceId, boolean isTheirs) {}

    /** What is with a person in these instances, the most urgent first, and after that what they may take. */
    @Transactional(readOnly = true)
    public List<Work> forReader(Collection<String> instances, String userId, Collection<String> groups) {
        if (instances.isEmpty()) {
            return List.of();
        }
        return as(asker(userId, groups), () -> {
            String[] ids = instances.toArray(String[]::new);
            Stream<Work> theirs = tasks
                    .createTaskQuery()
                    .processInstanceIdIn(ids)
                    .taskAssignee(userId)
                    .orderByDueDate()
                    .asc()
                    .list()
                    .stream()
                    .map(task -> work(task, true));
            Stream<Work> free = groups.isEmpty()
                    ? Stream.of()
                    : tasks
                            .createTaskQuery()
                            .processInstanceIdIn(ids)
                            .taskCandidateGroupIn(List.copyOf(groups))
                            .orderByDueDate()
                            .asc()
                            .list()
                            .stream()
                            .map(task -> work(task, false));
            return Stream.concat(theirs, free).toList();
        });
    }

    private static Work work(Task task, boolean isTheirs) {
        return new Work(
                task.getId(), task.getTaskDefinitionKey(), task.getName(), task.getProcessInstanceId(), isTheirs);
    }

    /** The instances of those of the tasks that a person may read, by the task's id. */
    @Transactional(readOnly = true)
    public Map<String, String> instances(Collection<String> taskIds, String userId, Collection<String> groups) {
        if (taskIds.isEmpty()) {
            return Map.of();
        }
        Map<String, String> instances = new HashMap<>();
        for (Task task : as(
                asker(userId, groups),
                () -> tasks.createTaskQuery()
                        .taskIdIn(taskIds.toArray(String[]::new))
                        .list())) {
            if (task.getProcessInstanceId() != null) {
                instances.put(task.getId(), task.getProcessInstanceId());
            }
        }
        return instances;
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

    /** The instances in which an open task is this person's. */
    @Transactional(readOnly = true)
    public Set<String> instancesWith(String userId) {
        return as(null, () -> tasks.createTaskQuery().taskAssignee(userId).list()).stream()
                .map(Task::getProcessInstanceId)
                .filter(Objects::nonNull)
                .collect(Collectors.toUnmodifiableSet());
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

    /** With the tenants of the one who asks now: nobody else's are known. */
    private Authentication asker(String userId, Collection<String> groups) {
        Authentication now = identity.getCurrentAuthentication();
        return new Authentication(
                userId,
                List.copyOf(groups),
                now != null && userId.equals(now.getUserId()) ? now.getTenantIds() : List.of());
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
