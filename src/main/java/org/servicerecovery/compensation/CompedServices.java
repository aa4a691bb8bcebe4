package org.servicerecovery.compensation;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.CaseNumber;
import org.servicerecovery.cases.CaseRoles;
import org.servicerecovery.cases.Cases;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * What is done for customers for free: scheduled by the system for it, then done, or called off. Called off it is given
 * back to the customer as something to be decided on. Lock order: case.
 */
@Component
class CompedServices {

    private final Cases cases;
    private final Compensations compensations;
    private final Giving giving;
    private final OrderedServices ordered;
    private final ReturnedCompensation returned;
    private final Ledger ledger;
    private final Map<CompedService, ServiceScheduler> schedulers = new EnumMap<>(CompedService.class);

    CompedServices(
            Cases cases,
            Compensations compensations,
            Giving giving,
            OrderedServices ordered,
            ReturnedCompensation returned,
            Ledger ledger,
            List<ServiceScheduler> schedulers) {
        this.cases = cases;
        this.compensations = compensations;
        this.giving = giving;
        this.ordered = ordered;
        this.returned = returned;
        this.ledger = ledger;
        schedulers.forEach(scheduler -> this.schedulers.put(scheduler.service(), scheduler));
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
        ServiceScheduler system = system(order.service());
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
     * A service is called off, by us or by the system that scheduled it: that system is asked first, so that both agree.
     * Told again it changes nothing.
     *
     * @throws Refused when there is none with that number, it is not the current user's to work on, is not scheduled, or
     *     the system does not call it off
     */
    OrderedService cancel(String number, String reason) {
        OrderedService service = get(number);
        requireMayWork(service);
        if (service.state() != ServiceState.CANCELLED) {
            requireScheduled(service);
            ServiceOutcome answer = system(service.service()).cancel(service.order());
            if (!(answer instanceof ServiceOutcome.Cancelled)) {
                throw notCancelled(service, answer);
            }
            returned.cancelled(service, reason);
        }
        OrderedService now = get(number);
        if (now.state() != ServiceState.CANCELLED) {
            // Somebody marked it as done in this moment.
            requireScheduled(now);
        }
        return now;
    }

    private static Refused notCancelled(OrderedService service, ServiceOutcome answer) {
        if (answer instanceof ServiceOutcome.Refused refused) {
            return Refused.conflict(service.number() + " cannot be cancelled: " + refused.reason());
        }
        return Refused.conflict("It is not known whether " + service.number()
                + " is cancelled in the system that scheduled it. Nothing was changed here; try again.");
    }

    private static void requireScheduled(OrderedService service) {
        if (service.state() != ServiceState.SCHEDULED) {
            throw Refused.conflict(service.number() + " is " + service.state().inText() + ", so this is not possible.");
        }
    }

    private OrderedService get(String number) {
        return ordered.byNumber(number)
                .orElseThrow(() -> Refused.notFound("There is no comped service with that number, such as CS-17."));
    }

    private CaseNumber requireMayWork(OrderedService service) {
        CaseNumber number = new CaseNumber(service.caseNumber());
        CaseRoles.requireMayWork(cases.get(number));
        return number;
    }

    private ServiceScheduler system(CompedService service) {
        return Objects.requireNonNull(schedulers.get(service), "Nobody schedules this.");
    }
}
