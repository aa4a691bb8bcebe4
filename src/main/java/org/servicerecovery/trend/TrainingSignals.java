package org.servicerecovery.trend;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.BusinessZone;
import org.servicerecovery.InstantColumns;
import org.servicerecovery.Messages;
import org.servicerecovery.Refused;
import org.servicerecovery.trend.taxonomy.TagTree;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** The patterns that were found, and what is done about each. One stays, whatever becomes of its cases. */
@Component
public class TrainingSignals {

    private static final TypeReference<List<TrainingSignal.Evidence>> EVIDENCE = new TypeReference<>() {};

    /** What a case owner has a case in, or owns. */
    private static final String SEEN = """
                    (cast(:of as text) is null or s.owner = :of
                      or exists (select 1 from training_signal_case m join recovery_case c on c.id = m.case_id
                                  where m.signal_id = s.id and c.owner = :of))
                    and (:operatives or s.dimension <> 'operative')""";

    private final JdbcClient db;
    private final Clock clock;
    private final ObjectMapper json;
    private final BusinessZone zone;
    private final Comparisons comparisons;
    private final TrainingHistory history;

    TrainingSignals(
            JdbcClient db,
            Clock clock,
            ObjectMapper json,
            BusinessZone zone,
            Comparisons comparisons,
            TrainingHistory history) {
        this.db = db;
        this.clock = clock;
        this.json = json;
        this.zone = zone;
        this.comparisons = comparisons;
        this.history = history;
    }

    /**
     * The training signals, newest first.
     *
     * @param of only those that this case owner has a case in, or owns: of what they do not own, their own cases alone are
     *     counted, and no figures of the business are told; null for all
     * @param operatives whether those about one operative's work are among them
     */
    public List<TrainingSignal> all(@Nullable String of, boolean operatives) {
        return read("where " + SEEN, of, query -> query.param("operatives", operatives));
    }

    /** One of those that {@link #all} has for the same reader. */
    Optional<TrainingSignal> one(long id, @Nullable String of, boolean operatives) {
        return read(
                        "where s.id = :id and " + SEEN,
                        of,
                        query -> query.param("id", id).param("operatives", operatives))
                .stream()
                .findFirst();
    }

    /** That of a running process; empty for one of another kind. */
    Optional<TrainingSignal> ofInstance(String processInstanceId) {
        return read(
                        "where s.process_instance_id = :instance",
                        null,
                        query -> query.param("instance", processInstanceId))
                .stream()
                .findFirst();
    }

    /** Those that were found in the same cases and have no task of their own, the most cases first; by training_signal_quarter_idx. */
    List<TrainingSignal> partsOf(TrainingSignal whole, boolean operatives) {
        return read(
                        """
                        where s.quarter = :quarter and s.part_of = :id
                           and (:operatives or s.dimension <> 'operative')""",
                        null,
                        query -> query.param("quarter", whole.quarter())
                                .param("id", whole.id())
                                .param("operatives", operatives))
                .stream()
                .sorted(Comparator.comparingInt(TrainingSignal::cases).reversed())
                .toList();
    }

