package org.servicerecovery.compensation;

import java.math.BigDecimal;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.YearMonth;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.BusinessZone;
import org.servicerecovery.MoneyColumns;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.Actor;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** The accountant's page: a month of the ledger, what is open, and the closing of the month. */
@Controller
class AccountingPage {

    private static final DateTimeFormatter MOMENT = DateTimeFormatter.ofPattern("d MMM yyyy, HH:mm", Locale.ENGLISH);
    private static final DateTimeFormatter MONTH = DateTimeFormatter.ofPattern("MMMM yyyy", Locale.ENGLISH);

    private static final int FIRST_YEAR = 1970;
    private static final int LAST_YEAR = 9998;

    private static final int LATEST_COMPARISONS = 3;

    private final Accounting accounting;
    private final Reconciliation reconciliation;
    private final Differences differences;
    private final Clock clock;
    private final BusinessZone zone;

    AccountingPage(
            Accounting accounting,
            Reconciliation reconciliation,
            Differences differences,
            Clock clock,
            BusinessZone zone) {
        this.accounting = accounting;
        this.reconciliation = reconciliation;
        this.differences = differences;
        this.clock = clock;
        this.zone = zone;
    }

    @GetMapping("/accounting")
    String show(@RequestParam(required = false) @Nullable String month, Model page) {
        YearMonth now = YearMonth.from(zone.dateOf(clock.instant()));
        YearMonth shown = month(month, now);
        List<Accounting.Closing> closings = accounting.closings();
        boolean closed = !closings.isEmpty() && !closings.get(0).closedUntil().isBefore(shown.atEndOfMonth());
        page.addAttribute("month", shown.toString());
        page.addAttribute("title", shown.format(MONTH));
        page.addAttribute("previous", shown.minusMonths(1).toString());
        page.addAttribute("next", shown.isBefore(now) ? shown.plusMonths(1).toString() : null);
        page.addAttribute("postings", accounting.postings(shown.atDay(1), shown.atEndOfMonth()));
        page.addAttribute("balances", accounting.balances(shown.atDay(1), shown.atEndOfMonth()));
        page.addAttribute("totals", accounting.totals(shown.atDay(1), shown.atEndOfMonth()));
        page.addAttribute("inFlight", accounting.inFlight());
        page.addAttribute("services", accounting.openServices());
        page.addAttribute("liability", accounting.creditLiability());
        page.addAttribute("comparisons", reconciliation.latest(LATEST_COMPARISONS));
        page.addAttribute("differences", differences.open());
        page.addAttribute("closings", closings);
        page.addAttribute("closed", closed);
        page.addAttribute("over", shown.isBefore(now));
        page.addAttribute("mayClose", Actor.current().hasAnyRole("accountant"));
        page.addAttribute("from", shown.atDay(1));
        page.addAttribute("until", shown.atEndOfMonth());
        page.addAttribute("zone", zone.id().getId());
        page.addAttribute("show", this);
        return "accounting";
    }

    /** Closes everything up to the end of a month, and shows the month again. */
    @PostMapping("/accounting/closings")
    String close(@RequestParam String month, RedirectAttributes back) {
        YearMonth asked = month(month, YearMonth.from(zone.dateOf(clock.instant())));
        if (!asked.isBefore(YearMonth.from(zone.dateOf(clock.instant())))) {
            back.addFlashAttribute("refused", asked.format(MONTH) + " is not over yet, so it cannot be closed.");
            return "redirect:/accounting?month=" + asked;
        }
        try {
            accounting.close(asked.atEndOfMonth());
            back.addFlashAttribute("done", asked.format(MONTH) + " is closed: it takes no posting any more.");
        } catch (Refused refused) {
            back.addFlashAttribute(
                    "refused",
                    asked.format(MONTH) + " was not closed: the last day of a closing "
                            + refused.problems().get(0).message());
        }
        return "redirect:/accounting?month=" + asked;
    }

    /** Compares with the payment processor now, and shows what came of it. */
    @PostMapping("/accounting/reconciliations")
    String compare(RedirectAttributes back) {
        try {
            Reconciliation.Result result = reconciliation.onDemand();
            back.addFlashAttribute(
                    "done",
                    "Compared " + result.compared() + " refunds with the payment processor's list: "
                            + (result.differences() == 0
                                    ? "no new difference."
                                    : "new differences: " + result.differences() + ", each a task for a manager.")
                            + (result.failed() == 0
                                    ? ""
                                    : " " + result.failed() + " could not be compared now: try again later."));
        } catch (Refused refused) {
            back.addFlashAttribute("refused", refused.problems().get(0).message());
        }
        return "redirect:/accounting#reconciliation";
    }

    /** Read by the page: a moment as the business's clocks show it. */
    public String moment(Instant instant) {
        return instant.atZone(zone.id()).format(MOMENT);
    }

    /** Read by the page: an amount with the places of its currency. */
    public String amount(BigDecimal amount, String currency) {
        return MoneyColumns.of(amount, currency).getAmount().toPlainString();
    }

    private static YearMonth month(@Nullable String text, YearMonth otherwise) {
        try {
            YearMonth month = text == null ? otherwise : YearMonth.parse(text);
            if (month.getYear() >= FIRST_YEAR && month.getYear() <= LAST_YEAR) {
                return month;
            }
        } catch (DateTimeException e) {
            // Refused below, like one of another age.
        }
        throw Refused.field("month", "must be a month such as 2026-11.");
    }
}
