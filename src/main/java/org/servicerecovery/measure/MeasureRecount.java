package org.servicerecovery.measure;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.servicerecovery.BusinessZone;
import org.servicerecovery.OneNodeAtATime;
import org.servicerecovery.trend.SqlZone;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Counts anew, as a whole, what is not in the roll-up of trends: nothing that happened late, such as a payment or the
 * answer to whether an action helped, can leave it wrong for longer than until the next time. Whoever reads a figure
 * sees the state of the last count.
 */
@Component
class MeasureRecount {

    /** A number of our own for the lock. */
    private static final long LOCK = 7_054;
    /** Other nodes count as well. */
    private static final Duration FRESH = Duration.ofMinutes(5);

    private static final List<Integer> KEPT_FOR_DAYS = List.of(90, 365);

    /** A customer counts once in a month; those who never paid, or where the days have not passed, are not known. */
    private static final String KEPT = """
            select 'kept-' || :days, case when exists (
                     select 1 from payment p where p.customer_id = d.customer_id
                        and p.paid_at >= ((d.day + :days)::timestamp at time zone :zone)) then 'YES' else 'NO' end,
                   date_trunc('month', d.day::timestamp)::date, count(*), 0
              from (select customer_id, max(resolved_on) as day from trend_fact
                     where resolved_on + :days <= :today
                     group by customer_id, date_trunc('month', resolved_on::timestamp)) d
             where exists (select 1 from payment p where p.customer_id = d.customer_id
                              and p.paid_at < ((d.day + 1)::timestamp at time zone :zone))
             group by 1, 2, 3""";

    /** Each time that an action was to be done: one without effect came back, and is to be done again. */
    private static final String PREVENTION = """
            (select case_id, prevention_due_on as due_on, prevention_done_at as done_at, prevention_helped as helped
               from resolution where prevention_owner is not null
             union all
             select case_id, due_on, done_at, false from prevention_past where owner is not null)""";

    private static final String PREVENTION_DONE = """
            select 'prevention-done', case when r.done_at is null then 'NO' else 'YES' end,
                   date_trunc('month', r.due_on::timestamp)::date, count(*), 0
              from %s r join recovery_case c on c.id = r.case_id
             where (r.done_at is not null or r.due_on < :today)
               and c.state not in ('WITHDRAWN', 'DUPLICATE', 'OPENED_IN_ERROR')
             group by 1, 2, 3""".formatted(PREVENTION);

    private static final String PREVENTION_EFFECTIVE = """
            select 'prevention-effective', case when r.helped then 'YES' else 'NO' end,
                   date_trunc('month', r.done_at at time zone :zone)::date, count(*), 0
              from %s r join recovery_case c on c.id = r.case_id
             where r.done_at is not null and r.helped is not null
               and c.state not in ('WITHDRAWN', 'DUPLICATE', 'OPENED_IN_ERROR')
             group by 1, 2, 3""".formatted(PREVENTION);

    /** Before and after are answers of the same customers; a case that went as promised is one that was well recovered. */
    private static final String SATISFACTION = """
            with answered as (
              select f.*, b.score as score_before
                from trend_fact f
                left join lateral (select o.score from outside_answer o
                                    where o.customer_id = f.customer_id
                                      and o.answered_at < (f.opened_on::timestamp at time zone :zone)
                                      and o.answered_at >= ((f.opened_on - 365)::timestamp at time zone :zone)
                                    order by o.answered_at desc limit 1) b on true
               where f.satisfaction is not null)
            select 'satisfaction-compared', s.who || ' ' || s.score, date_trunc('month', s.day::timestamp)::date,
                   count(*), sum(s.score)
              from (select 'before' as who, score_before as score, satisfied_on as day from answered
                     where score_before is not null
                    union all
                    select 'after', satisfaction, satisfied_on from answered where score_before is not null
                    union all
                    select 'well-recovered', satisfaction, satisfied_on from answered
                     where deadline_met and not reopened
                    union all
                    select 'never-failed', o.score, (o.answered_at at time zone :zone)::date from outside_answer o
                     where not exists (select 1 from recovery_case c
                                        where c.customer_id = o.customer_id and c.opened_at <= o.answered_at
                                          and c.state not in ('OPENED_IN_ERROR', 'WITHDRAWN'))) s
             group by 1, 2, 3""";

    private final JdbcClient db;
    private final Clock clock;
    private final BusinessZone zone;
    private final OneNodeAtATime oneNode;

    MeasureRecount(JdbcClient db, Clock clock, BusinessZone zone, OneNodeAtATime oneNode) {
        this.db = db;
        this.clock = clock;
        this.zone = zone;
        this.oneNode = oneNode;
    }

    /** What people change, every hour; who was kept, which needs a look at each customer, once a day. */
    @Scheduled(fixedDelayString = "${service-recovery.measures.every}")
    void look() {
        oneNode.run(LOCK, () -> {
            Instant now = clock.instant();
            Optional<Instant> last = lastCount("prevention-done");
            if (last.isEmpty() || last.get().plus(FRESH).isBefore(now)) {
                countWhatPeopleChange();
            }
            Optional<Instant> kept = lastCount("kept-" + KEPT_FOR_DAYS.get(0));
            if (kept.isEmpty() || zone.dateOf(kept.get()).isBefore(zone.dateOf(now))) {
                countWhoWasKept();
            }
        });
    }

    /** Everything, now. */
    void recount() {
        oneNode.run(LOCK, () -> {
            countWhatPeopleChange();
            countWhoWasKept();
        });
    }

    private void countWhatPeopleChange() {
        count("prevention-done", PREVENTION_DONE, Map.of("today", zone.dateOf(clock.instant())));
        count("prevention-effective", PREVENTION_EFFECTIVE, Map.of("zone", SqlZone.nameOf(zone.id())));
        count("satisfaction-compared", SATISFACTION, Map.of("zone", SqlZone.nameOf(zone.id())));
    }

    private void countWhoWasKept() {
        LocalDate today = zone.dateOf(clock.instant());
        for (Integer days : KEPT_FOR_DAYS) {
            count("kept-" + days, KEPT, Map.of("days", days, "today", today, "zone", SqlZone.nameOf(zone.id())));
        }
    }

    private void count(String series, String sql, Map<String, ?> params) {
        db.sql("delete from measure_rollup where series = ?").param(series).update();
        db.sql("insert into measure_rollup (series, key, month, cases, total) " + sql)
                .params(params)
                .update();
        db.sql("""
                        insert into measure_counted (series, counted_at) values (?, ?)
                        on conflict (series) do update set counted_at = excluded.counted_at""").params(series, Timestamp.from(clock.instant())).update();
    }

    private Optional<Instant> lastCount(String series) {
        return Optional.ofNullable(lastCounts().get(series));
    }

    /** When each series was counted last. */
    Map<String, Instant> lastCounts() {
        record Counted(String series, Instant at) {}
        return db
                .sql("select series, counted_at from measure_counted")
                .query((row, n) -> new Counted(
                        row.getString("series"), row.getTimestamp("counted_at").toInstant()))
                .list()
                .stream()
                .collect(Collectors.toMap(Counted::series, Counted::at));
    }
}
