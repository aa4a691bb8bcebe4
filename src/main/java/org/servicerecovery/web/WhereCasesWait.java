package org.servicerecovery.web;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.Actor;
import org.servicerecovery.cases.CaseRoles;
import org.servicerecovery.engine.ActivityKind;
import org.servicerecovery.engine.CaseOfTask;
import org.servicerecovery.engine.ReadableProcesses;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Isolation;
import org.springframework.transaction.annotation.Transactional;

/**
 * For each activity of a process: what waits there now, how long one takes, and where deadlines are missed. From the
 * engine's history, joined with the ledger of clocks, because a case stands in the activities of several instances. What
 * was withdrawn, merged or opened in error is left out, as in all figures, but for what is open.
 */
@Component
class WhereCasesWait {

    /** The case that has waited longest, for those who see cases. */
    record LongestJson(
            String instance,
            @Nullable String caseNumber,
            @Nullable String owner) {}

    /**
     * What stands there now.
     *
     * @param since since when the longest
     * @param median of the seconds so far, as p90
     * @param overdue of them, tasks whose due time has passed
     */
    record NowJson(long count, Instant since, long median, long p90, long overdue) {}

    /** What was completed there in the span; seconds. */
    record DoneJson(long count, long median, long p90) {}

    /**
     * @param kind task, call, part or event
     * @param now null where nothing waits
     * @param done null where nothing was completed
     * @param interrupted ended there by something else, such as the withdrawal of a case; no part of what was completed
     * @param missed tasks that were due in the span and not done by then
     * @param breaches cases that stood here when their resolution deadline passed, in the span
     */
    record ActivityJson(
            String id,
            @Nullable String name,
            String kind,
            @Nullable NowJson now,
            @Nullable DoneJson done,
            long interrupted,
            long missed,
            long breaches,
            @Nullable LongestJson longest) {}

    /**
     * @param version null for all
     * @param versions that there are, the newest first
     * @param from where the span begins
     */
    record WaitsJson(
            String process,
            @Nullable String name,
            @Nullable Integer version,
            List<Integer> versions,
            int days,
            Instant from,
            Instant readAt,
            boolean seesCases,
            List<ActivityJson> activities) {}

    private record Standing(NowJson now, String instance) {}

    private record Taken(@Nullable DoneJson done, long interrupted) {}

    private record OfCase(String number, @Nullable String owner) {}

    static final int USUAL_DAYS = 90;
    private static final int LONGEST_DAYS = 1100;

    /** An array, so that the instances of each are looked up. */
    private static final String NOT_UNCOUNTED = """
            proc_inst_id_ not in (
              select i.instance_id from case_instance i
               where i.case_id = any(array(select c.id from recovery_case c
                                            where c.state in ('WITHDRAWN', 'DUPLICATE', 'OPENED_IN_ERROR')
                                              and c.closed_at >= :instantFrom)))""";

    /** What those alone may read who lead, see {@link org.servicerecovery.engine.LeadsAlone}, is found by its tenant. */
    private static final String READABLE =
            "(:leads or proc_inst_id_ not in (select proc_inst_id_ from act_hi_procinst where tenant_id_ is not null))";

    /** By sr_activity_waits_idx alone. */
    private static final String DONE = """
            select act_id_, min(act_type_) as type,
                   count(*) filter (where act_inst_state_ <> 2) as done,
                   count(*) filter (where act_inst_state_ = 2) as interrupted,
                   percentile_cont(array[0.5, 0.9]) within group (order by duration_)
                     filter (where act_inst_state_ <> 2) as took
              from act_hi_actinst
             where proc_def_id_ in (:definitions) and end_time_ >= :from and end_time_ <= :now and act_type_ in (%s)
               and %s and %s
             group by act_id_""".formatted(ActivityKind.WAITING, NOT_UNCOUNTED, READABLE);

    private static final String NOW = """
            select act_id_, min(act_type_) as type, count(*) as waiting, min(start_time_) as since,
                   percentile_cont(array[0.5, 0.9]) within group (order by extract(epoch from :now - start_time_)) as waited,
                   (array_agg(proc_inst_id_ order by start_time_))[1] as longest
              from act_hi_actinst
             where proc_def_id_ in (:definitions) and end_time_ is null and start_time_ <= :now and act_type_ in (%s)
               and %s
             group by act_id_""".formatted(ActivityKind.WAITING, READABLE);

    private static final String OVERDUE = """
            select task_def_key_, count(*) as tasks from act_ru_task
             where proc_def_id_ in (:definitions) and due_date_ < :now and %s group by task_def_key_""".formatted(READABLE);

