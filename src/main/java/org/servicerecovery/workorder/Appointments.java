package org.servicerecovery.workorder;

import java.util.Optional;
import org.servicerecovery.InstantColumns;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** When somebody comes to the customer of a case. */
@Component
public class Appointments {

    private final JdbcClient db;

    Appointments(JdbcClient db) {
        this.db = db;
    }

    /** The order of the case that was placed last among those whose time is agreed. */
    public Optional<WorkOrder> latest(long caseId) {
        return db.sql("""
                        select w.* from work_order w
                          join work_order_step l on l.work_order_id = w.id
                          join plan_step s on s.id = l.step_id
                         where s.case_id = ? and w.window_from is not null
                         order by w.id desc limit 1""")
                .param(caseId)
                .query((row, n) -> new WorkOrder(
                        row.getString("site"),
                        row.getString("skill"),
                        row.getString("task"),
                        InstantColumns.read(row, "window_from"),
                        InstantColumns.read(row, "window_to")))
                .optional();
    }
}
