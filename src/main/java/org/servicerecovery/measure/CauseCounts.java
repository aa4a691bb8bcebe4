package org.servicerecovery.measure;

import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Coded;
import org.servicerecovery.trend.Span;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The causes of a span as the taxonomy is today: what was merged is counted where it was merged into. */
@Component
class CauseCounts {

    /** Something of a failure's origin. */
    enum Origin implements Coded {
        TEAM("Team"),
        AREA("Area"),
        PRODUCT("Product"),
        /** For those alone who lead. */
        OPERATIVE("Operative");

        private final String label;

        Origin(String label) {
            this.label = label;
        }

        @Override
        public String label() {
            return label;
        }
    }

    /**
     * @param tag null for all that are not named
     * @param months how often by month, those without a case left out
     */
    record Cause(@Nullable String tag, @Nullable String label, long cases, Map<YearMonth, Long> months) {}

    /** @param key null for all that are not named */
    record Part(@Nullable String key, long cases) {}

    private record Row(String code, String label, YearMonth month, long cases) {}

    private static final int NAMED = 12;

    private final JdbcClient db;

    CauseCounts(JdbcClient db) {
        this.db = db;
    }

    /** Most frequent first; behind the twelfth all others together. */
    List<Cause> of(Span span) {
        Map<String, Cause> causes = new LinkedHashMap<>();
        db.sql("""
                        select t.code, t.label, c.month, sum(c.cases) as cases
                          from trend_count c
                          join root_cause_tag_as_is n on n.tag_id = c.tag_id
                          join root_cause_tag t on t.id = n.now_id
                         where c.series = 'tag' and c.month >= :from and c.month <= :to
                         group by t.code, t.label, c.month having sum(c.cases) <> 0 order by c.month""")
                .param("from", span.from().atDay(1))
                .param("to", span.to().atDay(1))
                .query((row, n) -> new Row(
                        row.getString("code"),
                        row.getString("label"),
                        YearMonth.from(row.getObject("month", LocalDate.class)),
                        row.getLong("cases")))
                .list()
                .forEach(row -> causes.merge(
                        row.code(),
                        new Cause(row.code(), row.label(), row.cases(), Map.of(row.month(), row.cases())),
                        CauseCounts::together));
        List<Cause> sorted = causes.values().stream()
                .sorted(Comparator.comparingLong(Cause::cases).reversed().thenComparing(CauseCounts::name))
                .toList();
        List<Cause> shown = new ArrayList<>(sorted.subList(0, Math.min(NAMED, sorted.size())));
        sorted.stream()
                .skip(NAMED)
                .map(each -> new Cause(null, null, each.cases(), each.months()))
                .reduce(CauseCounts::together)
                .ifPresent(shown::add);
        return shown;
    }

    private static String name(Cause cause) {
        return String.valueOf(cause.label());
    }

    private static Cause together(Cause one, Cause other) {
        Map<YearMonth, Long> months = new LinkedHashMap<>(one.months());
        other.months().forEach((month, cases) -> months.merge(month, cases, Long::sum));
        return new Cause(one.tag(), one.label(), one.cases() + other.cases(), months);
    }

    /** Where failures came from, most frequent first. */
    List<Part> by(Origin origin, Span span) {
        List<Part> all = db.sql("""
                        select key, sum(cases) as cases from trend_count
                         where series = :series and month >= :from and month <= :to
                         group by key having sum(cases) <> 0 order by cases desc, key""")
                .param("series", origin.code())
                .param("from", span.from().atDay(1))
                .param("to", span.to().atDay(1))
                .query((row, n) -> new Part(row.getString("key"), row.getLong("cases")))
                .list();
        List<Part> shown = new ArrayList<>(all.subList(0, Math.min(NAMED, all.size())));
        if (all.size() > NAMED) {
            shown.add(new Part(
                    null, all.stream().skip(NAMED).mapToLong(Part::cases).sum()));
        }
        return shown;
    }
}
