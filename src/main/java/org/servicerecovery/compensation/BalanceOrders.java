package org.servicerecovery.compensation;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Sends the orders for customers' balances. The customer's own entries at the processor decide what became of an order, and
 * whether it is sent (again): what was not answered is looked for first. Nodes may look at the same time: each order is
 * taken once.
 */
@Component
class BalanceOrders {

    private static final Logger LOG = LoggerFactory.getLogger(BalanceOrders.class);

    /** So many at a time: the next round begins a moment later. */
    private static final int ROUND = 100;

    private final CustomerBalances balances;
    private final CustomerBalance processor;
    private final PaymentProcessor payments;
    private final Differences differences;
    private final Clock clock;
    private final TransactionTemplate transaction;

    BalanceOrders(
            CustomerBalances balances,
            CustomerBalance processor,
            PaymentProcessor payments,
            Differences differences,
            Clock clock,
            PlatformTransactionManager transactions) {
        this.balances = balances;
        this.processor = processor;
        this.payments = payments;
        this.differences = differences;
        this.clock = clock;
        this.transaction = new TransactionTemplate(transactions);
    }

    @Scheduled(fixedDelayString = "${service-recovery.payments.balances-every:PT1S}")
    void workOff() {
        for (int i = 0; i < ROUND; i++) {
            Optional<CustomerBalances.Order> next = balances.claim();
            if (next.isEmpty()) {
                return;
            }
            CustomerBalances.Order order = next.get();
            try {
                send(order).ifPresent(why -> later(order, why, null));
            } catch (ProcessorUnavailable e) {
                later(order, String.valueOf(e.getMessage()), null);
            } catch (RuntimeException e) {
                later(order, "It failed.", e);
            }
        }
    }

    private void later(CustomerBalances.Order order, String why, @Nullable RuntimeException e) {
        LOG.warn("{} on a customer's balance is tried again. {}", order.reference(), why, e);
        balances.later(order);
    }

    /** Empty once it is known what became of it, else why it is not. */
    private Optional<String> send(CustomerBalances.Order order) {
        if (!order.putsOn() && balances.isNotThere(order)) {
            balances.refused(order);
            return Optional.empty();
        }
        Optional<List<BalanceEntry>> entries = processor.entries(order.processorCustomer());
        boolean sentBefore = order.askedAt() != null;
        if (entries.isEmpty()) {
            String why =
                    "The payment processor does not know the customer: the id may be wrong, or the credentials those"
                            + " of another account or mode (test, live).";
            // What is to be taken off was put on, so the customer was known there.
            return sentBefore || !order.putsOn() ? Optional.of(why) : refused(order, why);
        }
        Optional<BalanceEntry> made = entries.get().stream()
                .filter(entry -> order.key().equals(entry.key()))
                .findFirst();
        if (made.isPresent()) {
            balances.done(order, made.get().reference());
            return Optional.empty();
        }
        CustomerBalances.Order wanted =
                order.putsOn() || sentBefore ? order : takingWhatStandsThere(order, entries.get());
        if (wanted.amount().isZero()) {
            balances.done(wanted, null);
            return Optional.empty();
        }
        balances.asking(wanted);
        BalanceOutcome outcome = processor.enter(wanted.toSend());
        if (outcome instanceof BalanceOutcome.Booked booked) {
            balances.done(wanted, booked.reference());
            return Optional.empty();
        }
        if (outcome instanceof BalanceOutcome.Declined declined) {
            return refused(wanted, declined.reason());
        }
        return Optional.of(((BalanceOutcome.Unknown) outcome).why());
    }

    /** Taking off more would make the customer owe it. What is missing has gone into an invoice, or somebody took it. */
    private CustomerBalances.Order takingWhatStandsThere(CustomerBalances.Order order, List<BalanceEntry> entries) {
        Money nothing = Money.zero(order.amount().getCurrencyUnit());
        Money stands = entries.stream()
                .filter(entry ->
                        entry.amount().getCurrencyUnit().equals(order.amount().getCurrencyUnit()))
                .reduce((earlier, later) -> later)
                .map(BalanceEntry::after)
                .filter(Money::isPositive)
                .orElse(nothing);
        if (!order.amount().isGreaterThan(stands)) {
            return order;
        }
        transaction.executeWithoutResult(status -> {
            balances.shorten(order, stands);
            found(
                    order,
                    DifferenceKind.CREDIT_SHORT,
                    order.amount().minus(stands),
                    "it was used, taken back or expired here, and did not stand on the customer's balance any more:"
                            + " an invoice may have taken it at the same time.");
        });
        return order.of(stands);
    }

    private Optional<String> refused(CustomerBalances.Order order, String why) {
        transaction.executeWithoutResult(status -> {
            balances.refused(order);
            found(
                    order,
                    DifferenceKind.CREDIT_REFUSED,
                    order.amount(),
                    (order.putsOn()
                                    ? "it was not put on the customer's balance and stands here alone. "
                                    : "it was not taken off the customer's balance, where it can still be used. ")
                            + why);
        });
        return Optional.empty();
    }

    private void found(CustomerBalances.Order order, DifferenceKind kind, Money amount, String detail) {
        differences.found(
                payments.name(),
                new Differences.Found(
                        kind, order.reference(), null, order.compensationId(), amount, clock.instant(), detail));
    }
}
