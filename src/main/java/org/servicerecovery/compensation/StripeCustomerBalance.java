package org.servicerecovery.compensation;

import com.stripe.StripeClient;
import com.stripe.exception.IdempotencyException;
import com.stripe.exception.StripeException;
import com.stripe.model.CustomerBalanceTransaction;
import com.stripe.net.RequestOptions;
import com.stripe.param.CustomerBalanceTransactionCreateParams;
import com.stripe.param.CustomerBalanceTransactionListParams;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * Customers' <a href="https://docs.stripe.com/billing/customer/balance">invoice balances</a> at Stripe, where an amount
 * below zero is in the customer's favour. The whole balance goes into the next invoice that is finalized in its currency;
 * a voided invoice gives it back, unless it is made to keep it.
 */
final class StripeCustomerBalance implements CustomerBalance {

    /** In the metadata of a transaction: the number of the credit. */
    static final String CREDIT = "service_recovery_credit";

    private final StripeClient stripe;

    StripeCustomerBalance(PaymentsProperties payments) {
        this.stripe = StripePaymentProcessor.client(payments);
    }

    @Override
    public Optional<List<BalanceEntry>> entries(String customer) {
        if (!isOfStripe(customer)) {
            return Optional.empty();
        }
        try {
            List<BalanceEntry> entries = new ArrayList<>();
            for (CustomerBalanceTransaction made : list(customer)) {
                entry(made).ifPresent(entries::add);
            }
            // Stripe's list begins with the newest.
            Collections.reverse(entries);
            return Optional.of(entries);
        } catch (StripeException e) {
            if (StripeAnswers.isMissing(e)) {
                return Optional.empty();
            }
            throw new ProcessorUnavailable(StripeAnswers.whyUnknown(e), null);
        } catch (ArithmeticException e) {
            throw new ProcessorUnavailable("Stripe's list of a balance holds an amount that cannot be read.", e);
        }
    }

    private List<CustomerBalanceTransaction> list(String customer) throws StripeException {
        CustomerBalanceTransactionListParams wanted = CustomerBalanceTransactionListParams.builder()
                .setLimit(StripePaymentProcessor.PAGE)
                .build();
        return StripePaymentProcessor.ask(() -> {
            List<CustomerBalanceTransaction> all = new ArrayList<>();
            stripe.v1()
                    .customers()
                    .balanceTransactions()
                    .list(customer, wanted)
                    .autoPagingIterable()
                    .forEach(all::add);
            if (!all.stream().allMatch(StripeCustomerBalance::isWhole)) {
                throw new IllegalStateException("A transaction in Stripe's list lacks what every one has.");
            }
            return all;
        });
    }

    private static boolean isWhole(CustomerBalanceTransaction made) {
        return made.getId() != null
                && made.getType() != null
                && made.getAmount() != null
                && made.getEndingBalance() != null
                && made.getCurrency() != null;
    }

    /** Empty in a currency that is unknown here. */
    private static Optional<BalanceEntry> entry(CustomerBalanceTransaction made) {
        return StripeAmounts.ofStripe(made.getCurrency(), made.getAmount())
                .flatMap(amount -> StripeAmounts.ofStripe(made.getCurrency(), made.getEndingBalance())
                        .map(after -> new BalanceEntry(
                                made.getId(),
                                keyOf(made),
                                causeOf(made),
                                made.getInvoice() == null ? made.getCheckoutSession() : made.getInvoice(),
                                amount.negated(),
                                after.negated())));
    }

    private static BalanceEntry.Cause causeOf(CustomerBalanceTransaction made) {
        return switch (made.getType()) {
            case "applied_to_invoice", "checkout_session_subscription_payment" -> BalanceEntry.Cause.APPLIED;
            case "unapplied_from_invoice", "checkout_session_subscription_payment_canceled" ->
                BalanceEntry.Cause.UNAPPLIED;
            default -> BalanceEntry.Cause.OTHER;
        };
    }

    @Override
    public BalanceOutcome enter(BalanceOrder order) {
        if (!isOfStripe(order.customer())) {
            return new BalanceOutcome.Declined("The customer is registered by an id that is none of Stripe's.");
        }
        Money amount = order.amount();
        OptionalLong units = StripeAmounts.toStripe(amount.negated());
        if (units.isEmpty()) {
            return new BalanceOutcome.Declined("Stripe does not take so many decimals in this currency.");
        }
        CustomerBalanceTransactionCreateParams wanted = CustomerBalanceTransactionCreateParams.builder()
                .setAmount(units.getAsLong())
                .setCurrency(amount.getCurrencyUnit().getCode().toLowerCase(Locale.ROOT))
                .putMetadata(StripePaymentProcessor.KEY, order.key().toString())
                .putMetadata(CREDIT, order.credit())
                .build();
        RequestOptions options = RequestOptions.builder()
                .setIdempotencyKey(order.key().toString())
                .build();
        try {
            CustomerBalanceTransaction made = StripePaymentProcessor.ask(
                    () -> stripe.v1().customers().balanceTransactions().create(order.customer(), wanted, options));
            return made.getId() != null
                            && order.key().equals(keyOf(made))
                            && Objects.equals(made.getAmount(), units.getAsLong())
                    ? new BalanceOutcome.Booked(made.getId())
                    : new BalanceOutcome.Unknown("Stripe's answer is not about this transaction.");
        } catch (IdempotencyException e) {
            throw new IllegalStateException(
                    "Stripe knows key " + order.key() + " for something else: one key was used twice.");
        } catch (StripeException e) {
            return order.askedBefore() && StripeAnswers.isMissing(e)
                    ? new BalanceOutcome.Unknown(StripeAnswers.whyUnknown(e))
                    : StripeAnswers.ofBalance(e);
        }
    }

    private static boolean isOfStripe(String customer) {
        return customer.startsWith("cus_");
    }

    private static @Nullable UUID keyOf(CustomerBalanceTransaction made) {
        Map<String, String> metadata = made.getMetadata();
        return metadata == null ? null : RefundOrder.keyOf(metadata.getOrDefault(StripePaymentProcessor.KEY, ""));
    }
}
