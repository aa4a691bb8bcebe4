package org.servicerecovery.compensation;

import java.math.BigDecimal;
import java.text.DecimalFormatSymbols;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.BusinessZone;
import org.servicerecovery.Messages;
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
        page.addAttribute("title", title(shown));
        page.addAttribute("previous", shown.minusMonths(1).toString());
        page.addAttribute("next", shown.isBefore(now) ? shown.plusMonths(1).toString() : null);
        page.addAttribute("postings", accounting.postings(shown.atDay(1), shown.atEndOfMonth()));
        page.addAttribute("balances", accounting.balances(shown.atDay(1), shown.atEndOfMonth()));
        page.addAttribute("totals", accounting.totals(shown.atDay(1), shown.atEndOfMonth()));
        page.addAttribute("inFlight", accounting.inFlight());
        page.addAttribute("services", accounting.openServices());
        page.addAttribute("visits", accounting.heldVisits(shown.atDay(1), shown.atEndOfMonth()));
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
            back.addFlashAttribute("refused", Messages.text("accounting.notOver", title(asked)));
            return "redirect:/accounting?month=" + asked;
        }
        try {
            accounting.close(asked.atEndOfMonth());
            back.addFlashAttribute("done", Messages.text("accounting.done", title(asked)));
        } catch (Refused refused) {
            back.addFlashAttribute(
                    "refused",
                    Messages.text(
                            "accounting.notClosed",
                            title(asked),
                            refused.problems().get(0).message()));
        }
        return "redirect:/accounting?month=" + asked;
    }

    /** Compares with the payment processor now, and shows what came of it. */
    @PostMapping("/accounting/reconciliations")
    String compare(RedirectAttributes back) {
        try {
            Reconciliation.Result result = reconciliation.onDemand();
            back.addFlashAttribute("done", told(result));
        } catch (Refused refused) {
            back.addFlashAttribute("refused", refused.problems().get(0).message());
        }
        return "redirect:/accounting#reconciliation";
    }

    private static String told(Reconciliation.Result result) {
        String compared = result.differences() == 0
                ? Messages.text("accounting.comparedNone", String.valueOf(result.compared()))
                : Messages.text(
                        "accounting.comparedSome",
                        String.valueOf(result.compared()),
                        String.valueOf(result.differences()));
        return result.failed() == 0
                ? compared
                : compared + " " + Messages.text("accounting.comparedNotAll", String.valueOf(result.failed()));
    }

    private static String title(YearMonth month) {
        return month.format(pattern("format.month"));
    }

    /** Read by the page: a moment as the business's clocks show it. */
    public String moment(Instant instant) {
        return instant.atZone(zone.id()).format(pattern("format.moment"));
    }

    /** Read by the page. */
    public String day(LocalDate day) {
        return day.format(pattern("format.day"));
    }

    /** Read by the page: a month such as 2026-11 in the reader's language. */
    public String monthOf(String month) {
        return YearMonth.parse(month).format(pattern("accounting.patternExpiry"));
    }

    private static DateTimeFormatter pattern(String key) {
        return DateTimeFormatter.ofPattern(Messages.text(key), Messages.language(Messages.reader()));
    }

    /** Read by the page: an amount with the places of its currency. */
    public String amount(BigDecimal amount, String currency) {
        return inReadersDigits(MoneyColumns.of(amount, currency).getAmount());
    }

    /** Read by the page: currency and amount. */
    public String money(@Nullable Money money) {
        return money == null ? "" : money.getCurrencyUnit().getCode() + " " + inReadersDigits(money.getAmount());
    }

    /** Without separators of thousands. */
    private static String inReadersDigits(BigDecimal amount) {
        char separator = DecimalFormatSymbols.getInstance(Messages.language(Messages.reader()))
                .getDecimalSeparator();
        return amount.toPlainString().replace('.', separator);
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
        throw Refused.field("month", "refused.month");
    }
}
