package org.servicerecovery.trend;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.servicerecovery.OneNodeAtATime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Brings what was appended into the roll-up, and counts everything anew when asked. Whatever stops in the middle leaves
 * the sum of both as it was: each statement takes and adds in one.
 */
@Component
class TrendFold {

    /** One row of the roll-up that was not what the facts say. */
    public record Difference(
            String series,
            long tagId,
            String key,
            LocalDate month,
            long was,
            long is,
            BigDecimal wasTotal,
            BigDecimal total) {}

    /**
     * What a recount found.
     *
     * @param cases that are counted
     * @param wrongCases how many of them were not counted as their own tables have them
     * @param wrongRows how many rows of the roll-up did not agree with the cases; the first of them in {@code differences}
     */
    public record Recount(long cases, int wrongCases, int wrongRows, List<Difference> differences) {}

    private static final Logger LOG = LoggerFactory.getLogger(TrendFold.class);

    static final long LOCK = 7_0052;
    private static final int MOST_AT_ONCE = 50_000;
    private static final int MOST_LOOKED_AT = 200;
    private static final int MOST_SHOWN = 100;

    private static final String FOLD = """
            with taken as (
                   delete from trend_change
                    where id in (select id from trend_change order by id limit :most) returning *),
                 sums as (
                   select p.series, p.tag_id, p.key, p.month, sum(c.sign * p.cases) as cases,
                          sum(c.sign * p.total) as total
                     from taken c
                    cross join lateral trend_parts(row(
                          c.case_id, c.resolved_on, c.tag_id, c.further_tags, c.tag_at_close, c.label_at_close,
                          c.customer_id, c.owner, c.team, c.area, c.product, c.operative, c.severity, c.source,
                          c.resolution_type, c.opened_on, c.finding, c.found_on, c.regulator_finding,
                          c.regulator_found_on, c.to_first_action, c.to_resolution, c.deadline_met, c.cost, c.reopened,
                          c.satisfaction, c.satisfied_on)::trend_fact) p
                    group by 1, 2, 3, 4),
                 added as (
                   insert into trend_rollup as r (series, tag_id, key, month, cases, total)
                   select * from sums where cases <> 0 or total <> 0
                   on conflict (series, tag_id, key, month)
                      do update set cases = r.cases + excluded.cases, total = r.total + excluded.total),
                 touched as (
                   insert into trend_touched (case_id) select distinct case_id from taken on conflict do nothing),
                 quarters as (
                   insert into trend_quarter (quarter, changed)
                   select distinct to_char(resolved_on, 'YYYY-"Q"Q'), true from taken
                   on conflict (quarter) do update set changed = true)
            select count(*) from taken""";

    /** The facts of all cases, less what was not folded yet, are what the roll-up has to say. */
    private static final String MEND = """
            with right_is as (
                   select series, tag_id, key, month, sum(cases)::bigint as cases, sum(total) as total
                     from (select p.* from trend_fact f cross join lateral trend_parts(f) p
                           union all
                           select series, tag_id, key, month, -cases, -total from trend_unfolded) s
                    group by 1, 2, 3, 4 having sum(cases) <> 0 or sum(total) <> 0),
                 wrong as (
                   select series, tag_id, key, month, coalesce(r.cases, 0) as was, coalesce(n.cases, 0) as is_now,
                          coalesce(r.total, 0) as was_total, coalesce(n.total, 0) as total
                     from trend_rollup r full join right_is n using (series, tag_id, key, month)
                    where coalesce(r.cases, 0) <> coalesce(n.cases, 0) or coalesce(r.total, 0) <> coalesce(n.total, 0)),
                 mended as (
                   insert into trend_rollup as r (series, tag_id, key, month, cases, total)
                   select series, tag_id, key, month, is_now, total from wrong
                   on conflict (series, tag_id, key, month) do update set cases = excluded.cases, total = excluded.total)
            select * from wrong order by series, month, tag_id, key""";

    private final JdbcClient db;
    private final Trends trends;
    private final OneNodeAtATime oneNode;
    private final TransactionTemplate transaction;

    TrendFold(JdbcClient db, Trends trends, OneNodeAtATime oneNode, PlatformTransactionManager transactions) {
        this.db = db;
        this.trends = trends;
        this.oneNode = oneNode;
        this.transaction = new TransactionTemplate(transactions);
    }

