package org.servicerecovery.engine;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.camunda.bpm.engine.impl.TaskQueryImpl;
import org.camunda.bpm.engine.impl.identity.Authentication;
import org.camunda.bpm.engine.impl.interceptor.Session;
import org.camunda.bpm.engine.impl.interceptor.SessionFactory;
import org.camunda.bpm.engine.impl.persistence.entity.AuthorizationManager;
import org.camunda.bpm.engine.impl.persistence.entity.TaskManager;
import org.camunda.bpm.engine.task.Task;

/**
 * Tasks as the engine finds them, but for a page of a list, or the number of its tasks, that somebody looks at: these are
 * found by {@link TaskLists}. The tasks of the page are then read by the engine, with its own check of each.
 */
final class TasksOfLists extends TaskManager {

    private final TaskLists lists;

    private TasksOfLists(TaskLists lists) {
        this.lists = lists;
    }

    /** @param lists asked for at the first task, because the engine is made before what reads its tables */
    static SessionFactory factory(Supplier<TaskLists> lists) {
        return new SessionFactory() {
            @Override
            public Class<?> getSessionType() {
                return TaskManager.class;
            }

            @Override
            public Session openSession() {
                return new TasksOfLists(lists.get());
            }
        };
    }

    @Override
    public List<Task> findTasksByQueryCriteria(TaskQueryImpl query) {
        return list(query)
                .filter(list -> list.isPage(query.getMaxResults()))
                .map(list -> lists.page(list, query.getFirstResult(), query.getMaxResults()))
                .map(this::inOrder)
                .orElseGet(() -> super.findTasksByQueryCriteria(query));
    }

    @Override
    public long findTaskCountByQueryCriteria(TaskQueryImpl query) {
        return list(query).map(lists::count).orElseGet(() -> super.findTaskCountByQueryCriteria(query));
    }

    private Optional<TaskLists.TaskList> list(TaskQueryImpl query) {
        Authentication reader = getCurrentAuthentication();
        boolean checked = getSession(AuthorizationManager.class) instanceof Readers readers && readers.areChecked();
        return checked
                ? lists.of(
                        query,
                        reader.getUserId(),
                        reader.getGroupIds(),
                        getTenantManager().isTenantCheckEnabled() ? reader.getTenantIds() : null)
                : Optional.empty();
    }

    private List<Task> inOrder(List<String> ids) {
        if (ids.isEmpty()) {
            return List.of();
        }
        TaskQueryImpl these = new TaskQueryImpl();
        these.taskIdIn(ids.toArray(String[]::new));
        return super.findTasksByQueryCriteria(these).stream()
                .sorted(Comparator.comparingInt(task -> ids.indexOf(task.getId())))
                .toList();
    }
}