    /** Those that ended late by sr_task_missed_idx, those that have not ended by what is open. */
    private static final String MISSED = """
            select task_def_key_, count(*) as tasks
              from (select task_def_key_ from act_hi_taskinst
                     where proc_def_id_ in (:definitions) and end_time_ > due_date_
                       and due_date_ >= :from and due_date_ <= :now and %s and %s
                    union all
                    select task_def_key_ from act_ru_task
                     where proc_def_id_ in (:definitions) and due_date_ >= :from and due_date_ < :now
                       and %s) m
             group by task_def_key_""".formatted(NOT_UNCOUNTED, READABLE, READABLE);

    /**
     * The moment of a breach is the deadline, however late it was noticed; of a case that runs on and that nobody was told
     * of yet, it is its deadline now. What ends at that very moment still held the case, what begins then does not.
     */
    private static final String BREACHES = """
            with passed as materialized (
              select n.case_id, n.epoch, n.reached_at as at from clock_notice n
               where n.clock = 'resolution' and n.level = 2 and n.reached_at >= :instantFrom and n.reached_at <= :instantNow
              union all
              select e.case_id, e.epoch, k.due_at from case_epoch e
               cross join lateral (select q.kind, q.due_at from clock_entry q
                                    where q.case_id = e.case_id and q.epoch = e.epoch and q.clock = 'resolution'
                                    order by q.seq desc limit 1) k
               where e.ended_at is null and k.kind <> 'STOPPED' and k.due_at >= :instantFrom and k.due_at <= :instantNow
                 and not exists (select from clock_notice n where n.case_id = e.case_id and n.epoch = e.epoch
                                                              and n.clock = 'resolution' and n.level = 2))
            select a.act_id_, min(a.act_type_) as type, count(distinct p.case_id) as cases
              from passed p
              join recovery_case c on c.id = p.case_id and c.state not in ('WITHDRAWN', 'DUPLICATE', 'OPENED_IN_ERROR')
              join case_instance i on i.case_id = p.case_id and i.case_id = any(array(select case_id from passed))
              join act_hi_actinst a on a.proc_inst_id_ = i.instance_id and a.proc_def_id_ in (:definitions)
                                   and a.act_type_ in (%s) and a.start_time_ < p.at at time zone 'UTC'
                                   and (a.end_time_ is null or a.end_time_ >= p.at at time zone 'UTC')
             group by a.act_id_""".formatted(ActivityKind.WAITING);

    /** Where most wait comes first; parts of the process, which count that again, last. */
    private static final Comparator<ActivityJson> ORDER = Comparator.comparing(
                    (ActivityJson each) -> each.kind().equals(ActivityKind.PART.code()))
            .thenComparing(each -> each.now() == null ? 0 : each.now().count(), Comparator.reverseOrder())
            .thenComparing(each -> each.done() == null ? 0 : each.done().count(), Comparator.reverseOrder())
            .thenComparing(ActivityJson::id);

    private final JdbcClient db;
    private final Clock clock;
    private final ReadableProcesses processes;
    private final CaseOfTask people;
    private final ModelWords words;

    WhereCasesWait(JdbcClient db, Clock clock, ReadableProcesses processes, CaseOfTask people, ModelWords words) {
        this.db = db;
        this.clock = clock;
        this.processes = processes;
        this.people = people;
        this.words = words;
    }

    /**
     * @param version null for all versions together
     * @throws Refused when there is no such process for the reader, no such version, or the span is none
     */
    @Transactional(readOnly = true, isolation = Isolation.REPEATABLE_READ)
    WaitsJson of(String process, @Nullable Integer version, int days) {
        if (days < 1 || days > LONGEST_DAYS) {
            throw Refused.field("days", "refused.waits.days", String.valueOf(LONGEST_DAYS));
        }
        List<ReadableProcesses.Version> all = processes.versions(process);
        if (all.isEmpty()) {
            throw Refused.notFound("refused.waits.noProcess");
        }
        List<ReadableProcesses.Version> asked = all.stream()
                .filter(each -> version == null || each.number() == version)
                .toList();
        if (asked.isEmpty()) {
            throw Refused.field(
                    "version",
                    "refused.notKnownChoose",
                    String.valueOf(version),
                    all.stream().map(each -> String.valueOf(each.number())).collect(Collectors.joining(", ")));
        }
        Instant now = clock.instant();
        Instant from = now.minus(Duration.ofDays(days));
        boolean seesCases = CaseRoles.seesEveryCase(Actor.current());
        return new WaitsJson(
                process,
                asked.get(0).name() == null
                        ? null
                        : words.process(process, asked.get(0).name()),
                version,
                all.stream().map(ReadableProcesses.Version::number).toList(),
                days,
                from,
                now,
                seesCases,
                activities(
                        process,
                        asked.stream().map(ReadableProcesses.Version::id).toList(),
                        from,
                        now,
                        seesCases));
    }

