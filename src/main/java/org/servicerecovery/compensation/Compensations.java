package org.servicerecovery.compensation;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.joda.money.Money;
import org.servicerecovery.InstantColumns;
import org.servicerecovery.Messages;
import org.servicerecovery.MoneyColumns;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.CaseEnding;
import org.servicerecovery.cases.CaseMerged;
import org.servicerecovery.cases.CaseNumber;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.Journal;
import org.servicerecovery.cases.OwnerChanged;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.customer.Customers;
import org.servicerecovery.customer.Payment;
import org.servicerecovery.engine.InstanceEnded;
import org.servicerecovery.engine.RecoveryProcess;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Money and credit given back, and services done for free: what there is, the process in which it is decided on, and that
 * it ends with its case. Lock order: case, payment.
 */
@Component
public class Compensations {

    private final JdbcClient db;
    private final Cases cases;
    private final Customers customers;
    private final Journal journal;
    private final OrderedServices services;
    private final Ledger ledger;
    private final RecoveryProcess process;

    Compensations(
            JdbcClient db,
            Cases cases,
            Customers customers,
            Journal journal,
            OrderedServices services,
            Ledger ledger,
            RecoveryProcess process) {
        this.db = db;
        this.services = services;
        this.cases = cases;
        this.customers = customers;
        this.journal = journal;
        this.ledger = ledger;
        this.process = process;
    }

    public List<Compensation> of(long caseId) {
        return db.sql("select * from compensation where case_id = ? order by id")
                .param(caseId)
                .query(Compensations::read)
                .list();
    }

    /** What is left of a payment to be offered: paid less refunded less pending, that is offered, approved or in flight. */
    public Money refundable(Payment payment) {
        BigDecimal promised =
                db.sql("""
                        select coalesce(sum(amount), 0) from compensation
                         where payment_id = ? and state in ('OFFERED', 'APPROVED')""").param(payment.id()).query(BigDecimal.class).single();
        return notRefunded(payment)
                .minus(MoneyColumns.of(
                        promised, payment.amount().getCurrencyUnit().getCode()));
    }

    /** What of a payment has not been given back on any case, nor is on its way. */
    public Money notRefunded(Payment payment) {
        return payment.amount().minus(ledger.taken(payment));
    }

    /** Ties the starting process to its compensation, which has none. */
    @Transactional(propagation = Propagation.MANDATORY)
    Compensation started(long id, String processInstanceId) {
        Compensation offered = lock(id);
        int rows = db.sql(
                        "update compensation set process_instance_id = ? where id = ? and process_instance_id is null")
                .params(processInstanceId, id)
                .update();
        // Without a process an offer has just been made, a refund is pending or its money has come back, or a service
        // is to be cancelled.
        if (rows != 1 || !hasProcess(offered)) {
            throw Refused.conflict("refused.compensation.hasProcess");
        }
        return get(id);
    }

    /** Whether a process goes on with it. */
    private boolean hasProcess(Compensation of) {
        return of.state().isOpen() || services.beingCancelled(of.caseId()).containsKey(of.id());
    }

    /** Leaves the process that gave it to its end: another one will be tied to it. */
    @Transactional(propagation = Propagation.MANDATORY)
    void leaveProcess(Compensation of) {
        db.sql("update compensation set process_instance_id = null where id = ?")
                .param(of.id())
                .update();
    }

    /**
     * Answers the open task of a compensation: approval, or what to do after a decline.
     *
     * @param submitted what the form would submit: decision and reason
     */
    @Transactional
    public Compensation answer(CaseNumber number, long compensationId, Map<String, Object> submitted) {
        RecoveryCase found = cases.lock(number);
        Compensation asked = of(found.id()).stream()
                .filter(compensation -> compensation.id() == compensationId)
                .findFirst()
                .orElseThrow(() ->
                        Refused.notFound("refused.compensation.none", number.value(), String.valueOf(compensationId)));
        String nobodyWaits = Messages.text(
                "refused.compensation.nobodyWaits",
                String.valueOf(compensationId),
                asked.state().shownInText());
        if (asked.processInstanceId() == null) {
            throw Refused.conflict(nobodyWaits);
        }
        process.complete(asked.processInstanceId(), List.of(), submitted, nobodyWaits);
        return get(compensationId);
    }

    /** Locks the case of the compensation that runs in this instance, found by the instance and not by a variable. */
    @Transactional(propagation = Propagation.MANDATORY)
    Compensation lockByInstance(String processInstanceId) {
        return lock(byInstance(processInstanceId)
                .orElseThrow(() -> Refused.conflict("refused.compensation.noInstance"))
                .id());
    }

    /** The compensation that runs in this instance. */
    public Optional<Long> idByInstance(String processInstanceId) {
        return byInstance(processInstanceId).map(Compensation::id);
    }

    Optional<Compensation> byInstance(String processInstanceId) {
        return db.sql("select * from compensation where process_instance_id = ?")
                .param(processInstanceId)
                .query(Compensations::read)
                .optional();
    }

    /** The compensation that is, or was last, ordered with that key. */
    Optional<Compensation> byKey(UUID idempotencyKey) {
        return db.sql("select * from compensation where idempotency_key = ?")
                .param(idempotencyKey)
                .query(Compensations::read)
                .optional();
    }

    Optional<Compensation> latestOfStep(long stepId) {
        return db.sql("select * from compensation where step_id = ? order by id desc limit 1")
                .param(stepId)
                .query(Compensations::read)
                .optional();
    }

