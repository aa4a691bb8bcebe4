package org.servicerecovery.engine;

import static java.util.Objects.requireNonNullElse;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.camunda.bpm.engine.authorization.Authorization;
import org.camunda.bpm.engine.authorization.Permissions;
import org.camunda.bpm.engine.authorization.Resources;
import org.camunda.bpm.engine.impl.Direction;
import org.camunda.bpm.engine.impl.QueryOperator;
import org.camunda.bpm.engine.impl.TaskQueryImpl;
import org.camunda.bpm.engine.impl.TaskQueryVariableValue;
import org.camunda.bpm.engine.impl.json.JsonTaskQueryConverter;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;

/**
 * Finds the tasks of a list by the indexes of {@link EngineIndexes}. The engine sorts all columns of all tasks that match,
 * to leave out doubles, and looks each one's grants up, for a page as for its number; with many open tasks that takes a
 * second. What is asked for here has no doubles, and of grants it asks only what the list itself does not settle.
 */
@Component
class TaskLists {

    /** More than any page that a person looks at; what wants all tasks is no list. */
    private static final int LONGEST_PAGE = 500;

    /** Nobody sees by the number of so many tasks that it is some seconds old. */
    private static final long MANY = 3_000;

    private static final Duration KEPT = Duration.ofSeconds(10);

    /** What a list may ask for, by the names under which the engine keeps filters. */
    private static final Set<String> UNDERSTOOD = Set.of(
            JsonTaskQueryConverter.ASSIGNEE,
            JsonTaskQueryConverter.UNASSIGNED,
            JsonTaskQueryConverter.CANDIDATE_GROUPS,
            JsonTaskQueryConverter.INCLUDE_ASSIGNED_TASKS,
            JsonTaskQueryConverter.KEYS,
            JsonTaskQueryConverter.DUE_BEFORE,
            JsonTaskQueryConverter.DUE_AFTER,
            JsonTaskQueryConverter.TASK_VARIABLES,
            JsonTaskQueryConverter.OR_QUERIES,
            JsonTaskQueryConverter.ORDERING_PROPERTIES);

    /** Evaluated before: what they said stands in the criterion of the same name. */
    private static final String EXPRESSION = "Expression";

    /**
     * Tasks in the words of SQL.
     *
     * @param from tasks named {@code t} and what is known of them, with a question mark for each of the values
     * @param few whether all of them are found for a page as well
     */
    record TaskList(String from, List<Object> values, String order, boolean few) {

        boolean isPage(int most) {
            return most <= LONGEST_PAGE;
        }
    }

    /** The number of a list that was known with its page: a request that asks for the page asks for the number as well. */
    private record Whole(TaskList list, long tasks) {}

    private final JdbcClient db;
    private final OfferedTasks offered = new OfferedTasks();
    private final Cache<TaskList, Long> manyOf =
            Caffeine.newBuilder().expireAfterWrite(KEPT).maximumSize(1_000).build();

    TaskLists(JdbcClient db) {
        this.db = db;
    }

