package org.servicerecovery.compensation;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.AskedDay;
import org.servicerecovery.Csv;
import org.servicerecovery.MoneyColumns;
import org.servicerecovery.Refused;
import org.servicerecovery.workorder.Invoicing;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * The ledger for the accountant. Days are ISO dates in the business's zone, both ends included; amounts are texts.
 */
@RestController
@RequestMapping("/api/ledger")
class AccountingApi {

    /** A year and a day: more is asked for in parts. */
    private static final long LONGEST_DAYS = 366;

    record PostingJson(
            long id,
            Instant postedAt,
            String kind,
            String debit,
            String debitCode,
            String credit,
            String creditCode,
            String amount,
            String currency,
            @Nullable String tax,
            @Nullable String caseNumber,
            @Nullable Long compensation,
            @Nullable String paymentReference,
            @Nullable String processorReference,
            String actor,
            @Nullable String note) {

        static @Nullable String tax(Accounting.Posting posting) {
            return posting.tax() == null ? null : posting.tax().getAmount().toPlainString();
        }

        static PostingJson of(Accounting.Posting posting) {
            return new PostingJson(
                    posting.id(),
                    posting.postedAt(),
                    posting.kind().code(),
                    posting.kind().debit().code(),
                    posting.debitCode(),
                    posting.kind().credit().code(),
                    posting.creditCode(),
                    posting.amount().getAmount().toPlainString(),
                    posting.amount().getCurrencyUnit().getCode(),
                    tax(posting),
                    posting.caseNumber(),
                    posting.compensationId(),
                    posting.paymentReference(),
                    posting.processorReference(),
                    posting.actor(),
                    posting.note());
        }
    }

    record BalanceJson(String account, String currency, String debit, String credit, String balance) {}

    record TotalJson(String currency, long transfers, String amount) {

        static TotalJson of(Accounting.Total total) {
            return new TotalJson(total.currency(), total.transfers(), plain(total.amount(), total.currency()));
        }
    }

    /** @param totals the control totals of what is listed */
    record PeriodJson(
            LocalDate from,
            LocalDate until,
            List<PostingJson> postings,
            List<BalanceJson> balances,
            List<TotalJson> totals) {}

    record InFlightJson(
            long compensation,
            String caseNumber,
            String amount,
            String currency,
            String paymentReference,
            Instant since) {}

    record OpenServiceJson(
            String number,
            long compensation,
            String caseNumber,
            String service,
            String value,
            String currency,
            @Nullable String reference,
            Instant since) {}

    /** @param charged no or partly; absent while nobody has decided */
    record HeldVisitJson(
            @Nullable String orderNumber,
            String priceReference,
            Instant endedAt,
            String state,
            @Nullable String charged,
            String notes,
            String caseNumber,
            @Nullable String decidedBy,
            @Nullable Instant decidedAt) {

        static HeldVisitJson of(Invoicing.Held visit) {
            return new HeldVisitJson(
                    visit.job().number(),
                    visit.job().order().priceReference(),
                    visit.endedAt(),
                    visit.job().state().code(),
                    visit.charged() == null ? null : visit.charged().code(),
                    visit.notes(),
                    visit.caseNumber(),
                    visit.decidedBy(),
                    visit.decidedAt());
        }
    }

    record ClosingJson(LocalDate until, String closedBy, Instant closedAt, List<TotalJson> totals) {

        static ClosingJson of(Accounting.Closing closing) {
            return new ClosingJson(
                    closing.closedUntil(),
                    closing.closedBy(),
                    closing.closedAt(),
                    closing.totals().stream().map(TotalJson::of).toList());
        }
    }

    record UntilJson(@Nullable String until) {}

    private final Accounting accounting;

    AccountingApi(Accounting accounting) {
        this.accounting = accounting;
    }

    /** Everything that was posted in a period, what it did to each account, and its control totals. */
    @GetMapping("/postings")
    PeriodJson postings(@RequestParam @Nullable String from, @RequestParam @Nullable String until) {
        Period period = Period.of(from, until);
        return new PeriodJson(
                period.from(),
                period.until(),
                accounting.postings(period.from(), period.until()).stream()
                        .map(PostingJson::of)
                        .toList(),
                accounting.balances(period.from(), period.until()).stream()
                        .map(balance -> new BalanceJson(
                                balance.account().code(),
                                balance.currency(),
                                plain(balance.debit(), balance.currency()),
                                plain(balance.credit(), balance.currency()),
                                plain(balance.balance(), balance.currency())))
                        .toList(),
                accounting.totals(period.from(), period.until()).stream()
                        .map(TotalJson::of)
                        .toList());
    }

