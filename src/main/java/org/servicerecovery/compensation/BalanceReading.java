package org.servicerecovery.compensation;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Reads customers' balances at the payment processor: credit of ours that went into an invoice there is used here as well,
 * the oldest first, and what cannot be explained becomes a task. The processor does not say whose credit went into an
 * invoice, so ours goes first. Each of its transactions is booked once.
 */
@Component
class BalanceReading {

    private static final Duration TIME_TO_ANSWER = Duration.ofDays(1);

    /** @param booked transactions of the processor's own that were news here */
    record Result(int booked, int differences) {}

    private final CustomerBalances balances;
    private final CustomerBalance processor;
    private final PaymentProcessor payments;
    private final PaymentsProperties settings;
    private final Credits credits;
    private final Differences differences;
    private final Clock clock;
    private final TransactionTemplate transaction;

    BalanceReading(
            CustomerBalances balances,
            CustomerBalance processor,
            PaymentProcessor payments,
            PaymentsProperties settings,
            Credits credits,
            Differences differences,
            Clock clock,
            PlatformTransactionManager transactions) {
        this.balances = balances;
        this.processor = processor;
        this.payments = payments;
        this.settings = settings;
        this.credits = credits;
        this.differences = differences;
        this.clock = clock;
        this.transaction = new TransactionTemplate(transactions);
    }

    /**
     * Books what the processor has used of a customer's credit, before anybody else uses it or it is taken back.
     *
     * @throws Refused when credit stands there and the processor does not say
     */
    void catchUp(long customerId) {
        for (String customer : balances.namesOf(customerId)) {
            try {
                book(customer, entries(customer));
            } catch (ProcessorUnavailable e) {
                throw Refused.conflict("refused.credit.processorSilent", String.valueOf(e.getMessage()));
            }
        }
    }

    /** The customers to be compared, by the processor's names for them. */
    List<String> customers() {
        return balances.customersWithCredit(clock.instant().minus(settings.reconcileBack()));
    }

    /**
     * Books what the processor has used, and holds what stands on the balance against what is left here.
     *
     * @throws ProcessorUnavailable when it does not say
     */
    Result compare(String customer) {
        List<BalanceEntry> entries = entries(customer);
        int booked = book(customer, entries);
        return new Result(booked, tooMuchTakenOff(entries) + missing(customer, entries));
    }

    /** Orders that nobody knows the end of for too long: somebody has to look. */
    int unanswered() {
        Instant since = clock.instant().minus(TIME_TO_ANSWER);
        return (int) balances.wantedSince(since).stream()
                .filter(order -> found(
                        DifferenceKind.CREDIT_UNANSWERED,
                        order.reference(),
                        order.compensationId(),
                        order.amount(),
                        (order.putsOn()
                                        ? "it is not known whether it stands on the customer's balance."
                                        : "it is not known whether it was taken off the customer's balance.")
                                + " The payment processor is asked on and on; look there, and at the credentials."))
                .count();
    }

    private List<BalanceEntry> entries(String customer) {
        return processor
                .entries(customer)
                .orElseThrow(() -> new ProcessorUnavailable(
                        "The payment processor does not know the customer on whose balance credit stands.", null));
    }

    private int book(String customer, List<BalanceEntry> entries) {
        Set<Long> standing = new HashSet<>();
        int booked = 0;
        for (BalanceEntry entry : entries) {
            ours(entry).filter(CustomerBalances.Order::putsOn).ifPresent(order -> standing.add(order.compensationId()));
            // What was there before credit of ours is not our business.
            if (!standing.isEmpty() && (entry.isUse() || entry.isUseReversed())) {
                Boolean news = transaction.execute(
                        status -> balances.keep(customer, entry) && book(customer, entry, Set.copyOf(standing)));
                booked += Boolean.TRUE.equals(news) ? 1 : 0;
            }
        }
        return booked;
    }

