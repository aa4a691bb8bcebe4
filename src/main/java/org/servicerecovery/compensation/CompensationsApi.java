package org.servicerecovery.compensation;

import java.math.BigDecimal;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Coded;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.CaseNumber;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Compensation over HTTP. Amounts are decimal numbers in whole units of the currency, best sent as strings. */
@RestController
@RequestMapping("/api/cases/{number}/compensations")
class CompensationsApi {

    record OfferJson(
            @Nullable String kind,
            @Nullable String paymentReference,
            @Nullable BigDecimal amount,
            @Nullable String currency,
            @Nullable String reason) {}

    record DecisionJson(@Nullable String decision, @Nullable String reason) {}

    record CompensationJson(
            long id,
            String kind,
            String amount,
            String currency,
            String state,
            String approval,
            @Nullable String failure) {

        static CompensationJson of(Compensation compensation) {
            return new CompensationJson(
                    compensation.id(),
                    compensation.kind().code(),
                    compensation.amount().getAmount().toPlainString(),
                    compensation.amount().getCurrencyUnit().getCode(),
                    compensation.state().code(),
                    compensation.approval(),
                    compensation.failure());
        }
    }

    private final Compensations compensations;

    CompensationsApi(Compensations compensations) {
        this.compensations = compensations;
    }

    /** Offers compensation outside the plan. */
    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    CompensationJson offer(@PathVariable String number, @RequestBody OfferJson wanted) {
        if (wanted.reason() == null || wanted.reason().isBlank()) {
            throw Refused.field("reason", "is missing. Say why this is offered.");
        }
        return CompensationJson.of(compensations.offer(
                new CaseNumber(number),
                new Compensations.Offer(
                        Coded.parse(Kind.class, "kind", wanted.kind()),
                        wanted.paymentReference(),
                        wanted.amount(),
                        wanted.currency(),
                        wanted.reason().strip())));
    }

    /** Answers its open task: approve or refuse; after a decline, try-again or give-up. */
    @PostMapping("/{id}/decision")
    CompensationJson decide(@PathVariable String number, @PathVariable long id, @RequestBody DecisionJson given) {
        Map<String, Object> submitted = new java.util.HashMap<>();
        submitted.put("decision", given.decision());
        submitted.put("reason", given.reason());
        return CompensationJson.of(compensations.answer(new CaseNumber(number), id, submitted));
    }
}
