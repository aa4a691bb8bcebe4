package org.servicerecovery.compensation;

import com.stripe.Stripe;
import com.stripe.StripeClient;
import com.stripe.exception.ApiException;
import com.stripe.exception.IdempotencyException;
import com.stripe.exception.StripeException;
import com.stripe.model.Refund;
import com.stripe.model.StripeCollection;
import com.stripe.net.RequestOptions;
import com.stripe.param.RefundCreateParams;
import com.stripe.param.RefundListParams;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.util.StringUtils;

/**
 * Refunds by Stripe. A payment's charge id is that of Stripe's charge ({@code ch_}, {@code py_}) or of its payment intent
 * ({@code pi_}).
 *
 * <p>Stripe remembers a key for a day, and a server error under it for as long
 * (<a href="https://docs.stripe.com/api/idempotent_requests">idempotent requests</a>). So each refund bears its key in
 * its metadata, and the payment's own list of refunds decides what became of an order, and whether it is sent.
 */
final class StripePaymentProcessor implements PaymentProcessor {

    /** Requests that one refund takes. */
    static final int REQUESTS = 3;

    /** In the metadata of a refund: the key that it was ordered with. */
    static final String KEY = "service_recovery_key";

    static final long PAGE = 100;

    private final StripeClient stripe;
    private final Predicate<String> isRegistered;
    private final StripeNotices notices;

    /** @param isRegistered whether a payment is known here by this charge id */
    StripePaymentProcessor(PaymentsProperties payments, Predicate<String> isRegistered, Clock clock) {
        this.stripe = client(payments);
        this.isRegistered = isRegistered;
        this.notices = new StripeNotices(payments.noticeSecret(), clock);
    }

    static StripeClient client(PaymentsProperties payments) {
        // It would keep an id of this machine in the home directory, and send it along.
        Stripe.enableTelemetry = false;
        StripeClient.StripeClientBuilder client = StripeClient.builder()
                .setApiKey(payments.stripe().apiKey())
                .setConnectTimeout(Math.toIntExact(payments.connectTimeout().toMillis()))
                .setReadTimeout(Math.toIntExact(payments.readTimeout().toMillis()))
                // The job of the refund does that, by the same key.
                .setMaxNetworkRetries(0);
        if (StringUtils.hasText(payments.stripe().apiBase())) {
            client.setApiBase(
                    StringUtils.trimTrailingCharacter(payments.stripe().apiBase(), '/'));
        }
        return client.build();
    }

    @Override
    public String name() {
        return "stripe";
    }

    @Override
    public RefundOutcome refund(RefundOrder order) {
        if (!isOfStripe(order.chargeId())) {
            return new RefundOutcome.Declined(
                    "payment_not_of_stripe", "The payment was not taken by Stripe: its id is none of Stripe's.");
        }
        OptionalLong amount = StripeAmounts.toStripe(order.amount());
        if (amount.isEmpty()) {
            return new RefundOutcome.Declined(
                    "amount_not_payable", "Stripe does not pay an amount with so many decimals in this currency.");
        }
        try {
            Optional<Refund> made = made(order);
            // Stripe takes the number in whatever currency the payment was made.
            if (made.isEmpty()
                    && !order.amount().getCurrencyUnit().getCode().equalsIgnoreCase(currencyOf(order.chargeId()))) {
                return new RefundOutcome.Declined(
                        "currency_mismatch", "Stripe took the payment in another currency than it is registered in.");
            }
            Refund refund = made.isPresent() ? made.get() : create(order, amount.getAsLong());
            return isWhatWasOrdered(refund, order, amount.getAsLong())
                    ? StripeAnswers.of(refund)
                    : new RefundOutcome.Unknown("Stripe's answer is not about this refund.");
        } catch (IdempotencyException e) {
            throw usedTwice(order);
        } catch (StripeException e) {
            return order.askedBefore() && StripeAnswers.isMissing(e)
                    ? new RefundOutcome.Unknown(StripeAnswers.whyUnknown(e))
                    : StripeAnswers.of(e);
        }
    }

    private Refund create(RefundOrder order, long amount) throws StripeException {
        RefundCreateParams.Builder wanted = RefundCreateParams.builder()
                .setAmount(amount)
                .putMetadata(KEY, order.idempotencyKey().toString());
        if (isIntent(order.chargeId())) {
            wanted.setPaymentIntent(order.chargeId());
        } else {
            wanted.setCharge(order.chargeId());
        }
        RequestOptions options = RequestOptions.builder()
                .setIdempotencyKey(order.idempotencyKey().toString())
                .build();
        return ask(() -> stripe.v1().refunds().create(wanted.build(), options));
    }

    private String currencyOf(String chargeId) throws StripeException {
        return ask(() -> isIntent(chargeId)
                ? stripe.v1().paymentIntents().retrieve(chargeId).getCurrency()
                : stripe.v1().charges().retrieve(chargeId).getCurrency());
    }

