package org.servicerecovery.trend;

import java.sql.Date;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.BusinessZone;
import org.servicerecovery.InstantColumns;
import org.servicerecovery.Refused;
import org.servicerecovery.engine.Decisions;
import org.servicerecovery.engine.RecoveryProcess;
import org.servicerecovery.engine.Variable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * What repeats. Every closed case is counted once, in the quarter of its resolution in the business's time zone; the
 * case that reaches the threshold opens one training signal for its tag and quarter, later ones join it.
 */
@Component
public class Trends {

    private final JdbcClient db;
    private final Clock clock;
    private final BusinessZone zone;
    private final Decisions decisions;
    private final RecoveryProcess process;

    Trends(JdbcClient db, Clock clock, BusinessZone zone, Decisions decisions, RecoveryProcess process) {
        this.db = db;
        this.clock = clock;
        this.zone = zone;
        this.decisions = decisions;
        this.process = process;
    }

    /**
     * Something that matters to figures has changed on a case: it was closed or tagged again, its finding is known, its
     * prevention action was done. To be called in the transaction of the change, under the case's lock. A case without
     * causes is outside every figure.
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public void changed(long caseId) {
        db.sql("""
                        select c.tag_id, r.resolved_at from case_cause c
                          join lateral (select resolved_at from resolution where case_id = c.case_id
                                         order by epoch limit 1) r on true
                         where c.case_id = ? and c.main""")
                .param(caseId)
                .query((row, n) -> Map.entry(
                        row.getLong("tag_id"), row.getTimestamp("resolved_at").toInstant()))
                .optional()
                .ifPresent(counted -> count(caseId, counted.getKey(), counted.getValue()));
    }

    /** Counts the cause of a case. A case that is closed again after it was reopened is counted by its first verdict. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void count(long caseId, long tagId, Instant resolvedAt) {
        // The tag's row lock: two cases that close at once must see each other, or both stay below the threshold. It
        // lets
        // those pass that only name the tag, or two cases with each other's tags would wait for each other.
        String tag = db.sql("select code from root_cause_tag where id = ? for no key update")
                .param(tagId)
                .query(String.class)
                .single();
        String quarter = zone.quarterOf(resolvedAt);
        int counted = db.sql("""
                        insert into trend_entry (case_id, tag_id, quarter, counted_at) values (?, ?, ?, ?)
                        on conflict (case_id) do update set tag_id = excluded.tag_id
                         where trend_entry.tag_id <> excluded.tag_id""")
                .params(caseId, tagId, quarter, Timestamp.from(clock.instant()))
                .update();
        if (counted == 0) {
            return;
        }
        Optional<Long> open = db.sql("select id from training_signal where tag_id = ? and quarter = ?")
                .params(tagId, quarter)
                .query(Long.class)
                .optional();
        if (open.isPresent()) {
            join(open.get(), tagId, quarter);
            return;
        }
        Decisions.Answer policy = decisions.ask("training-threshold", Map.of("tag", tag));
        int cases = db.sql("select count(*) from trend_entry where tag_id = ? and quarter = ?")
                .params(tagId, quarter)
                .query(Integer.class)
                .single();
        if (cases >= policy.number("threshold")) {
            open(tagId, tag, quarter, Duration.ofDays(policy.number("planWithinDays")));
        }
    }

    private void open(long tagId, String tag, String quarter, Duration planWithin) {
        Instant now = clock.instant();
        long id = db.sql("insert into training_signal (tag_id, quarter, opened_at) values (?, ?, ?) returning id")
                .params(tagId, quarter, Timestamp.from(now))
                .query(Long.class)
                .single();
        join(id, tagId, quarter);
        process.patternFound(
                "TS-" + quarter + "-" + tag,
                Map.of(
                        Variable.SIGNAL_ID.name(),
                        id,
                        Variable.TRAINING_DUE_AT.name(),
                        RecoveryProcess.toDate(now.plus(planWithin))));
    }

    private void join(long signalId, long tagId, String quarter) {
        db.sql("""
                        insert into training_signal_case (signal_id, case_id)
                        select ?, case_id from trend_entry where tag_id = ? and quarter = ?
                        on conflict do nothing""").params(signalId, tagId, quarter).update();
    }

    /** Ties the starting process to its signal. */
    @Transactional(propagation = Propagation.MANDATORY)
    void started(long signalId, String processInstanceId) {
        int rows = db.sql(
                        "update training_signal set process_instance_id = ? where id = ? and process_instance_id is null")
                .params(processInstanceId, signalId)
                .update();
        if (rows != 1) {
            throw Refused.conflict("refused.trend.hasProcess");
        }
    }

