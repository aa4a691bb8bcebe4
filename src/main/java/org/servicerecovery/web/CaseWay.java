package org.servicerecovery.web;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.InstantColumns;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.CaseAccess;
import org.servicerecovery.cases.CaseNumber;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.engine.ActivityKind;
import org.servicerecovery.engine.CaseOfTask;
import org.servicerecovery.engine.ReadableProcesses;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Isolation;
import org.springframework.transaction.annotation.Transactional;

/**
 * The way that a case, or one instance of a process, took through the models: from the engine's history for as long as that
 * is kept.
 */
@Component
class CaseWay {

    /**
     * One activity that was passed, or is being passed.
     *
     * @param kind task, call, part, event, or automatic for what is done at once
     * @param endedAt null where it stands now
     * @param seconds from its start to its end, or until now
     * @param interrupted whether something else ended it
     * @param who completed it, or has it
     * @param missed whether its due time passed before its end
     * @param breached whether the case stood here when its resolution deadline passed
     */
    record PassedJson(
            String activity,
            @Nullable String name,
            String kind,
            Instant startedAt,
            @Nullable Instant endedAt,
            long seconds,
            boolean interrupted,
            @Nullable String who,
            @Nullable Instant dueAt,
            boolean missed,
            boolean breached) {}

    /**
     * @param definition its version of the process, null where the history is gone
     * @param historyKept false once the engine's time to live for it is over
     * @param passed in the order in which they began
     */
    record InstanceJson(
            String instance,
            @Nullable String process,
            @Nullable String processName,
            @Nullable Integer version,
            @Nullable String definition,
            @Nullable Integer epoch,
            @Nullable Integer stepSeq,
            @Nullable String stepLabel,
            boolean historyKept,
            List<PassedJson> passed) {}

    /** @param caseNumber null where the instance belongs to no case */
    record WayJson(@Nullable String caseNumber, Instant readAt, List<InstanceJson> instances) {}

    private record Known(
            String instance,
            @Nullable Integer epoch,
            @Nullable Integer seq,
            @Nullable String label) {}

    private record Definition(
            String id, String key, @Nullable String name, int version) {}

    private record Row(String instance, PassedJson passed) {}

    private static final String MULTI_INSTANCE_BODY = "multiInstanceBody";

    private final JdbcClient db;
    private final Clock clock;
    private final Cases cases;
    private final CaseAccess access;
    private final ReadableProcesses processes;
    private final CaseOfTask people;
    private final ModelWords words;

    CaseWay(
            JdbcClient db,
            Clock clock,
            Cases cases,
            CaseAccess access,
            ReadableProcesses processes,
            CaseOfTask people,
            ModelWords words) {
        this.db = db;
        this.clock = clock;
        this.cases = cases;
        this.access = access;
        this.processes = processes;
        this.people = people;
        this.words = words;
    }

    /** @throws Refused when there is no such case, or the caller may not see it */
    @Transactional(readOnly = true, isolation = Isolation.REPEATABLE_READ)
    WayJson of(CaseNumber number) {
        RecoveryCase found = cases.get(number);
        access.requireMaySee(found);
        return way(number.value(), known(found.id()));
    }

    /** @throws Refused when there is no such instance whose history the caller may see, or it is of somebody else's case */
    @Transactional(readOnly = true, isolation = Isolation.REPEATABLE_READ)
    WayJson ofInstance(String instance) {
        if (processes.instance(instance).isEmpty()) {
            throw Refused.notFound("refused.waits.noInstance");
        }
        Optional<CaseNumber> number =
                db.sql("""
                        select c.number from case_instance i join recovery_case c on c.id = i.case_id
                         where i.instance_id = ?""").param(instance).query(String.class).optional().map(CaseNumber::new);
        if (number.isEmpty()) {
            return way(null, List.of(new Known(instance, null, null, null)));
        }
        RecoveryCase found = cases.get(number.get());
        access.requireMaySee(found);
        return way(
                number.get().value(),
                known(found.id()).stream()
                        .filter(each -> each.instance().equals(instance))
                        .toList());
    }

    /** The passes of the case first, each with its steps and all that came of them. */
    private List<Known> known(long caseId) {
        return db.sql("""
                        select i.instance_id, coalesce(e.epoch, s.epoch) as epoch, s.seq, t.code, t.label
                          from case_instance i
                          left join case_epoch e on e.process_instance_id = i.instance_id
                          left join plan_step s on s.id = i.step_id
                          left join step_type t on t.code = s.type
                         where i.case_id = ?
                         order by epoch nulls last, e.epoch is null, s.seq, i.instance_id""")
                .param(caseId)
                .query((row, n) -> new Known(
                        row.getString("instance_id"),
                        row.getObject("epoch", Integer.class),
                        row.getObject("seq", Integer.class),
                        row.getString("label") == null
                                ? null
                                : ModelWords.step(row.getString("code"), row.getString("label"))))
                .list();
    }

