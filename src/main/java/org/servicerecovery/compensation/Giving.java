package org.servicerecovery.compensation;

import java.sql.Timestamp;
import java.time.Clock;
import java.util.Map;
import java.util.UUID;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.CaseRoles;
import org.servicerecovery.cases.CaseState;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.customer.Customers;
import org.servicerecovery.customer.Payment;
import org.servicerecovery.engine.RecoveryProcess;
import org.servicerecovery.engine.Variable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * What was approved is given, once: the intent and its key are committed before another system is asked, and what that
 * answers is recorded. Lock order: case, payment.
 */
@Component
class Giving {

    private final JdbcClient db;
    private final Clock clock;
    private final Cases cases;
    private final Customers customers;
    private final Ledger ledger;
    private final Credits credits;
    private final OrderedServices services;
    private final Approvals approvals;
    private final Compensations compensations;
    private final RecoveryProcess process;

    Giving(
            JdbcClient db,
            Clock clock,
            Cases cases,
            Customers customers,
            Ledger ledger,
            Credits credits,
            OrderedServices services,
            Approvals approvals,
            Compensations compensations,
            RecoveryProcess process) {
        this.db = db;
        this.clock = clock;
        this.cases = cases;
        this.customers = customers;
        this.ledger = ledger;
        this.credits = credits;
        this.services = services;
        this.approvals = approvals;
        this.compensations = compensations;
        this.process = process;
    }

    /**
     * Reserves the money, or orders the service, and records the intent to give it. This has to be committed before
     * another system is asked: after a crash the same key is sent again.
     */
    @Transactional(propagation = Propagation.MANDATORY)
    IntentOutcome recordIntent(Compensation approved) {
        compensations.requireOpen(approved);
        boolean mayProceed = approved.state() == CompensationState.APPROVED
                || (approved.state() == CompensationState.OFFERED
                        && approved.approval().equals("none"))
                || approved.state() == CompensationState.DECLINED;
        if (!mayProceed || approved.acceptedAt() == null) {
            throw Refused.conflict(
                    "refused.compensation.cannotBePaid", approved.state().shownInText());
        }
        if (!approvals.isValid(approved)) {
            compensations.note(approved, "approval void", Map.of());
            return IntentOutcome.APPROVAL_VOID;
        }
        if (approved.paymentId() != null) {
            Payment payment = customers.lockPayment(approved.paymentId());
            if (approved.amount().isGreaterThan(compensations.notRefunded(payment))) {
                decline(approved, "Less than this is left of payment " + payment.reference() + ".");
                return IntentOutcome.NOT_POSSIBLE;
            }
        }
        db.sql("update compensation set state = ?, failure = null where id = ?")
                .params(CompensationState.IN_FLIGHT.name(), approved.id())
                .update();
        if (approved.paymentId() != null) {
            ledger.post(TransferKind.REFUND_RESERVED, approved, "reserved");
        } else if (approved.kind() == Kind.COMPED_SERVICE) {
            services.order(approved);
        }
        compensations.note(approved, "compensation in flight", Map.of());
        return IntentOutcome.RESERVED;
    }

    /** The order for the processor; reads only, so that no lock is held while the processor is asked. */
    RefundOrder order(Compensation intent) {
        requireInFlight(intent);
        return compensations.orderOf(intent);
    }

    /**
     * Records what the processor answered, and answers with the word by which the model routes.
     *
     * @throws IllegalStateException when it is not known whether the refund was paid
     */
    @Transactional(propagation = Propagation.MANDATORY)
    String record(Compensation intent, RefundOutcome outcome) {
        if (outcome instanceof RefundOutcome.Settled settled) {
            settled(intent, settled.reference());
            return "settled";
        }
        if (outcome instanceof RefundOutcome.Declined declined) {
            declined(intent, declined.reason());
            return "declined";
        }
        if (outcome instanceof RefundOutcome.Pending pending) {
            pending(intent, pending.reference());
            return "pending";
        }
        throw new IllegalStateException(
                "It is not known whether the refund was paid: " + ((RefundOutcome.Unknown) outcome).why());
    }

