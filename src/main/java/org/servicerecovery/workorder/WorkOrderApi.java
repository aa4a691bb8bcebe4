package org.servicerecovery.workorder;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.InstantColumns;
import org.servicerecovery.cases.CaseAccess;
import org.servicerecovery.cases.CaseNumber;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.RecoveryCase;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Work that was ordered for the customer of a case, on this case and earlier ones. */
@RestController
class WorkOrderApi {

    record VisitJson(
            String number,
            String caseNumber,
            String site,
            String skill,
            String task,
            String state,
            @Nullable Instant windowFrom,
            @Nullable Instant windowTo,
            Instant placedAt) {}

    private static final int MOST = 20;

    private final JdbcClient db;
    private final Cases cases;
    private final CaseAccess access;

    WorkOrderApi(JdbcClient db, Cases cases, CaseAccess access) {
        this.db = db;
        this.cases = cases;
        this.access = access;
    }

    /** The visits to the customer of a case, newest first. */
    @GetMapping("/api/cases/{number}/visits")
    List<VisitJson> ofCustomer(@PathVariable String number) {
        RecoveryCase found = cases.get(new CaseNumber(number));
        access.requireMaySee(found);
        return db.sql("""
                        select w.*, c.number as case_number from recovery_case c
                          join plan_step s on s.case_id = c.id
                          join work_order_step l on l.step_id = s.id
                          join work_order w on w.id = l.work_order_id
                         where c.customer_id = ? order by w.placed_at desc, w.id desc limit ?""")
                .params(found.customerId(), MOST)
                .query((row, n) -> new VisitJson(
                        row.getString("number"),
                        row.getString("case_number"),
                        row.getString("site"),
                        row.getString("skill"),
                        row.getString("task"),
                        row.getString("state").toLowerCase(Locale.ROOT),
                        InstantColumns.read(row, "window_from"),
                        InstantColumns.read(row, "window_to"),
                        row.getTimestamp("placed_at").toInstant()))
                .list();
    }
}
