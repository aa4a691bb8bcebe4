package org.servicerecovery.job;

import java.security.SecureRandom;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.servicerecovery.engine.FieldJobs;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Releases all jobs that were placed since the last time, in shuffled order and at one instant: neither the order of the
 * numbers nor the second tells who placed which.
 */
@Component
class ReleaseTick {

    private static final Logger LOG = LoggerFactory.getLogger(ReleaseTick.class);
    /** In one transaction; what comes after them has the same instant. */
    private static final int AT_ONCE = 100;

    private final JdbcClient db;
    private final Clock clock;
    private final Jobs jobs;
    private final JobDue due;
    private final JobTeam teams;
    private final FieldJobs process;
    private final ApplicationEventPublisher events;
    private final TransactionTemplate transaction;
    private final SecureRandom random = new SecureRandom();

    ReleaseTick(
            JdbcClient db,
            Clock clock,
            Jobs jobs,
            JobDue due,
            JobTeam teams,
            FieldJobs process,
            ApplicationEventPublisher events,
            PlatformTransactionManager transactions) {
        this.db = db;
        this.clock = clock;
        this.jobs = jobs;
        this.due = due;
        this.teams = teams;
        this.process = process;
        this.events = events;
        this.transaction = new TransactionTemplate(transactions);
    }

    @Scheduled(
            initialDelayString = "${service-recovery.jobs.release-every}",
            fixedDelayString = "${service-recovery.jobs.release-every}")
    void release() {
        Instant at = clock.instant();
        List<UUID> waiting = new ArrayList<>(db.sql("select id from job where released_at is null and state = 'OPEN'")
                .query(UUID.class)
                .list());
        Collections.shuffle(waiting, random);
        for (int from = 0; from < waiting.size(); from += AT_ONCE) {
            List<UUID> some = waiting.subList(from, Math.min(from + AT_ONCE, waiting.size()));
            try {
                release(some, at);
            } catch (RuntimeException e) {
                LOG.warn("Some jobs could not be released together, so it is done one by one.", e);
                some.forEach(one -> releaseAlone(one, at));
            }
        }
    }

    private void releaseAlone(UUID id, Instant at) {
        try {
            release(List.of(id), at);
        } catch (RuntimeException e) {
            LOG.error("The job {} cannot be released; it is tried again.", id, e);
        }
    }

    private void release(List<UUID> ids, Instant at) {
        transaction.executeWithoutResult(status -> {
            // Its lock keeps other nodes waiting, so that the numbers have no gaps.
            long next = db.sql("select next from job_series for update")
                    .query(Long.class)
                    .single();
            for (UUID id : ids) {
                Job job = jobs.lock("where id = ?", id);
                // Another node may have released it, or somebody cancelled it.
                if (job.number() == null && job.state() == JobState.OPEN) {
                    release(job, "WO-" + next, at);
                    next++;
                }
            }
            db.sql("update job_series set next = ?").param(next).update();
        });
    }

    private void release(Job job, String number, Instant at) {
        Order order = job.order();
        JobTeam.Team team = teams.of(order.skill(), order.area());
        Instant dueAt = due.of(order.skill(), order.windowFrom(), order.windowTo());
        process.teamNeeded(team.id(), team.name());
        String instance = process.released(number, team.id(), dueAt);
        db.sql("""
                        update job set number = ?, released_at = ?, team = ?, due_at = ?, instance_id = ?
                         where id = ?""")
                .params(number, Timestamp.from(at), team.id(), Timestamp.from(dueAt), instance, job.id())
                .update();
        events.publishEvent(new JobReleased(job.id()));
    }
}
