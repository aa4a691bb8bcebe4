package org.servicerecovery.sla;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.servicerecovery.Lead;

/**
 * Many open cases, warned of their deadline and short of missing it. Opening thousands of them takes too long: the
 * application opens a few and warns of them, and the others are copies of their rows, in our tables and the engine's,
 * under ids of their own and with a journal whose chain holds. The deadline is moved to where it is wanted.
 */
final class DueCases {

    /**
     * What came of the cases whose deadline passed.
     *
     * @param lost without a notice, an entry of the journal, a manager's task or a mail
     * @param twice with more than one of any of them
     */
    record Effects(int cases, int lost, int twice, int failedTries) {}

    /** How long after the deadline the effects were committed, by the database's clock. */
    record Lateness(Duration median, Duration p99, Duration max) {}

    /** Ids of the engine's that belong to one instance; a copy derives its own from them. */
    private static final Set<String> INSTANCE_IDS = Set.of(
            "id_",
            "proc_inst_id_",
            "process_instance_id_",
            "root_proc_inst_id_",
            "parent_id_",
            "execution_id_",
            "task_id_",
            "act_inst_id_",
            "parent_act_inst_id_",
            "var_scope_",
            "var_inst_id_",
            "job_id_",
            "bytearray_id_");

    private final String url;

    DueCases(String url) {
        this.url = url;
    }

    /** Has the application open cases and warn of their deadline. */
    void open(int port, int count) throws SQLException {
        Lead lead = Lead.signedIn(port);
        for (int i = 0; i < count; i++) {
            lead.opensCase(lead.customer(), "critical", "Nobody came");
        }
        // Half an hour before the deadline: the warning, an hour before it, is due.
        moveDeadlines("true", Duration.ofMinutes(30));
        Awaitility.await("warnings")
                .atMost(Duration.ofMinutes(2))
                .until(() ->
                        number("select count(*) from clock_notice where clock = 'resolution' and level = 1") == count);
    }

    /** Copies the cases, each as often as it takes until there are so many. No application may run. */
    void copyUntil(int count) throws SQLException {
        try (Connection connection = connect();
                Statement sql = connection.createStatement()) {
            sql.execute("set synchronous_commit = off");
            sql.execute(
                    "create temp table original as select c.id as case_id, e.process_instance_id as instance,"
                            + " row_number() over (order by c.id) as n from recovery_case c join case_epoch e on e.case_id = c.id");
            int originals = (int) number(sql, "select count(*) from original");
            int copies = count / originals + 1;
            sql.execute("""
                    create temp table copy as
                    select o.*, k, (select max(id) from recovery_case) + row_number() over (order by k, n) as new_id,
                           '%s-' || lpad(nextval('case_number_seq')::text, 6, '0') as new_number
                      from original o, generate_series(1, %d) k order by k, n limit %d""".formatted(
                            text(sql, "select left(max(number), 7) from recovery_case"), copies, count - originals));
            sql.execute("analyze copy");
            Map<String, String> ofCase = Map.of("case_id", "t.new_id");
            copy(sql, "recovery_case", "r.id = t.case_id", Map.of("id", "t.new_id", "number", "t.new_number"));
            copy(sql, "case_origin", "r.case_id = t.case_id", ofCase);
            copy(
                    sql,
                    "case_epoch",
                    "r.case_id = t.case_id",
                    Map.of("case_id", "t.new_id", "process_instance_id", derived("r.process_instance_id")));
            copy(sql, "clock_entry", "r.case_id = t.case_id", ofCase);
            copy(sql, "clock_notice", "r.case_id = t.case_id", ofCase);
            copy(
                    sql,
                    "mail_outbox",
                    "r.case_id = t.case_id",
                    Map.of(
                            "case_id", "t.new_id",
                            "id", "(select max(id) from mail_outbox) + row_number() over ()",
                            "message_id", "r.message_id || t.k"));
            copyJournal(sql);
            copy(
                    sql,
                    "act_ge_bytearray",
                    "r.id_ in (select bytearray_id_ from act_ru_variable where proc_inst_id_ = t.instance union"
                            + " select bytearray_id_ from act_hi_varinst where proc_inst_id_ = t.instance)",
                    Map.of());
            for (String table : List.of(
                    "act_ru_execution",
                    "act_ru_task",
                    "act_ru_variable",
                    "act_ru_event_subscr",
                    "act_hi_procinst",
                    "act_hi_actinst",
                    "act_hi_taskinst",
                    "act_hi_varinst",
                    "act_hi_detail")) {
                copy(sql, table, "r.proc_inst_id_ = t.instance", Map.of());
            }
            copy(sql, "act_ru_job", "r.process_instance_id_ = t.instance", Map.of());
            copy(sql, "act_hi_job_log", "r.process_instance_id_ = t.instance", Map.of());
            copy(sql, "act_hi_identitylink", "r.root_proc_inst_id_ = t.instance", Map.of());
            copy(
                    sql,
                    "act_ru_identitylink",
                    "true join act_ru_task k on k.id_ = r.task_id_ and k.proc_inst_id_ = t.instance",
                    Map.of());
            for (String table : List.of("recovery_case", "mail_outbox")) {
                sql.execute("select setval(pg_get_serial_sequence('" + table + "', 'id'), (select max(id) from " + table
                        + "))");
            }
            sql.execute("vacuum analyze");
        }
    }

