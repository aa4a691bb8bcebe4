package org.servicerecovery.compensation;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.Actor;
import org.servicerecovery.customer.Customers;
import org.servicerecovery.customer.Payment;
import org.servicerecovery.engine.RecoveryProcess;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Holds the processor's list of refunds and its customers' balances against the ledger, every night and on demand. Where the processor knows more of a
 * refund than we do, what follows is set going; what cannot be explained becomes a task. Nodes may compare at the same
 * time: each difference is kept once.
 */
@Component
class Reconciliation {

    /**
     * @param caughtUp refunds of which the processor knew more than we did
     * @param failed refunds that could not be compared this time
     */
    record Result(
            long id,
            Instant since,
            Instant startedAt,
            String startedBy,
            int compared,
            int caughtUp,
            int differences,
            int failed) {}

    /** A refund that was ordered here, and from which charge. */
    private record Ours(Compensation compensation, String chargeId) {}

    private static final Logger LOG = LoggerFactory.getLogger(Reconciliation.class);

    /** So many refunds are looked up here at once. */
    private static final int BATCH = 1000;

    private final JdbcClient db;
    private final Clock clock;
    private final PaymentProcessor processor;
    private final PaymentsProperties payments;
    private final Compensations compensations;
    private final ReturnedCompensation returned;
    private final Differences differences;
    private final BalanceReading balances;
    private final Customers customers;
    private final RecoveryProcess process;

    Reconciliation(
            JdbcClient db,
            Clock clock,
            PaymentProcessor processor,
            PaymentsProperties payments,
            Compensations compensations,
            ReturnedCompensation returned,
            Differences differences,
            BalanceReading balances,
            Customers customers,
            RecoveryProcess process) {
        this.db = db;
        this.clock = clock;
        this.processor = processor;
        this.payments = payments;
        this.compensations = compensations;
        this.returned = returned;
        this.differences = differences;
        this.balances = balances;
        this.customers = customers;
        this.process = process;
    }

    @Scheduled(cron = "${service-recovery.payments.reconcile-at:0 30 3 * * *}", zone = "${service-recovery.zone}")
    void everyNight() {
        try {
            compare();
        } catch (RuntimeException e) {
            LOG.warn(
                    "The payment processor's list could not be compared with the ledger. It is tried again tomorrow,"
                            + " or on demand.",
                    e);
        }
    }

    /** Compares on demand. */
    Result onDemand() {
        try {
            return compare();
        } catch (ProcessorUnavailable e) {
            throw Refused.conflict("refused.reconciliation.notNow", String.valueOf(e.getMessage()));
        }
    }

    private static final class Tally {

        private final Set<Long> listed = new HashSet<>();
        private int caughtUp;
        private int differences;
        private int failed;
    }

    private Result compare() {
        Instant startedAt = clock.instant();
        Instant since = startedAt.minus(payments.reconcileBack());
        List<ProcessorRefund> list = processor.refunds(since);
        Tally tally = new Tally();
        for (int from = 0; from < list.size(); from += BATCH) {
            List<ProcessorRefund> batch = list.subList(from, Math.min(from + BATCH, list.size()));
            Map<String, Ours> ours = ours(batch);
            batch.forEach(refund ->
                    each(tally, refund.reference(), () -> compare(refund, ours.get(refund.reference()), tally)));
        }
        refundsExecutedBetween(since, startedAt).stream()
                .filter(paid -> !tally.listed.contains(paid.id()))
                .forEach(paid -> each(tally, "compensation " + paid.id(), () -> tally.differences += missing(paid)));
        balances.customers()
                .forEach(customer -> each(tally, "The balance of " + customer, () -> compare(customer, tally)));
        tally.differences += balances.unanswered();
        return keep(since, startedAt, list.size(), tally);
    }

    private void compare(String customerWithCredit, Tally tally) {
        BalanceReading.Result read = balances.compare(customerWithCredit);
        tally.caughtUp += read.booked();
        tally.differences += read.differences();
    }

    /** One that cannot be compared keeps none of the others; somebody else may be at it. */
    private static void each(Tally tally, String what, Runnable compare) {
        try {
            compare.run();
        } catch (RuntimeException e) {
            tally.failed++;
            LOG.warn("{} could not be compared with the payment processor. The next comparison takes it up.", what, e);
        }
    }

    private void compare(ProcessorRefund refund, @Nullable Ours found, Tally tally) {
        Compensation ours = found == null ? null : found.compensation();
        if (found != null && ours != null && isTheTryThatCounts(ours, refund)) {
            tally.listed.add(ours.id());
            tally.differences += compareAmount(found, refund);
            tally.caughtUp += catchUp(ours, refund);
        } else if (isPaid(refund)) {
            tally.differences += unexpected(refund, ours);
        } else if (refund.outcome() instanceof RefundOutcome.Declined
                && differences.externalCameBack(processor.name(), refund.reference())) {
            tally.caughtUp++;
        }
    }

    /** By the processor's reference, which an adopted one has alone; else by a key of ours, now or before a decline. */
    private Map<String, Ours> ours(List<ProcessorRefund> listed) {
        Map<String, Ours> found = new HashMap<>();
        db.sql("""
                        select listed.reference as listed, m.*, p.charge_id
                          from unnest(cast(:references as text[]), cast(:keys as uuid[]), cast(:reservations as text[]))
                               as listed (reference, key, reservation)
                          left join compensation r
                            on r.processor_reference = listed.reference and r.payment_id is not null
                          left join compensation k on k.idempotency_key = listed.key
                          left join ledger_transfer t on t.key = listed.reservation
                          join compensation m on m.id = coalesce(r.id, k.id, t.compensation_id)
                          join payment p on p.id = m.payment_id""")
                .param("references", each(listed, ProcessorRefund::reference))
                .param("keys", each(listed, refund -> Objects.toString(refund.key(), null)))
                .param("reservations", each(listed, Reconciliation::reservation))
                .query((row, n) -> found.put(
                        row.getString("listed"), new Ours(Compensations.read(row, n), row.getString("charge_id"))))
                .list();
        return found;
    }

