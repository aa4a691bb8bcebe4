package org.servicerecovery.trend;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.cases.CaseAccess;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What a pattern is made of, for whoever is to do something about it. */
@Component
class PatternDetails {

    /** @param label the cause that it counts under, and the day on which it was resolved; null once it does not count */
    record CaseIn(
            String number,
            String summary,
            @Nullable String label,
            @Nullable LocalDate resolvedOn) {}

    /**
     * What many of the cases have in common: {@value #FEWEST} at least, and a third of them; or a cluster that a rule found
     * in the same cases.
     *
     * @param label the cause, where it is another than that of the pattern, or a part of its family
     * @param merged whether that cause was merged into this one: its cases are among those of the pattern
     * @param cases those of the pattern; with a label, all of that other cluster
     * @param evidence the rules that found it by itself; empty where none did
     */
    record Where(
            String dimension,
            String key,
            @Nullable String label,
            boolean merged,
            long cases,
            List<TrainingSignal.Evidence> evidence) {}

    /**
     * @param cases those that the reader may see, the latest first, and no more than {@value #MOST_CASES}
     * @param seen how many the reader may see
     * @param quarters how often it was counted in this quarter and those of the year before, the earliest first; none where
     *     its cases count under another cause today
     */
    record Details(List<CaseIn> cases, long seen, List<Where> where, List<TrendCounts.Point> quarters) {}

    private record Found(String dimension, String key) {}

    private record Part(Where where, boolean isOfMany) {

        boolean isFound() {
            return !where.evidence().isEmpty();
        }
    }

    static final int MOST_CASES = 100;
    /** Of each dimension, beside those that a rule found. */
    private static final int MOST_PARTS = 3;
    /** What two of them have in common may be chance, however few they are. */
    private static final int FEWEST = 3;

    private static final int ONE_IN = 3;

    private final JdbcClient db;
    private final TrainingSignals signals;
    private final TrendCounts counts;
    private final CaseAccess access;

    PatternDetails(JdbcClient db, TrainingSignals signals, TrendCounts counts, CaseAccess access) {
        this.db = db;
        this.signals = signals;
        this.counts = counts;
        this.access = access;
    }

    /**
     * @param operatives whether the reader may know whose work it was
     * @param of only cases of this owner are counted, and what the rules found among all is not told; null for all
     */
    Details of(TrainingSignal signal, boolean operatives, @Nullable String of) {
        Map<String, Object> params = new HashMap<>();
        String visible = access.visible(params);
        List<CaseIn> cases = db.sql("""
                        select c.number, c.summary, t.label, f.resolved_on
                          from training_signal_case m join recovery_case c on c.id = m.case_id
                          left join trend_fact f on f.case_id = c.id left join root_cause_tag t on t.id = f.tag_id
                         where m.signal_id = :signal and %s
                         order by f.resolved_on desc nulls last, c.number desc limit :most""".formatted(visible))
                .params(params)
                .param("signal", signal.id())
                .param("most", MOST_CASES)
                .query((row, n) -> new CaseIn(
                        row.getString("number"),
                        row.getString("summary"),
                        row.getString("label"),
                        row.getObject("resolved_on", LocalDate.class)))
                .list();
        long seen = db.sql("""
                        select count(*) from training_signal_case m join recovery_case c on c.id = m.case_id
                         where m.signal_id = :signal and %s""".formatted(visible))
                .params(params)
                .param("signal", signal.id())
                .query(Long.class)
                .single();
        Quarter quarter = Quarter.parse(signal.quarter());
        return new Details(
                cases,
                seen,
                where(signal, operatives, of),
                signal.mergedInto() != null
                        ? List.of()
                        : counts.overTime(
                                Dimension.parse("dimension", signal.dimension()),
                                signal.tag(),
                                signal.key(),
                                new Span(quarter.first().minusYears(1), quarter.last(), Span.By.QUARTER),
                                of));
    }

    private List<Where> where(TrainingSignal signal, boolean operatives, @Nullable String of) {
        List<TrainingSignal> parts = of == null ? signals.partsOf(signal, operatives) : List.of();
        Map<Found, List<TrainingSignal.Evidence>> found = parts.stream()
                .filter(part -> isOfTheSameCause(part, signal))
                .collect(Collectors.toMap(
                        part -> new Found(part.dimension(), part.key()), TrainingSignal::evidence, (a, b) -> a));
        Map<String, List<Part>> byDimension = new HashMap<>();
        // By the primary keys of both tables.
        db.sql("""
                        with member as materialized (
                          select f.team, f.area, f.product, f.operative
                            from training_signal_case m join trend_fact f on f.case_id = m.case_id
                           where m.signal_id = :signal and (cast(:of as text) is null or f.owner = :of))
                        select w.dimension, w.key, count(*) as cases,
                               count(*) >= :fewest and count(*) * :oneIn >= (select count(*) from member) as of_many
                          from member f
                         cross join lateral (values ('team', f.team), ('area', f.area), ('product', f.product),
                                                    ('operative', f.operative)) w (dimension, key)
                         where w.key <> '' and w.dimension <> :own and (:operatives or w.dimension <> 'operative')
                         group by w.dimension, w.key order by count(*) desc, w.key""")
                .param("signal", signal.id())
                .param("own", signal.dimension())
                .param("operatives", operatives)
                .param("of", of)
                .param("fewest", FEWEST)
                .param("oneIn", ONE_IN)
                .query((row, n) -> new Part(
                        new Where(
                                row.getString("dimension"),
                                row.getString("key"),
                                null,
                                false,
                                row.getLong("cases"),
                                found.getOrDefault(
                                        new Found(row.getString("dimension"), row.getString("key")), List.of())),
                        row.getBoolean("of_many")))
                .list()
                .forEach(each -> byDimension
                        .computeIfAbsent(each.where().dimension(), none -> new ArrayList<>())
                        .add(each));
        Stream<Where> ofOrigin = byDimension.values().stream()
                .flatMap(all -> Stream.concat(
                        all.stream().limit(MOST_PARTS).filter(each -> each.isOfMany() || each.isFound()),
                        all.stream().skip(MOST_PARTS).filter(Part::isFound)))
                .map(Part::where);
        // A family, a part of it, or another cause: not the same cases.
        Stream<Where> others = parts.stream()
                .filter(part -> !isOfTheSameCause(part, signal))
                .map(part -> new Where(
                        part.dimension(),
                        part.key(),
                        part.label(),
                        part.mergedInto() != null,
                        part.cases(),
                        part.evidence()));
        Function<Where, Integer> order =
                each -> Dimension.parse("dimension", each.dimension()).ordinal();
        return Stream.concat(
                        ofOrigin.sorted(Comparator.comparingLong(Where::cases)
                                .reversed()
                                .thenComparing(order)
                                .thenComparing(Where::key)),
                        others)
                .toList();
    }

    /** Whether it narrows the pattern's own cause. What narrows the head of a family is of the head's cases alone. */
    private static boolean isOfTheSameCause(TrainingSignal part, TrainingSignal signal) {
        return part.tag().equals(signal.tag())
                && !part.key().isEmpty()
                && !signal.dimension().equals(Dimension.FAMILY.code());
    }
}
