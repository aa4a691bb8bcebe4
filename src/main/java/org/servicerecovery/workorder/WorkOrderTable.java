package org.servicerecovery.workorder;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** The built-in queue: a table. */
@Component
class WorkOrderTable implements WorkOrders {

    private final JdbcClient db;
    private final Clock clock;

    WorkOrderTable(JdbcClient db, Clock clock) {
        this.db = db;
        this.clock = clock;
    }

    @Override
    @Transactional(propagation = Propagation.MANDATORY)
    public String place(WorkOrder order, long stepId) {
        String number = "WO-"
                + db.sql("select nextval('work_order_number_seq')")
                        .query(Long.class)
                        .single();
        long id = db.sql("""
                        insert into work_order (number, site, skill, task, window_from, window_to, state, placed_at)
                        values (?, ?, ?, ?, ?, ?, 'PLACED', ?) returning id""")
                .params(
                        number,
                        order.site(),
                        order.skill(),
                        order.task(),
                        timestamp(order.windowFrom()),
                        timestamp(order.windowTo()),
                        Timestamp.from(clock.instant()))
                .query(Long.class)
                .single();
        db.sql("insert into work_order_step (work_order_id, step_id) values (?, ?)")
                .params(id, stepId)
                .update();
        return number;
    }

    private static @Nullable Timestamp timestamp(@Nullable Instant instant) {
        return instant == null ? null : Timestamp.from(instant);
    }
}