    /** @throws IllegalStateException when the key is that of another amount */
    private static boolean isWhatWasOrdered(Refund refund, RefundOrder order, long amount) {
        if (!order.idempotencyKey().equals(keyOf(refund))) {
            return false;
        }
        if (!Objects.equals(refund.getAmount(), amount)
                || !order.amount().getCurrencyUnit().getCode().equalsIgnoreCase(refund.getCurrency())) {
            throw usedTwice(order);
        }
        return true;
    }

    private static IllegalStateException usedTwice(RefundOrder order) {
        return new IllegalStateException("Stripe knows key " + order.idempotencyKey()
                + " for another refund: one key was used for two orders, or the payment is registered in another"
                + " currency than Stripe took it in.");
    }

    @Override
    public Optional<RefundOutcome> lookUp(RefundOrder order) {
        if (!isOfStripe(order.chargeId())) {
            return Optional.of(
                    new RefundOutcome.Unknown("The payment was not taken by Stripe, which cannot be asked."));
        }
        try {
            return made(order).map(StripeAnswers::of);
        } catch (StripeException e) {
            return Optional.of(new RefundOutcome.Unknown(StripeAnswers.whyUnknown(e)));
        }
    }

    private Optional<Refund> made(RefundOrder order) throws StripeException {
        RefundListParams.Builder wanted = RefundListParams.builder();
        if (isIntent(order.chargeId())) {
            wanted.setPaymentIntent(order.chargeId());
        } else {
            wanted.setCharge(order.chargeId());
        }
        return list(wanted).stream()
                .filter(refund -> order.idempotencyKey().equals(keyOf(refund)))
                .findFirst();
    }

    /**
     * {@inheritDoc}
     *
     * <p>A refund has a charge and mostly a payment intent, and a payment may be registered here by either: it is told by
     * the one that is registered, else by the charge. Left out are refunds that no payment here can be concerned by: of a
     * balance instead of a payment, and in currencies unknown here.
     */
    @Override
    public List<ProcessorRefund> refunds(Instant since) {
        RefundListParams.Builder wanted = RefundListParams.builder()
                .setCreated(RefundListParams.Created.builder()
                        .setGte(since.getEpochSecond())
                        .build());
        try {
            List<ProcessorRefund> refunds = new ArrayList<>();
            for (Refund refund : list(wanted)) {
                listed(refund).ifPresent(refunds::add);
            }
            Collections.reverse(refunds);
            return refunds;
        } catch (StripeException e) {
            throw new ProcessorUnavailable(StripeAnswers.whyUnknown(e), null);
        } catch (ArithmeticException e) {
            throw new ProcessorUnavailable("Stripe's list of refunds holds an amount that cannot be read.", e);
        }
    }

    private Optional<ProcessorRefund> listed(Refund refund) {
        return chargeOf(refund)
                .flatMap(charge -> StripeAmounts.ofStripe(refund.getCurrency(), refund.getAmount())
                        .map(amount -> new ProcessorRefund(
                                refund.getId(),
                                keyOf(refund),
                                charge,
                                amount,
                                StripeAnswers.of(refund),
                                Instant.ofEpochSecond(refund.getCreated()))));
    }

    private Optional<String> chargeOf(Refund refund) {
        List<String> names = Stream.of(refund.getCharge(), refund.getPaymentIntent())
                .filter(StringUtils::hasText)
                .toList();
        return names.stream()
                .filter(isRegistered)
                .findFirst()
                .or(() -> names.stream().findFirst());
    }

    @Override
    public Optional<RefundNotice> read(byte[] body, HttpHeaders headers) throws NoticeRefused {
        return notices.read(body, headers);
    }

    /** Newest first, to the end. */
    private List<Refund> list(RefundListParams.Builder wanted) throws StripeException {
        return ask(() -> {
            StripeCollection<Refund> first =
                    stripe.v1().refunds().list(wanted.setLimit(PAGE).build());
            List<Refund> all = new ArrayList<>();
            first.autoPagingIterable().forEach(all::add);
            if (!all.stream().allMatch(StripePaymentProcessor::isWhole)) {
                throw new IllegalStateException("A refund in Stripe's list lacks what every refund has.");
            }
            return all;
        });
    }

    private static boolean isWhole(Refund refund) {
        return refund.getId() != null
                && refund.getAmount() != null
                && refund.getCurrency() != null
                && refund.getCreated() != null;
    }

    /** The library's paging wraps what it throws, and what it cannot read it throws as it comes. */
    static <T> T ask(Question<T> question) throws StripeException {
        try {
            return question.ask();
        } catch (RuntimeException e) {
            if (e.getCause() instanceof StripeException wrapped) {
                throw wrapped;
            }
            throw new ApiException("unreadable", null, null, HttpStatus.OK.value(), e);
        }
    }

    private static boolean isOfStripe(String chargeId) {
        return chargeId.startsWith("ch_") || chargeId.startsWith("py_") || isIntent(chargeId);
    }

    private static boolean isIntent(String chargeId) {
        return chargeId.startsWith("pi_");
    }

    private static @Nullable UUID keyOf(Refund refund) {
        Map<String, String> metadata = refund.getMetadata();
        return metadata == null ? null : RefundOrder.keyOf(metadata.getOrDefault(KEY, ""));
    }

    interface Question<T> {
        T ask() throws StripeException;
    }
}
