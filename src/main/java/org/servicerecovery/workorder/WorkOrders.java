package org.servicerecovery.workorder;

import java.sql.Timestamp;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.servicerecovery.Refused;
import org.servicerecovery.job.Job;
import org.servicerecovery.job.Jobs;
import org.servicerecovery.job.OrderFields;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * The jobs that steps of cases have ordered. They are placed as any other system places its own; which step a job serves
 * is kept here, and nowhere else.
 */
@Component
public class WorkOrders {

    /** @param stepSeq the step it serves */
    public record WorkOrder(int stepSeq, Job job) {}

    private final JdbcClient db;
    private final Clock clock;
    private final Jobs jobs;

    WorkOrders(JdbcClient db, Clock clock, Jobs jobs) {
        this.db = db;
        this.clock = clock;
        this.jobs = jobs;
    }

    /**
     * Orders a job for a step. It has its number from the next release on.
     *
     * @throws Refused naming each field that is wrong
     */
    @Transactional(propagation = Propagation.MANDATORY)
    UUID place(OrderFields wanted, long stepId) {
        UUID job = jobs.place(wanted);
        db.sql("insert into work_order_step (job_id, step_id, placed_at) values (?, ?, ?)")
                .params(job, stepId, Timestamp.from(clock.instant()))
                .update();
        return job;
    }

    /** The orders of a case, the oldest first. */
    public List<WorkOrder> of(long caseId) {
        Map<UUID, Integer> steps = new LinkedHashMap<>();
        db.sql("""
                        select l.job_id, s.seq from work_order_step l join plan_step s on s.id = l.step_id
                         where s.case_id = ? order by l.id""")
                .param(caseId)
                .query((row, n) -> Map.entry(row.getObject("job_id", UUID.class), row.getInt("seq")))
                .list()
                .forEach(link -> steps.put(link.getKey(), link.getValue()));
        Map<UUID, Job> found =
                jobs.get(steps.keySet()).stream().collect(Collectors.toMap(Job::id, Function.identity()));
        return steps.entrySet().stream()
                .map(link -> new WorkOrder(link.getValue(), Objects.requireNonNull(found.get(link.getKey()))))
                .toList();
    }
}
