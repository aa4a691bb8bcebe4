package org.servicerecovery.job.outbound;

import jakarta.annotation.PreDestroy;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Tells the receiver what lies in the outbox: several jobs at once, so that one slow answer keeps no other job waiting.
 * Other nodes do the same.
 */
@Component
@EnableConfigurationProperties(OutboundProperties.class)
class Deliveries {

    private static final Logger LOG = LoggerFactory.getLogger(Deliveries.class);

    private final Outbox outbox;
    private final JobReceiver receiver;
    private final int parallel;
    private final ExecutorService pool;
    private final AtomicInteger atWork = new AtomicInteger();

    Deliveries(Outbox outbox, JobReceiver receiver, OutboundProperties properties) {
        this.outbox = outbox;
        this.receiver = receiver;
        this.parallel = properties.outbox().parallel();
        this.pool = Executors.newFixedThreadPool(parallel, work -> {
            Thread thread = new Thread(work, "jobs-outbound");
            thread.setDaemon(true);
            return thread;
        });
    }

    @Scheduled(fixedDelayString = "${service-recovery.jobs.outbox.every}")
    void look() {
        if (!receiver.isBuiltIn()) {
            oneMore();
        }
    }

    /** Whoever finds something to do calls another one, who may find something too. */
    private void oneMore() {
        if (atWork.incrementAndGet() > parallel) {
            atWork.decrementAndGet();
            return;
        }
        try {
            pool.execute(this::work);
        } catch (RejectedExecutionException closing) {
            atWork.decrementAndGet();
        }
    }

    private void work() {
        try {
            for (Optional<OutboundMessage> next = outbox.claim(); next.isPresent(); next = outbox.claim()) {
                oneMore();
                deliver(next.get());
            }
        } catch (RuntimeException e) {
            // Whatever was claimed is due again when the claim is over.
            LOG.warn("What lies in the outbox of jobs cannot be delivered now.", e);
        } finally {
            atWork.decrementAndGet();
        }
    }

    /** Delivers what is due, within this call. */
    void deliver() {
        for (Optional<OutboundMessage> next = outbox.claim(); next.isPresent(); next = outbox.claim()) {
            deliver(next.get());
        }
    }

    /** Not what somebody else has by now. */
    void deliver(OutboundMessage message) {
        if (!outbox.holds(message)) {
            LOG.info("The message {} is another node's by now.", message.messageId());
            return;
        }
        JobReceiver.Answer answer;
        try {
            answer = receiver.deliver(message);
        } catch (RuntimeException e) {
            LOG.warn("The message {} could not be delivered.", message.messageId(), e);
            answer = new JobReceiver.Answer.NotTaken(
                    "It failed here: " + e.getClass().getSimpleName() + ".");
        }
        outbox.record(message, answer);
    }

    @PreDestroy
    void stop() throws InterruptedException {
        pool.shutdown();
        if (!pool.awaitTermination(receiver.longest().toMillis(), TimeUnit.MILLISECONDS)) {
            pool.shutdownNow();
        }
    }
}
