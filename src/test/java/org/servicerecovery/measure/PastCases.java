package org.servicerecovery.measure;

import java.math.BigDecimal;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Cases that were closed long ago or will be, as rows: each for a customer of its own, and gone when {@link #forget}. */
public final class PastCases {

    /** One of them; what is said of it is written at once. */
    public final class Past {

        private final long id;
        private final long customer;

        private Past(long id, long customer) {
            this.id = id;
            this.customer = customer;
        }

        public long id() {
            return id;
        }

        public Past found(String finding, String at) {
            return update(
                    "update resolution set finding = ?, found_by = 'somebody', found_at = ? where case_id = ?",
                    finding,
                    time(at));
        }

        public Past regulator(String finding, String on) {
            db.sql("""
                            insert into regulator_finding (case_id, epoch, body, finding, decided_on, recorded_by, recorded_at)
                            values (?, 1, 'Ombudsman', ?, ?, 'somebody', now())""").params(id, finding, Date.valueOf(on)).update();
            return this;
        }

        public Past deadline(boolean met) {
            counted(id).put("deadline_met", met);
            return this;
        }

        public Past firstAction(int hoursAfterOpening) {
            counted(id).put("to_first_action", hoursAfterOpening * 3600L);
            return this;
        }

        public Past cost(String currency, String amount) {
            counted(id).put("cost", "{\"" + currency + "\": " + new BigDecimal(amount) + "}");
            return this;
        }

        public Past reopened() {
            counted(id).put("reopened", true);
            return this;
        }

        public Past from(String team, String area, String product, String operative) {
            db.sql(
                            "insert into case_origin (case_id, kind, team, area, product, operative) values (?, 'job', ?, ?, ?, ?)")
                    .params(id, team, area, product, operative)
                    .update();
            return this;
        }

        public Past satisfied(int score, String at) {
            db.sql("""
                            insert into survey_invitation (case_id, epoch, customer_id, public_id, invited_at, expires_at,
                                                           answered_at, score)
                            values (?, 1, ?, decode(replace(gen_random_uuid()::text, '-', ''), 'hex'), ?, ?, ?, ?)""")
                    .params(id, customer, time(at), time(at), time(at), score)
                    .update();
            return this;
        }

        public Past paid(String at) {
            db.sql("""
                            insert into payment (customer_id, charge_id, reference, amount, currency, paid_at)
                            values (?, ?, 'INV', 10, 'EUR', ?)""").params(customer, "past-" + UUID.randomUUID(), time(at)).update();
            return this;
        }

        public Past outside(int score, String at) {
            db.sql("""
                            insert into outside_answer (source_system, external_id, customer_id, score, answered_at, told_by)
                            values ('past', ?, ?, ?, ?, 'somebody')""")
                    .params(UUID.randomUUID().toString(), customer, score, time(at))
                    .update();
            return this;
        }

        public Past prevention(String dueOn, @Nullable String doneAt, @Nullable Boolean helped) {
            db.sql("""
                            update resolution set prevention_owner = 'somebody', prevention_due_on = ?,
                                   prevention_done_at = ?, prevention_helped = ? where case_id = ?""")
                    .params(Date.valueOf(dueOn), doneAt == null ? null : time(doneAt), helped, id)
                    .update();
            return this;
        }

        /** A time before that the prevention action was done, without effect. */
        public Past cameBack(String dueOn, String doneAt) {
            db.sql("""
                            insert into prevention_past (case_id, epoch, round, owner, due_on, done_at, done_by, judged_by, judged_at)
                            values (?, 1, 1, 'somebody', ?, ?, 'somebody', 'somebody', ?)""")
                    .params(id, Date.valueOf(dueOn), time(doneAt), time(doneAt))
                    .update();
            return this;
        }

        private Past update(String sql, Object first, Object second) {
            db.sql(sql).params(first, second, id).update();
            return this;
        }
    }

    private final JdbcClient db;
    private final List<Long> cases = new ArrayList<>();
    private final List<Long> customers = new ArrayList<>();
    /** What the facts are to say where the rows behind it would be a long story. */
    private final Map<Long, Map<String, @Nullable Object>> counted = new HashMap<>();

    public PastCases(JdbcClient db) {
        this.db = db;
    }

    private Map<String, @Nullable Object> counted(long id) {
        return counted.computeIfAbsent(id, none -> new HashMap<>());
    }

    public Past resolved(String at) {
        return resolved(at, 1);
    }

    public Past resolved(String at, int hoursAfterOpening) {
        return resolved(at, hoursAfterOpening, "billing-error");
    }

    public Past resolved(String at, int hoursAfterOpening, String tag) {
        Instant resolved = Instant.parse(at);
        Timestamp opened = Timestamp.from(resolved.minus(Duration.ofHours(hoursAfterOpening)));
        long customer = db.sql("insert into customer (number, name, created_at) values (?, 'Past', now()) returning id")
                .param("PAST-" + UUID.randomUUID())
                .query(Long.class)
                .single();
        long id = db.sql("""
                        insert into recovery_case (number, customer_id, severity, failure_source, summary, state, owner,
                                                   opened_by, opened_at, closed_at)
                        values (?, ?, 'MINOR', 'COMPLAINT', 'Past', 'CLOSED', 'somebody', 'somebody', ?, ?)
                        returning id""")
                .params("PAST-" + UUID.randomUUID(), customer, opened, Timestamp.from(resolved))
                .query(Long.class)
                .single();
        db.sql("""
                        insert into case_epoch (case_id, epoch, started_at, ended_at, outcome)
                        values (?, 1, ?, ?, 'RESOLVED')""").params(id, opened, Timestamp.from(resolved)).update();
        db.sql("""
                        insert into resolution (case_id, epoch, type, tag_id, tag_label, prevention_action, resolved_by,
                                                resolved_at)
                        select ?, 1, 'APOLOGY_ONLY', id, label, 'Call before each visit', 'somebody', ?
                          from root_cause_tag where code = ?""").params(id, Timestamp.from(resolved), tag).update();
        db.sql("""
                        insert into case_cause (case_id, tag_id, tag_label, main)
                        select case_id, tag_id, tag_label, true from resolution where case_id = ?""").param(id).update();
        cases.add(id);
        counted(id).put("to_first_action", null);
        customers.add(customer);
        return new Past(id, customer);
    }

    /** Counts those that were not counted, with the days of a zone. */
    public void count(String zone) {
        for (Long id : cases) {
            int added = db.sql("""
                            insert into trend_fact select * from trend_facts(?) where case_id = ?
                            on conflict do nothing""").params(zone, id).update();
            if (added == 0) {
                continue;
            }
            counted(id)
                    .forEach((column, value) -> db.sql("update trend_fact set " + column + " = "
                                    + (column.equals("cost") ? "?::jsonb" : "?") + " where case_id = ?")
                            .params(value, id)
                            .update());
            change(id, 1);
        }
    }

    private void change(long id, int sign) {
        db.sql(
                        "insert into trend_change overriding system value select nextval(pg_get_serial_sequence('trend_change', 'id')), ?, f.* from trend_fact f where case_id = ?")
                .params(sign, id)
                .update();
    }

    /** As if none of them had ever been. */
    public void forget() {
        for (Long id : cases) {
            // Nothing for one that was withdrawn meanwhile: its facts are gone.
            change(id, -1);
        }
        for (String table : List.of(
                "trend_fact",
                "prevention_past",
                "case_cause",
                "survey_invitation",
                "regulator_finding",
                "case_origin",
                "resolution",
                "case_epoch",
                "recovery_case")) {
            String column = table.equals("recovery_case") ? "id" : "case_id";
            db.sql("delete from " + table + " where " + column + " = any(?)")
                    .param(cases.toArray(Long[]::new))
                    .update();
        }
        for (String table : List.of("payment", "outside_answer", "customer")) {
            String column = table.equals("customer") ? "id" : "customer_id";
            db.sql("delete from " + table + " where " + column + " = any(?)")
                    .param(customers.toArray(Long[]::new))
                    .update();
        }
        cases.clear();
        customers.clear();
    }

    private static Timestamp time(String at) {
        return Timestamp.from(Instant.parse(at));
    }
}