    /**
     * @param reader who asks: only what they may read is found
     * @param tenants those that they are in; null when they may read the tasks of all
     * @return empty when the engine has to answer for itself
     */
    Optional<TaskList> of(
            TaskQueryImpl query, String reader, @Nullable List<String> groups, @Nullable List<String> tenants) {
        if (!isUnderstood(query)) {
            return Optional.empty();
        }
        Set<String> ofReader = Set.copyOf(requireNonNullElse(groups, List.of()));
        Readable readable = readable(reader, ofReader);
        if (readable.revoked()) {
            return Optional.empty();
        }
        Conditions found = new Conditions("and");
        Conditions lookedUp = new Conditions("and");
        boolean ownAlone = false;
        for (TaskQueryImpl part : query.getQueries()) {
            add(part, found, lookedUp);
            ownAlone |= asksForOwnAlone(part, reader, ofReader);
        }
        if (!ownAlone && !readable.everything()) {
            lookedUp.add(granted(readable, reader, ofReader));
        }
        if (tenants != null) {
            lookedUp.add("(t.tenant_id_ is null or t.tenant_id_ in (" + marks(tenants) + "))", tenants.toArray());
        }
        // Some kinds, or what has a variable, are few: all of them are found before any is looked up. The database
        // would rather walk through all tasks in the order asked for, in the hope that a page is full soon.
        boolean few = query.getQueries().stream()
                .anyMatch(part -> part.getKeys() != null || !part.getVariables().isEmpty());
        String from = few && !lookedUp.conditions.isEmpty()
                ? "from (select t.* from act_ru_task t where %s offset 0) t where %s"
                : "from act_ru_task t where %s and %s";
        return Optional.of(new TaskList(
                from.formatted(found.sql(), lookedUp.sql()),
                Stream.concat(found.values.stream(), lookedUp.values.stream()).toList(),
                order(query),
                few));
    }

    List<String> page(TaskList list, int first, int most) {
        record Row(String id, long all) {}
        List<Row> rows = db.sql("select t.id_, " + (list.few() ? "count(*) over ()" : "0") + " as all_ " + list.from()
                        + " order by " + list.order() + " limit ? offset ?")
                .params(Stream.concat(list.values().stream(), Stream.of(most, first))
                        .toList())
                .query((row, n) -> new Row(row.getString("id_"), row.getLong("all_")))
                .list();
        RequestAttributes request = RequestContextHolder.getRequestAttributes();
        boolean whole = first == 0 && rows.size() < most;
        if (request != null && (whole || list.few() && !rows.isEmpty())) {
            request.setAttribute(
                    Whole.class.getName(),
                    new Whole(list, whole ? rows.size() : rows.get(0).all()),
                    RequestAttributes.SCOPE_REQUEST);
        }
        return rows.stream().map(Row::id).toList();
    }

    long count(TaskList list) {
        RequestAttributes request = RequestContextHolder.getRequestAttributes();
        if (request != null
                && request.getAttribute(Whole.class.getName(), RequestAttributes.SCOPE_REQUEST) instanceof Whole whole
                && whole.list().equals(list)) {
            return whole.tasks();
        }
        Long kept = manyOf.getIfPresent(list);
        if (kept != null) {
            return kept;
        }
        long count = db.sql("select count(*) " + list.from())
                .params(list.values())
                .query(Long.class)
                .single();
        if (count >= MANY) {
            manyOf.put(list, count);
        }
        return count;
    }

    static boolean isUnderstood(TaskQueryImpl query) {
        return !query.isNoDelegationState()
                && !query.isTaskNameCaseInsensitive()
                && query.getQueries().stream().allMatch(TaskLists::isPartUnderstood)
                && query.getOrderingProperties().stream()
                        .allMatch(each -> each.isContainedProperty()
                                && each.getQueryProperty().getName().matches("[A-Z_]+"));
    }

    private static boolean isPartUnderstood(TaskQueryImpl part) {
        return new JsonTaskQueryConverter()
                        .toJsonObject(part, part.isOrQueryActive()).entrySet().stream()
                                .allMatch(asked -> UNDERSTOOD.contains(asked.getKey())
                                        || asked.getKey().endsWith(EXPRESSION)
                                        // Of none of the instances named, where none is named.
                                        || asked.getValue().isJsonArray()
                                                && asked.getValue()
                                                        .getAsJsonArray()
                                                        .isEmpty())
                && part.getVariables().stream().allMatch(TaskLists::isUnderstood);
    }

    private static boolean isUnderstood(TaskQueryVariableValue variable) {
        return variable.isLocal()
                && !variable.isProcessInstanceVariable()
                && variable.getOperator() == QueryOperator.EQUALS
                && variable.getValue() instanceof String
                && !variable.isVariableNameIgnoreCase()
                && !variable.isVariableValueIgnoreCase();
    }

