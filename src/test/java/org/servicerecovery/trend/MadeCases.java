package org.servicerecovery.trend;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Closed cases straight in the tables, for tests that need many of them: no process has ever run for one. */
final class MadeCases {

    /** The origin of a case; null for what is not known. */
    record Origin(String team, String area, String product, String operative) {

        static final Origin NONE = new Origin(null, null, null, null);

        static Origin team(String team) {
            return new Origin(team, null, null, null);
        }
    }

    static final String OPENED_BY = "made-for-figures";

    private final JdbcClient db;
    private final Trends trends;
    private final TransactionTemplate transaction;

    MadeCases(JdbcClient db, Trends trends, TransactionTemplate transaction) {
        this.db = db;
        this.trends = trends;
        this.transaction = transaction;
    }

    long close(long tag, Instant resolved, Origin origin, String owner) {
        return transaction.execute(status -> {
            OffsetDateTime at = resolved.atOffset(ZoneOffset.UTC);
            long customer = db.sql("insert into customer (number, name, created_at) values (?, 'Made', ?) returning id")
                    .params("M-" + UUID.randomUUID(), at)
                    .query(Long.class)
                    .single();
            long id = db.sql("""
                            insert into recovery_case (number, customer_id, severity, failure_source, summary, state, owner,
                                                       opened_by, opened_at, closed_at)
                            values ('SR-2041-' || lpad(nextval('case_number_seq')::text, 6, '0'), ?, 'MINOR', 'COMPLAINT',
                                    'Made', 'CLOSED', ?, ?, ?, ?) returning id""")
                    .params(customer, owner, OPENED_BY, at.minusDays(2), at)
                    .query(Long.class)
                    .single();
            db.sql(
                            "insert into case_epoch (case_id, epoch, started_at, ended_at, outcome) values (?, 1, ?, ?, 'RESOLVED')")
                    .params(id, at.minusDays(2), at)
                    .update();
            db.sql(
                            "insert into case_origin (case_id, kind, team, area, product, operative) values (?, 'job', ?, ?, ?, ?)")
                    .params(id, origin.team(), origin.area(), origin.product(), origin.operative())
                    .update();
            db.sql("""
                            insert into resolution (case_id, epoch, type, tag_id, tag_label, prevention_action, resolved_by,
                                                    resolved_at)
                            select ?, 1, 'APOLOGY_ONLY', id, label, 'Call before', 'made', ? from root_cause_tag where id = ?""").params(id, at, tag).update();
            db.sql(
                            "insert into case_cause (case_id, tag_id, tag_label, main) select case_id, tag_id, tag_label, true from resolution where case_id = ?")
                    .param(id)
                    .update();
            trends.changed(id);
            return id;
        });
    }

    /** Does something to a case as its own package does: under its lock, and told to the figures in the end. */
    void change(long id, Runnable work) {
        transaction.executeWithoutResult(status -> {
            db.sql("select id from recovery_case where id = ? for update")
                    .param(id)
                    .query(Long.class)
                    .single();
            work.run();
            trends.changed(id);
        });
    }

    void retag(long id, long tag) {
        change(
                id,
                () -> db.sql("update case_cause set tag_id = ? where case_id = ? and main")
                        .params(tag, id)
                        .update());
    }

    /** None of them is left to tests that walk over all cases. */
    void removeAll() {
        String ids = "(select id from recovery_case where opened_by = '" + OPENED_BY + "')";
        transaction.executeWithoutResult(status -> {
            for (String table : new String[] {
                "training_signal_case",
                "trend_fact",
                "trend_change",
                "trend_look_again",
                "regulator_finding",
                "survey_invitation",
                "case_cause",
                "resolution",
                "case_origin",
                "case_epoch"
            }) {
                db.sql("delete from " + table + " where case_id in " + ids).update();
            }
            db.sql("delete from recovery_case where opened_by = ?")
                    .param(OPENED_BY)
                    .update();
        });
    }
}
