package org.servicerecovery.workorder;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.InstantColumns;
import org.servicerecovery.cases.Actor;
import org.servicerecovery.job.Job;
import org.servicerecovery.job.JobState;
import org.servicerecovery.job.Jobs;
import org.servicerecovery.job.Order;
import org.servicerecovery.plan.CallResult;
import org.servicerecovery.plan.StepState;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * The jobs that steps of cases have ordered. They are placed as any other system places its own; which step a job serves
 * is kept here, and nowhere else. A row is locked after the case's and after the job's, and never before either.
 */
@Component
public class WorkOrders {

    /**
     * @param stepSeq the step it serves
     * @param expected whether the customer expects somebody, though nobody comes and no step of a plan tells them
     * @param charged whether the customer is charged for it; null while nobody has said
     */
    public record WorkOrder(
            int stepSeq,
            Job job,
            boolean expected,
            @Nullable Charged charged,
            String chargedNotes) {}

    /** Longer than news takes; a node that dies with some leaves it to the others after this. */
    private static final Duration CLAIM = Duration.ofMinutes(1);

    private static final int LONGEST_WAIT_SECONDS = 600;

    private static final String SELECT =
            "select l.*, s.seq, s.state as step_state from work_order_step l join plan_step s on s.id = l.step_id ";

    private final JdbcClient db;
    private final Clock clock;
    private final Jobs jobs;

    WorkOrders(JdbcClient db, Clock clock, Jobs jobs) {
        this.db = db;
        this.clock = clock;
        this.jobs = jobs;
    }

    /** Orders a job for a step. It has its number from the next release on. */
    @Transactional(propagation = Propagation.MANDATORY)
    UUID place(Order order, long stepId, String agreed) {
        UUID job = jobs.place(order);
        db.sql("""
                        insert into work_order_step (job_id, step_id, placed_at, state, window_from, window_to, agreed)
                        values (?, ?, ?, ?, ?, ?, ?)""")
                .params(
                        job,
                        stepId,
                        Timestamp.from(clock.instant()),
                        JobState.OPEN.name(),
                        Timestamp.from(order.windowFrom()),
                        Timestamp.from(order.windowTo()),
                        agreed)
                .update();
        return job;
    }

    /** The orders of a case, the oldest first. */
    public List<WorkOrder> of(long caseId) {
        List<Visit> visits = db.sql(SELECT + "where s.case_id = ? order by l.id")
                .param(caseId)
                .query(WorkOrders::read)
                .list();
        Map<UUID, Job> found = jobs.get(visits.stream().map(Visit::job).toList()).stream()
                .collect(Collectors.toMap(Job::id, Function.identity()));
        return visits.stream()
                .map(visit -> new WorkOrder(
                        visit.stepSeq(),
                        Objects.requireNonNull(found.get(visit.job())),
                        visit.isExpectedInVain(),
                        visit.charged(),
                        visit.chargedNotes()))
                .toList();
    }

    /** What a step has ordered last. */
    Optional<Visit> ofStep(long stepId) {
        return db.sql(SELECT + "where l.step_id = ? order by l.id desc limit 1")
                .param(stepId)
                .query(WorkOrders::read)
                .optional();
    }

    /** The case that a job serves; empty for any other job. */
    Optional<Long> caseOf(UUID job) {
        return db.sql("select s.case_id from work_order_step l join plan_step s on s.id = l.step_id where l.job_id = ?")
                .param(job)
                .query(Long.class)
                .optional();
    }

    /** The case's side of a job, which the caller alone changes until the transaction ends; the case is locked. */
    @Transactional(propagation = Propagation.MANDATORY)
    Visit lock(UUID job) {
        return db.sql(SELECT + "where l.job_id = ? for update of l")
                .param(job)
                .query(WorkOrders::read)
                .single();
    }

    /** The job of the step in this instance that the case does not know to have ended. */
    Optional<UUID> openOf(String stepInstanceId) {
        return db.sql("""
                        select l.job_id from work_order_step l join plan_step s on s.id = l.step_id
                         where s.process_instance_id = ? and l.state = 'OPEN'""").param(stepInstanceId).query(UUID.class).optional();
    }

