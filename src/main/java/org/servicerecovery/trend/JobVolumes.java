package org.servicerecovery.trend;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.AskedDay;
import org.servicerecovery.BusinessZone;
import org.servicerecovery.PlainText;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.Actor;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * How many jobs were done, as the system that knows tells it: by day or by month, and by team, area and product where
 * these are told apart. Each job stands in one line alone; a line that is told again replaces what it said before.
 */
@Component
class JobVolumes {

    /** A line as it came in. */
    public record Line(
            @Nullable String period,
            @Nullable String team,
            @Nullable String area,
            @Nullable String product,
            @Nullable String jobs) {}

    /** A line with the name under which it is told of to the sender, such as {@code line 4}. */
    record Named(String name, Line line) {}

    /** @param changed how many of the lines said something new */
    public record Taken(int lines, int changed) {}

    /** A line that was taken; team, area and product are empty where they were not told apart. */
    record Told(String period, String team, String area, String product, long jobs) {}

    private record Key(LocalDate day, boolean wholeMonth, String team, String area, String product) {}

    private static final int MOST_LINES = 100_000;
    private static final int MOST_PROBLEMS = 50;
    private static final long MOST_JOBS = 1_000_000_000;

    /** A month told by its days is whole when its first and last week have some: not every day is worked. */
    private static final int WEEK = 7;

    private final JdbcClient db;
    private final Clock clock;
    private final BusinessZone zone;
    private final Trends trends;

    JobVolumes(JdbcClient db, Clock clock, BusinessZone zone, Trends trends) {
        this.db = db;
        this.clock = clock;
        this.zone = zone;
        this.trends = trends;
    }

    /** @throws Refused naming each line that is wrong, and why; then none of them is taken */
    @Transactional
    public Taken take(List<Named> lines) {
        if (lines.isEmpty() || lines.size() > MOST_LINES) {
            throw Refused.field("volumes", "refused.volumes.lines", String.valueOf(MOST_LINES));
        }
        Map<Key, Long> read = read(lines);
        int n = read.size();
        String[] days = new String[n];
        Boolean[] wholeMonths = new Boolean[n];
        String[] teams = new String[n];
        String[] areas = new String[n];
        String[] products = new String[n];
        Long[] jobs = new Long[n];
        int i = 0;
        for (Map.Entry<Key, Long> each : read.entrySet()) {
            days[i] = each.getKey().day().toString();
            wholeMonths[i] = each.getKey().wholeMonth();
            teams[i] = each.getKey().team();
            areas[i] = each.getKey().area();
            products[i] = each.getKey().product();
            jobs[i++] = each.getValue();
        }
        Map<String, Object> keys =
                Map.of("days", days, "wholeMonths", wholeMonths, "teams", teams, "areas", areas, "products", products);
        // What was told as none gives way to what is told now: how else would a month be told by its days afterwards?
        db.sql("""
                        delete from job_volume z
                         using unnest(cast(:days as date[]), :wholeMonths, :teams, :areas, :products)
                                 l (day, whole_month, team, area, product)
                         where z.jobs = 0 and z.whole_month <> l.whole_month
                           and (z.team, z.area, z.product) = (l.team, l.area, l.product)
                           and date_trunc('month', z.day::timestamp) = date_trunc('month', l.day::timestamp)""").params(keys).update();
        int changed = db.sql("""
                        insert into job_volume as v (day, whole_month, team, area, product, jobs, told_by, told_at)
                        select l.*, :by, :at
                          from unnest(cast(:days as date[]), :wholeMonths, :teams, :areas, :products, :jobs) l
                        on conflict (day, team, area, product, whole_month) do update
                           set jobs = excluded.jobs, told_by = excluded.told_by, told_at = excluded.told_at
                         where v.jobs <> excluded.jobs""")
                .params(keys)
                .param("jobs", jobs)
                .param("by", Actor.current().id())
                .param("at", Timestamp.from(clock.instant()))
                .update();
        requireNoneToldTwice(days);
        if (changed > 0) {
            Quarter now = trends.currentQuarter();
            trends.markChanged(now.previous());
            trends.markChanged(now);
        }
        return new Taken(n, changed);
    }

