package org.servicerecovery.compensation;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.servicerecovery.cases.CaseClosed;
import org.servicerecovery.cases.CaseState;
import org.servicerecovery.cases.Cases;
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
 * What counted as given is not, after all: a refund comes back, a comped service is cancelled. It can be given again,
 * somebody decides what to do, and a case that is over by then is opened again, because the customer has not got what was
 * promised. Lock order: case.
 */
@Component
class ReturnedCompensation {

    private final JdbcClient db;
    private final Cases cases;
    private final Compensations compensations;
    private final OrderedServices services;
    private final Ledger ledger;
    private final RecoveryProcess process;

    ReturnedCompensation(
            JdbcClient db,
            Cases cases,
            Compensations compensations,
            OrderedServices services,
            Ledger ledger,
            RecoveryProcess process) {
        this.db = db;
        this.cases = cases;
        this.compensations = compensations;
        this.services = services;
        this.ledger = ledger;
        this.process = process;
    }

    /** The money of a settled refund came back. Told again it changes nothing. */
    @Transactional
    public void cameBack(Compensation told, String reason) {
        lockSettled(told.id(), told.idempotencyKey()).ifPresent(settled -> {
            ledger.post(TransferKind.REFUND_RETURNED, settled, "returned");
            compensations.leaveProcess(settled);
            giveBack(settled, "refund came back", reason);
            process.refundCameBack(businessKey(settled), variables(settled));
        });
    }

    /** A service that was to be cancelled is. Its process goes on with the question what becomes of the right to it. */
    @Transactional(propagation = Propagation.MANDATORY)
    void cancelled(OrderedService told) {
        lockSettled(told.compensationId(), told.key())
                .filter(settled -> services.byKey(told.key()).state() == ServiceState.CANCELLING)
                .ifPresent(settled -> {
                    ledger.post(TransferKind.SERVICE_CANCELLED, settled, "cancelled");
                    services.cancelled(told.key());
                    giveBack(settled, "service cancelled", Objects.requireNonNull(told.reason()));
                });
    }

    /** The compensation with the lock of its case, while it counts as given in this try. */
    private Optional<Compensation> lockSettled(long compensationId, UUID ofTry) {
        cases.lock(compensations.get(compensationId).caseId());
        return Optional.of(compensations.get(compensationId))
                .filter(now -> now.state() == CompensationState.SETTLED)
                .filter(now -> now.idempotencyKey().equals(ofTry));
    }

    private void giveBack(Compensation settled, String asTheJournalCallsIt, String reason) {
        db.sql("""
                        update compensation set state = ?, failure = ?, idempotency_key = ?, executed_at = null,
                               processor_reference = null, apart_from_step = true
                         where id = ?""")
                .params(CompensationState.DECLINED.name(), reason, UUID.randomUUID(), settled.id())
                .update();
        compensations.note(settled, asTheJournalCallsIt, Map.of("reason", reason));
        reopenIfOver(settled);
    }

    private String businessKey(Compensation settled) {
        return Compensations.businessKey(cases.lock(settled.caseId()).number(), settled);
    }

    private static Map<String, Object> variables(Compensation settled) {
        return Map.of(Variable.COMPENSATION_ID.name(), settled.id());
    }

    /**
     * Opens the case again if it was resolved or interrupted: there is something to be done for this customer. One that
     * was withdrawn or opened in error stays what it is, and for a duplicate it is the case that goes on; somebody is asked
     * all the same.
     */
    @Transactional(propagation = Propagation.MANDATORY)
    void reopenIfOver(Compensation failed) {
        RecoveryCase of = cases.lockWhatGoesOn(cases.lock(failed.caseId()).number());
        // One that is resolved and not closed yet is closed first; see below.
        if (of.state() == CaseState.CLOSED || of.state() == CaseState.INTERRUPTED) {
            cases.reopenByItself(
                    of,
                    failed.kind().isRefund()
                            ? "The refund of " + failed.amount() + " did not arrive."
                            : "The comped service worth " + failed.amount() + " was cancelled.");
        }
    }

    /** It was resolved when it came back, and is closed now. */
    @EventListener
    void closedMeanwhile(CaseClosed closed) {
        compensations.of(closed.caseId()).stream()
                .filter(compensation -> compensation.state() == CompensationState.DECLINED)
                .findFirst()
                .ifPresent(failed -> OnceTheEngineIsDone.run(() -> reopenIfOver(failed)));
    }
}