    private List<ActivityJson> activities(
            String process, List<String> definitions, Instant from, Instant now, boolean seesCases) {
        Map<String, Object> params = Map.of(
                "definitions",
                definitions,
                "leads",
                CaseRoles.isLead(Actor.current()),
                // The engine's columns know no zone: they are in UTC, as this application is.
                "from",
                Timestamp.from(from),
                "now",
                Timestamp.from(now),
                "instantFrom",
                Timestamp.from(from),
                "instantNow",
                Timestamp.from(now));
        Map<String, String> names = new HashMap<>();
        // The newest comes first, and its names hold.
        definitions.forEach(each -> processes.activityNames(each).forEach(names::putIfAbsent));
        Map<String, String> kinds = new TreeMap<>();
        Map<String, Taken> taken = new HashMap<>();
        db.sql(DONE).params(params).query(row -> {
            kinds.put(row.getString("act_id_"), kind(row));
            long done = row.getLong("done");
            List<Double> took = numbers(row, "took");
            taken.put(
                    row.getString("act_id_"),
                    new Taken(
                            done == 0
                                    ? null
                                    : new DoneJson(
                                            done, Math.round(took.get(0) / 1000), Math.round(took.get(1) / 1000)),
                            row.getLong("interrupted")));
        });
        Map<String, Long> overdue = counts(OVERDUE, params);
        Map<String, Standing> standing = new HashMap<>();
        db.sql(NOW).params(params).query(row -> {
            String activity = row.getString("act_id_");
            kinds.put(activity, kind(row));
            List<Double> waited = numbers(row, "waited");
            standing.put(
                    activity,
                    new Standing(
                            new NowJson(
                                    row.getLong("waiting"),
                                    row.getTimestamp("since").toInstant(),
                                    Math.round(waited.get(0)),
                                    Math.round(waited.get(1)),
                                    overdue.getOrDefault(activity, 0L)),
                            row.getString("longest")));
        });
        Map<String, Long> missed = counts(MISSED, params);
        Map<String, Long> breaches = new HashMap<>();
        db.sql(BREACHES).params(params).query(row -> {
            kinds.putIfAbsent(row.getString("act_id_"), kind(row));
            breaches.put(row.getString("act_id_"), row.getLong("cases"));
        });
        Map<String, LongestJson> longest = seesCases
                ? longest(standing.values().stream().map(Standing::instance).collect(Collectors.toSet()))
                : Map.of();
        return kinds.entrySet().stream()
                .map(each -> {
                    Standing here = standing.get(each.getKey());
                    Taken before = taken.get(each.getKey());
                    return new ActivityJson(
                            each.getKey(),
                            words.activity(process, each.getKey(), names.get(each.getKey())),
                            each.getValue(),
                            here == null ? null : here.now(),
                            before == null ? null : before.done(),
                            before == null ? 0 : before.interrupted(),
                            missed.getOrDefault(each.getKey(), 0L),
                            breaches.getOrDefault(each.getKey(), 0L),
                            here == null ? null : longest.get(here.instance()));
                })
                .sorted(ORDER)
                .toList();
    }

    private Map<String, Long> counts(String sql, Map<String, Object> params) {
        Map<String, Long> counts = new HashMap<>();
        db.sql(sql).params(params).query(row -> {
            counts.put(row.getString("task_def_key_"), row.getLong("tasks"));
        });
        return counts;
    }

    /** By instance; one that belongs to no case is told all the same. */
    private Map<String, LongestJson> longest(Set<String> instances) {
        if (instances.isEmpty()) {
            return Map.of();
        }
        Map<String, OfCase> cases = new HashMap<>();
        db.sql("""
                        select i.instance_id, c.number, c.owner from case_instance i join recovery_case c on c.id = i.case_id
                         where i.instance_id in (:instances)""").param("instances", instances).query(row -> {
            cases.put(row.getString("instance_id"), new OfCase(row.getString("number"), row.getString("owner")));
        });
        Map<String, String> names = people.names(cases.values().stream()
                .map(OfCase::owner)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet()));
        return instances.stream().collect(Collectors.toMap(id -> id, id -> {
            Optional<OfCase> found = Optional.ofNullable(cases.get(id));
            return new LongestJson(
                    id,
                    found.map(OfCase::number).orElse(null),
                    found.map(OfCase::owner)
                            .map(owner -> names.getOrDefault(owner, owner))
                            .orElse(null));
        }));
    }

    private static String kind(ResultSet row) throws SQLException {
        return ActivityKind.of(row.getString("type")).code();
    }

    private static List<Double> numbers(ResultSet row, String column) throws SQLException {
        java.sql.Array array = row.getArray(column);
        return array == null ? new ArrayList<>() : List.of((Double[]) array.getArray());
    }
}