    /** What was told of some months, in the lines that say so. */
    List<Told> told(Span span) {
        return db.sql("""
                        select day, whole_month, team, area, product, jobs from job_volume
                         where day >= ? and day <= ? order by day, not whole_month, team, area, product""")
                .params(span.whole().first(), span.whole().last())
                .query((row, n) -> {
                    String day = row.getString("day");
                    return new Told(
                            row.getBoolean("whole_month") ? day.substring(0, "2026-10".length()) : day,
                            row.getString("team"),
                            row.getString("area"),
                            row.getString("product"),
                            row.getLong("jobs"));
                })
                .list();
    }

    /** A month by itself and by its days would be counted twice. */
    private void requireNoneToldTwice(String[] days) {
        db.sql("""
                        select to_char(m.day, 'YYYY-MM') from job_volume m
                         where m.whole_month and m.day = any(select date_trunc('month', d::timestamp)::date
                                                               from unnest(cast(:days as date[])) d)
                           and exists (select from job_volume d
                                        where not d.whole_month and (d.team, d.area, d.product) = (m.team, m.area, m.product)
                                          and d.day >= m.day and d.day < m.day + interval '1 month')
                         order by 1 limit 1""").param("days", days).query(String.class).optional().ifPresent(month -> {
            throw Refused.conflictOver("volumes", "refused.volumes.twice", month);
        });
    }

    private Map<Key, Long> read(List<Named> lines) {
        Refused.Gathered wrong = new Refused.Gathered();
        Map<Key, Long> read = new HashMap<>();
        Map<Key, String> names = new HashMap<>();
        LocalDate today = zone.dateOf(clock.instant());
        int problems = 0;
        for (Named each : lines) {
            Key key = wrong.take(() -> key(each, today));
            Long jobs = wrong.take(() -> jobs(each));
            if (key == null || jobs == null) {
                if (++problems >= MOST_PROBLEMS) {
                    break;
                }
                continue;
            }
            String before = names.putIfAbsent(key, each.name());
            if (before != null) {
                wrong.add(each.name(), "refused.volumes.repeated", before);
            }
            read.put(key, jobs);
        }
        wrong.refuseIfAny();
        return read;
    }

    private static Key key(Named named, LocalDate today) {
        String field = named.name() + ", period";
        String period =
                named.line().period() == null ? "" : named.line().period().strip();
        boolean wholeMonth = period.length() == "2026-10".length();
        LocalDate day = firstOf(period, wholeMonth);
        if (day == null || day.isBefore(AskedDay.EARLIEST)) {
            throw Refused.field(field, "refused.volumes.period");
        }
        if (day.isAfter(today)) {
            throw Refused.field(field, "refused.volumes.future");
        }
        return new Key(
                day,
                wholeMonth,
                text(named.name() + ", team", named.line().team()),
                text(named.name() + ", area", named.line().area()),
                text(named.name() + ", product", named.line().product()));
    }

    /** Null where it is neither a month nor a day. */
    private static @Nullable LocalDate firstOf(String period, boolean wholeMonth) {
        try {
            return wholeMonth ? YearMonth.parse(period).atDay(1) : LocalDate.parse(period);
        } catch (DateTimeException notADay) {
            return null;
        }
    }

    private static String text(String field, @Nullable String text) {
        String kept = PlainText.upToOrNull(PlainText.LONGEST_NAME, field, text);
        return kept == null ? "" : kept.strip();
    }

    private static Long jobs(Named named) {
        String jobs = named.line().jobs() == null ? "" : named.line().jobs().strip();
        if (!jobs.matches("\\d{1,10}") || Long.parseLong(jobs) > MOST_JOBS) {
            throw Refused.field(named.name() + ", jobs", "refused.volumes.jobs");
        }
        return Long.valueOf(jobs);
    }

    /** The jobs of some months, as far as they are known. */
    static final class Known {

        private final Map<Cluster, Map<YearMonth, Long>> byOrigin = new HashMap<>();
        private final Map<YearMonth, Long> all = new HashMap<>();
        private final Set<YearMonth> months = new HashSet<>();

        /** The months that are known as a whole. */
        Set<YearMonth> months() {
            return months;
        }

