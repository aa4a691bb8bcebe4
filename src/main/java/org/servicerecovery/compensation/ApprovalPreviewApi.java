package org.servicerecovery.compensation;

import java.math.BigDecimal;
import org.joda.money.CurrencyUnit;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Amounts;
import org.servicerecovery.Coded;
import org.servicerecovery.MoneyColumns;
import org.servicerecovery.cases.CaseAccess;
import org.servicerecovery.cases.CaseNumber;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.RecoveryCase;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Who will have to approve, told before anything is offered. */
@RestController
class ApprovalPreviewApi {

    /** @param approval none, manager, business-owner or two-people; null while no amount is given */
    record PreviewJson(
            String kind,
            String currency,
            String offeredOnCase,
            String offeredToCustomer,
            @Nullable String approval) {

        static PreviewJson of(Approvals.Preview preview) {
            return new PreviewJson(
                    preview.kind(),
                    preview.currency().getCode(),
                    inDecimals(preview.offeredOnCase(), preview.currency()),
                    inDecimals(preview.offeredToCustomer(), preview.currency()),
                    preview.approval());
        }

        private static String inDecimals(BigDecimal amount, CurrencyUnit currency) {
            return MoneyColumns.of(amount, currency.getCode()).getAmount().toPlainString();
        }
    }

    private final Approvals approvals;
    private final Cases cases;
    private final CaseAccess access;

    ApprovalPreviewApi(Approvals approvals, Cases cases, CaseAccess access) {
        this.approvals = approvals;
        this.cases = cases;
        this.access = access;
    }

    /** Who would have to approve an offer, and what was offered before on the case and to the customer in 90 days. */
    @GetMapping("/api/cases/{number}/approval-preview")
    PreviewJson preview(
            @PathVariable String number,
            @RequestParam String kind,
            @RequestParam String currency,
            @RequestParam(required = false) @Nullable BigDecimal amount) {
        RecoveryCase found = cases.get(new CaseNumber(number));
        access.requireMaySee(found);
        CurrencyUnit unit = Amounts.currency(currency);
        if (amount != null) {
            Amounts.positive(unit, amount);
        }
        return PreviewJson.of(approvals.preview(found, Coded.parse(Kind.class, "kind", kind), unit, amount));
    }
}