    /** What is with somebody, or offered to a group, is granted to them; so there is nothing to ask. */
    private static boolean asksForOwnAlone(TaskQueryImpl part, String reader, Set<String> groups) {
        boolean mine = reader.equals(part.getAssignee());
        Collection<String> offered = candidates(part);
        boolean offeredToMine = !offered.isEmpty() && groups.containsAll(offered);
        if (!part.isOrQueryActive()) {
            return mine || offeredToMine;
        }
        boolean nothingElse = part.getKeys() == null
                && part.getDueBefore() == null
                && part.getDueAfter() == null
                && part.getVariables().isEmpty()
                && !part.isUnassigned();
        return nothingElse
                && (mine || part.getAssignee() == null)
                && (offeredToMine || offered.isEmpty())
                && (mine || offeredToMine);
    }

    /**
     * @param found gets what an index finds
     * @param lookedUp gets what is looked up task by task
     */
    private static void add(TaskQueryImpl part, Conditions found, Conditions lookedUp) {
        Conditions columns = new Conditions(part.isOrQueryActive() ? "or" : "and");
        if (part.getAssignee() != null) {
            columns.add("t.assignee_ = ?", part.getAssignee());
        }
        boolean free = part.getCandidateGroups() != null && !part.isIncludeAssignedTasks();
        if (part.isUnassigned() || !part.isOrQueryActive() && free) {
            columns.add("t.assignee_ is null");
        }
        if (part.getKeys() != null) {
            columns.add("t.task_def_key_ in (" + marks(Arrays.asList(part.getKeys())) + ")", (Object[]) part.getKeys());
        }
        if (part.getDueBefore() != null) {
            columns.add("t.due_date_ <= ?", timestamp(part.getDueBefore()));
        }
        if (part.getDueAfter() != null) {
            columns.add("t.due_date_ >= ?", timestamp(part.getDueAfter()));
        }
        for (TaskQueryVariableValue variable : part.getVariables()) {
            columns.add(
                    "exists (select 1 from act_ru_variable v where v.task_id_ = t.id_ and v.name_ = ? and v.text_ = ?"
                            + " and v.type_ = 'string')",
                    variable.getName(),
                    variable.getValue());
        }
        if (part.getCandidateGroups() == null) {
            found.add(columns);
            return;
        }
        Collection<String> groups = candidates(part);
        String isOffered = "(select true from act_ru_identitylink i where i.task_id_ = t.id_ and i.type_ = 'candidate'"
                + " and i.group_id_ in (" + marks(groups) + ") limit 1)";
        if (!part.isOrQueryActive()) {
            found.add(columns);
            lookedUp.add(isOffered, groups.toArray());
            return;
        }
        Conditions exact = columns.copy();
        exact.add((free ? "t.assignee_ is null and " : "") + isOffered, groups.toArray());
        lookedUp.add(exact);
        if (free) {
            columns.add("t.assignee_ is null");
            found.add(columns);
        }
    }

    private static Collection<String> candidates(TaskQueryImpl part) {
        return requireNonNullElse(part.getCandidateGroups(), List.of());
    }

    private static String order(TaskQueryImpl query) {
        String asked = query.getOrderingProperties().stream()
                .map(each -> "t." + each.getQueryProperty().getName()
                        + (each.getDirection() == Direction.DESCENDING ? " desc" : " asc"))
                .collect(Collectors.joining(", "));
        return asked.isEmpty() ? "t.id_" : asked;
    }

    /**
     * What the reader's groups may read of all tasks.
     *
     * @param revoked whether anything is revoked from anybody: the engine weighs that itself
     * @param everything whether they may read the open tasks of every process
     * @param definitions otherwise the ids of those whose tasks they may
     * @param keys and the keys of the tasks that are offered to them in every other one
     */
    private record Readable(boolean revoked, boolean everything, List<String> definitions, Set<String> keys) {}