    /** The same postings as a table for other programs. */
    @GetMapping("/postings.csv")
    ResponseEntity<String> csv(@RequestParam @Nullable String from, @RequestParam @Nullable String until) {
        Period period = Period.of(from, until);
        List<List<? extends @Nullable String>> records = new ArrayList<>();
        records.add(List.of(
                "id",
                "posted at",
                "kind",
                "debit",
                "debit code",
                "credit",
                "credit code",
                "amount",
                "currency",
                "tax in it",
                "case",
                "payment",
                "processor reference",
                "by",
                "note"));
        for (Accounting.Posting posting : accounting.postings(period.from(), period.until())) {
            records.add(Arrays.asList(
                    Long.toString(posting.id()),
                    posting.postedAt().toString(),
                    posting.kind().label(),
                    posting.kind().debit().label(),
                    posting.debitCode(),
                    posting.kind().credit().label(),
                    posting.creditCode(),
                    posting.amount().getAmount().toPlainString(),
                    posting.amount().getCurrencyUnit().getCode(),
                    PostingJson.tax(posting),
                    posting.caseNumber(),
                    posting.paymentReference(),
                    posting.processorReference(),
                    posting.actor(),
                    posting.note()));
        }
        return Csv.attachment("postings-" + period.from() + "-" + period.until(), records);
    }

    /** The visits of cases that are not to be invoiced as their orders say, or not before somebody has decided. */
    @GetMapping("/visits")
    List<HeldVisitJson> visits(@RequestParam @Nullable String from, @RequestParam @Nullable String until) {
        Period period = Period.of(from, until);
        return accounting.heldVisits(period.from(), period.until()).stream()
                .map(HeldVisitJson::of)
                .toList();
    }

    /** The same visits as a table for whoever writes the invoices. */
    @GetMapping("/visits.csv")
    ResponseEntity<String> visitsCsv(@RequestParam @Nullable String from, @RequestParam @Nullable String until) {
        Period period = Period.of(from, until);
        List<List<? extends @Nullable String>> records = new ArrayList<>();
        records.add(List.of(
                "work order",
                "price reference",
                "work ended at",
                "work",
                "charged to the customer",
                "which part",
                "case",
                "decided by",
                "decided at"));
        for (Invoicing.Held visit : accounting.heldVisits(period.from(), period.until())) {
            records.add(Arrays.asList(
                    visit.job().number(),
                    visit.job().order().priceReference(),
                    visit.endedAt().toString(),
                    visit.job().state().label(),
                    visit.charged() == null ? "Not decided" : visit.charged().label(),
                    visit.notes(),
                    visit.caseNumber(),
                    visit.decidedBy(),
                    visit.decidedAt() == null ? "" : visit.decidedAt().toString()));
        }
        return Csv.attachment("visits-" + period.from() + "-" + period.until(), records);
    }

    /** The refunds that are on their way. */
    @GetMapping("/in-flight")
    List<InFlightJson> inFlight() {
        return accounting.inFlight().stream()
                .map(item -> new InFlightJson(
                        item.compensationId(),
                        item.caseNumber(),
                        item.amount().getAmount().toPlainString(),
                        item.amount().getCurrencyUnit().getCode(),
                        item.paymentReference(),
                        item.since()))
                .toList();
    }

    /** The comped services that are promised and not done yet. */
    @GetMapping("/comped-services")
    List<OpenServiceJson> openServices() {
        return accounting.openServices().stream()
                .map(open -> new OpenServiceJson(
                        open.number(),
                        open.compensationId(),
                        open.caseNumber(),
                        open.service().code(),
                        open.value().getAmount().toPlainString(),
                        open.value().getCurrencyUnit().getCode(),
                        open.reference(),
                        open.since()))
                .toList();
    }

    /** What customers may still use: by currency, then by the month in which it expires. */
    @GetMapping("/credit-liability")
    Map<String, Map<String, String>> creditLiability() {
        return accounting.creditLiability().entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        currency -> currency.getValue().entrySet().stream()
                                .collect(Collectors.toMap(
                                        Map.Entry::getKey,
                                        month -> month.getValue().getAmount().toPlainString(),
                                        (one, other) -> one,
                                        TreeMap::new)),
                        (one, other) -> one,
                        TreeMap::new));
    }

    @GetMapping("/closings")
    List<ClosingJson> closings() {
        return accounting.closings().stream().map(ClosingJson::of).toList();
    }

    /** Closes everything up to the end of a day. */
    @PostMapping("/closings")
    @ResponseStatus(HttpStatus.CREATED)
    ClosingJson close(@RequestBody UntilJson wanted) {
        return ClosingJson.of(accounting.close(AskedDay.of("until", wanted.until())));
    }

    private record Period(LocalDate from, LocalDate until) {

        static Period of(@Nullable String from, @Nullable String until) {
            Period period = new Period(AskedDay.of("from", from), AskedDay.of("until", until));
            if (period.until().isBefore(period.from())) {
                throw Refused.field("until", "refused.ledger.beforeFirstDay");
            }
            if (period.from().plusDays(LONGEST_DAYS).isBefore(period.until())) {
                throw Refused.field("until", "refused.ledger.longerThanAYear");
            }
            return period;
        }
    }

    private static String plain(BigDecimal amount, String currency) {
        return MoneyColumns.of(amount, currency).getAmount().toPlainString();
    }
}