    private static @Nullable String[] each(
            List<ProcessorRefund> listed, Function<ProcessorRefund, @Nullable String> what) {
        return listed.stream().map(what).toArray(String[]::new);
    }

    /** What the ledger keeps of a try for good: after a decline its compensation has another key. */
    private static @Nullable String reservation(ProcessorRefund refund) {
        return refund.key() == null ? null : Ledger.key(Kind.PARTIAL_REFUND, refund.key(), "reserved");
    }

    private static boolean isTheTryThatCounts(Compensation ours, ProcessorRefund refund) {
        return ours.idempotencyKey().equals(refund.key()) || refund.reference().equals(ours.processorReference());
    }

    private static boolean isPaid(ProcessorRefund refund) {
        return refund.outcome() instanceof RefundOutcome.Settled;
    }

    private int compareAmount(Ours ours, ProcessorRefund refund) {
        Compensation ordered = ours.compensation();
        boolean agrees =
                ordered.amount().equals(refund.amount()) && ours.chargeId().equals(refund.chargeId());
        return agrees ? 0 : found(DifferenceKind.OTHER_AMOUNT, refund, paymentOf(ordered), ordered.id());
    }

    /** The same that a notice sets going; one may have been lost. */
    private int catchUp(Compensation ours, ProcessorRefund refund) {
        boolean pending = refund.outcome() instanceof RefundOutcome.Pending;
        if (ours.isAcceptedByProcessor() && !pending) {
            return process.refundNews(String.valueOf(ours.processInstanceId())) ? 1 : 0;
        }
        if (ours.state() == CompensationState.SETTLED && refund.outcome() instanceof RefundOutcome.Declined declined) {
            returned.cameBack(ours, declined.reason());
            return 1;
        }
        return 0;
    }

    private int unexpected(ProcessorRefund refund, @Nullable Compensation earlierTryOf) {
        // The processor may have customers that we know nothing of.
        Optional<Payment> payment = customers.paymentByCharge(refund.chargeId());
        if (payment.isEmpty() || (earlierTryOf != null && !isStillPaid(refund))) {
            return 0;
        }
        return found(
                earlierTryOf == null ? DifferenceKind.MADE_OUTSIDE : DifferenceKind.PAID_AFTER_DECLINE,
                refund,
                payment.get(),
                earlierTryOf == null ? null : earlierTryOf.id());
    }

    /** The list may be older than the news of this refund, which have given its compensation another key. */
    private boolean isStillPaid(ProcessorRefund refund) {
        RefundOrder order = new RefundOrder(Objects.requireNonNull(refund.key()), refund.chargeId(), refund.amount());
        return processor.lookUp(order).orElse(refund.outcome()) instanceof RefundOutcome.Settled;
    }

    private int found(DifferenceKind kind, ProcessorRefund refund, Payment payment, @Nullable Long compensationId) {
        return differences.found(
                        processor.name(),
                        new Differences.Found(
                                kind, refund.reference(), payment, compensationId, refund.amount(), refund.bookedAt()))
                ? 1
                : 0;
    }

    /** Its time may be at the edge of the list: the processor is asked for it by itself. */
    private int missing(Compensation paid) {
        Optional<RefundOutcome> now = processor.lookUp(compensations.orderOf(paid));
        if (now.isPresent()) {
            return 0;
        }
        return differences.found(
                        processor.name(),
                        new Differences.Found(
                                DifferenceKind.NOT_AT_PROCESSOR,
                                "compensation " + paid.id(),
                                paymentOf(paid),
                                paid.id(),
                                paid.amount(),
                                clock.instant()))
                ? 1
                : 0;
    }

    private List<Compensation> refundsExecutedBetween(Instant from, Instant before) {
        return db.sql("""
                        select * from compensation
                         where payment_id is not null and state = 'SETTLED' and executed_at >= ? and executed_at < ?
                         order by id""")
                .params(Timestamp.from(from), Timestamp.from(before))
                .query(Compensations::read)
                .list();
    }

    private Payment paymentOf(Compensation refund) {
        return customers.payment(Objects.requireNonNull(refund.paymentId())).orElseThrow();
    }

    private Result keep(Instant since, Instant startedAt, int compared, Tally tally) {
        String by = Actor.current().id();
        long id = db.sql("""
                        insert into reconciliation (processor, since, started_by, started_at, finished_at, compared,
                                                    caught_up, differences, failed)
                        values (?, ?, ?, ?, ?, ?, ?, ?, ?) returning id""")
                .params(
                        processor.name(),
                        Timestamp.from(since),
                        by,
                        Timestamp.from(startedAt),
                        Timestamp.from(clock.instant()),
                        compared,
                        tally.caughtUp,
                        tally.differences,
                        tally.failed)
                .query(Long.class)
                .single();
        return new Result(id, since, startedAt, by, compared, tally.caughtUp, tally.differences, tally.failed);
    }

    /** Newest first. */
    List<Result> latest(int limit) {
        return db.sql("select * from reconciliation order by id desc limit ?")
                .param(limit)
                .query((row, n) -> new Result(
                        row.getLong("id"),
                        row.getTimestamp("since").toInstant(),
                        row.getTimestamp("started_at").toInstant(),
                        row.getString("started_by"),
                        row.getInt("compared"),
                        row.getInt("caught_up"),
                        row.getInt("differences"),
                        row.getInt("failed")))
                .list();
    }
}
