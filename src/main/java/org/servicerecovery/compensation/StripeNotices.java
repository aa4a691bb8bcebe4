package org.servicerecovery.compensation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.stripe.exception.SignatureVerificationException;
import com.stripe.net.Webhook;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/**
 * Stripe's events about refunds. They are read as plain JSON: an endpoint is sent the API version that was chosen for it
 * at Stripe, which need not be the library's.
 */
final class StripeNotices {

    private static final String HEADER = "Stripe-Signature";

    /** As old as Stripe's own libraries let a signature be, in seconds. */
    private static final long TOLERANCE = 300;

    private static final Set<String> ABOUT_A_REFUND =
            Set.of("refund.created", "refund.updated", "refund.failed", "charge.refund.updated");

    private static final JsonMapper JSON = new JsonMapper();

    private final String secret;
    private final Clock clock;

    StripeNotices(String secret, Clock clock) {
        this.secret = secret;
        this.clock = clock;
    }

    Optional<RefundNotice> read(byte[] body, HttpHeaders headers) throws NoticeRefused {
        if (secret.isBlank()) {
            throw new NoticeRefused("No secret is set: service-recovery.payments.notice-secret.");
        }
        verify(new String(body, StandardCharsets.UTF_8), headers.getFirst(HEADER));
        JsonNode event = json(body);
        String id = event.path("id").asText("");
        String type = event.path("type").asText("");
        if (id.isEmpty() || type.isEmpty()) {
            throw new NoticeRefused("It has no id or no type.");
        }
        JsonNode about = event.path("data").path("object");
        if (type.equals("charge.refunded")) {
            // Newest first, and only in the API versions before 2022-11-15.
            return notice(id, about.path("refunds").path("data").path(0));
        }
        return ABOUT_A_REFUND.contains(type) ? notice(id, about) : Optional.empty();
    }

    private void verify(String body, @Nullable String signed) throws NoticeRefused {
        if (signed == null) {
            throw new NoticeRefused("The header " + HEADER + " is missing.");
        }
        try {
            Webhook.Signature.verifyHeader(body, signed, secret, TOLERANCE, clock);
        } catch (SignatureVerificationException e) {
            throw new NoticeRefused("The signature does not hold: " + e.getMessage() + ".");
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new NoticeRefused("The header " + HEADER + " is not of the form t=...,v1=...");
        }
    }

    private static JsonNode json(byte[] body) throws NoticeRefused {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            throw new NoticeRefused("It is not JSON.");
        }
    }

    private static Optional<RefundNotice> notice(String id, JsonNode refund) {
        String reference = refund.path("id").asText("");
        return reference.isEmpty()
                ? Optional.empty()
                : Optional.of(new RefundNotice(
                        id,
                        reference,
                        RefundOrder.keyOf(refund.path("metadata")
                                .path(StripePaymentProcessor.KEY)
                                .asText(""))));
    }
}
