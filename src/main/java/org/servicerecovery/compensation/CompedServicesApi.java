package org.servicerecovery.compensation;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Coded;
import org.servicerecovery.ListLimit;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * The comped services that were ordered. With the built-in list people work them off here; a system that schedules them
 * by itself tells here what became of one. Values are texts.
 */
@RestController
@RequestMapping("/api/comped-services")
class CompedServicesApi {

    /**
     * @param compensation what it was offered as, on its case
     * @param value what the customer would have paid
     * @param reference of the system that schedules it
     * @param endedBy whoever ended it, or wants it cancelled; so is the reason
     * @param cancellationRefused why the system does not cancel it
     */
    record ServiceJson(
            String number,
            String service,
            @Nullable String description,
            String state,
            String caseNumber,
            long compensation,
            String customer,
            String value,
            String currency,
            Instant orderedAt,
            @Nullable String reference,
            @Nullable Instant appointedFor,
            @Nullable String endedBy,
            @Nullable Instant endedAt,
            @Nullable String reason,
            @Nullable String cancellationRefused) {

        static ServiceJson of(OrderedService service) {
            return new ServiceJson(
                    service.number(),
                    service.service().code(),
                    service.description(),
                    service.state().code(),
                    service.caseNumber(),
                    service.compensationId(),
                    service.customerNumber(),
                    service.value().getAmount().toPlainString(),
                    service.value().getCurrencyUnit().getCode(),
                    service.orderedAt(),
                    service.reference(),
                    service.appointedFor(),
                    service.endedBy(),
                    service.endedAt(),
                    service.reason(),
                    service.cancelRefusal());
        }
    }

    record ReasonJson(@Nullable String reason) {}

    private final CompedServices services;

    CompedServicesApi(CompedServices services) {
        this.services = services;
    }

    /** Those of all cases that the caller may see, newest first. */
    @GetMapping
    List<ServiceJson> list(
            @RequestParam(required = false) @Nullable String state, @RequestParam(defaultValue = "100") int limit) {
        ServiceState wanted = state == null ? null : Coded.parse(ServiceState.class, "state", state);
        return services.list(wanted, ListLimit.checked(limit)).stream()
                .map(ServiceJson::of)
                .toList();
    }

    /** It was done. */
    @PostMapping("/{number}/completion")
    ServiceJson done(@PathVariable String number) {
        return ServiceJson.of(services.done(number));
    }

    /**
     * It is not to be done: the system that scheduled it is asked, and then what becomes of the customer's right to it is
     * decided on its case. 202 until it is cancelled.
     */
    @PostMapping("/{number}/cancellation")
    ResponseEntity<ServiceJson> cancel(@PathVariable String number, @RequestBody ReasonJson given) {
        OrderedService service = services.cancel(number, ShortText.required("reason", given.reason()));
        return ResponseEntity.status(service.state() == ServiceState.CANCELLED ? HttpStatus.OK : HttpStatus.ACCEPTED)
                .body(ServiceJson.of(service));
    }
}
