package org.servicerecovery.compensation;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.Actor;
import org.servicerecovery.cases.CaseRoles;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.engine.RecoveryProcess;
import org.servicerecovery.engine.Variable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Comped services that are to be cancelled: that is committed before the system that scheduled them is asked, and a
 * process of its own asks until the answer is certain, or somebody decides. Lock order: case.
 */
@Component
class ServiceCancellations {

    private final Cases cases;
    private final Compensations compensations;
    private final OrderedServices ordered;
    private final ReturnedCompensation returned;
    private final RecoveryProcess process;
    private final List<ServiceScheduler> schedulers;

    ServiceCancellations(
            Cases cases,
            Compensations compensations,
            OrderedServices ordered,
            ReturnedCompensation returned,
            RecoveryProcess process,
            List<ServiceScheduler> schedulers) {
        this.cases = cases;
        this.compensations = compensations;
        this.ordered = ordered;
        this.returned = returned;
        this.process = process;
        this.schedulers = schedulers;
    }

    /** Starts the process of a cancellation that was recorded; the caller holds the case's lock. */
    @Transactional(propagation = Propagation.MANDATORY)
    void begin(OrderedService service) {
        Compensation given = compensations.get(service.compensationId());
        compensations.leaveProcess(given);
        process.cancellationRequested(
                Compensations.businessKey(cases.lock(given.caseId()).number(), given),
                Map.of(Variable.COMPENSATION_ID.name(), given.id()));
    }

    /**
     * Asks the system, and answers with the word by which the model routes. No lock is held meanwhile.
     *
     * @throws IllegalStateException when it is not known whether it was cancelled: it has to be asked again
     */
    @Transactional(propagation = Propagation.MANDATORY)
    String ask(Compensation given) {
        OrderedService service = requireCancelling(given);
        ServiceScheduler system = ServiceScheduler.of(service.service(), schedulers);
        ServiceOutcome outcome = system.cancel(service.order(), Objects.requireNonNull(service.cancelKey()));
        if (outcome instanceof ServiceOutcome.Unknown) {
            // It may be cancelled all the same. If it is not, the call may come in yet: it is sent again.
            outcome = system.lookUp(service.order())
                    .filter(ServiceOutcome.Cancelled.class::isInstance)
                    .orElse(outcome);
        }
        if (outcome instanceof ServiceOutcome.Cancelled) {
            returned.cancelled(service);
            return "cancelled";
        }
        if (outcome instanceof ServiceOutcome.Refused refused) {
            cases.lock(given.caseId());
            requireCancelling(given);
            ordered.cancellationRefused(service.key(), refused.reason());
            compensations.note(given, "service cancellation refused", Map.of("reason", refused.reason()));
            return "refused";
        }
        throw new IllegalStateException("It is not known whether the service was cancelled: "
                + (outcome instanceof ServiceOutcome.Unknown unknown ? unknown.why() : "It stands as scheduled."));
    }

    /** Somebody decided to ask again. */
    @Transactional(propagation = Propagation.MANDATORY)
    void tryAgain(Compensation given, String reason) {
        OrderedService service = requireMayDecide(given);
        ordered.cancellationTriedAgain(service.key());
        compensations.note(given, "service cancellation tried again", Map.of("reason", reason));
    }

    /**
     * Somebody made sure, past the system's answers, that it is cancelled. The service can be ordered again afterwards
     * without a new approval, so a case owner alone could make two of one.
     *
     * @throws Refused when the current user is not in a role that works every case
     */
    @Transactional(propagation = Propagation.MANDATORY)
    void cancelledByWord(Compensation given, String reason) {
        OrderedService service = requireMayDecide(given);
        if (!CaseRoles.worksEveryCase(Actor.current())) {
            throw Refused.field("decision", "refused.service.managerSaysCancelled");
        }
        compensations.note(given, "service said to be cancelled", Map.of("reason", reason));
        returned.cancelled(service);
    }

    /** Somebody decided that it takes place. */
    @Transactional(propagation = Propagation.MANDATORY)
    void keep(Compensation given, String reason) {
        OrderedService service = requireMayDecide(given);
        ordered.kept(service.key());
        compensations.note(given, "service kept", Map.of("reason", reason));
    }

    private OrderedService requireMayDecide(Compensation given) {
        RecoveryCase of = cases.lock(given.caseId());
        CaseRoles.requireMayWork(of);
        return requireCancelling(given);
    }

    /** Whatever brings a token here: nothing is cancelled without its recorded intent. */
    private OrderedService requireCancelling(Compensation given) {
        OrderedService service = ordered.byKey(given.idempotencyKey());
        if (service.state() != ServiceState.CANCELLING) {
            throw new IllegalStateException(service.number() + " is not being cancelled but " + service.state() + ".");
        }
        return service;
    }
}