    /** Which pattern a signal is about, in words. */
    String causeOf(long signalId) {
        return db.sql("""
                        select t.label || ', ' || s.quarter from training_signal s
                          join root_cause_tag t on t.id = s.tag_id where s.id = ?""").param(signalId).query(String.class).single();
    }

    @Transactional(propagation = Propagation.MANDATORY)
    void measurePlanned(String processInstanceId, String owner, String measure, LocalDate dueOn) {
        update(
                processInstanceId,
                "update training_signal set owner = ?, measure = ?, measure_due_on = ? where process_instance_id = ?",
                owner,
                measure,
                Date.valueOf(dueOn),
                processInstanceId);
    }

    @Transactional(propagation = Propagation.MANDATORY)
    void effectChecked(String processInstanceId, String effect, boolean closes) {
        update(
                processInstanceId,
                "update training_signal set effect = ?, closed_at = ? where process_instance_id = ?",
                effect,
                closes ? Timestamp.from(clock.instant()) : null,
                processInstanceId);
    }

    private void update(String processInstanceId, String sql, @Nullable Object... params) {
        if (db.sql(sql).params(params).update() != 1) {
            throw Refused.conflict("refused.trend.noInstance", processInstanceId);
        }
    }

    /**
     * The training signals, newest first.
     *
     * @param of only those that this case owner has a case in, or owns; null for all
     */
    public List<TrainingSignal> signals(@Nullable String of) {
        return db.sql("""
                        select s.*, t.code, t.label,
                               (select count(*) from training_signal_case c where c.signal_id = s.id) as cases
                          from training_signal s join root_cause_tag t on t.id = s.tag_id
                         where cast(:of as text) is null or s.owner = :of
                            or exists (select 1 from training_signal_case m join recovery_case c on c.id = m.case_id
                                        where m.signal_id = s.id and c.owner = :of)
                         order by s.opened_at desc, s.id desc""")
                .param("of", of)
                .query((row, n) -> new TrainingSignal(
                        row.getLong("id"),
                        row.getString("code"),
                        row.getString("label"),
                        row.getString("quarter"),
                        row.getInt("cases"),
                        row.getTimestamp("opened_at").toInstant(),
                        row.getString("owner"),
                        row.getString("measure"),
                        row.getDate("measure_due_on") == null
                                ? null
                                : row.getDate("measure_due_on").toLocalDate(),
                        row.getString("effect"),
                        InstantColumns.read(row, "closed_at")))
                .list();
    }

    /** How often a cause was counted in a quarter. */
    public record Count(String tag, String label, String quarter, int cases) {}

    /**
     * The counts of a quarter such as 2026-Q4, most frequent first.
     *
     * @param of only cases of this owner; null for all
     */
    public List<Count> counts(String quarter, @Nullable String of) {
        if (!quarter.matches("\\d{4}-Q[1-4]")) {
            throw Refused.field("quarter", "refused.trend.quarter");
        }
        return db.sql("""
                        select t.code, t.label, count(*) as cases from trend_entry e
                          join root_cause_tag t on t.id = e.tag_id
                          join recovery_case c on c.id = e.case_id
                         where e.quarter = :quarter and (cast(:of as text) is null or c.owner = :of)
                         group by t.code, t.label order by cases desc, t.label""")
                .param("quarter", quarter)
                .param("of", of)
                .query((row, n) ->
                        new Count(row.getString("code"), row.getString("label"), quarter, row.getInt("cases")))
                .list();
    }

    /** The quarter that the business is in. */
    public String currentQuarter() {
        return zone.quarterOf(clock.instant());
    }
}
