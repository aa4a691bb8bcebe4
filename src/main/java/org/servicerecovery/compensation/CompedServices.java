package org.servicerecovery.compensation;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.CaseNumber;
import org.servicerecovery.cases.CaseRoles;
import org.servicerecovery.cases.Cases;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * What is done for customers for free: scheduled by the system for it, then done, or cancelled. Lock order: case.
 */
@Component
class CompedServices {

    private final Cases cases;
    private final Compensations compensations;
    private final Giving giving;
    private final OrderedServices ordered;
    private final ServiceCancellations cancellations;
    private final Ledger ledger;
    private final List<ServiceScheduler> schedulers;

    CompedServices(
            Cases cases,
            Compensations compensations,
            Giving giving,
            OrderedServices ordered,
            ServiceCancellations cancellations,
            Ledger ledger,
            List<ServiceScheduler> schedulers) {
        this.cases = cases;
        this.compensations = compensations;
        this.giving = giving;
        this.ordered = ordered;
        this.cancellations = cancellations;
        this.ledger = ledger;
        this.schedulers = schedulers;
    }

    /** Those of all cases that the current user may see, in this state or any, newest first. */
    List<OrderedService> list(@Nullable ServiceState state, int limit) {
        return ordered.list(state, limit);
    }

    /**
     * Has a service scheduled, and answers with the word by which the model routes. No lock is held while the system is
     * asked.
     *
     * @throws IllegalStateException when it is not known whether it was scheduled: the same order has to be sent again
     */
    @Transactional(propagation = Propagation.MANDATORY)
    String schedule(Compensation intent) {
        Giving.requireInFlight(intent);
        ServiceOrder order = ordered.byKey(intent.idempotencyKey()).order();
        ServiceScheduler system = ServiceScheduler.of(order.service(), schedulers);
        ServiceOutcome outcome = system.schedule(order);
        if (outcome instanceof ServiceOutcome.Unknown) {
            // It may be scheduled all the same. If it is not, the order may come in yet: it is sent again.
            outcome = system.lookUp(order)
                    // That the question is refused says nothing of the order.
                    .filter(found -> !(found instanceof ServiceOutcome.Refused))
                    .orElse(outcome);
        }
        return record(intent, outcome);
    }

    private String record(Compensation intent, ServiceOutcome outcome) {
        if (outcome instanceof ServiceOutcome.Scheduled scheduled) {
            Compensation inFlight = giving.lockInFlight(intent);
            ledger.post(TransferKind.SERVICE_COMPED, inFlight, "scheduled");
            ordered.scheduled(inFlight.idempotencyKey(), scheduled);
            giving.settle(inFlight, scheduled.reference());
            OrderedService service = ordered.byKey(inFlight.idempotencyKey());
            if (service.cancelKey() != null) {
                ordered.cancelling(service.key());
                cancellations.begin(service);
            }
            return "settled";
        }
        if (outcome instanceof ServiceOutcome.Unknown unknown) {
            throw new IllegalStateException("It is not known whether the service was scheduled: " + unknown.why());
        }
        String reason = outcome instanceof ServiceOutcome.Refused refused
                ? refused.reason()
                : "It was cancelled before it was known to be scheduled.";
        Compensation inFlight = giving.lockInFlight(intent);
        ordered.ended(inFlight.idempotencyKey(), ServiceState.REFUSED, reason);
        giving.declineTry(inFlight, reason);
        return "declined";
    }

    /**
     * A service was done. Told again it changes nothing.
     *
     * @throws Refused when there is none with that number, it is not the current user's to work on, or is not scheduled
     */
    @Transactional
    public OrderedService done(String number) {
        CaseNumber caseNumber = requireMayWork(get(number));
        cases.lock(caseNumber);
        OrderedService service = get(number);
        if (service.state() == ServiceState.DONE) {
            return service;
        }
        requireScheduled(service);
        Compensation given = compensations.get(service.compensationId());
        ledger.post(TransferKind.SERVICE_DONE, given, "done");
        ordered.ended(service.key(), ServiceState.DONE, null);
        compensations.note(given, "service done", Map.of("number", number));
        return get(number);
    }

    /**
     * A service is to be cancelled: that is recorded, and then the system that scheduled it is asked, which may have
     * cancelled it already. Where it is still being ordered, this happens as soon as it is known to be scheduled. Told
     * again it changes nothing.
     *
     * @throws Refused when there is none with that number, it is not the current user's to work on, or is done or refused
     */
    @Transactional
    public OrderedService cancel(String number, String reason) {
        cases.lock(requireMayWork(get(number)));
        OrderedService service = get(number);
        boolean isOrdered = service.state() == ServiceState.ORDERED;
        if (service.state() == ServiceState.CANCELLED
                || service.state() == ServiceState.CANCELLING
                || (isOrdered && service.cancelKey() != null)) {
            return service;
        }
        if (!isOrdered) {
            requireScheduled(service);
        }
        ordered.cancellationRequested(
                service.key(), isOrdered ? ServiceState.ORDERED : ServiceState.CANCELLING, reason);
        compensations.note(
                compensations.get(service.compensationId()),
                "service to be cancelled",
                Map.of("number", number, "reason", reason));
        if (!isOrdered) {
            cancellations.begin(service);
        }
        return get(number);
    }

    private static void requireScheduled(OrderedService service) {
        if (service.state() != ServiceState.SCHEDULED) {
            throw Refused.conflict(
                    "refused.service.state", service.number(), service.state().shownInText());
        }
    }

    private OrderedService get(String number) {
        return ordered.byNumber(number).orElseThrow(() -> Refused.notFound("refused.service.none"));
    }

    private CaseNumber requireMayWork(OrderedService service) {
        CaseNumber number = new CaseNumber(service.caseNumber());
        CaseRoles.requireMayWork(cases.get(number));
        return number;
    }
}
