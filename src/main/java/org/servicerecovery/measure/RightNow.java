package org.servicerecovery.measure;

import java.sql.Date;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.InstantColumns;
import org.servicerecovery.cases.OwnerDirectory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What waits for a manager at this moment, by indexes over what is open: however many cases were closed, it costs the same. */
@Component
class RightNow {

    /** @param id null for what nobody owns */
    record Person(@Nullable String id, @Nullable String name) {}

    /**
     * A clock that reached a level of its escalation chain and still runs.
     *
     * @param level 1 near, 2 missed, further ones when nobody acted
     * @param dueAt null while the clock waits for the customer
     * @param instance of the case's own process
     */
    record Escalation(
            String caseNumber,
            String severity,
            Person owner,
            String clock,
            int level,
            boolean missed,
            @Nullable Instant dueAt,
            @Nullable String instance) {}

    /**
     * @param levels how many cases stand at each level, by number
     * @param rows the most urgent of them
     */
    record Escalations(long all, Map<Integer, Long> levels, List<Escalation> rows) {}

    /** @param cases open ones; near and missed are among them */
    record Load(Person owner, long cases, long near, long missed) {}

    /**
     * @param state to-plan, planned, overdue, watched, to-check or effective
     * @param watchedUntil until when the effect of a measure that was carried out is watched
     * @param cameBack how often a measure had no effect
     */
    record Pattern(
            long id,
            String tag,
            String label,
            String dimension,
            String key,
            String quarter,
            Instant openedAt,
            long cases,
            String state,
            @Nullable Person owner,
            @Nullable String measure,
            @Nullable LocalDate dueOn,
            @Nullable LocalDate watchedUntil,
            int cameBack,
            @Nullable String instance) {}

    /** @param cameBack how often it was done before without effect */
    record Action(String caseNumber, String action, Person owner, LocalDate dueOn, boolean overdue, int cameBack) {}

    /** @param rows the ones due first */
    record Actions(long open, long overdue, List<Action> rows) {}

    private static final int SHOWN = 50;
    private static final int MISSED = 2;

    private final JdbcClient db;
    private final OwnerDirectory people;

    RightNow(JdbcClient db, OwnerDirectory people) {
        this.db = db;
        this.people = people;
    }

    /** The names of those who may own cases; others are called by their id. */
    Map<String, String> names() {
        return people.whoMayOwnCases().stream()
                .collect(Collectors.toMap(OwnerDirectory.Colleague::id, OwnerDirectory.Colleague::name, (a, b) -> a));
    }

    private static Person person(@Nullable String id, Map<String, String> names) {
        return new Person(id, id == null ? null : names.getOrDefault(id, id));
    }

    /** Of each case the clock that is furthest along, the most urgent first. */
    List<Escalation> escalated(Map<String, String> names) {
        // From the live epochs (case_epoch_one_live_idx) by the primary keys of the other tables; the case last, since
        // most
        // open cases were told of nothing.
        return db.sql("""
                        with told as materialized (
                          select e.case_id, e.process_instance_id, t.clock, t.level, k.due_at
                            from case_epoch e
                           cross join lateral (select n.clock, max(n.level) as level from clock_notice n
                                                where n.case_id = e.case_id and n.epoch = e.epoch group by n.clock) t
                           cross join lateral (select q.kind, q.due_at from clock_entry q
                                                where q.case_id = e.case_id and q.epoch = e.epoch and q.clock = t.clock
                                                order by q.seq desc limit 1) k
                           where e.ended_at is null and k.kind <> 'STOPPED')
                        select distinct on (c.id) c.id, c.number, c.severity, c.owner, t.clock, t.level, t.due_at,
                               t.process_instance_id
                          from told t join recovery_case c on c.id = t.case_id
                         order by c.id, t.level desc, t.due_at""").query((row, n) -> escalation(row, names)).list().stream()
                .sorted(Comparator.comparingInt(Escalation::level)
                        .reversed()
                        .thenComparing(each -> each.dueAt() == null ? Instant.MAX : each.dueAt()))
                .toList();
    }

    private static Escalation escalation(ResultSet row, Map<String, String> names) throws SQLException {
        int level = row.getInt("level");
        return new Escalation(
                row.getString("number"),
                row.getString("severity").toLowerCase(Locale.ROOT),
                person(row.getString("owner"), names),
                row.getString("clock"),
                level,
                level >= MISSED,
                InstantColumns.read(row, "due_at"),
                row.getString("process_instance_id"));
    }