    /** The processor has the order: what ordered it is done, and a process of its own waits for what becomes of it. */
    private void pending(Compensation intent, String processorReference) {
        Compensation inFlight = lockInFlight(intent);
        if (inFlight.isAcceptedByProcessor()) {
            return;
        }
        db.sql(
                        "update compensation set processor_reference = ?, process_instance_id = null, apart_from_step = true where id = ?")
                .params(processorReference, inFlight.id())
                .update();
        compensations.note(inFlight, "compensation pending", Map.of("reference", processorReference));
        process.refundPending(
                Compensations.businessKey(cases.lock(inFlight.caseId()).number(), inFlight),
                Map.of(Variable.COMPENSATION_ID.name(), inFlight.id()));
    }

    private void settled(Compensation intent, String processorReference) {
        Compensation inFlight = compensations.lock(intent.id());
        if (inFlight.state() == CompensationState.SETTLED) {
            return;
        }
        requireInFlight(inFlight);
        ledger.post(TransferKind.REFUND_PAID, inFlight, "paid", processorReference);
        settle(inFlight, processorReference);
    }

    /** Records that it was given; the caller has locked it in flight, and posts it. */
    void settle(Compensation intent, String processorReference) {
        db.sql("update compensation set state = ?, processor_reference = ?, executed_at = ? where id = ?")
                .params(
                        CompensationState.SETTLED.name(),
                        processorReference,
                        Timestamp.from(clock.instant()),
                        intent.id())
                .update();
        compensations.note(intent, "compensation settled", Map.of("reference", processorReference));
    }

    private void declined(Compensation intent, String reason) {
        Compensation inFlight = lockInFlight(intent);
        ledger.post(TransferKind.REFUND_RELEASED, inFlight, "released");
        declineTry(inFlight, reason);
    }

    /** Records that another system does not give it; the caller has locked it in flight. */
    void declineTry(Compensation inFlight, String reason) {
        // Whoever was asked remembers a decline under its key: whatever comes next, a further attempt has a new one.
        db.sql("update compensation set idempotency_key = ?, processor_reference = null where id = ?")
                .params(UUID.randomUUID(), inFlight.id())
                .update();
        decline(inFlight, reason);
    }

    /** The compensation as it is now, which stays so until the transaction ends. */
    @Transactional(propagation = Propagation.MANDATORY)
    Compensation lockInFlight(Compensation intent) {
        Compensation inFlight = compensations.lock(intent.id());
        requireInFlight(inFlight);
        return inFlight;
    }

    /** Whatever brings a token here: nothing is paid, booked or declined without its recorded intent. */
    static void requireInFlight(Compensation intent) {
        if (intent.state() != CompensationState.IN_FLIGHT) {
            throw new IllegalStateException(
                    "Compensation " + intent.id() + " is not in flight but " + intent.state() + ".");
        }
    }

    private void decline(Compensation intent, String reason) {
        db.sql("update compensation set state = ?, failure = ? where id = ?")
                .params(CompensationState.DECLINED.name(), reason, intent.id())
                .update();
        compensations.note(intent, "compensation declined", Map.of("reason", reason));
    }

    /** Puts the credit on the customer's account, once. */
    @Transactional(propagation = Propagation.MANDATORY)
    void bookCredit(Compensation intent) {
        Compensation inFlight = compensations.lock(intent.id());
        if (inFlight.state() == CompensationState.SETTLED) {
            return;
        }
        requireInFlight(inFlight);
        if (inFlight.kind() != Kind.CREDIT) {
            throw new IllegalStateException("Compensation " + inFlight.id() + " is no credit.");
        }
        credits.grant(inFlight, cases.lock(inFlight.caseId()).customerId());
        settle(inFlight, "credit-" + inFlight.id());
    }

    @Transactional(propagation = Propagation.MANDATORY)
    void givenUp(Compensation declined, String reason) {
        requireMayDecide(declined);
        db.sql("update compensation set state = ? where id = ? and state = ?")
                .params(CompensationState.GIVEN_UP.name(), declined.id(), CompensationState.DECLINED.name())
                .update();
        compensations.note(declined, "compensation given up", Map.of("reason", reason));
    }

    @Transactional(propagation = Propagation.MANDATORY)
    void tryAgain(Compensation declined, String reason) {
        requireMayDecide(declined);
        compensations.note(declined, "compensation tried again", Map.of("reason", reason));
    }

    /** A resolution that says what is not so any more is not closed over: the case is opened again first. */
    private void requireMayDecide(Compensation declined) {
        RecoveryCase of = cases.goesOnAs(cases.lock(declined.caseId()));
        CaseRoles.requireMayWork(of);
        if (of.state() == CaseState.RESOLVED) {
            throw Refused.conflict(
                    "refused.compensation.caseResolved", of.number().value());
        }
    }
}
