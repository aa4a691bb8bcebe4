package org.servicerecovery.compensation;

import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.servicerecovery.cases.CaseClosed;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.Journal;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.engine.OnceTheEngineIsDone;
import org.servicerecovery.engine.RecoveryProcess;
import org.servicerecovery.engine.Variable;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * A refund that was thought to have arrived comes back: the payment can be refunded again, somebody decides what to do,
 * and a case that is over by then is opened again, because the customer has not got what was promised.
 */
@Component
class ReturnedMoney {

    private final JdbcClient db;
    private final Cases cases;
    private final Compensations compensations;
    private final Ledger ledger;
    private final Journal journal;
    private final RecoveryProcess process;

    ReturnedMoney(
            JdbcClient db,
            Cases cases,
            Compensations compensations,
            Ledger ledger,
            Journal journal,
            RecoveryProcess process) {
        this.db = db;
        this.cases = cases;
        this.compensations = compensations;
        this.ledger = ledger;
        this.journal = journal;
        this.process = process;
    }

    /** The money of a settled refund came back. Told again it changes nothing. */
    @Transactional
    public void cameBack(Compensation told, String reason) {
        RecoveryCase of = cases.lock(told.caseId());
        Compensation settled = compensations.get(told.id());
        if (settled.state() != CompensationState.SETTLED
                || !settled.idempotencyKey().equals(told.idempotencyKey())) {
            return;
        }
        boolean posted = ledger.post(new Ledger.Posting(
                TransferKind.REFUND_RETURNED,
                Compensations.ledgerKey(settled.idempotencyKey(), "returned"),
                settled.amount(),
                settled.id(),
                settled.paymentId(),
                null,
                null));
        if (!posted) {
            throw new IllegalStateException("Compensation " + settled.id() + " came back before.");
        }
        db.sql("""
                        update compensation set state = ?, failure = ?, idempotency_key = ?, executed_at = null,
                               processor_reference = null, process_instance_id = null
                         where id = ?""")
                .params(CompensationState.DECLINED.name(), reason, UUID.randomUUID(), settled.id())
                .update();
        Map<String, Object> content = new HashMap<>();
        content.put("compensation", settled.id());
        content.put("amount", settled.amount().getAmount().toPlainString());
        content.put("currency", settled.amount().getCurrencyUnit().getCode());
        content.put("reason", reason);
        journal.append(of.id(), "refund came back", content);
        reopenIfOver(settled);
        process.refundCameBack(
                Compensations.businessKey(of.number(), settled), Map.of(Variable.COMPENSATION_ID.name(), settled.id()));
    }

    /** Opens the case again if it is over: there is something to be done for this customer. */
    @Transactional(propagation = Propagation.MANDATORY)
    void reopenIfOver(Compensation failed) {
        RecoveryCase of = cases.lock(failed.caseId());
        // A resolved case is closed first; see below.
        if (of.state().isOver()) {
            cases.reopenByItself(of, "The refund of " + failed.amount() + " did not arrive.");
        }
    }

    /** It was resolved when the money came back, and is closed now. */
    @EventListener
    void closedMeanwhile(CaseClosed closed) {
        compensations.of(closed.caseId()).stream()
                .filter(compensation -> compensation.state() == CompensationState.DECLINED)
                .findFirst()
                .ifPresent(failed -> OnceTheEngineIsDone.run(() -> reopenIfOver(failed)));
    }
}