    /** One row a copy for each row of an original; a hash covers the one before, so the journal goes entry by entry. */
    private static void copyJournal(Statement sql) throws SQLException {
        long last = number(sql, "select max(seq) from case_event");
        for (int seq = 1; seq <= last; seq++) {
            sql.execute("""
                    insert into case_event (case_id, seq, at, actor, route, kind, content, salt, digest, prev_hash, hash)
                    select t.new_id, r.seq, r.at, r.actor, r.route, r.kind, r.content, r.salt, r.digest, p.hash,
                           sha256(p.hash || int8send(t.new_id) || int4send(r.seq)
                             || int8send((extract(epoch from r.at) * 1000)::bigint)
                             || convert_to(r.actor, 'UTF8') || '\\x00' || convert_to(r.route, 'UTF8') || '\\x00'
                             || convert_to(r.kind, 'UTF8') || r.digest)
                      from copy t
                      join case_event r on r.case_id = t.case_id and r.seq = %1$d
                      cross join lateral (select coalesce(
                             (select hash from case_event where case_id = t.new_id and seq = %1$d - 1),
                             decode(repeat('00', 32), 'hex')) as hash) p""".formatted(seq));
            sql.execute("analyze case_event");
        }
    }

    private static void copy(Statement sql, String table, String of, Map<String, String> own) throws SQLException {
        Map<String, String> columns = new TreeMap<>();
        try (ResultSet found = sql.executeQuery(
                "select column_name from information_schema.columns where table_name = '" + table + "'")) {
            while (found.next()) {
                String column = found.getString(1);
                columns.put(column, "r." + column);
                if (INSTANCE_IDS.contains(column)) {
                    columns.put(column, derived("r." + column));
                } else if (column.equals("business_key_")) {
                    columns.put(column, "t.new_number");
                } else if (column.equals("text_")) {
                    columns.put(column, "case when r.text_ like 'SR-%' then t.new_number else r.text_ end");
                }
            }
        }
        columns.putAll(own);
        sql.execute("insert into " + table + " (" + String.join(", ", columns.keySet()) + ") overriding system value"
                + " select " + String.join(", ", columns.values()) + " from copy t join " + table + " r on " + of);
    }

    private static String derived(String id) {
        return "md5(" + id + " || '/' || t.k)::uuid::text";
    }

    /** Moves the deadline of cases that have not missed it, and with it the start of their clock; when it is. */
    Instant moveDeadlines(String whichCases, Duration fromNow) throws SQLException {
        try (Connection connection = connect();
                Statement sql = connection.createStatement()) {
            connection.setAutoCommit(false);
            sql.execute("create temp table moved on commit drop as select e.case_id, e.process_instance_id as instance"
                    + " from case_epoch e join recovery_case c on c.id = e.case_id"
                    + " where not exists (select 1 from clock_notice n where n.case_id = e.case_id and level = 2)"
                    + " and (" + whichCases + ")");
            sql.execute("analyze moved");
            Instant due;
            try (ResultSet now = sql.executeQuery("select date_trunc('milliseconds', clock_timestamp())")) {
                now.next();
                due = now.getTimestamp(1).toInstant().plus(fromNow);
            }
            String at = "timestamptz '" + due + "'";
            sql.execute("alter table clock_entry disable trigger user");
            sql.execute("update clock_entry k set at = " + at + " - (k.due_at - k.at), due_at = " + at
                    + " from moved where moved.case_id = k.case_id and k.clock = 'resolution'");
            sql.execute("alter table clock_entry enable trigger user");
            Map<String, String> points =
                    Map.of("nearAt", "-interval '1 hour'", "dueAt", "interval '0'", "nextLevelAt", "interval '1 hour'");
            for (Map.Entry<String, String> point : points.entrySet()) {
                sql.execute("update act_ru_variable v set long_ = extract(epoch from " + at + " + " + point.getValue()
                        + ") * 1000 from moved where v.proc_inst_id_ = moved.instance and v.name_ = '" + point.getKey()
                        + "'");
            }
            // Last, so that no timer is due before its ledger says so.
            sql.execute("update act_ru_job j set duedate_ = (" + at
                    + " + case handler_cfg_ when 'BoundaryEvent_DeadlineNear' then -interval '1 hour' else interval '0' end)"
                    + " at time zone 'UTC' from moved where j.process_instance_id_ = moved.instance"
                    + " and handler_cfg_ not like '%FurtherClock%'");
            connection.commit();
            return due;
        }
    }

