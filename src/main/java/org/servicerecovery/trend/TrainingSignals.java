package org.servicerecovery.trend;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.Date;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.InstantColumns;
import org.servicerecovery.Messages;
import org.servicerecovery.Refused;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** The patterns that were found, and what is done about each. One stays, whatever becomes of its cases. */
@Component
public class TrainingSignals {

    private static final TypeReference<List<TrainingSignal.Evidence>> EVIDENCE = new TypeReference<>() {};

    private final JdbcClient db;
    private final Clock clock;
    private final ObjectMapper json;

    TrainingSignals(JdbcClient db, Clock clock, ObjectMapper json) {
        this.db = db;
        this.clock = clock;
        this.json = json;
    }

    /**
     * The training signals, newest first.
     *
     * @param of only those that this case owner has a case in, or owns; null for all
     * @param operatives whether those about one operative's work are among them
     */
    public List<TrainingSignal> all(@Nullable String of, boolean operatives) {
        return db.sql("""
                        select s.*, t.code, t.label,
                               (select count(*) from training_signal_case c where c.signal_id = s.id) as cases
                          from training_signal s join root_cause_tag t on t.id = s.tag_id
                         where (cast(:of as text) is null or s.owner = :of
                                or exists (select 1 from training_signal_case m join recovery_case c on c.id = m.case_id
                                            where m.signal_id = s.id and c.owner = :of))
                           and (:operatives or s.dimension <> 'operative')
                         order by s.opened_at desc, s.id desc""")
                .param("of", of)
                .param("operatives", operatives)
                .query((row, n) -> read(row))
                .list();
    }

    private TrainingSignal read(ResultSet row) throws SQLException {
        return new TrainingSignal(
                row.getLong("id"),
                row.getString("code"),
                row.getString("label"),
                row.getString("dimension"),
                row.getString("cluster_key"),
                row.getString("quarter"),
                row.getInt("cases"),
                row.getTimestamp("opened_at").toInstant(),
                evidence(row.getString("evidence")),
                row.getObject("part_of", Long.class),
                row.getString("owner"),
                row.getString("measure"),
                row.getDate("measure_due_on") == null
                        ? null
                        : row.getDate("measure_due_on").toLocalDate(),
                row.getString("effect"),
                InstantColumns.read(row, "closed_at"));
    }

    /** A signal of one quarter as the finder needs it. */
    record Known(
            long id,
            Cluster cluster,
            List<TrainingSignal.Evidence> evidence,
            @Nullable Long partOf) {

        boolean isFoundBy(String rule) {
            return evidence.stream().anyMatch(each -> each.rule().equals(rule));
        }
    }

    List<Known> of(Quarter quarter) {
        return db.sql("select * from training_signal where quarter = ? order by id")
                .param(quarter.toString())
                .query((row, n) -> new Known(
                        row.getLong("id"),
                        new Cluster(
                                Dimension.parse("dimension", row.getString("dimension")),
                                row.getLong("tag_id"),
                                row.getString("cluster_key")),
                        evidence(row.getString("evidence")),
                        row.getObject("part_of", Long.class)))
                .list();
    }

    @Transactional(propagation = Propagation.MANDATORY)
    long open(Cluster cluster, Quarter quarter, TrainingSignal.Evidence first, @Nullable Long partOf) {
        return db.sql("""
                        insert into training_signal (tag_id, dimension, cluster_key, quarter, opened_at, evidence, part_of)
                        values (?, ?, ?, ?, ?, cast(? as jsonb), ?) returning id""")
                .params(
                        cluster.tagId(),
                        cluster.dimension().code(),
                        cluster.key(),
                        quarter.toString(),
                        Timestamp.from(clock.instant()),
                        write(List.of(first)),
                        partOf)
                .query(Long.class)
                .single();
    }

    @Transactional(propagation = Propagation.MANDATORY)
    void add(Known to, TrainingSignal.Evidence further) {
        db.sql("update training_signal set evidence = evidence || cast(? as jsonb) where id = ?")
                .params(write(List.of(further)), to.id())
                .update();
    }

    /** Signals and the cases of their clusters, as they are now. */
    private static final String MEMBERS = """
            select s.id as signal_id, f.case_id
              from trend_fact f
              join unnest(:tags, :under, :family) m (tag_id, under, family) on m.tag_id = f.tag_id
              join training_signal s on s.quarter = to_char(f.resolved_on, 'YYYY-"Q"Q') and s.tag_id = m.under
                   and (s.dimension = 'family') = m.family
             where (s.dimension in ('tag', 'family')
                    or s.cluster_key = case s.dimension when 'team' then f.team when 'area' then f.area
                                                        when 'product' then f.product when 'operative' then f.operative end)""";

    /** Cases that changed leave their signals, or join others. */
    @Transactional(propagation = Propagation.MANDATORY)
    void takeTouchedCases(TagTree tree) {
        Long[] touched = db.sql("delete from trend_touched returning case_id")
                .query(Long.class)
                .list()
                .toArray(Long[]::new);
        if (touched.length > 0) {
            db.sql("delete from training_signal_case where case_id = any(?)")
                    .param(touched)
                    .update();
            db.sql("insert into training_signal_case (signal_id, case_id) " + MEMBERS + " and f.case_id = any(:cases)")
                    .params(tree.asArrays())
                    .param("cases", touched)
                    .update();
        }
    }

    /** The cases of some signals of a quarter, all anew. */
    @Transactional(propagation = Propagation.MANDATORY)
    void takeCases(TagTree tree, Quarter quarter, List<Long> ids) {
        Long[] signals = ids.toArray(Long[]::new);
        db.sql("delete from training_signal_case where signal_id = any(?)")
                .param(signals)
                .update();
        db.sql("insert into training_signal_case (signal_id, case_id) " + MEMBERS
                        + " and f.resolved_on >= :from and f.resolved_on < :to and s.id = any(:signals)")
                .params(tree.asArrays())
                .param("from", quarter.first().atDay(1))
                .param("to", quarter.next().first().atDay(1))
                .param("signals", signals)
                .update();
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

    /** Which pattern a signal is about, in words for the engine: of an operative it does not say who. */
    String causeOf(long signalId) {
        return db.sql("""
                        select t.label, s.quarter, s.dimension, s.cluster_key from training_signal s
                          join root_cause_tag t on t.id = s.tag_id where s.id = ?""")
                .param(signalId)
                .query((row, n) -> Messages.text(
                        Locale.ENGLISH,
                        "trend.pattern." + row.getString("dimension"),
                        row.getString("label"),
                        row.getString("quarter"),
                        row.getString("cluster_key")))
                .single();
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

    private List<TrainingSignal.Evidence> evidence(String text) {
        try {
            return json.readValue(text, EVIDENCE);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The evidence of a training signal cannot be read.", e);
        }
    }

    private String write(List<TrainingSignal.Evidence> evidence) {
        try {
            return json.writeValueAsString(evidence);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The evidence of a training signal cannot be written.", e);
        }
    }
}