    private WayJson way(@Nullable String caseNumber, List<Known> known) {
        Instant now = clock.instant();
        Set<String> ids = known.stream().map(Known::instance).collect(Collectors.toSet());
        Map<String, Definition> kept = ids.isEmpty() ? Map.of() : definitions(ids);
        Map<String, List<PassedJson>> passed = new HashMap<>();
        if (!ids.isEmpty()) {
            rows(ids, now)
                    .forEach(row -> passed.computeIfAbsent(row.instance(), key -> new ArrayList<>())
                            .add(row.passed()));
        }
        return new WayJson(
                caseNumber,
                now,
                known.stream()
                        .map(each -> {
                            Optional<Definition> of = Optional.ofNullable(kept.get(each.instance()));
                            return new InstanceJson(
                                    each.instance(),
                                    of.map(Definition::key).orElse(null),
                                    of.map(this::name).orElse(null),
                                    of.map(Definition::version).orElse(null),
                                    of.map(Definition::id).orElse(null),
                                    each.epoch(),
                                    each.seq(),
                                    each.label(),
                                    of.isPresent(),
                                    passed.getOrDefault(each.instance(), List.of()));
                        })
                        .toList());
    }

    private @Nullable String name(Definition of) {
        return of.name() == null ? null : words.process(of.key(), of.name());
    }

    private Map<String, Definition> definitions(Collection<String> instances) {
        Map<String, Definition> found = new HashMap<>();
        db.sql("""
                        select p.proc_inst_id_, d.id_, d.key_, d.name_, d.version_
                          from act_hi_procinst p join act_re_procdef d on d.id_ = p.proc_def_id_
                         where p.proc_inst_id_ in (:instances)""").param("instances", instances).query(row -> {
            found.put(
                    row.getString("proc_inst_id_"),
                    new Definition(
                            row.getString("id_"),
                            row.getString("key_"),
                            row.getString("name_"),
                            row.getInt("version_")));
        });
        return found;
    }

    /** Who completed what nobody had claimed is told by the engine's log of what people did. */
    private List<Row> rows(Collection<String> instances, Instant now) {
        List<Row> rows = db.sql("""
                        select a.*, t.due_date_, coalesce(o.user_id_, a.assignee_) as who,
                               exists (select from clock_notice n
                                         join case_instance i on i.case_id = n.case_id
                                        where i.instance_id = a.proc_inst_id_
                                          and n.clock = 'resolution' and n.level = 2
                                          and a.start_time_ < n.reached_at at time zone 'UTC'
                                          and (a.end_time_ is null or a.end_time_ >= n.reached_at at time zone 'UTC'))
                                 as breached
                          from act_hi_actinst a
                          left join act_hi_taskinst t on t.id_ = a.task_id_
                          left join lateral (select l.user_id_ from act_hi_op_log l
                                              where l.task_id_ = a.task_id_ and l.operation_type_ = 'Complete'
                                              order by l.timestamp_ desc limit 1) o on true
                         where a.proc_inst_id_ in (:instances) and a.act_type_ <> :body
                         order by a.start_time_, a.sequence_counter_, a.id_""")
                .param("instances", instances)
                .param("body", MULTI_INSTANCE_BODY)
                .query((row, n) -> new Row(row.getString("proc_inst_id_"), passed(row, now)))
                .list();
        Set<String> ids = new HashSet<>();
        rows.stream().map(row -> row.passed().who()).filter(Objects::nonNull).forEach(ids::add);
        Map<String, String> names = people.names(ids);
        return rows.stream()
                .map(row -> new Row(row.instance(), named(row.passed(), names)))
                .toList();
    }

    private PassedJson passed(ResultSet row, Instant now) throws SQLException {
        Instant started = row.getTimestamp("start_time_").toInstant();
        Instant ended = InstantColumns.read(row, "end_time_");
        Instant due = InstantColumns.read(row, "due_date_");
        ActivityKind kind = ActivityKind.of(row.getString("act_type_"));
        return new PassedJson(
                row.getString("act_id_"),
                words.activity(row.getString("proc_def_key_"), row.getString("act_id_"), row.getString("act_name_")),
                kind.code(),
                started,
                ended,
                Math.max(
                        0,
                        Duration.between(started, ended == null ? now : ended).toSeconds()),
                row.getInt("act_inst_state_") == 2,
                row.getString("who"),
                due,
                due != null && due.isBefore(ended == null ? now : ended),
                kind != ActivityKind.AUTOMATIC && row.getBoolean("breached"));
    }

    private static PassedJson named(PassedJson passed, Map<String, String> names) {
        return passed.who() == null
                ? passed
                : new PassedJson(
                        passed.activity(),
                        passed.name(),
                        passed.kind(),
                        passed.startedAt(),
                        passed.endedAt(),
                        passed.seconds(),
                        passed.interrupted(),
                        names.getOrDefault(passed.who(), passed.who()),
                        passed.dueAt(),
                        passed.missed(),
                        passed.breached());
    }
}
