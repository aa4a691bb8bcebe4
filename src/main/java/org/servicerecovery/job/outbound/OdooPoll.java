package org.servicerecovery.job.outbound;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;
import org.servicerecovery.job.Job;
import org.servicerecovery.job.JobState;
import org.servicerecovery.job.Jobs;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Asks Odoo what became of the open jobs: closed there, or planned outside of the time window. A job whose own news is
 * still on its way to Odoo is left alone, as Odoo knows less of it than we do.
 */
class OdooPoll {

    /**
     * @param told the last message about it, by its revision; 0 when there is none
     */
    private record Asked(UUID id, String number, int told) {}

    private static final Logger LOG = LoggerFactory.getLogger(OdooPoll.class);
    private static final int AT_ONCE = 200;
    private static final Duration GRID = Duration.ofMinutes(15);

    private final JdbcClient db;
    private final Jobs jobs;
    private final OdooReceiver odoo;
    private final OdooStages stages;
    private final TransactionTemplate transaction;

    OdooPoll(JdbcClient db, Jobs jobs, OdooReceiver odoo, OdooStages stages, PlatformTransactionManager transactions) {
        this.db = db;
        this.jobs = jobs;
        this.odoo = odoo;
        this.stages = stages;
        this.transaction = new TransactionTemplate(transactions);
    }

    @Scheduled(
            initialDelayString = "${service-recovery.jobs.odoo.poll-every}",
            fixedDelayString = "${service-recovery.jobs.odoo.poll-every}")
    void look() {
        String after = "";
        for (List<Asked> some = open(after); !some.isEmpty(); some = open(after)) {
            after = some.get(some.size() - 1).number();
            try {
                look(some);
            } catch (OdooClient.Failed e) {
                LOG.warn("Odoo could not be asked about jobs; it is asked again. {}", e.why());
                return;
            }
        }
    }

    private void look(List<Asked> asked) throws OdooClient.Failed {
        Map<String, Asked> byNumber = new HashMap<>();
        asked.forEach(one -> byNumber.put(one.number(), one));
        for (OdooReceiver.TheirOrder theirs : odoo.orders(List.copyOf(byNumber.keySet()))) {
            Asked ours = byNumber.get(theirs.number());
            if (ours != null) {
                try {
                    transaction.executeWithoutResult(status -> apply(ours, theirs));
                } catch (Refused e) {
                    LOG.warn("What Odoo says of {} is not taken: {}", theirs.number(), e.getMessage());
                }
            }
        }
    }

    private List<Asked> open(String after) {
        return db.sql("""
                        select j.id, j.number,
                               coalesce((select max(o.revision) from job_outbox o where o.job_id = j.id), 0) as told
                          from job j
                         where j.state = 'OPEN' and j.released_at is not null and j.number > ?
                           and not exists (select 1 from job_outbox o
                                            where o.job_id = j.id and o.delivered_at is null)
                         order by j.number limit ?""")
                .params(after, AT_ONCE)
                .query((row, n) ->
                        new Asked(row.getObject("id", UUID.class), row.getString("number"), row.getInt("told")))
                .list();
    }

    private void apply(Asked asked, OdooReceiver.TheirOrder theirs) {
        Job job = jobs.locked(asked.id());
        int told = db.sql("select coalesce(max(revision), 0) from job_outbox where job_id = ?")
                .param(job.id())
                .query(Integer.class)
                .single();
        // It changed here while Odoo was asked: then the answer is old.
        if (job.state() != JobState.OPEN || told != asked.told()) {
            return;
        }
        if (theirs.isClosed()) {
            close(job, theirs);
        } else {
            move(job, theirs.scheduledFrom());
        }
    }

    private void close(Job job, OdooReceiver.TheirOrder theirs) {
        Optional<JobState> meant = stages.meant(theirs.stage());
        if (meant.isEmpty()) {
            LOG.warn(
                    "{} is closed in Odoo in the stage \"{}\", of which service-recovery.jobs.odoo.stages says nothing.",
                    theirs.number(),
                    theirs.stage());
        } else if (meant.get() == JobState.CANCELLED) {
            jobs.cancel(job.id());
        } else {
            jobs.reported(job.id(), meant.get(), theirs.resolution().isBlank() ? theirs.stage() : theirs.resolution());
        }
    }

    /** A visit that is planned within the window leaves it as it is; another one moves it, as long as it was. */
    private void move(Job job, @Nullable Instant planned) {
        Instant from = job.order().windowFrom();
        Instant to = job.order().windowTo();
        if (planned == null || (!planned.isBefore(from) && !planned.isAfter(to))) {
            return;
        }
        Instant onGrid =
                Instant.ofEpochSecond(Math.floorDiv(planned.getEpochSecond(), GRID.toSeconds()) * GRID.toSeconds());
        jobs.reschedule(job.id(), onGrid, onGrid.plus(Duration.between(from, to)));
    }
}
