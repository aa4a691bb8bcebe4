package org.servicerecovery.compensation;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.ListLimit;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The payment processor's list held against the ledger. Moments are UTC; amounts are texts. */
@RestController
@RequestMapping("/api/reconciliations")
class ReconciliationApi {

    /** @param decision adopt, external or explained; absent until somebody decides */
    record DifferenceJson(
            long id,
            String kind,
            String reference,
            @Nullable String paymentReference,
            @Nullable Long compensation,
            String amount,
            String currency,
            Instant bookedAt,
            Instant foundAt,
            @Nullable String detail,
            @Nullable String decision,
            @Nullable String decidedBy,
            @Nullable Instant decidedAt,
            @Nullable String reason) {

        static DifferenceJson of(Difference difference) {
            String decision = difference.decision();
            return new DifferenceJson(
                    difference.id(),
                    difference.kind().code(),
                    difference.reference(),
                    difference.paymentReference(),
                    difference.compensationId(),
                    difference.amount().getAmount().toPlainString(),
                    difference.amount().getCurrencyUnit().getCode(),
                    difference.bookedAt(),
                    difference.foundAt(),
                    difference.detail(),
                    decision == null ? null : decision.toLowerCase(Locale.ROOT),
                    difference.decidedBy(),
                    difference.decidedAt(),
                    difference.reason());
        }
    }

    private final Reconciliation reconciliation;
    private final Differences differences;

    ReconciliationApi(Reconciliation reconciliation, Differences differences) {
        this.reconciliation = reconciliation;
        this.differences = differences;
    }

    /** Compares now; what does not agree becomes a manager's task. */
    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    Reconciliation.Result compare() {
        return reconciliation.onDemand();
    }

    /** The latest comparisons, newest first. */
    @GetMapping
    List<Reconciliation.Result> latest(@RequestParam(defaultValue = "100") int limit) {
        return reconciliation.latest(ListLimit.checked(limit));
    }

    /** What did not agree, newest first. */
    @GetMapping("/differences")
    List<DifferenceJson> differences(@RequestParam(defaultValue = "100") int limit) {
        return differences.latest(ListLimit.checked(limit)).stream()
                .map(DifferenceJson::of)
                .toList();
    }
}
