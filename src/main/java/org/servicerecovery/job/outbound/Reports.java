package org.servicerecovery.job.outbound;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;
import org.servicerecovery.job.Job;
import org.servicerecovery.job.JobRescheduled;
import org.servicerecovery.job.JobState;
import org.servicerecovery.job.Jobs;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * What a receiver tells of jobs. Its messages may come twice, late and in any order: each counts once by its id, and one
 * that tells of an earlier moment than what is known changes nothing.
 */
@Component
class Reports {

    /** What a receiver tells; which it is says the message's type. */
    enum Kind {
        DONE("job.done", JobState.DONE),
        PARTLY("job.partly", JobState.PARTLY),
        NO_ACCESS("job.no_access", JobState.NO_ACCESS),
        CANCELLED("job.cancelled", JobState.CANCELLED),
        RESCHEDULED("job.rescheduled", JobState.OPEN);

        private final String code;
        private final JobState state;

        Kind(String code, JobState state) {
            this.code = code;
            this.state = state;
        }

        String code() {
            return code;
        }
    }

    /**
     * One message.
     *
     * @param at when it happened
     */
    record Report(
            Kind kind,
            Instant at,
            String number,
            String notes,
            @Nullable Instant windowFrom,
            @Nullable Instant windowTo) {}

    /** What a message did. */
    enum Effect {
        APPLIED("applied"),
        /** It told what is known already, or was overtaken by something later. */
        NOTHING_NEW("nothing-new"),
        REPEATED("repeated");

        private final String code;

        Effect(String code) {
            this.code = code;
        }

        String code() {
            return code;
        }
    }

    /** Nobody knows of a job before it is given out: what says so is no moment that anybody meant. */
    private static final Duration BEHIND = Duration.ofDays(1);
    /** As far as clocks may differ. */
    private static final Duration AHEAD = Duration.ofMinutes(5);

    private final JdbcClient db;
    private final Clock clock;
    private final Jobs jobs;
    private final Duration keep;

    Reports(JdbcClient db, Clock clock, Jobs jobs, OutboundProperties properties) {
        this.db = db;
        this.clock = clock;
        this.jobs = jobs;
        this.keep = properties.outbox().keepDelivered();
    }

    /**
     * Takes a message.
     *
     * @param messageId the same each time it is sent
     * @throws Refused naming the field that is wrong, or with a conflict when the job has ended in another way
     */
    @Transactional
    public Effect take(String messageId, byte[] body, Report report) {
        if (report.at().isAfter(clock.instant().plus(AHEAD))) {
            throw Refused.field("timestamp", "jobs.outbound.refused.future");
        }
        Job job = jobs.byNumber(report.number())
                .orElseThrow(() -> Refused.notFound("jobs.refused.unknown", report.number()));
        if (job.releasedAt() == null || report.at().isBefore(job.releasedAt().minus(BEHIND))) {
            throw Refused.field("timestamp", "jobs.outbound.refused.longAgo");
        }
        byte[] digest = digest(body);
        // Whoever sends the same at the same moment waits here.
        boolean isNew = db.sql("""
                        insert into job_report (message_id, digest, job_id, type, said_at, received_at, applied)
                        values (?, ?, ?, ?, ?, ?, false) on conflict (message_id) do nothing""")
                        .params(
                                messageId,
                                digest,
                                job.id(),
                                report.kind().code(),
                                Timestamp.from(report.at()),
                                Timestamp.from(clock.instant()))
                        .update()
                == 1;
        if (!isNew) {
            byte[] earlier = db.sql("select digest from job_report where message_id = ?")
                    .param(messageId)
                    .query((row, n) -> row.getBytes("digest"))
                    .single();
            if (!Arrays.equals(earlier, digest)) {
                throw Refused.conflict("jobs.outbound.refused.otherContent", messageId);
            }
            return Effect.REPEATED;
        }
        if (!apply(job, report)) {
            return Effect.NOTHING_NEW;
        }
        db.sql("update job_report set applied = true where message_id = ?")
                .param(messageId)
                .update();
        return Effect.APPLIED;
    }

    private boolean apply(Job found, Report report) {
        Job job = jobs.locked(found.id());
        JobState told = report.kind().state;
        if (isOvertaken(job, report)) {
            return false;
        }
        if (told == JobState.OPEN) {
            // Of a job that has ended the news is old.
            if (job.state() != JobState.OPEN || isAsItWas(job, report)) {
                return false;
            }
            jobs.reschedule(job.id(), report.windowFrom(), report.windowTo());
            movedAt(job.id(), report.at());
            return true;
        }
        if (job.state() == told) {
            return false;
        }
        if (told == JobState.CANCELLED) {
            jobs.cancel(job.id());
        } else {
            jobs.reported(job.id(), told, report.notes());
        }
        return true;
    }

    /**
     * Whether something later is known: told by the receiver itself, or that the job was moved here. Who moves a job here
     * takes no work back that was done by then, so what is done is overtaken only by what the receiver says.
     */
    private boolean isOvertaken(Job job, Report report) {
        boolean byThem = db.sql("select 1 from job_report where job_id = ? and applied and said_at > ? limit 1")
                .params(job.id(), Timestamp.from(report.at()))
                .query(Integer.class)
                .optional()
                .isPresent();
        if (byThem || report.kind() == Kind.DONE) {
            return byThem;
        }
        // Their moments may have whole seconds alone.
        return db.sql("select at from job_moved where job_id = ?")
                .param(job.id())
                .query(Timestamp.class)
                .optional()
                .filter(at -> report.at().isBefore(at.toInstant().truncatedTo(ChronoUnit.SECONDS)))
                .isPresent();
    }

    /** Two systems that tell each other whatever they hear would never end. */
    private static boolean isAsItWas(Job job, Report report) {
        return job.order().windowFrom().equals(report.windowFrom())
                && job.order().windowTo().equals(report.windowTo());
    }

    @EventListener
    @Transactional(propagation = Propagation.MANDATORY)
    public void moved(JobRescheduled event) {
        movedAt(event.job(), clock.instant());
    }

    private void movedAt(UUID job, Instant at) {
        db.sql("insert into job_moved (job_id, at) values (?, ?) on conflict (job_id) do update set at = excluded.at")
                .params(job, Timestamp.from(at))
                .update();
    }

    /** Of a job that ended long ago nobody sends anything again. */
    @Scheduled(initialDelayString = "PT11M", fixedDelayString = "PT12H")
    @Transactional
    public void forget() {
        Timestamp before = Timestamp.from(clock.instant().minus(keep));
        db.sql("""
                        delete from job_report r using job j
                         where j.id = r.job_id and j.ended_at < :before and r.received_at < :before""").param("before", before).update();
        db.sql("delete from job_moved m using job j where j.id = m.job_id and j.ended_at < :before")
                .param("before", before)
                .update();
    }

    private static byte[] digest(byte[] body) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(body);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256.", e);
        }
    }
}
