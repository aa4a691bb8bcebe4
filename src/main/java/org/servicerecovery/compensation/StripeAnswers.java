package org.servicerecovery.compensation;

import com.stripe.exception.ApiConnectionException;
import com.stripe.exception.AuthenticationException;
import com.stripe.exception.CardException;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.PermissionException;
import com.stripe.exception.RateLimitException;
import com.stripe.exception.StripeException;
import com.stripe.model.Refund;
import com.stripe.model.StripeError;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.util.StringUtils;

/**
 * What Stripe's answers mean. Its own sentences go no further: they hold amounts, and parts of the API key. The codes are
 * those of <a href="https://docs.stripe.com/error-codes">its error codes</a> and of a failed
 * <a href="https://docs.stripe.com/api/refunds/object">refund</a>.
 */
final class StripeAnswers {

    private static final Map<String, String> FAILURES = Map.of(
            "lost_or_stolen_card", "The customer's card was reported lost or stolen.",
            "expired_or_canceled_card", "The customer's card has expired or was cancelled.",
            "charge_for_pending_refund_disputed", "The customer disputed the payment: the dispute decides.",
            "insufficient_funds", "The business's balance at Stripe was too small.",
            "declined", "The customer's bank did not take the refund.",
            "merchant_request", "The refund was stopped at the business's own request.");

    private static final Map<String, String> REFUSALS = Map.of(
            "charge_already_refunded", "The payment was given back in full already.",
            "charge_disputed", "The customer disputed the payment: the dispute decides.",
            "refund_disputed_payment", "The customer disputed the payment: the dispute decides.",
            "amount_too_large", "Less than this is left of the payment.",
            "amount_too_small", "Stripe does not pay so small an amount.",
            "balance_insufficient", "The business's balance at Stripe is too small.",
            "insufficient_funds", "The business's balance at Stripe is too small.",
            "expired_card", "The customer's card has expired.",
            "payment_intent_unexpected_state", "The payment is in a state in which it cannot be refunded.",
            "resource_missing",
                    "Stripe does not know the payment: its id may be wrong, or the API key that of another account or"
                            + " mode (test, live).");

    /** Requests that Stripe refused as such: the same one may be paid later, or was paid before. */
    private static final Set<String> SAYS_NOTHING_OF_THE_REFUND = Set.of(
            "idempotency_key_in_use",
            "lock_timeout",
            "rate_limit",
            "api_key_expired",
            "platform_api_key_expired",
            "secret_key_required",
            "livemode_mismatch",
            "testmode_charges_only",
            "account_invalid");

    private StripeAnswers() {}

    static RefundOutcome of(Refund refund) {
        String reference = refund.getId();
        Long created = refund.getCreated();
        if (!StringUtils.hasText(reference) || created == null) {
            return new RefundOutcome.Unknown("Stripe's answer is not a refund.");
        }
        return switch (Objects.requireNonNullElse(refund.getStatus(), "")) {
            case "succeeded" -> new RefundOutcome.Settled(reference, Instant.ofEpochSecond(created));
            case "pending", "requires_action" -> new RefundOutcome.Pending(reference);
            case "failed" -> failed(Objects.requireNonNullElse(refund.getFailureReason(), "unknown"));
            case "canceled" -> new RefundOutcome.Declined("canceled", "The refund was cancelled at Stripe.");
            default ->
                new RefundOutcome.Unknown(
                        "Stripe has the refund in a state that is not known here: " + refund.getStatus() + ".");
        };
    }

    private static RefundOutcome failed(String reason) {
        return new RefundOutcome.Declined(
                reason, FAILURES.getOrDefault(reason, "The refund failed, and Stripe does not say why."));
    }

    /** Only a refusal in Stripe's own form is a decline. */
    static RefundOutcome of(StripeException refused) {
        StripeError error = refusal(refused);
        return error != null ? declined(error) : new RefundOutcome.Unknown(whyUnknown(refused));
    }

    /** The same for a transaction on a customer's balance. */
    static BalanceOutcome ofBalance(StripeException refused) {
        StripeError error = refusal(refused);
        if (error == null) {
            return new BalanceOutcome.Unknown(whyUnknown(refused));
        }
        return new BalanceOutcome.Declined("Stripe refuses the transaction on the customer's balance: "
                + Objects.requireNonNullElse(error.getCode(), error.getType()) + ".");
    }

    /** Stripe does not know what the request names: its id is wrong, or the API key is that of another account or mode. */
    static boolean isMissing(StripeException refused) {
        StripeError error = refusal(refused);
        return error != null && "resource_missing".equals(error.getCode());
    }

    /** What Stripe says when it refuses the request as such; null when that says nothing certain. */
    private static @Nullable StripeError refusal(StripeException refused) {
        StripeError error = refused.getStripeError();
        boolean certain = (refused instanceof CardException || refused instanceof InvalidRequestException)
                && error != null
                && ("card_error".equals(error.getType()) || "invalid_request_error".equals(error.getType()))
                && !SAYS_NOTHING_OF_THE_REFUND.contains(Objects.requireNonNullElse(error.getCode(), ""));
        return certain ? error : null;
    }

    private static RefundOutcome declined(StripeError error) {
        String code = error.getCode();
        if (StringUtils.hasText(code)) {
            return new RefundOutcome.Declined(
                    code, REFUSALS.getOrDefault(code, "Stripe refuses the refund: " + code + "."));
        }
        // More than what is left of a payment is refused without a code.
        return "amount".equals(error.getParam())
                ? new RefundOutcome.Declined(
                        "amount_refused", "Stripe refuses the amount: less than this may be left of the payment.")
                : new RefundOutcome.Declined(error.getType(), "Stripe refuses the refund without saying why.");
    }

    /** One sentence for whoever reads the incident. */
    static String whyUnknown(StripeException e) {
        if (e instanceof ApiConnectionException) {
            return whyNoAnswer(e.getCause());
        }
        String answer = "HTTP " + e.getStatusCode()
                + (StringUtils.hasText(e.getRequestId()) ? ", request " + e.getRequestId() : "");
        // Before what it extends.
        if (e instanceof PermissionException) {
            return "Stripe does not let the API key do this (" + answer + "): it needs to read and write refunds, and"
                    + " customers where credit is put on their balances.";
        }
        if (e instanceof AuthenticationException) {
            return "Stripe refuses the API key (" + answer + "): check service-recovery.payments.stripe.api-key.";
        }
        if (isMissing(e)) {
            return "Stripe does not know what was asked for (" + answer
                    + "), though it may have it from an earlier try:"
                    + " the API key may be that of another account or mode (test, live).";
        }
        if (e instanceof RateLimitException) {
            return "Stripe takes no more requests for the moment (" + answer + ").";
        }
        return "Stripe's answer says nothing certain (" + answer + ").";
    }

    private static String whyNoAnswer(@Nullable Throwable cause) {
        if (cause instanceof SocketTimeoutException) {
            return "Stripe did not answer in time.";
        }
        if (cause instanceof ConnectException || cause instanceof UnknownHostException) {
            return "Stripe cannot be reached.";
        }
        return "The connection to Stripe was lost.";
    }
}
