package org.servicerecovery.compensation;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A system that schedules one kind of comped service. Quotes and membership visits are two systems, each set up by
 * itself: there is one of these for each of them.
 *
 * <p>No call takes part in a transaction of ours. Persist the order and its key, commit, and only then call.
 */
public interface ServiceScheduler {

    CompedService service();

    /**
     * Orders a service. The same order with the same key may be sent as often as it takes: it is scheduled once, and
     * answered as it stands. That holds for a refusal too, so a new attempt after one needs a new key.
     */
    ServiceOutcome schedule(ServiceOrder order);

    /**
     * Where an order stands. Empty when the system does not know the key now; a call still under way may become known
     * later, so the safe answer to that is to send the same order again.
     */
    Optional<ServiceOutcome> lookUp(ServiceOrder order);

    /**
     * Calls a service off. {@link ServiceOutcome.Cancelled} when it will not be done, also when it was called off before;
     * {@link ServiceOutcome.Refused} when it cannot be called off any more. It may be asked as often as it takes.
     *
     * @param cancelKey persisted before the first call and kept for every repetition; another one after a refusal
     */
    ServiceOutcome cancel(ServiceOrder order, UUID cancelKey);

    /** Who schedules this service. */
    static ServiceScheduler of(CompedService service, List<ServiceScheduler> schedulers) {
        return schedulers.stream()
                .filter(scheduler -> scheduler.service() == service)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("Nobody schedules a " + service.inText() + "."));
    }
}
