package org.servicerecovery.compensation;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Coded;
import org.servicerecovery.ListLimit;
import org.servicerecovery.Once;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.Actor;
import org.servicerecovery.cases.CaseNumber;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Compensation over HTTP. Amounts are decimal numbers in whole units of the currency, best sent as strings. */
@RestController
class CompensationsApi {

    private static final String OF_CASE = "/api/cases/{number}/compensations";

    /**
     * @param amount of a comped service what the customer would have paid
     * @param accepted false when the customer is still to be asked
     * @param service what is done for free; with the description for a comped service alone
     * @param description in words for the customer
     */
    record OfferJson(
            @Nullable String kind,
            @Nullable String paymentReference,
            @Nullable BigDecimal amount,
            @Nullable String currency,
            @Nullable String reason,
            @Nullable Boolean accepted,
            @Nullable String service,
            @Nullable String description) {

        Offer.@Nullable Comped comped(Kind kind) {
            return kind == Kind.COMPED_SERVICE
                    ? new Offer.Comped(
                            Coded.parse(CompedService.class, "service", service),
                            ShortText.required("description", description))
                    : null;
        }
    }

    record DecisionJson(@Nullable String decision, @Nullable String reason) {}

    record CompensationJson(
            long id,
            String kind,
            @Nullable String service,
            String amount,
            String currency,
            String state,
            String approval,
            @Nullable String failure) {

        static CompensationJson of(Compensation compensation) {
            return new CompensationJson(
                    compensation.id(),
                    compensation.kind().code(),
                    compensation.service() == null
                            ? null
                            : compensation.service().code(),
                    compensation.amount().getAmount().toPlainString(),
                    compensation.amount().getCurrencyUnit().getCode(),
                    compensation.state().code(),
                    compensation.approval(),
                    compensation.failure());
        }
    }

    /** Money as the accountant reads it: what was given, against which payment, by whom; nothing the customer said. */
    record LineJson(
            long id,
            String caseNumber,
            String kind,
            @Nullable String service,
            String amount,
            String currency,
            String state,
            String approval,
            String offeredBy,
            Instant offeredAt,
            @Nullable Instant acceptedAt,
            @Nullable String approvedBy,
            @Nullable String secondApprovedBy,
            @Nullable Instant executedAt,
            @Nullable String paymentReference,
            @Nullable String processorReference) {

        static LineJson of(CompensationList.Line line) {
            Compensation compensation = line.compensation();
            return new LineJson(
                    compensation.id(),
                    line.caseNumber(),
                    compensation.kind().code(),
                    compensation.service() == null
                            ? null
                            : compensation.service().code(),
                    compensation.amount().getAmount().toPlainString(),
                    compensation.amount().getCurrencyUnit().getCode(),
                    compensation.state().code(),
                    compensation.approval(),
                    compensation.offeredBy(),
                    line.offeredAt(),
                    compensation.acceptedAt(),
                    compensation.approvedBy(),
                    compensation.secondApprovedBy(),
                    line.executedAt(),
                    line.paymentReference(),
                    compensation.processorReference());
        }
    }

    private final Compensations compensations;
    private final Offers offers;
    private final CompensationList list;
    private final Once once;

    CompensationsApi(Compensations compensations, Offers offers, CompensationList list, Once once) {
        this.compensations = compensations;
        this.offers = offers;
        this.list = list;
        this.once = once;
    }

    /** The compensation of all cases that the caller may see, newest first. */
    @GetMapping("/api/compensations")
    List<LineJson> list(
            @RequestParam(required = false) @Nullable String state, @RequestParam(defaultValue = "100") int limit) {
        CompensationState wanted = state == null ? null : Coded.parse(CompensationState.class, "state", state);
        return list.ofAllCases(wanted, ListLimit.checked(limit)).stream()
                .map(LineJson::of)
                .toList();
    }

    /** The compensation of one case, newest first. */
    @GetMapping(OF_CASE)
    List<LineJson> ofCase(@PathVariable String number) {
        return list.ofCase(new CaseNumber(number)).stream().map(LineJson::of).toList();
    }

    /**
     * Offers compensation outside the plan.
     *
     * @param key the caller's own: the same sent again with it is given once
     */
    @PostMapping(OF_CASE)
    @ResponseStatus(HttpStatus.CREATED)
    CompensationJson offer(
            @PathVariable String number,
            @RequestHeader(name = Once.HEADER, required = false) @Nullable String key,
            @RequestBody OfferJson wanted) {
        CaseNumber of = new CaseNumber(number);
        String offered = once.run(
                key,
                Actor.current().id(),
                List.of("compensation", of.value(), wanted),
                () -> Compensations.businessKey(of, offer(of, wanted)));
        return CompensationJson.of(compensations.get(Compensations.idIn(offered)));
    }

    private Compensation offer(CaseNumber of, OfferJson wanted) {
        if (wanted.reason() == null || wanted.reason().isBlank()) {
            throw Refused.field("reason", "refused.compensation.whyOffered");
        }
        Kind kind = Coded.parse(Kind.class, "kind", wanted.kind());
        return offers.offer(
                of,
                new Offer(
                        kind,
                        wanted.paymentReference(),
                        wanted.amount(),
                        wanted.currency(),
                        wanted.reason().strip(),
                        !Boolean.FALSE.equals(wanted.accepted()),
                        wanted.comped(kind)));
    }

    /**
     * Answers its open task: what the customer said, accepts or declines; approve or refuse; after a decline of the
     * processor, try-again or give-up.
     */
    @PostMapping(OF_CASE + "/{id}/decision")
    CompensationJson decide(@PathVariable String number, @PathVariable long id, @RequestBody DecisionJson given) {
        Map<String, Object> submitted = new HashMap<>();
        submitted.put("decision", given.decision());
        submitted.put("reason", given.reason());
        return CompensationJson.of(compensations.answer(new CaseNumber(number), id, submitted));
    }
}
