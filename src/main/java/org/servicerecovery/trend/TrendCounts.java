package org.servicerecovery.trend;

import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;
import org.servicerecovery.trend.taxonomy.TagTree;
import org.servicerecovery.trend.taxonomy.TaxonomyView;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * How often causes were counted: by roll-up and what was not folded yet, so always exact. Case owners count their own
 * cases, from the facts.
 */
@Component
public class TrendCounts {

    /** How often a cause was counted in a quarter. */
    public record Count(String tag, String label, String quarter, long cases) {}

    /** How often it was, by team, area, product or operative. */
    public record Part(String tag, String label, String key, long cases) {}

    /** @param period a month such as 2026-10, or a quarter such as 2026-Q4 */
    public record Point(String period, long cases) {}

    private record Row(long tag, String key, YearMonth month, long cases) {}

    private static final String FROM_ALL =
            "(select * from trend_count where series = :series and month >= :from and month < :to)";
    /**
     * As trend_part has it, for the series that are read here: a case is one row of one key. The month is worked out
     * only where it is asked for, and days are compared: that is most of the time of many cases.
     */
    private static final String FROM_OWN = """
            (select %1$s as tag_id, %2$s as key, %3$s as month, 1 as cases
               from trend_fact
              where owner = :of and resolved_on >= :from and resolved_on < :to and %2$s is not null)""";

    private final JdbcClient db;

    TrendCounts(JdbcClient db) {
        this.db = db;
    }

    /** @param of only cases of this owner; null for all */
    public List<Count> ofQuarter(Quarter quarter, TaxonomyView view, @Nullable String of) {
        TagTree tree = TagTree.read(db);
        Map<String, Count> counts = new HashMap<>();
        for (Row row :
                rows(view == TaxonomyView.WAS ? "was" : "tag", true, null, null, quarter.first(), quarter.last(), of)) {
            for (long tag : shownUnder(row.tag(), view, tree)) {
                String label =
                        view == TaxonomyView.WAS ? row.key() : tree.get(tag).label();
                Count one = new Count(tree.get(tag).code(), label, quarter.toString(), row.cases());
                counts.merge(
                        tag + " " + label,
                        one,
                        (a, b) -> new Count(a.tag(), a.label(), a.quarter(), a.cases() + b.cases()));
            }
        }
        return counts.values().stream()
                .filter(count -> count.cases() != 0)
                .sorted(Comparator.comparingLong(Count::cases).reversed().thenComparing(Count::label))
                .toList();
    }

    private static Iterable<Long> shownUnder(long tag, TaxonomyView view, TagTree tree) {
        return switch (view) {
            case WAS -> List.of(tag);
            case IS -> List.of(tree.countedUnder(tag));
            case FAMILY -> tree.ancestors(tree.countedUnder(tag));
        };
    }

    /**
     * The causes of some months by something of their origin, most frequent first.
     *
     * @param tagCode one cause alone; null for all
     */
    public List<Part> parts(
            Dimension by, @Nullable String tagCode, YearMonth from, YearMonth until, @Nullable String of) {
        if (!Dimension.OF_ORIGIN.contains(by)) {
            throw Refused.field("dimension", "refused.notKnownChoose", by.code(), "team, area, product, operative");
        }
        TagTree tree = TagTree.read(db);
        List<Long> tags = tagCode == null ? null : tree.tagsUnder(idOf(tree, tagCode));
        Map<Cluster, Long> counts = new HashMap<>();
        rows(by.series(), true, tags, null, from, until, of)
                .forEach(row ->
                        counts.merge(new Cluster(by, tree.countedUnder(row.tag()), row.key()), row.cases(), Long::sum));
        return counts.entrySet().stream()
                .filter(each -> each.getValue() != 0)
                .map(each -> new Part(
                        tree.get(each.getKey().tagId()).code(),
                        tree.get(each.getKey().tagId()).label(),
                        each.getKey().key(),
                        each.getValue()))
                .sorted(Comparator.comparingLong(Part::cases)
                        .reversed()
                        .thenComparing(Part::label)
                        .thenComparing(Part::key))
                .toList();
    }

