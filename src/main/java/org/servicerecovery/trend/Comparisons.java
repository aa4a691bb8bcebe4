package org.servicerecovery.trend;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.BusinessZone;
import org.servicerecovery.engine.Decisions;
import org.servicerecovery.trend.taxonomy.Succession;
import org.servicerecovery.trend.taxonomy.TagTree;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Compares how often a failure came up before something was done about it, and after: from the facts, so always exact. */
@Component
public class Comparisons {

    private static final String TABLE = "training-threshold";

    /** Of the cause as it is today: what was merged or tagged again since is counted where it is now. */
    private static final String COUNTED = """
            select count(*) from trend_fact f
             where f.tag_id = any(:tags) and f.resolved_on >= :from and f.opened_on >= :from and f.opened_on < :to
               and (cast(:origin as text) is null or :origin = %s)""";

    /** They have no cause yet; of which team, area, product or operative is known from the start. */
    private static final String STILL_OPEN = """
            select count(*) from recovery_case c left join case_origin f on f.case_id = c.id
             where c.opened_at >= :from and c.opened_at < :to and c.closed_at is null
               and not exists (select from trend_fact t where t.case_id = c.id)
               and (cast(:origin as text) is null or :origin = %s)""";

    private final JdbcClient db;
    private final Clock clock;
    private final BusinessZone zone;
    private final Decisions decisions;
    private final JobVolumes volumes;
    private final ObjectMapper json;

    Comparisons(
            JdbcClient db, Clock clock, BusinessZone zone, Decisions decisions, JobVolumes volumes, ObjectMapper json) {
        this.db = db;
        this.clock = clock;
        this.zone = zone;
        this.decisions = decisions;
        this.volumes = volumes;
        this.json = json;
    }

    /** For how many weeks the cases of a cause are watched: by the table, as it is now. */
    public int weeksFor(long tagId) {
        return weeks(Cluster.ofTag(TagTree.read(db).countedUnder(tagId)));
    }

    int weeks(Cluster cluster) {
        String code = TagTree.read(db).get(cluster.tagId()).code();
        return decisions
                .ask(TABLE, Map.of("tag", code, "dimension", cluster.dimension().code()))
                .number(TrainingThresholds.WATCH_WEEKS);
    }

    /** Of a cause alone, not of a pattern. */
    public Comparison ofCause(long tagId, LocalDate tookHoldOn, int weeks) {
        return of(Cluster.ofTag(tagId), null, tookHoldOn, weeks);
    }

    /** @param foundIn the quarter of the pattern; null where there is none */
    Comparison of(Cluster cluster, @Nullable Quarter foundIn, LocalDate tookHoldOn, int weeks) {
        TagTree tree = TagTree.read(db);
        Cluster today = cluster.today(tree);
        Comparison.Windows windows = Comparison.Windows.around(tookHoldOn, weeks, began(tookHoldOn), foundIn);
        Succession found = Succession.of(
                db, tree, today.tags(tree), startOf(windows.before().from()));
        Long[] tags = found.tags().toArray(Long[]::new);
        return Comparison.of(
                found,
                tookHoldOn,
                weeks,
                stretch(today, tags, List.of(windows.before())),
                stretch(today, tags, List.of(windows.after())),
                windows.year().isEmpty() ? null : stretch(today, tags, windows.year()),
                stillOpen(today, windows.after()),
                clock.instant());
    }

    /** The day of the first case. */
    private LocalDate began(LocalDate otherwise) {
        return db.sql("select min(opened_at) from recovery_case")
                .query((row, n) -> Optional.ofNullable(row.getTimestamp(1)))
                .single()
                .map(first -> zone.dateOf(first.toInstant()))
                .orElse(otherwise);
    }

    private Comparison.Stretch stretch(Cluster cluster, Long[] tags, List<Days> parts) {
        long cases =
                parts.stream().mapToLong(part -> counted(cluster, tags, part)).sum();
        return new Comparison.Stretch(
                parts.get(0).from(),
                parts.get(parts.size() - 1).to().minusDays(1),
                Days.count(parts),
                cases,
                jobs(cluster, parts));
    }

    private long counted(Cluster cluster, Long[] tags, Days days) {
        return db.sql(COUNTED.formatted(column(cluster)))
                .param("tags", tags)
                .param("from", days.from())
                .param("to", days.to())
                .param("origin", origin(cluster))
                .query(Long.class)
                .single();
    }

    private long stillOpen(Cluster cluster, Days days) {
        return db.sql(STILL_OPEN.formatted(column(cluster)))
                .param("from", Timestamp.from(startOf(days.from())))
                .param("to", Timestamp.from(startOf(days.to())))
                .param("origin", origin(cluster))
                .query(Long.class)
                .single();
    }

    private Instant startOf(LocalDate day) {
        return day.atStartOfDay(zone.id()).toInstant();
    }

    private static String column(Cluster cluster) {
        return Dimension.OF_ORIGIN.contains(cluster.dimension())
                ? "f." + cluster.dimension().code()
                : "''";
    }

    private static @Nullable String origin(Cluster cluster) {
        return Dimension.OF_ORIGIN.contains(cluster.dimension()) ? cluster.key() : null;
    }

    private @Nullable Long jobs(Cluster cluster, List<Days> parts) {
        long sum = 0;
        for (Days part : parts) {
            OptionalLong jobs = volumes.in(part, cluster);
            if (jobs.isEmpty()) {
                return null;
            }
            sum += jobs.getAsLong();
        }
        return sum;
    }

    /** For a column of a table. */
    public String write(Comparison comparison) {
        try {
            return json.writeValueAsString(comparison);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A comparison cannot be written.", e);
        }
    }

    public @Nullable Comparison read(@Nullable String text) {
        try {
            return text == null ? null : json.readValue(text, Comparison.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A comparison cannot be read.", e);
        }
    }
}