    private boolean book(String customer, BalanceEntry entry, Set<Long> standing) {
        long owner = balances.ownerOf(customer);
        String document = entry.document();
        Money amount = entry.amount().abs();
        if (entry.isUse()) {
            String reference = document == null ? entry.reference() : document;
            return credits.usedAtProcessor(owner, standing, amount, reference, balances.useKey(entry))
                    .isPositive();
        }
        return document != null
                && credits.useReversedAtProcessor(
                                owner, balances.useKeys(customer, document), amount, entry.reference())
                        .isPositive();
    }

    private Optional<CustomerBalances.Order> ours(BalanceEntry entry) {
        UUID key = entry.key();
        return key == null ? Optional.empty() : balances.byKey(key);
    }

    /** An invoice was faster than our taking off: the customer owes now what nobody meant them to. */
    private int tooMuchTakenOff(List<BalanceEntry> entries) {
        int found = 0;
        for (BalanceEntry entry : entries) {
            Optional<CustomerBalances.Order> order = entry.after().isNegative() ? ours(entry) : Optional.empty();
            if (order.isPresent() && !order.get().putsOn()) {
                Money tooMuch = smaller(entry.after().negated(), order.get().amount());
                boolean news = found(
                        DifferenceKind.CREDIT_SHORT,
                        entry.reference(),
                        order.get().compensationId(),
                        tooMuch,
                        "more was taken off the customer's balance than stood there, because an invoice had taken it"
                                + " meanwhile. The customer owes it now at the payment processor.");
                found += news ? 1 : 0;
            }
        }
        return found;
    }

    private int missing(String customer, List<BalanceEntry> entries) {
        Map<CurrencyUnit, BalanceEntry> newest = new HashMap<>();
        Set<Long> listed = new HashSet<>();
        for (BalanceEntry entry : entries) {
            newest.put(entry.amount().getCurrencyUnit(), entry);
            ours(entry).ifPresent(order -> listed.add(order.compensationId()));
        }
        List<Credit> left = credits.of(balances.ownerOf(customer)).stream()
                .filter(credit -> listed.contains(credit.compensationId()))
                .filter(credit -> credit.left().isPositive())
                .toList();
        List<CustomerBalances.Order> orders = balances.of(customer);
        // On its way to agreeing.
        if (orders.stream().anyMatch(CustomerBalances.Order::isWanted)) {
            return 0;
        }
        int found = 0;
        for (BalanceEntry last : newest.values()) {
            CurrencyUnit currency = last.amount().getCurrencyUnit();
            List<Credit> inCurrency = left.stream()
                    .filter(credit -> credit.granted().getCurrencyUnit().equals(currency))
                    .toList();
            Money ours = inCurrency.stream().map(Credit::left).reduce(Money.zero(currency), Money::plus);
            Money missing = ours.minus(last.after().isNegative() ? Money.zero(currency) : last.after());
            if (!inCurrency.isEmpty() && missing.isPositive()) {
                long credit = inCurrency.get(inCurrency.size() - 1).compensationId();
                // Not the entry's alone: what was taken off too much with it is another difference.
                String reference = "credit-" + credit + "/short/";
                boolean told = differences
                        .lastAmount(DifferenceKind.CREDIT_SHORT, credit, reference)
                        .filter(missing::isEqual)
                        .isPresent();
                // Every movement afterwards leaves the same shortage.
                boolean news = !told
                        && found(
                                DifferenceKind.CREDIT_SHORT,
                                reference + last.reference(),
                                credit,
                                missing,
                                "so much less stands on the customer's balance than is left here of this and later credit."
                                        + " Somebody may have changed the balance by hand.");
                found += news ? 1 : 0;
            }
        }
        return found;
    }

    private boolean found(
            DifferenceKind kind, String reference, long compensationId, Money amount, @Nullable String detail) {
        return differences.found(
                payments.name(),
                new Differences.Found(kind, reference, null, compensationId, amount, clock.instant(), detail));
    }

    private static Money smaller(Money one, Money other) {
        return one.isLessThan(other) ? one : other;
    }
}