    private Readable readable(String reader, Set<String> groups) {
        // A number in the statement: by a question mark the database would not use an index of some rows alone.
        boolean revoked = db.sql("select exists (select 1 from act_ru_authorization where type_ = "
                        + Authorization.AUTH_TYPE_REVOKE + ")")
                .query(Boolean.class)
                .single();
        int readTask = Permissions.READ_TASK.getValue();
        record Definition(String id, boolean readable) {}
        List<Definition> open = db.sql("""
                        select d.id_, exists (
                                   select 1 from act_ru_authorization a
                                    where a.resource_type_ = ? and a.resource_id_ in (d.key_, '*')
                                      and (a.user_id_ in (?, '*') or a.group_id_ in (%s))
                                      and a.perms_ & ? = ?) as readable
                          from act_re_procdef d
                         where exists (select 1 from act_ru_task t where t.proc_def_id_ = d.id_)""".formatted(marks(groups)))
                .params(Stream.of(
                                Stream.of(Resources.PROCESS_DEFINITION.resourceType(), reader),
                                groups.stream(),
                                Stream.of(readTask, readTask))
                        .flatMap(each -> each)
                        .toList())
                .query((row, n) -> new Definition(row.getString("id_"), row.getBoolean("readable")))
                .list();
        List<String> others = open.stream()
                .filter(each -> !each.readable())
                .map(Definition::id)
                .toList();
        return new Readable(
                revoked,
                others.isEmpty(),
                open.stream().filter(Definition::readable).map(Definition::id).toList(),
                offered.keys(others, groups));
    }

    /** Each task's grants are looked up last, one by one: the database would rather read all there are. */
    private static Conditions granted(Readable readable, String reader, Set<String> groups) {
        Conditions either = new Conditions("or");
        if (!readable.keys().isEmpty()) {
            either.add(
                    "t.task_def_key_ in (" + marks(readable.keys()) + ")",
                    readable.keys().toArray());
        }
        if (!readable.definitions().isEmpty()) {
            either.add(
                    "t.proc_def_id_ in (" + marks(readable.definitions()) + ")",
                    readable.definitions().toArray());
        }
        int read = Permissions.READ.getValue();
        List<Object> values = new ArrayList<>();
        values.add(reader);
        values.addAll(groups);
        values.add(read);
        values.add(read);
        either.add(
                "(select true from act_ru_authorization a where a.resource_type_ = " + Resources.TASK.resourceType()
                        + " and a.resource_id_ = t.id_ and (a.user_id_ in (?, '*') or a.group_id_ in ("
                        + marks(groups) + ")) and a.perms_ & ? = ? limit 1)",
                values.toArray());
        return either;
    }

    private static Timestamp timestamp(Date date) {
        return new Timestamp(date.getTime());
    }

    /** For none of them a null, which is equal to nothing. */
    private static String marks(Collection<?> values) {
        return values.isEmpty() ? "null" : String.join(", ", Collections.nCopies(values.size(), "?"));
    }

    /** Conditions side by side, with what stands for their question marks. */
    private static final class Conditions {

        private final String between;
        private final List<String> conditions = new ArrayList<>();
        private final List<Object> values = new ArrayList<>();

        Conditions(String between) {
            this.between = between;
        }

        void add(String condition, Object... itsValues) {
            conditions.add(condition);
            values.addAll(List.of(itsValues));
        }

        Conditions copy() {
            Conditions copy = new Conditions(between);
            copy.conditions.addAll(conditions);
            copy.values.addAll(values);
            return copy;
        }

        void add(Conditions inner) {
            if (!inner.conditions.isEmpty()) {
                add("(" + inner.sql() + ")", inner.values.toArray());
            }
        }

        String sql() {
            return conditions.isEmpty() ? "true" : String.join(" " + between + " ", conditions);
        }
    }
}