    static Escalations summary(List<Escalation> all) {
        return new Escalations(
                all.size(),
                all.stream().collect(Collectors.groupingBy(Escalation::level, TreeMap::new, Collectors.counting())),
                all.stream().limit(SHOWN).toList());
    }

    /** How many open cases each has, by the index of open cases by owner. */
    List<Load> workload(List<Escalation> escalated, Map<String, String> names) {
        return db
                .sql("select owner, count(*) as cases from recovery_case where closed_at is null group by owner")
                .query((row, n) -> {
                    String owner = row.getString("owner");
                    List<Escalation> own = escalated.stream()
                            .filter(each -> Objects.equals(each.owner().id(), owner))
                            .toList();
                    long missed = own.stream().filter(Escalation::missed).count();
                    return new Load(person(owner, names), row.getLong("cases"), own.size() - missed, missed);
                })
                .list()
                .stream()
                .sorted(Comparator.comparingLong(Load::missed)
                        .thenComparingLong(Load::cases)
                        .reversed())
                .toList();
    }

    /** Patterns that are worked on and those that were closed last; one that another has the task of is not told twice. */
    List<Pattern> patterns(boolean withOperatives, LocalDate today, Map<String, String> names) {
        return db.sql("""
                        select s.*, t.code, t.label,
                               (select count(*) from training_signal_case c where c.signal_id = s.id) as cases
                          from (
                           (select o.*, training_state(o, :today) as state from training_signal o
                             where closed_at is null and part_of is null and (:operatives or dimension <> 'operative')
                             order by opened_at desc limit :shown)
                           union all
                           (select o.*, training_state(o, :today) from training_signal o
                             where closed_at > :lately and part_of is null and (:operatives or dimension <> 'operative')
                             order by closed_at desc limit :shown)
                          ) s
                          join root_cause_tag t on t.id = s.tag_id
                         order by s.closed_at is not null, s.opened_at desc, s.id desc limit :shown""")
                .param("shown", SHOWN)
                .param("operatives", withOperatives)
                .param("today", today)
                .param("lately", Timestamp.valueOf(today.minusDays(90).atStartOfDay()))
                .query((row, n) -> pattern(row, names))
                .list();
    }

    private static Pattern pattern(ResultSet row, Map<String, String> names) throws SQLException {
        String owner = row.getString("owner");
        return new Pattern(
                row.getLong("id"),
                row.getString("code"),
                row.getString("label"),
                row.getString("dimension"),
                row.getString("cluster_key"),
                row.getString("quarter"),
                row.getTimestamp("opened_at").toInstant(),
                row.getLong("cases"),
                row.getString("state"),
                owner == null ? null : person(owner, names),
                row.getString("measure"),
                row.getObject("measure_due_on", LocalDate.class),
                row.getObject("watched_until", LocalDate.class),
                row.getInt("came_back"),
                row.getTimestamp("closed_at") == null ? row.getString("process_instance_id") : null);
    }

    /** Prevention actions that nobody has said are done, by the index of those. */
    Actions preventionDue(LocalDate today, Map<String, String> names) {
        List<Action> rows = db.sql("""
                        select c.number, r.prevention_action, r.prevention_owner, r.prevention_due_on, r.prevention_round
                          from resolution r join recovery_case c on c.id = r.case_id
                         where r.prevention_owner is not null and r.prevention_done_at is null
                           and c.state not in ('WITHDRAWN', 'DUPLICATE', 'OPENED_IN_ERROR')
                         order by r.prevention_due_on limit ?""")
                .param(SHOWN)
                .query((row, n) -> {
                    LocalDate dueOn = row.getDate("prevention_due_on").toLocalDate();
                    return new Action(
                            row.getString("number"),
                            row.getString("prevention_action"),
                            person(row.getString("prevention_owner"), names),
                            dueOn,
                            dueOn.isBefore(today),
                            row.getInt("prevention_round") - 1);
                })
                .list();
        return db.sql("""
                        select count(*) as open, count(*) filter (where r.prevention_due_on < ?) as overdue
                          from resolution r join recovery_case c on c.id = r.case_id
                         where r.prevention_owner is not null and r.prevention_done_at is null
                           and c.state not in ('WITHDRAWN', 'DUPLICATE', 'OPENED_IN_ERROR')""")
                .param(Date.valueOf(today))
                .query((row, n) -> new Actions(row.getLong("open"), row.getLong("overdue"), rows))
                .single();
    }
}