        /** What the cases of a cluster are set against; empty where it is not known. */
        Map<YearMonth, Long> of(Cluster cluster) {
            return switch (cluster.dimension()) {
                case TAG, FAMILY -> all;
                case TEAM, AREA, PRODUCT -> byOrigin.getOrDefault(of(cluster.dimension(), cluster.key()), Map.of());
                case OPERATIVE -> Map.of();
            };
        }

        private void add(YearMonth month, long jobs, Dimension dimension, String key) {
            if (!key.isEmpty()) {
                byOrigin.computeIfAbsent(of(dimension, key), none -> new HashMap<>())
                        .merge(month, jobs, Long::sum);
            }
        }

        private static Cluster of(Dimension dimension, String key) {
            return new Cluster(dimension, 0, key);
        }
    }

    Known known(YearMonth from, YearMonth until) {
        Known known = new Known();
        Map<YearMonth, LocalDate> firsts = new HashMap<>();
        Map<YearMonth, LocalDate> lasts = new HashMap<>();
        db.sql("""
                        select date_trunc('month', day::timestamp)::date as month, team, area, product,
                               bool_or(whole_month) as whole, min(day) as first, max(day) as last, sum(jobs) as jobs
                          from job_volume where day >= ? and day < ? group by 1, 2, 3, 4""").params(from.atDay(1), until.plusMonths(1).atDay(1)).query(row -> {
            YearMonth month = YearMonth.from(row.getObject("month", LocalDate.class));
            long jobs = row.getLong("jobs");
            known.all.merge(month, jobs, Long::sum);
            known.add(month, jobs, Dimension.TEAM, row.getString("team"));
            known.add(month, jobs, Dimension.AREA, row.getString("area"));
            known.add(month, jobs, Dimension.PRODUCT, row.getString("product"));
            LocalDate first = row.getObject("first", LocalDate.class);
            LocalDate last = row.getBoolean("whole") ? month.atEndOfMonth() : row.getObject("last", LocalDate.class);
            firsts.merge(month, first, (a, b) -> a.isBefore(b) ? a : b);
            lasts.merge(month, last, (a, b) -> a.isAfter(b) ? a : b);
        });
        firsts.forEach((month, first) -> {
            LocalDate last = lasts.getOrDefault(month, first);
            if (first.getDayOfMonth() <= WEEK
                    && last.isAfter(month.atEndOfMonth().minusDays(WEEK))) {
                known.months.add(month);
            }
        });
        return known;
    }

    /**
     * The jobs of a cluster in some days; empty where they are not known as a whole: a week without any may be one that
     * nobody told. A month that is told as a whole gives its days each the same.
     */
    OptionalLong in(Days days, Cluster cluster) {
        if (cluster.dimension() == Dimension.OPERATIVE || days.count() == 0) {
            return OptionalLong.empty();
        }
        double[] sum = new double[1];
        BitSet told = new BitSet(days.count());
        db.sql("""
                        select day, whole_month, team, area, product, jobs from job_volume
                         where day < :to and (day >= :from or (whole_month and day > cast(:from as date) - 31))""").param("from", days.from()).param("to", days.to()).query(row -> {
            LocalDate day = row.getObject("day", LocalDate.class);
            boolean whole = row.getBoolean("whole_month");
            Days of = new Days(day, whole ? day.plusMonths(1) : day.plusDays(1));
            Days shared = new Days(
                    of.from().isBefore(days.from()) ? days.from() : of.from(),
                    of.to().isBefore(days.to()) ? of.to() : days.to());
            if (shared.count() == 0) {
                return;
            }
            int at = new Days(days.from(), shared.from()).count();
            told.set(at, at + shared.count());
            String key = Dimension.OF_ORIGIN.contains(cluster.dimension())
                    ? row.getString(cluster.dimension().code())
                    : cluster.key();
            if (key.equals(cluster.key())) {
                sum[0] += (double) row.getLong("jobs") * shared.count() / of.count();
            }
        });
        int last = -1;
        for (int at = told.nextSetBit(0); at >= 0; at = told.nextSetBit(at + 1)) {
            if (at - last > WEEK) {
                return OptionalLong.empty();
            }
            last = at;
        }
        return days.count() - last > WEEK ? OptionalLong.empty() : OptionalLong.of(Math.round(sum[0]));
    }
}