    /**
     * A case does not end while its money may be paid at any moment: the answer of the processor would find nobody. It
     * is resolved once every offer is decided on; when it ends otherwise, what was offered is offered no more.
     */
    @EventListener
    void endWith(CaseEnding ending) {
        List<Compensation> open = of(ending.caseId()).stream()
                .filter(compensation -> compensation.state().isOpen())
                // The processor has it, and a process of its own: if it fails, the case is opened again.
                .filter(compensation -> !compensation.isAcceptedByProcessor())
                .toList();
        if (open.stream().anyMatch(compensation -> compensation.state() == CompensationState.IN_FLIGHT)) {
            throw Refused.conflict("refused.compensation.moneyOnItsWay");
        }
        if (ending.resolved() && !open.isEmpty()) {
            throw Refused.conflict(
                    "refused.compensation.decideFirst",
                    String.valueOf(open.get(0).id()),
                    open.get(0).state().shownInText());
        }
        services.beingCancelled(ending.caseId()).values().stream()
                .filter(number -> ending.resolved())
                .findFirst()
                .ifPresent(number -> {
                    throw Refused.conflict("refused.compensation.serviceBeingCancelled", number);
                });
        open.stream()
                .map(Compensation::processInstanceId)
                .filter(Objects::nonNull)
                .forEach(process::offerWithdrawn);
    }

    @EventListener
    void ownerChanged(OwnerChanged changed) {
        cases.family(changed.caseId()).stream()
                .flatMap(id -> of(id).stream())
                .filter(this::hasProcess)
                .map(Compensation::processInstanceId)
                .filter(Objects::nonNull)
                .forEach(instance -> process.handOver(instance, changed.from(), changed.to()));
    }

    /** What still waits for somebody or for the processor is from now on with who owns the case that goes on. */
    @EventListener
    void merged(CaseMerged merged) {
        of(merged.duplicate().id()).stream()
                .filter(this::hasProcess)
                .map(Compensation::processInstanceId)
                .filter(Objects::nonNull)
                .forEach(instance -> process.handOver(
                        instance, merged.duplicate().owner(), merged.goesOn().owner()));
    }

    /** The same holds for the engine's own ways to end an instance. */
    @EventListener
    void refuseWhileInFlight(InstanceEnded ended) {
        byInstance(ended.processInstanceId()).ifPresent(compensation -> {
            Compensation locked = lock(compensation.id());
            if (locked.state() == CompensationState.IN_FLIGHT) {
                throw Refused.conflict("refused.compensation.isPaying");
            }
            if (services.beingCancelled(locked.caseId()).containsKey(locked.id())) {
                throw Refused.conflict("refused.compensation.isCancelling");
            }
            if (locked.state().isOpen()) {
                db.sql("update compensation set state = ?, failure = ? where id = ?")
                        .params(CompensationState.GIVEN_UP.name(), "Its process was ended.", locked.id())
                        .update();
                note(locked, "compensation given up", Map.of("reason", "Its process was ended."));
            }
        });
    }

    /**
     * Two offers at once, on two cases, would not see each other in what a customer was given. Lock order: case, this,
     * payment. Not the customer's row: that is held while the payment processor hears of the customer.
     */
    @Transactional(propagation = Propagation.MANDATORY)
    void lockSumOf(long customerId) {
        db.sql("select pg_advisory_xact_lock(hashtextextended('approval/' || cast(? as text), 0))")
                .param(customerId)
                .query((row, n) -> true)
                .single();
    }

    void requireOpen(Compensation of) {
        cases.goesOnAs(cases.lock(of.caseId())).requireOpen("refused.case.noMoreMoney");
    }

    Compensation lock(long id) {
        cases.lock(get(id).caseId());
        return get(id);
    }

    Compensation get(long id) {
        return db.sql("select * from compensation where id = ?")
                .param(id)
                .query(Compensations::read)
                .single();
    }

    /** The order for the processor, as it was sent, whatever has become of it. */
    RefundOrder orderOf(Compensation intent) {
        Payment payment =
                customers.payment(Objects.requireNonNull(intent.paymentId())).orElseThrow();
        return new RefundOrder(intent.idempotencyKey(), payment.chargeId(), intent.amount());
    }

    /** How the processes of a compensation are found in Cockpit. */
    static String businessKey(CaseNumber number, Compensation of) {
        return number + "/C" + of.id();
    }

    /** The compensation that a business key of ours stands for. */
    static long idIn(String businessKey) {
        return Long.parseLong(businessKey.substring(businessKey.lastIndexOf("/C") + 2));
    }

    /** Tells the journal of its case what happened to a compensation. */
    void note(Compensation about, String kind, Map<String, String> more) {
        Map<String, Object> content = new HashMap<>(more);
        if (about.service() != null) {
            content.put("service", about.service().label());
        }
        content.put("compensation", about.id());
        content.put("amount", about.amount().getAmount().toPlainString());
        content.put("currency", about.amount().getCurrencyUnit().getCode());
        journal.append(about.caseId(), kind, content);
    }

    static Compensation read(ResultSet row, int n) throws SQLException {
        return new Compensation(
                row.getLong("id"),
                row.getLong("case_id"),
                row.getObject("step_id", Long.class),
                Kind.valueOf(row.getString("kind")),
                row.getObject("payment_id", Long.class),
                MoneyColumns.read(row),
                Optional.ofNullable(row.getString("comped_service"))
                        .map(CompedService::valueOf)
                        .orElse(null),
                row.getString("reason"),
                CompensationState.valueOf(row.getString("state")),
                row.getString("approval"),
                row.getString("offered_by"),
                InstantColumns.read(row, "accepted_at"),
                row.getString("approved_by"),
                row.getString("second_approved_by"),
                row.getObject("idempotency_key", UUID.class),
                row.getString("processor_reference"),
                row.getString("failure"),
                row.getString("process_instance_id"),
                row.getBoolean("apart_from_step"));
    }
}
