package org.servicerecovery.compensation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.joda.money.Money;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is sent to Stripe, and what the stub answers in its place, held against Stripe's own description. */
class StripeDescriptionTest {

    private static final String API_KEY = "sk_test_only-for-tests";

    private StripeDescription description;

    @BeforeEach
    void isGiven() {
        assumeTrue(
                StripeDescription.given().isPresent(),
                "Stripe's description is not at hand: -D" + StripeDescription.PROPERTY + "=spec3.json, from"
                        + " github.com/stripe/openapi");
        description = StripeDescription.given().orElseThrow();
    }

    @Test
    void everyRequestAndAnswerIsAsStripeDescribesIt() throws Exception {
        try (StripeStub stripe = new StripeStub(API_KEY, Clock.systemUTC())) {
            StripePaymentProcessor payments = clientOf(stripe, API_KEY);
            stripe.took("ch_1", "pi_1", "eur", 100_000);
            stripe.took("py_1", null, "kwd", 5000);
            for (String status : List.of("succeeded", "pending", "requires_action", "failed", "canceled")) {
                stripe.booksAs(status);
                everythingThatIsAsked(payments, new RefundOrder(UUID.randomUUID(), "ch_1", Money.parse("EUR 1.00")));
            }
            everythingThatIsAsked(payments, new RefundOrder(UUID.randomUUID(), "pi_1", Money.parse("EUR 1.00")));
            everythingThatIsAsked(payments, new RefundOrder(UUID.randomUUID(), "py_1", Money.parse("KWD 1.230")));
            everythingThatIsAsked(payments, new RefundOrder(UUID.randomUUID(), "ch_1", Money.parse("EUR 9999.00")));
            everythingThatIsAsked(payments, new RefundOrder(UUID.randomUUID(), "ch_9", Money.parse("EUR 1.00")));
            for (int i = 0; i < 120; i++) {
                stripe.madeOutside("ch_1", 1, Instant.now());
            }
            payments.refunds(Instant.now().minusSeconds(60));
            everythingThatIsAsked(payments, new RefundOrder(UUID.randomUUID(), "ch_1", Money.parse("EUR 1.00")));
            clientOf(stripe, "sk_test_wrong")
                    .refund(new RefundOrder(UUID.randomUUID(), "ch_1", Money.parse("EUR 1.00")));

            assertThat(stripe.sent()).hasSizeGreaterThan(25);
            assertThat(stripe.sent())
                    .anySatisfy(request -> assertThat(request.parameters()).containsKey("created[gte]"))
                    .anySatisfy(request -> assertThat(request.parameters()).containsKey("starting_after"));
            assertThat(stripe.violations()).as(description.version()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"charge.refunded", "charge.refund.updated", "refund.created", "refund.updated", "refund.failed"})
    void everyEventThatIsReadIsOneOfStripes(String type) {
        assertThat(description.events()).contains(type);
        assertThat(description.violations("event", StripeNoticesTest.event(type, "{}")))
                .isEmpty();
    }

    /** Otherwise nothing above would say anything. */
    @Test
    void whatStripeDoesNotDescribeIsFound() {
        assertThat(description.violations("POST", "/v1/refund", Map.of(), 0, ""))
                .isNotEmpty();
        assertThat(description.violations("POST", "/v1/refunds", Map.of("charges", "ch_1"), 0, ""))
                .containsExactly("POST /v1/refunds.charges is not described");
        assertThat(description.violations("POST", "/v1/refunds", Map.of("amount", "1.5"), 0, ""))
                .containsExactly("POST /v1/refunds.amount is no integer");
        assertThat(description.violations("POST", "/v1/refunds", Map.of("reason", "kindness"), 0, ""))
                .hasSize(1);
        assertThat(description.violations("POST", "/v1/refunds", Map.of("charge", "c".repeat(5001)), 0, ""))
                .containsExactly("POST /v1/refunds.charge is too long");
        assertThat(description.violations("GET", "/v1/refunds", Map.of("created[since]", "1"), 0, ""))
                .hasSize(1);
        assertThat(description.violations("GET", "/v1/refunds", Map.of("created[gte]", "now"), 0, ""))
                .hasSize(1);
        assertThat(description.violations("POST", "/v1/refunds", Map.of("metadata[a][b]", "1"), 0, ""))
                .hasSize(1);
        assertThat(description.violations("refund", "{\"id\":\"re_1\",\"object\":\"charge\",\"amount\":1}"))
                .contains("refund lacks created", "refund lacks currency")
                .anySatisfy(wrong -> assertThat(wrong).startsWith("refund.object is none of"));
    }

    private static void everythingThatIsAsked(StripePaymentProcessor payments, RefundOrder order) {
        payments.refund(order);
        payments.lookUp(order);
    }

    private static StripePaymentProcessor clientOf(StripeStub stripe, String apiKey) {
        return new StripePaymentProcessor(
                new PaymentsProperties(
                        "stripe",
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(5),
                        "",
                        false,
                        Duration.ofDays(35),
                        new PaymentsProperties.Sandbox(null, null, 0, Duration.ZERO, Duration.ZERO),
                        new PaymentsProperties.Stripe(apiKey, stripe.url())),
                charge -> true,
                Clock.systemUTC());
    }
}
