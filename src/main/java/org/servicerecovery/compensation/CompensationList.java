package org.servicerecovery.compensation;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.InstantColumns;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.Actor;
import org.servicerecovery.cases.CaseAccess;
import org.servicerecovery.cases.CaseNumber;
import org.servicerecovery.cases.CaseRoles;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.RecoveryCase;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The compensation of the cases as people read it. */
@Component
class CompensationList {

    /**
     * A line of a list of money.
     *
     * @param executedAt when the money moved, null while it has not
     */
    record Line(
            Compensation compensation,
            String caseNumber,
            @Nullable String paymentReference,
            Instant offeredAt,
            @Nullable Instant executedAt) {}

    private final JdbcClient db;
    private final Cases cases;
    private final CaseAccess access;

    CompensationList(JdbcClient db, Cases cases, CaseAccess access) {
        this.db = db;
        this.cases = cases;
        this.access = access;
    }

    /** The compensation of all cases that the current user may see the money of, newest first. */
    List<Line> ofAllCases(@Nullable CompensationState state, int limit) {
        Map<String, Object> params = new HashMap<>();
        String visible = CaseRoles.seesEveryMoney(Actor.current()) ? "true" : access.visible(params);
        return lines("where (cast(:state as text) is null or m.state = :state) and " + visible, params, state, limit);
    }

    /**
     * The compensation of a case, newest first.
     *
     * @throws Refused when there is no such case, or the current user may not see its money
     */
    List<Line> ofCase(CaseNumber number) {
        RecoveryCase found = cases.get(number);
        if (!CaseRoles.seesEveryMoney(Actor.current())) {
            access.requireMaySee(found);
        }
        return lines("where c.id = :case", Map.of("case", found.id()), null, Integer.MAX_VALUE);
    }

    private List<Line> lines(String where, Map<String, ?> params, @Nullable CompensationState state, int limit) {
        return db.sql("""
                        select m.*, c.number, p.reference from compensation m
                          join recovery_case c on c.id = m.case_id
                          left join payment p on p.id = m.payment_id
                        """ + where + " order by m.offered_at desc, m.id desc limit :limit")
                .params(params)
                .param("state", state == null ? null : state.name())
                .param("limit", limit)
                .query((row, n) -> new Line(
                        Compensations.read(row, n),
                        row.getString("number"),
                        row.getString("reference"),
                        row.getTimestamp("offered_at").toInstant(),
                        InstantColumns.read(row, "executed_at")))
                .list();
    }
}
