package org.servicerecovery.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.FilterService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.filter.Filter;
import org.camunda.bpm.engine.impl.TaskQueryImpl;
import org.camunda.bpm.engine.task.TaskQuery;
import org.junit.jupiter.api.Test;
import org.servicerecovery.RunningApplication;
import org.springframework.beans.factory.annotation.Autowired;

/** What is found without the engine's own query; {@code ListsTest} holds that both find the same. */
@RunningApplication
class TaskListsTest {

    @Autowired
    FilterService filters;

    @Autowired
    TaskService tasks;

    @Test
    void theReadyListsAreUnderstoodAsTasklistAsksForThem() {
        List<Filter> lists = filters.createTaskFilterQuery().list();
        assertThat(lists)
                .hasSizeGreaterThanOrEqualTo(9)
                .allSatisfy(list -> assertThat(TaskLists.isUnderstood(
                                list.extend(asTasklistAsks()).getQuery()))
                        .as(list.getName())
                        .isTrue());
    }

    @Test
    void whatAsksForMoreIsLeftToTheEngine() {
        Map<String, TaskQuery> more = Map.of(
                "a state", tasks.createTaskQuery().active(),
                "a name", tasks.createTaskQuery().taskNameLike("%call%"),
                "an instance", tasks.createTaskQuery().processInstanceId("x"),
                "a variable of the process", tasks.createTaskQuery().processVariableValueEquals("severity", "minor"),
                "a number", tasks.createTaskQuery().taskVariableValueEquals("waitsFor", 1),
                "no delegation", tasks.createTaskQuery().taskDelegationState(null),
                "a follow-up",
                        tasks.createTaskQuery()
                                .or()
                                .followUpBeforeOrNotExistent(new java.util.Date())
                                .endOr(),
                "an order by a variable",
                        tasks.createTaskQuery()
                                .orderByTaskVariable("x", org.camunda.bpm.engine.variable.type.ValueType.STRING)
                                .asc());
        assertThat(more)
                .allSatisfy((what, query) -> assertThat(TaskLists.isUnderstood((TaskQueryImpl) query))
                        .as(what)
                        .isFalse());
    }

    /** With arrays that hold nothing, as its REST API fills them in. */
    private TaskQuery asTasklistAsks() {
        return tasks.createTaskQuery()
                .processInstanceIdIn(new String[0])
                .orderByDueDate()
                .asc();
    }
}
