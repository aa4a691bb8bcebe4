package org.servicerecovery.web;

import io.swagger.v3.oas.annotations.Operation;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Amounts;
import org.servicerecovery.Csv;
import org.servicerecovery.ListLimit;
import org.servicerecovery.Refused;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Cases that are over. */
@RestController
class FinishedCasesApi {

    private static final int A_PAGE = 500;
    private static final int MOST_RECORDS = 10_000;

    private final FinishedCases finished;

    FinishedCasesApi(FinishedCases finished) {
        this.finished = finished;
    }

    @Operation(
            summary =
                    "Cases that are over, by number, customer, phone or words, cause, days and how they ended, the latest"
                            + " first; only those that the caller may see. The next page by after=, as next says")
    @GetMapping("/api/cases/finished")
    FinishedCases.PageJson find(
            @ParameterObject FinishedCases.Wanted wanted,
            @RequestParam(required = false) @Nullable String after,
            @RequestParam(defaultValue = "50") int limit) {
        return finished.find(wanted, after, ListLimit.checked(limit));
    }

    @Operation(summary = "All of them as a table for other programs, up to ten thousand")
    @GetMapping("/api/cases/finished.csv")
    ResponseEntity<String> csv(@ParameterObject FinishedCases.Wanted wanted) {
        List<List<? extends @Nullable String>> records = new ArrayList<>();
        records.add(List.of(
                "case",
                "customer_number",
                "customer",
                "severity",
                "ended_as",
                "opened_at",
                "resolved_at",
                "ended_at",
                "deadline",
                "deadline_seconds",
                "resolution_type",
                "main_cause",
                "main_cause_label_at_close",
                "main_cause_label_now",
                "further_causes",
                "finding",
                "regulator_finding",
                "owner",
                "cost",
                "reopened",
                "duplicate_of"));
        String after = null;
        do {
            FinishedCases.PageJson page = finished.find(wanted, after, A_PAGE);
            page.cases().forEach(row -> records.add(record(row)));
            if (records.size() > MOST_RECORDS + 1) {
                throw Refused.field("resolvedFrom", "refused.finished.tooMany", String.valueOf(MOST_RECORDS));
            }
            after = page.next();
        } while (after != null);
        return Csv.attachment("finished-cases", records);
    }

    private static List<@Nullable String> record(FinishedCases.RowJson row) {
        return Arrays.asList(
                row.number(),
                row.customerNumber(),
                row.customer(),
                row.severity(),
                row.state(),
                row.openedAt().toString(),
                row.resolvedAt() == null ? null : row.resolvedAt().toString(),
                row.endedAt().toString(),
                row.deadline() == null ? null : row.deadline().met() ? "met" : "missed",
                row.deadline() == null ? null : String.valueOf(row.deadline().seconds()),
                row.resolutionType(),
                main(row, FinishedCases.CauseJson::tag),
                row.mainAtClose(),
                main(row, FinishedCases.CauseJson::now),
                row.causes().stream()
                        .filter(cause -> !cause.main())
                        .map(FinishedCases.CauseJson::tag)
                        .collect(Collectors.joining(" ")),
                row.finding(),
                row.regulatorFinding(),
                row.owner(),
                row.cost() == null
                        ? null
                        : row.cost().entrySet().stream()
                                .map(FinishedCasesApi::amount)
                                .collect(Collectors.joining(" ")),
                row.reopened() ? "yes" : "no",
                row.duplicateOf());
    }

    private static String amount(Map.Entry<String, String> cost) {
        // Figures keep four decimals; a currency has its own.
        int places = Amounts.currency(cost.getKey()).getDecimalPlaces();
        return cost.getKey() + " " + new BigDecimal(cost.getValue()).setScale(places, RoundingMode.HALF_UP);
    }

    private static @Nullable String main(FinishedCases.RowJson row, Function<FinishedCases.CauseJson, String> part) {
        return row.causes().stream()
                .filter(FinishedCases.CauseJson::main)
                .map(part)
                .findFirst()
                .orElse(null);
    }
}
