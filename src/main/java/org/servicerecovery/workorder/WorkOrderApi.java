package org.servicerecovery.workorder;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.cases.CaseAccess;
import org.servicerecovery.cases.CaseNumber;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.job.Job;
import org.servicerecovery.job.Jobs;
import org.servicerecovery.job.Order;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Work that was ordered for the customer of a case, on this case and earlier ones. */
@RestController
class WorkOrderApi {

    /** @param number from the next release on */
    record VisitJson(
            @Nullable String number,
            String caseNumber,
            String site,
            String skill,
            String task,
            String state,
            Instant windowFrom,
            Instant windowTo,
            Instant placedAt) {}

    private record Placed(UUID job, String caseNumber, Instant at) {}

    private static final int MOST = 20;

    private final JdbcClient db;
    private final Cases cases;
    private final CaseAccess access;
    private final Jobs jobs;

    WorkOrderApi(JdbcClient db, Cases cases, CaseAccess access, Jobs jobs) {
        this.db = db;
        this.cases = cases;
        this.access = access;
        this.jobs = jobs;
    }

    /** The visits to the customer of a case, newest first. */
    @GetMapping("/api/cases/{number}/visits")
    List<VisitJson> ofCustomer(@PathVariable String number) {
        RecoveryCase found = cases.get(new CaseNumber(number));
        access.requireMaySee(found);
        List<Placed> placed = db.sql("""
                        select l.job_id, c.number, l.placed_at from recovery_case c
                          join plan_step s on s.case_id = c.id
                          join work_order_step l on l.step_id = s.id
                         where c.customer_id = ? order by l.placed_at desc, l.id desc limit ?""")
                .params(found.customerId(), MOST)
                .query((row, n) -> new Placed(
                        row.getObject("job_id", UUID.class),
                        row.getString("number"),
                        row.getTimestamp("placed_at").toInstant()))
                .list();
        Map<UUID, Job> byId = jobs.get(placed.stream().map(Placed::job).toList()).stream()
                .collect(Collectors.toMap(Job::id, Function.identity()));
        return placed.stream()
                .map(each -> json(Objects.requireNonNull(byId.get(each.job())), each))
                .toList();
    }

    private static VisitJson json(Job job, Placed placed) {
        Order order = job.order();
        return new VisitJson(
                job.number(),
                placed.caseNumber(),
                order.site(),
                order.skill(),
                order.task(),
                job.state().code(),
                order.windowFrom(),
                order.windowTo(),
                placed.at());
    }
}
