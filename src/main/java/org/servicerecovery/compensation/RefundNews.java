package org.servicerecovery.compensation;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.engine.RecoveryProcess;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * The inbox of the payment processor's notices. A notice only makes us ask the processor, so one that comes twice, late,
 * before our own commit or before an earlier one does no harm. Nodes may look at the same time: each notice is taken once.
 */
@Component
class RefundNews {

    private static final Logger LOG = LoggerFactory.getLogger(RefundNews.class);

    /** Longer than the processor is waited for; a node that dies with a notice leaves it to the others after this. */
    private static final Duration CLAIM = Duration.ofMinutes(1);

    /** So many at a time: the next round begins a moment later. */
    private static final int ROUND = 100;

    private static final int LONGEST_WAIT_SECONDS = 3600;

    private record Notice(
            String id, String reference, @Nullable UUID key, int tries) {}

    private final JdbcClient db;
    private final Clock clock;
    private final PaymentProcessor processor;
    private final Compensations compensations;
    private final ReturnedCompensation returned;
    private final RecoveryProcess process;

    RefundNews(
            JdbcClient db,
            Clock clock,
            PaymentProcessor processor,
            Compensations compensations,
            ReturnedCompensation returned,
            RecoveryProcess process) {
        this.db = db;
        this.clock = clock;
        this.processor = processor;
        this.compensations = compensations;
        this.returned = returned;
        this.process = process;
    }

    /** Keeps a notice; false when it is there already. */
    boolean receive(RefundNotice notice) {
        Timestamp now = Timestamp.from(clock.instant());
        return db.sql("""
                        insert into payment_notice (processor, id, reference, key, received_at, next_try_at)
                        values (?, ?, ?, ?, ?, ?) on conflict do nothing""")
                        .params(processor.name(), notice.id(), notice.reference(), notice.key(), now, now)
                        .update()
                == 1;
    }

    @Scheduled(fixedDelayString = "${service-recovery.payments.notices-every:PT1S}")
    void workOff() {
        for (int i = 0; i < ROUND; i++) {
            Optional<Notice> next = claim();
            if (next.isEmpty()) {
                return;
            }
            Notice notice = next.get();
            try {
                Optional<String> outcome = handle(notice);
                if (outcome.isPresent()) {
                    handled(notice, outcome.get());
                } else {
                    later(notice);
                }
            } catch (RuntimeException e) {
                LOG.warn(
                        "Notice {} of the payment processor could not be worked off. It is tried again.",
                        notice.id(),
                        e);
                later(notice);
            }
        }
    }

    /** What was done about it; empty when it has to wait. */
    private Optional<String> handle(Notice notice) {
        Optional<Compensation> found =
                notice.key() == null ? Optional.<Compensation>empty() : compensations.byKey(notice.key());
        if (found.isEmpty() || !found.get().kind().isRefund()) {
            // Made outside, or an earlier try of ours that has ended: the reconciliation looks at both.
            return Optional.of("not in flight here");
        }
        Compensation about = found.get();
        return switch (about.state()) {
            // Nobody waits while the order is being sent: the answer to it may still be on its way.
            case IN_FLIGHT ->
                process.refundNews(String.valueOf(about.processInstanceId()))
                        ? Optional.of("asked the processor")
                        : Optional.empty();
            case SETTLED -> askAboutSettled(about);
            default -> Optional.of("nothing to do");
        };
    }

    private Optional<String> askAboutSettled(Compensation settled) {
        Optional<RefundOutcome> now = processor.lookUp(compensations.orderOf(settled));
        if (now.isEmpty() || now.get() instanceof RefundOutcome.Unknown) {
            return Optional.empty();
        }
        if (now.get() instanceof RefundOutcome.Declined declined) {
            returned.cameBack(settled, declined.reason());
            return Optional.of("the money came back");
        }
        return Optional.of("settled already");
    }

    private Optional<Notice> claim() {
        Instant now = clock.instant();
        return db.sql("""
                        update payment_notice set tries = tries + 1, next_try_at = :until
                         where (processor, id) = (select processor, id from payment_notice
                                                   where processor = :processor and next_try_at <= :now
                                                   order by next_try_at limit 1 for update skip locked)
                        returning id, reference, key, tries""")
                .param("until", Timestamp.from(now.plus(CLAIM)))
                .param("processor", processor.name())
                .param("now", Timestamp.from(now))
                .query(Notice.class)
                .optional();
    }

    private void handled(Notice notice, String outcome) {
        db.sql("update payment_notice set next_try_at = null, outcome = ? where processor = ? and id = ?")
                .params(outcome, processor.name(), notice.id())
                .update();
    }

    private void later(Notice notice) {
        long wait = Math.min(1L << Math.min(notice.tries(), 12), LONGEST_WAIT_SECONDS);
        db.sql("update payment_notice set next_try_at = ? where processor = ? and id = ?")
                .params(Timestamp.from(clock.instant().plusSeconds(wait)), processor.name(), notice.id())
                .update();
    }
}
