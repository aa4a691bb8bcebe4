package org.servicerecovery.workorder;

import java.util.Optional;
import java.util.UUID;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.engine.InstanceEnded;
import org.servicerecovery.job.JobAddedTo;
import org.servicerecovery.job.JobEnded;
import org.servicerecovery.job.JobRescheduled;
import org.servicerecovery.job.Jobs;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * What becomes of jobs is told to their cases after the fact: whoever ends a job holds its row, and the case's comes before
 * it. So only that there is news is kept in the job's transaction; nodes look for it all the time, and each is taken once.
 */
@Component
class VisitNews {

    private static final Logger LOG = LoggerFactory.getLogger(VisitNews.class);

    /** So many at a time: the next round begins a moment later. */
    private static final int ROUND = 100;

    private final WorkOrders orders;
    private final Visits visits;
    private final Jobs jobs;
    private final Cases cases;

    VisitNews(WorkOrders orders, Visits visits, Jobs jobs, Cases cases) {
        this.orders = orders;
        this.visits = visits;
        this.jobs = jobs;
        this.cases = cases;
    }

    @EventListener
    void ended(JobEnded ended) {
        orders.hasNews(ended.job());
    }

    @EventListener
    void rescheduled(JobRescheduled rescheduled) {
        orders.hasNews(rescheduled.job());
    }

    @EventListener
    void addedTo(JobAddedTo added) {
        orders.hasNews(added.job());
    }

    /** A step that ends before its visit, with its case or by an administrator, wants it no more. */
    @EventListener
    void instanceEnded(InstanceEnded ended) {
        orders.openOf(ended.processInstanceId()).ifPresent(job -> {
            orders.caseOf(job).ifPresent(cases::lock);
            orders.hasNews(job);
        });
    }

    @Scheduled(fixedDelayString = "${service-recovery.visits.news-every:PT1S}")
    void workOff() {
        for (int i = 0; i < ROUND; i++) {
            Optional<UUID> next = orders.claim();
            if (next.isEmpty()) {
                return;
            }
            try {
                if (visits.takeNews(next.get())) {
                    cancel(next.get());
                }
            } catch (RuntimeException e) {
                LOG.warn("What became of the job {} could not be told to its case. It is tried again.", next.get(), e);
                orders.later(next.get());
            }
        }
    }

    /** In a transaction of its own. Where the job has ended a moment before, that is the next news. */
    private void cancel(UUID job) {
        try {
            jobs.cancel(job);
        } catch (Refused over) {
            orders.hasNews(job);
        }
    }
}