    /** A cluster over time, with the months or quarters in which there was none. */
    public List<Point> overTime(Dimension dimension, String tagCode, String key, Span span, @Nullable String of) {
        TagTree tree = TagTree.read(db);
        Cluster cluster = new Cluster(dimension, idOf(tree, tagCode), key);
        Map<String, Long> counts = new TreeMap<>();
        span.periods().forEach(period -> counts.put(period.name(), 0L));
        rows(dimension.series(), false, cluster.tags(tree), key, span.from(), span.to(), of)
                .forEach(row -> counts.merge(span.periodOf(row.month()), row.cases(), Long::sum));
        List<Point> points = new ArrayList<>();
        counts.forEach((each, cases) -> points.add(new Point(each, cases)));
        return points;
    }

    /** The end of the merges at a tag that is asked for by its code: what was merged is asked for by either name. */
    private static long idOf(TagTree tree, String code) {
        return tree.countedUnder(tree.byCode(code)
                .orElseThrow(() -> Refused.notFound("refused.taxonomy.none"))
                .id());
    }

    /** Every cluster that had a case in these months, by month; families where causes are asked for. */
    Map<Cluster, TreeMap<YearMonth, Long>> clusters(
            TagTree tree, Set<Dimension> dimensions, YearMonth from, YearMonth until) {
        Map<Cluster, TreeMap<YearMonth, Long>> found = new HashMap<>();
        for (Dimension dimension : dimensions) {
            if (dimension == Dimension.FAMILY) {
                continue;
            }
            for (Row row : rows(dimension.series(), false, null, null, from, until, null)) {
                long tag = tree.countedUnder(row.tag());
                add(found, new Cluster(dimension, tag, row.key()), row);
                if (dimension == Dimension.TAG) {
                    tree.ancestors(tag).forEach(head -> add(found, new Cluster(Dimension.FAMILY, head, ""), row));
                }
            }
        }
        return found;
    }

    private static void add(Map<Cluster, TreeMap<YearMonth, Long>> to, Cluster cluster, Row row) {
        to.computeIfAbsent(cluster, none -> new TreeMap<>()).merge(row.month(), row.cases(), Long::sum);
    }

    /** @param together all months in one: there are a third of the rows to be read */
    private List<Row> rows(
            String series,
            boolean together,
            @Nullable List<Long> tags,
            @Nullable String key,
            YearMonth from,
            YearMonth until,
            @Nullable String of) {
        JdbcClient.StatementSpec query = db.sql("select tag_id, key, " + (together ? "min(month)" : "month")
                        + " as month, sum(cases) as cases from "
                        + (of == null ? FROM_ALL : ownOf(series, together))
                        + " t where true"
                        + (tags == null ? "" : " and tag_id = any(:tags)")
                        + (key == null ? "" : " and key = :key")
                        + (together ? " group by 1, 2 having" : " group by 1, 2, 3 having") + " sum(cases) <> 0")
                .param("series", series)
                .param("from", from.atDay(1))
                .param("to", until.plusMonths(1).atDay(1));
        if (tags != null) {
            query = query.param("tags", tags.toArray(Long[]::new));
        }
        if (key != null) {
            query = query.param("key", key);
        }
        if (of != null) {
            query = query.param("of", of);
        }
        return query.query((row, n) -> new Row(
                        row.getLong("tag_id"),
                        row.getString("key"),
                        YearMonth.from(row.getObject("month", LocalDate.class)),
                        row.getLong("cases")))
                .list();
    }

    private static String ownOf(String series, boolean together) {
        return FROM_OWN.formatted(
                series.equals("was") ? "tag_at_close" : "tag_id",
                switch (series) {
                    case "tag" -> "''";
                    case "was" -> "label_at_close";
                    default -> Dimension.parse("dimension", series).code();
                },
                together ? "cast(:from as date)" : "date_trunc('month', resolved_on::timestamp)::date");
    }
}