    /** Everything that waits. */
    void fold() {
        lookAgain();
        int[] taken = {MOST_AT_ONCE};
        while (taken[0] == MOST_AT_ONCE) {
            oneNode.run(LOCK, () -> taken[0] = foldSome());
        }
    }

    private int foldSome() {
        int taken =
                db.sql(FOLD).param("most", MOST_AT_ONCE).query(Integer.class).single();
        if (taken > 0) {
            db.sql("delete from trend_rollup where cases = 0 and total = 0").update();
        }
        return taken;
    }

    /** Each case by itself, under its lock: what fails keeps its entry for the next time, and keeps no other from its turn. */
    private void lookAgain() {
        long after = 0;
        while (true) {
            List<Map.Entry<Long, Long>> entries = db.sql(
                            "select id, case_id from trend_look_again where id > ? order by id limit ?")
                    .params(after, MOST_LOOKED_AT)
                    .query((row, n) -> Map.entry(row.getLong("case_id"), row.getLong("id")))
                    .list();
            if (entries.isEmpty()) {
                return;
            }
            after = entries.get(entries.size() - 1).getValue();
            entries.stream()
                    .collect(Collectors.groupingBy(
                            Map.Entry::getKey,
                            TreeMap::new,
                            Collectors.mapping(Map.Entry::getValue, Collectors.toList())))
                    .forEach(this::lookAgain);
        }
    }

    private void lookAgain(long caseId, List<Long> entries) {
        try {
            transaction.executeWithoutResult(status -> {
                countAgain(caseId);
                // By their ids: an entry of lower id may have come in since.
                db.sql("delete from trend_look_again where id = any(?)")
                        .param(entries.toArray(Long[]::new))
                        .update();
            });
        } catch (RuntimeException failed) {
            LOG.error("Case {} was not counted again; it is tried again.", caseId, failed);
        }
    }

    /** The case that goes on, where this one was merged into another. */
    private void countAgain(long caseId) {
        long goesOn = db.sql("select id from recovery_case where id = case_goes_on(?) for update")
                .param(caseId)
                .query(Long.class)
                .single();
        trends.changed(goesOn);
        if (goesOn != caseId) {
            trends.changed(caseId);
        }
    }

    /**
     * Counts everything anew, from the tables of the facts' owners, while work goes on: what is wrong is put right and
     * told.
     */
    Recount recount() {
        List<Long> wrongCases =
                db.sql("""
                        select case_id from trend_facts(:zone) n full join trend_fact f using (case_id)
                         where row(n.*) is distinct from row(f.*) order by case_id""").param("zone", trends.zoneForSql()).query(Long.class).list();
        for (long each : wrongCases) {
            transaction.executeWithoutResult(status -> {
                db.sql("select id from recovery_case where id = ? for update")
                        .param(each)
                        .query(Long.class)
                        .single();
                trends.changed(each);
            });
        }
        fold();
        Recount[] found = new Recount[1];
        oneNode.run(LOCK, () -> found[0] = mend(wrongCases.size()));
        return Objects.requireNonNull(found[0]);
    }

    private Recount mend(int wrongCases) {
        List<Difference> wrong = db.sql(MEND)
                .query((row, n) -> new Difference(
                        row.getString("series"),
                        row.getLong("tag_id"),
                        row.getString("key"),
                        row.getObject("month", LocalDate.class),
                        row.getLong("was"),
                        row.getLong("is_now"),
                        row.getBigDecimal("was_total"),
                        row.getBigDecimal("total")))
                .list();
        db.sql("delete from trend_rollup where cases = 0 and total = 0").update();
        wrong.stream().map(each -> Quarter.of(each.month())).distinct().forEach(trends::markChanged);
        return new Recount(
                db.sql("select count(*) from trend_fact").query(Long.class).single(),
                wrongCases,
                wrong.size(),
                wrong.stream().limit(MOST_SHOWN).toList());
    }

    /** Whether days are counted by another zone than that of the business, which may be set anew. */
    boolean isOfAnotherZone() {
        return !db.sql("select zone from trend_zone")
                .query(String.class)
                .single()
                .equals(trends.zoneForSql());
    }

    void isOfThisZone() {
        db.sql("update trend_zone set zone = ?").param(trends.zoneForSql()).update();
    }
}
