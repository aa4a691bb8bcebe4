package org.servicerecovery.compensation;

import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * One try to have a comped service scheduled, and what became of it.
 *
 * @param number our own, such as {@code CS-17}
 * @param description null once it was erased
 * @param value what the customer would have paid
 * @param reference of the system that schedules it; null until it is scheduled
 * @param appointedFor when it will be done, where that is known
 * @param endedBy whoever ended it, or wants it cancelled; so is the reason
 * @param endedAt when it was refused, done or cancelled
 * @param cancelKey of the cancellation that was asked for; null while none is
 * @param cancelRefusal why the system does not cancel it
 */
record OrderedService(
        String number,
        long compensationId,
        String caseNumber,
        String customerNumber,
        CompedService service,
        @Nullable String description,
        Money value,
        UUID key,
        ServiceState state,
        Instant orderedAt,
        @Nullable String reference,
        @Nullable Instant appointedFor,
        @Nullable String endedBy,
        @Nullable Instant endedAt,
        @Nullable String reason,
        @Nullable UUID cancelKey,
        @Nullable String cancelRefusal) {

    ServiceOrder order() {
        return new ServiceOrder(
                key, number, service, customerNumber, Objects.requireNonNullElse(description, ""), value);
    }
}