    void told(UUID job, AppointmentTold how, String notes) {
        db.sql("update work_order_step set told_how = ?, told_at = ?, told_notes = ? where job_id = ?")
                .params(how.name(), Timestamp.from(clock.instant()), notes, job)
                .update();
    }

    void called(UUID job, CallResult result, String notes) {
        db.sql("update work_order_step set call_result = ?, called_at = ?, call_notes = ? where job_id = ?")
                .params(result.name(), Timestamp.from(clock.instant()), notes, job)
                .update();
    }

    void charged(UUID job, Charged charged, String notes) {
        db.sql("""
                        update work_order_step set charged = ?, charged_notes = ?, charged_by = ?, charged_at = ?
                         where job_id = ?""")
                .params(charged.name(), notes, Actor.current().id(), Timestamp.from(clock.instant()), job)
                .update();
    }

    void plannedAgain(UUID job, String notes) {
        db.sql("update work_order_step set again_at = ?, again_notes = ? where job_id = ?")
                .params(Timestamp.from(clock.instant()), notes, job)
                .update();
    }

    void toldAgainBy(UUID job, long stepId) {
        db.sql("update work_order_step set tell_again_step_id = ? where job_id = ?")
                .params(stepId, job)
                .update();
    }

    void cancelWanted(UUID job) {
        db.sql("update work_order_step set cancel_wanted = true where job_id = ?")
                .param(job)
                .update();
    }

    /** The case knows the job as it stands. */
    void known(Job job, boolean failed) {
        db.sql("""
                        update work_order_step set state = ?, window_from = ?, window_to = ?, failed = ?, ended_at = ?
                         where job_id = ?""")
                .params(
                        job.state().name(),
                        Timestamp.from(job.order().windowFrom()),
                        Timestamp.from(job.order().windowTo()),
                        failed,
                        job.endedAt() == null ? null : Timestamp.from(job.endedAt()),
                        job.id())
                .update();
    }

    /** There is something to be told to the case about a job; nothing happens for one that serves none. */
    void hasNews(UUID job) {
        db.sql("update work_order_step set next_try_at = ?, tries = 0 where job_id = ?")
                .params(Timestamp.from(clock.instant()), job)
                .update();
    }

    /** Takes the next job with news. */
    Optional<UUID> claim() {
        Instant now = clock.instant();
        return db.sql("""
                        update work_order_step set tries = tries + 1, next_try_at = :until
                         where job_id = (select job_id from work_order_step where next_try_at <= :now
                                          order by next_try_at limit 1 for update skip locked)
                        returning job_id""")
                .param("until", Timestamp.from(now.plus(CLAIM)))
                .param("now", Timestamp.from(now))
                .query(UUID.class)
                .optional();
    }

    void newsTaken(UUID job) {
        db.sql("update work_order_step set next_try_at = null, tries = 0 where job_id = ?")
                .param(job)
                .update();
    }

    void later(UUID job) {
        db.sql("""
                        update work_order_step
                           set next_try_at = cast(? as timestamptz) + make_interval(secs => least(power(2, least(tries, 12)), ?))
                         where job_id = ?""")
                .params(Timestamp.from(clock.instant()), LONGEST_WAIT_SECONDS, job)
                .update();
    }

    private static Visit read(ResultSet row, int n) throws SQLException {
        return new Visit(
                row.getObject("job_id", UUID.class),
                row.getLong("step_id"),
                row.getInt("seq"),
                StepState.valueOf(row.getString("step_state")),
                JobState.valueOf(row.getString("state")),
                row.getTimestamp("window_from").toInstant(),
                row.getTimestamp("window_to").toInstant(),
                row.getBoolean("failed"),
                row.getBoolean("cancel_wanted"),
                row.getString("agreed"),
                named(AppointmentTold.class, row.getString("told_how")),
                InstantColumns.read(row, "told_at"),
                row.getString("told_notes"),
                row.getObject("tell_again_step_id", Long.class),
                named(CallResult.class, row.getString("call_result")),
                InstantColumns.read(row, "called_at"),
                row.getString("call_notes"),
                InstantColumns.read(row, "again_at"),
                row.getString("again_notes"),
                named(Charged.class, row.getString("charged")),
                row.getString("charged_notes"));
    }

    private static <E extends Enum<E>> @Nullable E named(Class<E> terms, @Nullable String name) {
        return name == null ? null : Enum.valueOf(terms, name);
    }
}
