package org.servicerecovery.measure;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.servicerecovery.trend.Period;
import org.servicerecovery.trend.Span;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What the roll-ups say of a span, read once for all measures; causes are not told apart. */
final class Figures {

    /** How many, and how much in all. */
    record Sum(long cases, BigDecimal total) {

        static final Sum NONE = new Sum(0, BigDecimal.ZERO);

        Sum plus(Sum other) {
            return new Sum(cases + other.cases, total.add(other.total));
        }
    }

    /** @param day the first of what it sums up */
    private record Row(String key, LocalDate day, Sum sum) {}

    private final Map<String, List<Row>> rows = new HashMap<>();

    /** @param series of either roll-up */
    static Figures read(JdbcClient db, Span span, List<String> series) {
        Figures figures = new Figures();
        // Of the first by the index (series, month), of the second by its primary key.
        db.sql("""
                        select series, key, month, sum(cases) as cases, sum(total) as total from trend_count
                         where series = any(:series) and month >= :from and month <= :to
                         group by series, key, month
                        union all
                        select series, key, month, cases, total from measure_rollup
                         where series = any(:series) and month >= :from and month <= :to""")
                .param("series", series.toArray(String[]::new))
                .param("from", span.from().atDay(1))
                .param("to", span.to().atDay(1))
                .query(figures::add);
        return figures;
    }

    /**
     * Verdicts and deadlines of a few days, from the facts themselves: the roll-ups know nothing shorter than a month. Both
     * days have a BRIN index: where rows are changed and space is used again, about a tenth of the table is read.
     */
    static Figures ofDays(JdbcClient db, Period days) {
        Figures figures = new Figures();
        db.sql("""
                        select 'finding' as series, p.key, cast(:from as date) as month, sum(p.cases) as cases, sum(p.total) as total
                          from trend_fact f cross join lateral trend_part(f, 'finding') p
                         where f.found_on between :from and :to group by p.key
                        union all
                        select 'deadline', p.key, cast(:from as date), sum(p.cases), sum(p.total)
                          from trend_fact f cross join lateral trend_part(f, 'deadline') p
                         where f.resolved_on between :from and :to group by p.key""").param("from", days.first()).param("to", days.last()).query(figures::add);
        return figures;
    }

    private void add(ResultSet row) throws SQLException {
        rows.computeIfAbsent(row.getString("series"), none -> new ArrayList<>())
                .add(new Row(
                        row.getString("key"),
                        row.getObject("month", LocalDate.class),
                        new Sum(row.getLong("cases"), row.getBigDecimal("total"))));
    }

    /** The sums of a period by key. */
    SortedMap<String, Sum> in(String series, Period period) {
        SortedMap<String, Sum> sums = new TreeMap<>();
        for (Row row : rows.getOrDefault(series, List.of())) {
            if (period.holds(row.day())) {
                sums.merge(row.key(), row.sum(), Sum::plus);
            }
        }
        sums.values().removeIf(sum -> sum.cases() == 0 && sum.total().signum() == 0);
        return sums;
    }
}
