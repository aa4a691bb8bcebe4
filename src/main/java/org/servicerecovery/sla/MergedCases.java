package org.servicerecovery.sla;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.servicerecovery.sla.ClockTable.Epoch;
import org.servicerecovery.trial.Patience;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The cases that were merged into others, each with its last epoch: a clock that is told again takes theirs over. */
@Component
class MergedCases {

    record Merged(Epoch of, String number) {}

    /** An epoch that is looked at. */
    interface Looked {

        Epoch of();

        /** Whether a case was merged into its own. */
        boolean hasDuplicates();
    }

    /**
     * Some epochs that are looked at together.
     *
     * @param merged what was merged into their cases, and into these
     * @param epochs all of both
     */
    record Part<T extends Looked>(List<T> looked, Map<Long, List<Merged>> merged, List<Epoch> epochs) {}

    private static final int AT_A_TIME = 5_000;

    private final JdbcClient db;

    MergedCases(JdbcClient db) {
        this.db = db;
    }

    /** Some epochs after the other, each with what was merged into it, as long as there is patience. */
    <T extends Looked> void inParts(List<T> all, Patience patience, Consumer<Part<T>> look) {
        for (int from = 0; from < all.size(); from += AT_A_TIME) {
            patience.check();
            List<T> some = all.subList(from, Math.min(all.size(), from + AT_A_TIME));
            Map<Long, List<Merged>> merged = into(some.stream()
                    .filter(Looked::hasDuplicates)
                    .map(each -> each.of().caseId())
                    .distinct()
                    .toList());
            look.accept(new Part<>(
                    some,
                    merged,
                    Stream.concat(
                                    some.stream().map(Looked::of),
                                    merged.values().stream()
                                            .flatMap(List::stream)
                                            .map(Merged::of))
                            .toList()));
        }
    }

    /** Those that were merged into cases, and into these, by the case they were merged into. */
    private Map<Long, List<Merged>> into(Collection<Long> cases) {
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