    int noticed() throws SQLException {
        return (int) number("select count(*) from clock_notice where clock = 'resolution' and level = 2");
    }

    /** Of all cases whose deadline was to be missed. */
    Effects effects() throws SQLException {
        try (Connection connection = connect();
                Statement sql = connection.createStatement();
                ResultSet row = sql.executeQuery("""
                        select count(*),
                               count(*) filter (where least(notices, entries, mails, tasks) < 1),
                               count(*) filter (where greatest(notices, entries, mails, tasks) > 1),
                               (select count(*) from act_hi_job_log where job_state_ = 1)
                          from (select (select count(*) from clock_notice n where n.case_id = c.id and clock = 'resolution' and level = 2) as notices,
                                       (select count(*) from case_event e
                                         where e.case_id = c.id and kind = 'deadline missed') as entries,
                                       (select count(*) from mail_outbox m
                                         where m.case_id = c.id and m.subject like '%: deadline missed') as mails,
                                       (select count(*) from act_ru_task t
                                         where t.proc_inst_id_ = e.process_instance_id
                                           and task_def_key_ = 'UserTask_HandleMissedDeadline') as tasks
                                  from recovery_case c join case_epoch e on e.case_id = c.id) effects""")) {
            row.next();
            return new Effects(row.getInt(1), row.getInt(2), row.getInt(3), row.getInt(4));
        }
    }

    /** Needs a server with {@code track_commit_timestamp}. */
    Lateness lateness(Instant due) throws SQLException {
        try (Connection connection = connect();
                Statement sql = connection.createStatement();
                ResultSet row = sql.executeQuery("""
                        select percentile_disc(0.5) within group (order by late),
                               percentile_disc(0.99) within group (order by late), max(late)
                          from (select extract(epoch from pg_xact_commit_timestamp(xmin) - timestamptz '%s') * 1000 as late
                                  from clock_notice where clock = 'resolution' and level = 2) l""".formatted(due))) {
            row.next();
            return new Lateness(millis(row, 1), millis(row, 2), millis(row, 3));
        }
    }

    /** How late the timer of one case was; it has been noticed. */
    Duration lateness(long caseId, Instant due) throws SQLException {
        return Duration.ofMillis(number(
                "select round(extract(epoch from pg_xact_commit_timestamp(xmin) - timestamptz '%s') * 1000)::bigint from clock_notice where clock = 'resolution' and level = 2 and case_id = %d"
                        .formatted(due, caseId)));
    }

    boolean isNoticed(long caseId) throws SQLException {
        return number("select count(*) from clock_notice where clock = 'resolution' and level = 2 and case_id = "
                        + caseId)
                == 1;
    }

    /** Cases that have not missed their deadline. */
    List<Long> waiting(int count) throws SQLException {
        List<Long> ids = new ArrayList<>();
        try (Connection connection = connect();
                Statement sql = connection.createStatement();
                ResultSet row = sql.executeQuery("select id from recovery_case c where not exists"
                        + " (select 1 from clock_notice n where n.case_id = c.id and clock = 'resolution' and level = 2) order by id desc limit "
                        + count)) {
            while (row.next()) {
                ids.add(row.getLong(1));
            }
        }
        return ids;
    }

    /** A copy is worked to its end as any case is: planned, carried out, resolved and closed through the API. */
    void requireWorkable(int port) throws SQLException {
        Lead lead = Lead.signedIn(port);
        String number = text("select max(number) from recovery_case where state = 'OPEN'");
        lead.post(
                204,
                "/api/cases/" + number + "/plan",
                Map.of("steps", List.of(Map.of("type", "call-customer", "purpose", "Say sorry"))));
        lead.post(
                200,
                "/api/cases/" + number + "/steps/1/outcome",
                Map.of("outcome", "completed", "reached", "reached", "notes", "Said sorry"));
        lead.post(
                204,
                "/api/cases/" + number + "/resolution",
                Map.of(
                        "resolutionType", "apology-only",
                        "rootCauseTag", "missed-appointment",
                        "preventionAction", "Call before each visit"));
        lead.post(204, "/api/cases/" + number + "/closing", Map.of("told", "phone"));
        JsonNode shown = lead.get("/api/cases/" + number);
        if (!shown.path("state").asText().equals("closed")) {
            throw new IllegalStateException("The copy " + number + " does not close: " + shown);
        }
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(url);
    }

    long number(String query) throws SQLException {
        try (Connection connection = connect();
                Statement sql = connection.createStatement()) {
            return number(sql, query);
        }
    }

    private String text(String query) throws SQLException {
        try (Connection connection = connect();
                Statement sql = connection.createStatement()) {
            return text(sql, query);
        }
    }

    private static long number(Statement sql, String query) throws SQLException {
        try (ResultSet row = sql.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static String text(Statement sql, String query) throws SQLException {
        try (ResultSet row = sql.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    private static Duration millis(ResultSet row, int column) throws SQLException {
        return Duration.ofMillis(Math.round(row.getDouble(column)));
    }
}