    /**
     * What is part of another one stands where that stands, or where what that was made part of stands: nobody is asked to
     * do something about it twice.
     */
    private List<TrainingSignal> read(
            String condition, @Nullable String of, UnaryOperator<JdbcClient.StatementSpec> with) {
        JdbcClient.StatementSpec query = db.sql("""
                        select s.*, t.code, t.label, today.label as merged_into,
                               case when whole.id is null then training_state(s, :today) else training_state(whole, :today) end as state,
                               case when cast(:of as text) is null or s.owner = :of
                                    then (select count(*) from training_signal_case c where c.signal_id = s.id)
                                    else (select count(*) from training_signal_case m join recovery_case c on c.id = m.case_id
                                           where m.signal_id = s.id and c.owner = :of) end as cases
                          from training_signal s join root_cause_tag t on t.id = s.tag_id
                          join root_cause_tag_as_is n on n.tag_id = s.tag_id
                          left join root_cause_tag today on today.id = n.now_id and n.now_id <> s.tag_id
                          left join training_signal part on part.id = s.part_of
                          left join training_signal whole on whole.id = coalesce(part.part_of, s.part_of)
                        %s
                         order by s.opened_at desc, s.id desc""".formatted(condition))
                .param("today", zone.dateOf(clock.instant()))
                .param("of", of);
        List<TrainingSignal> found =
                with.apply(query).query((row, n) -> read(row)).list();
        Map<Long, List<TrainingHistory.Tried>> tried =
                history.of(found.stream().map(TrainingSignal::id).toList());
        return found.stream()
                .map(signal -> signal.with(tried.getOrDefault(signal.id(), List.of())))
                .map(signal -> signal.isWholeFor(of) ? signal : signal.withoutFigures())
                .toList();
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
                row.getString("merged_into"),
                row.getString("state"),
                row.getString("owner"),
                row.getString("measure"),
                row.getObject("measure_due_on", LocalDate.class),
                row.getObject("took_hold_on", LocalDate.class),
                row.getString("carried_out"),
                row.getObject("watched_until", LocalDate.class),
                comparisons.read(row.getString("comparison")),
                row.getInt("came_back"),
                row.getString("effect"),
                InstantColumns.read(row, "closed_at"),
                List.of());
    }

    /**
     * A signal of one quarter as the finder needs it.
     *
     * @param asks whether somebody has the task of it now: it is part of no other one, and not closed
     */
    record Known(long id, Cluster cluster, List<TrainingSignal.Evidence> evidence, boolean asks) {

        boolean isFoundBy(String rule) {
            return evidence.stream().anyMatch(each -> each.rule().equals(rule));
        }
    }

    List<Known> of(Quarter quarter) {
        return db.sql("select * from training_signal where quarter = ? order by id")
                .param(quarter.toString())
                .query((row, n) -> new Known(
                        row.getLong("id"),
                        cluster(row),
                        evidence(row.getString("evidence")),
                        row.getObject("part_of", Long.class) == null && row.getTimestamp("closed_at") == null))
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

    /**
     * An open pattern that somebody is asked about, or was until its cause was merged.
     *
     * @param partOf the one that has the task since then
     */
    record Asked(
            long id,
            Cluster cluster,
            Quarter quarter,
            @Nullable Long partOf,
            boolean isPlanned,
            String processInstanceId) {}

    /** By training_signal_open_idx. What was found as a part has never had a process. */
    List<Asked> asked() {
        return db.sql(
                        "select * from training_signal where closed_at is null and process_instance_id is not null order by id")
                .query((row, n) -> new Asked(
                        row.getLong("id"),
                        cluster(row),
                        Quarter.parse(row.getString("quarter")),
                        row.getObject("part_of", Long.class),
                        row.getString("measure") != null,
                        row.getString("process_instance_id")))
                .list();
    }

    private static Cluster cluster(ResultSet row) throws SQLException {
        return new Cluster(
                Dimension.parse("dimension", row.getString("dimension")),
                row.getLong("tag_id"),
                row.getString("cluster_key"));
    }

    /** @return false when a measure was planned in this moment */
    @Transactional(propagation = Propagation.MANDATORY)
    boolean madePart(long id, long whole) {
        return db.sql("update training_signal set part_of = ? where id = ? and measure is null")
                        .params(whole, id)
                        .update()
                == 1;
    }

    /** @param partOf another one that has the task of what overlaps with it; null where it is to have its own again */
    @Transactional(propagation = Propagation.MANDATORY)
    void takenApart(long id, @Nullable Long partOf) {
        db.sql("update training_signal set part_of = ?, process_instance_id = null where id = ?")
                .param(1, partOf)
                .param(2, id)
                .update();
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

    Dimension dimensionOf(long signalId) {
        return Dimension.parse(
                "dimension",
                db.sql("select dimension from training_signal where id = ?")
                        .param(signalId)
                        .query(String.class)
                        .single());
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

    /**
     * Where a pattern stands, as the process needs it.
     *
     * @param attempt the measure that was planned last
     * @param checkedAt when one before it was found to have no effect; empty for the first
     */
    record Course(
            long id,
            Cluster cluster,
            String quarter,
            Instant openedAt,
            int attempt,
            Optional<Instant> checkedAt,
            @Nullable String measure,
            @Nullable LocalDate tookHoldOn,
            @Nullable Integer weeks,
            @Nullable Comparison comparison) {}

    /** Its row is held until the transaction ends: what is done to one pattern follows each other. */
    @Transactional(propagation = Propagation.MANDATORY)
    Course lock(String processInstanceId) {
        return db.sql("select * from training_signal where process_instance_id = ? for update")
                .param(processInstanceId)
                .query((row, n) -> {
                    LocalDate tookHoldOn = row.getObject("took_hold_on", LocalDate.class);
                    LocalDate watchedUntil = row.getObject("watched_until", LocalDate.class);
                    return new Course(
                            row.getLong("id"),
                            cluster(row),
                            row.getString("quarter"),
                            row.getTimestamp("opened_at").toInstant(),
                            row.getInt("attempt"),
                            history.lastChecked(row.getLong("id")),
                            row.getString("measure"),
                            tookHoldOn,
                            tookHoldOn == null || watchedUntil == null
                                    ? null
                                    : (int) ChronoUnit.WEEKS.between(tookHoldOn, watchedUntil),
                            comparisons.read(row.getString("comparison")));
                })
                .optional()
                .orElseThrow(() -> Refused.conflict("refused.trend.noInstance", processInstanceId));
    }

    @Transactional(propagation = Propagation.MANDATORY)
    void measurePlanned(Course of, String owner, String measure, LocalDate dueOn) {
        int attempt = of.attempt() + 1;
        db.sql("""
                        update training_signal
                           set owner = ?, measure = ?, measure_due_on = ?, attempt = ?, took_hold_on = null,
                               carried_out = null, watched_until = null, comparison = null
                         where id = ?""").params(owner, measure, dueOn, attempt, of.id()).update();
        history.append(
                of.id(),
                attempt,
                TrainingHistory.Kind.PLANNED,
                Map.of("owner", owner, "measure", measure, "dueOn", dueOn));
    }

    @Transactional(propagation = Propagation.MANDATORY)
    void carriedOut(Course of, LocalDate tookHoldOn, String evidence, LocalDate watchedUntil) {
        db.sql("update training_signal set took_hold_on = ?, carried_out = ?, watched_until = ? where id = ?")
                .params(tookHoldOn, evidence, watchedUntil, of.id())
                .update();
        history.append(
                of.id(),
                of.attempt(),
                TrainingHistory.Kind.CARRIED_OUT,
                Map.of("tookHoldOn", tookHoldOn, "evidence", evidence, "watchedUntil", watchedUntil));
    }

    /** What the figures say; the first time counts. */
    @Transactional(propagation = Propagation.MANDATORY)
    void compared(Course of, Comparison comparison) {
        if (history.append(of.id(), of.attempt(), TrainingHistory.Kind.COMPARED, comparison)) {
            db.sql("update training_signal set comparison = cast(? as jsonb) where id = ?")
                    .params(comparisons.write(comparison), of.id())
                    .update();
        }
    }

    /**
     * Somebody said whether it worked: then the pattern is closed, else another measure is planned.
     *
     * @param reason why the answer is another than that of the figures
     */
    @Transactional(propagation = Propagation.MANDATORY)
    void effectChecked(Course of, String effect, @Nullable String notes, @Nullable String reason) {
        Map<String, Object> said = new HashMap<>();
        said.put("effect", effect);
        said.put("notes", notes);
        said.put("reason", reason);
        history.append(of.id(), of.attempt(), TrainingHistory.Kind.CHECKED, said);
        String words = Stream.of(notes, reason).filter(Objects::nonNull).collect(Collectors.joining(" "));
        boolean closes = effect.equals(Comparison.EFFECTIVE);
        db.sql("update training_signal set effect = ?, closed_at = ? where id = ?")
                .params(
                        words.isEmpty() ? effect : effect + ": " + words,
                        closes ? Timestamp.from(clock.instant()) : null,
                        of.id())
                .update();
        if (!closes) {
            db.sql("""
                            update training_signal
                               set came_back = came_back + 1, measure = null, measure_due_on = null, took_hold_on = null,
                                   carried_out = null, watched_until = null, comparison = null
                             where id = ?""").param(of.id()).update();
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
