package org.servicerecovery.sla;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.servicerecovery.sla.ClockTable.Epoch;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The cases that were merged into others, each with its last epoch: a clock that is told again takes theirs over. */
@Component
class MergedCases {

    record Merged(Epoch of, String number) {}

    private final JdbcClient db;

    MergedCases(JdbcClient db) {
        this.db = db;
    }

    /** Those that were merged into cases, and into these, by the case they were merged into. */
    Map<Long, List<Merged>> into(Collection<Long> cases) {
        if (cases.isEmpty()) {
            return Map.of();
        }
        Map<Long, List<Merged>> all = new HashMap<>();
        db.sql("""
                        select d.id, d.number, d.duplicate_of, (select max(e.epoch) from case_epoch e where e.case_id = d.id) as epoch
                          from unnest(cast(:cases as bigint[])) g (id)
                         cross join lateral case_family(g.id) f (id)
                          join recovery_case d on d.id = f.id and d.duplicate_of is not null""").param("cases", cases.toArray(Long[]::new)).query(row -> {
            all.computeIfAbsent(row.getLong("duplicate_of"), none -> new ArrayList<>())
                    .add(new Merged(new Epoch(row.getLong("id"), row.getInt("epoch")), row.getString("number")));
        });
        return all;
    }
}
