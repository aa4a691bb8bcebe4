package org.servicerecovery.trend;

import java.util.List;
import org.servicerecovery.trend.taxonomy.TagsTogether;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Which causes stand on the same cases, of all that are counted. */
@Component
class CausesTogether implements TagsTogether {

    private final JdbcClient db;

    CausesTogether(JdbcClient db) {
        this.db = db;
    }

    @Override
    public List<Share> shares(int fewestCases) {
        return db.sql("""
                        with cause as (
                          select distinct f.case_id, n.now_id as tag_id
                            from trend_fact f cross join unnest(f.further_tags || f.tag_id) t (id)
                            join root_cause_tag_as_is n on n.tag_id = t.id),
                        used as (select tag_id, count(*) as cases from cause group by tag_id),
                        pair as (
                          select a.tag_id, b.tag_id as other_id, count(*) as cases
                            from cause a join cause b on b.case_id = a.case_id and b.tag_id > a.tag_id
                           group by a.tag_id, b.tag_id having count(*) >= :fewest)
                        select p.tag_id, p.other_id, p.cases::numeric / (a.cases + b.cases - p.cases) as share
                          from pair p join used a on a.tag_id = p.tag_id join used b on b.tag_id = p.other_id""")
                .param("fewest", fewestCases)
                .query((row, n) -> new Share(
                        row.getLong("tag_id"),
                        row.getLong("other_id"),
                        row.getBigDecimal("share").doubleValue()))
                .list();
    }
}
