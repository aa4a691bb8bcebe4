package org.servicerecovery.engine;

import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.FilterService;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.filter.Filter;
import org.camunda.bpm.engine.task.Task;
import org.camunda.bpm.engine.task.TaskQuery;
import org.servicerecovery.OneNodeAtATime;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.stereotype.Component;

/** The lists that everybody finds in Tasklist on the first day. Changed or removed ones stay as they were left. */
@Component
class TasklistFilters implements SmartInitializingSingleton {

    private static final List<Map<String, String>> ON_THE_CARD = List.of(
            Map.of("name", Variable.CASE_NUMBER.name(), "label", "Case"),
            Map.of("name", Variable.SEVERITY.name(), "label", "Severity"),
            Map.of("name", Variable.TRAINING_CAUSE.name(), "label", "Cause"));

    /** Left in the engine's properties, so that lists which somebody removed do not come back. */
    private static final String MARK = "serviceRecovery.lists";

    /** The same for the lists that came later: an installation that has the first ones gets these once. */
    private static final String SECOND_MARK = "serviceRecovery.lists.2";

    private static final long LOCK = 7_240_912;

    private final OneNodeAtATime once;
    private final FilterService filters;
    private final TaskService tasks;
    private final ManagementService management;

    TasklistFilters(OneNodeAtATime once, FilterService filters, TaskService tasks, ManagementService management) {
        this.once = once;
        this.filters = filters;
        this.tasks = tasks;
        this.management = management;
    }

    @Override
    public void afterSingletonsInstantiated() {
        once.run(LOCK, () -> {
            if (isNew(MARK)) {
                saveFirst();
            }
            if (isNew(SECOND_MARK)) {
                saveSecond();
            }
        });
    }

    private boolean isNew(String mark) {
        boolean isNew = !management.getProperties().containsKey(mark);
        if (isNew) {
            management.setProperty(mark, "true");
        }
        return isNew;
    }

    private void saveFirst() {
        TaskQuery mine = tasks.createTaskQuery().taskAssigneeExpression("${currentUser()}");
        TaskQuery groups = tasks.createTaskQuery()
                .taskCandidateGroupInExpression("${currentUserGroups()}")
                .taskUnassigned();
        save("My work", "Tasks that are with me", 10, mine);
        save("For my group", "Tasks that nobody has taken yet", 20, groups);
        save(
                "Cases without an owner",
                "Take one, or name its owner",
                30,
                tasks.createTaskQuery().taskDefinitionKeyIn(Tasks.ASSIGN_OWNER, Tasks.ASSIGN_NEW_OWNER));
        save(
                "Missed deadlines",
                "Escalations that nobody has handled yet",
                40,
                tasks.createTaskQuery()
                        .taskDefinitionKeyIn("UserTask_HandleMissedDeadline", "UserTask_DecideOnEscalation"));
        save("Everything I may see", "All open tasks", 50, tasks.createTaskQuery());
    }

    private void saveSecond() {
        save(
                "Due today",
                "With me or free for my group, by the day of the business",
                22,
                mineOrFree()
                        .dueAfterExpression("${businessDay.lastOfYesterday()}")
                        .dueBeforeExpression("${businessDay.firstOfTomorrow()}"));
        save("Overdue", "With me or free for my group", 24, mineOrFree().dueBeforeExpression("${now()}"));
        save(
                "Waiting for the customer",
                "With me or free for my group: the clock is paused, or an offer is not answered",
                26,
                mineOrFree().taskVariableValueEquals(Variable.WAITS_FOR.name(), Variable.THE_CUSTOMER));
        save(
                "Approvals",
                "Money and more time that somebody asks for",
                35,
                tasks.createTaskQuery()
                        .taskDefinitionKeyIn(
                                "UserTask_ApproveCompensation",
                                "UserTask_ApproveLargeCompensation",
                                "UserTask_ApproveExtension"));
        // Those that were open before tasks were marked.
        tasks.createTaskQuery().taskDefinitionKey(Tasks.RECORD_CUSTOMERS_ANSWER).list().stream()
                .map(Task::getId)
                .forEach(task -> tasks.setVariableLocal(task, Variable.WAITS_FOR.name(), Variable.THE_CUSTOMER));
    }

    /** The engine lets a group read the tasks that its members have taken, too: the desk is for one's own. */
    private TaskQuery mineOrFree() {
        return tasks.createTaskQuery()
                .or()
                .taskAssigneeExpression("${currentUser()}")
                .taskCandidateGroupInExpression("${currentUserGroups()}")
                .endOr();
    }

    private void save(String name, String description, int priority, TaskQuery query) {
        Filter filter = filters.newTaskFilter(name);
        filter.setQuery(query);
        filter.setProperties(Map.of(
                "description",
                description,
                "priority",
                priority,
                "color",
                "#3e4d2f",
                "refresh",
                true,
                "showUndefinedVariable",
                false,
                "variables",
                ON_THE_CARD));
        filters.saveFilter(filter);
    }
}
