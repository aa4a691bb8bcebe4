package org.servicerecovery.compensation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.stripe.Stripe;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.joda.money.Money;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerecovery.compensation.RefundOutcome.Declined;
import org.servicerecovery.compensation.RefundOutcome.Pending;
import org.servicerecovery.compensation.RefundOutcome.Settled;
import org.servicerecovery.compensation.RefundOutcome.Unknown;

class StripePaymentProcessorTest {

    private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    private static final String API_KEY = "sk_test_only-for-tests";
    private static final String CHARGE = "ch_1";
    private static final String INTENT = "pi_1";

    private final Set<String> registered = new HashSet<>(Set.of(CHARGE));
    private StripeStub stripe;
    private StripePaymentProcessor payments;

    @BeforeEach
    void startStripe() throws IOException {
        stripe = new StripeStub(API_KEY, CLOCK);
        stripe.took(CHARGE, INTENT, "eur", 2000);
        payments = clientOf(stripe.url(), API_KEY, Duration.ofSeconds(5));
    }

    @AfterEach
    void stopStripe() {
        stripe.close();
        assertThat(stripe.violations()).isEmpty();
    }

    @Test
    void refundIsSettledAndFoundByItsKey() {
        RefundOrder order = order(CHARGE, "EUR 12.34");

        RefundOutcome outcome = payments.refund(order);

        assertThat(outcome).isInstanceOfSatisfying(Settled.class, settled -> {
            assertThat(settled.reference()).startsWith("re_");
            assertThat(settled.at()).isEqualTo(NOW);
        });
        assertThat(payments.lookUp(order)).contains(outcome);
    }

    @Test
    void requestBearsTheKeyTheVersionAndNothingOfThisMachine() {
        RefundOrder order = order(CHARGE, "EUR 12.34");

        payments.refund(order);

        StripeStub.Sent request = stripe.lastSent();
        assertThat(request.header("Idempotency-Key"))
                .isEqualTo(order.idempotencyKey().toString());
        assertThat(request.header("Stripe-Version"))
                .isEqualTo("2026-07-29.dahlia")
                .isEqualTo(Stripe.API_VERSION);
        assertThat(request.header("Authorization")).isEqualTo("Bearer " + API_KEY);
        assertThat(request.headers()).doesNotContainKey("X-stripe-client-telemetry");
        assertThat(request.header("X-Stripe-Client-User-Agent")).doesNotContain("telemetry_id", "platform");
        assertThat(request.parameters())
                .containsOnly(
                        Map.entry("charge", CHARGE),
                        Map.entry("amount", "1234"),
                        Map.entry(
                                "metadata[service_recovery_key]",
                                order.idempotencyKey().toString()));
    }

    @ParameterizedTest
    @CsvSource({"ch_2, charge", "py_2, charge", "pi_2, payment_intent"})
    void paymentIsNamedByTheParameterOfItsKind(String id, String parameter) {
        stripe.took(id.startsWith("pi_") ? "ch_2" : id, id.startsWith("pi_") ? id : null, "eur", 500);

        RefundOrder order = order(id, "EUR 5.00");

        assertThat(payments.refund(order)).isInstanceOf(Settled.class);
        assertThat(stripe.lastSent().parameters()).containsEntry(parameter, id);
        assertThat(payments.lookUp(order)).get().isInstanceOf(Settled.class);
        assertThat(stripe.lastSent().parameters()).containsEntry(parameter, id);
    }

    @Test
    void paymentOfAnotherProcessorIsDeclinedUnasked() {
        RefundOrder order = order("ch-1", "EUR 5.00");

        assertThat(payments.refund(order))
                .isInstanceOfSatisfying(
                        Declined.class, declined -> assertThat(declined.code()).isEqualTo("payment_not_of_stripe"));
        assertThat(payments.lookUp(order))
                .as("nobody there can be asked about it")
                .get()
                .isInstanceOf(Unknown.class);
        assertThat(stripe.sent()).isEmpty();
    }

    @Test
    void paymentThatStripeTookInAnotherCurrencyIsDeclinedBeforeAnythingIsPaid() {
        stripe.took("ch_2", "pi_2", "usd", 2000);

        for (String id : List.of("ch_2", "pi_2")) {
            assertThat(payments.refund(order(id, "EUR 5.00")))
                    .isInstanceOfSatisfying(
                            Declined.class,
                            declined -> assertThat(declined.code()).isEqualTo("currency_mismatch"));
        }
        assertThat(stripe.sent()).extracting(StripeStub.Sent::method).containsOnly("GET");
    }

    @ParameterizedTest
    @CsvSource({
        "jpy, 1200, JPY 1200, 1200",
        "eur, 2000, EUR 0.01, 1",
        "kwd, 5120, KWD 5.120, 5120",
        "isk, 50000, ISK 500, 50000",
        "ugx, 50000, UGX 500, 50000",
        "huf, 104500, HUF 1044.50, 104450",
        "twd, 80000, TWD 800.00, 80000"
    })
    void everyCurrencyIsSentInTheUnitThatStripeCountsItIn(String currency, long paid, String refund, String sent) {
        stripe.took("ch_2", null, currency, paid);

        assertThat(payments.refund(order("ch_2", refund))).isInstanceOf(Settled.class);
        assertThat(stripe.lastSent().parameters()).containsEntry("amount", sent);
        assertThat(payments.refunds(NOW))
                .singleElement()
                .satisfies(listed -> assertThat(listed.amount()).isEqualTo(Money.parse(refund)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"KWD 5.124", "MGA 5.50"})
    void amountThatStripeDoesNotPayIsDeclinedUnasked(String amount) {
        assertThat(payments.refund(order(CHARGE, amount))).isInstanceOfSatisfying(Declined.class, declined -> {
            assertThat(declined.code()).isEqualTo("amount_not_payable");
            assertThat(declined.reason()).doesNotContain("5");
        });
        assertThat(stripe.sent()).isEmpty();
    }

    @Test
    void sameOrderTwicePaysOnce() {
        RefundOrder order = order(CHARGE, "EUR 15.00");

        RefundOutcome first = payments.refund(order);

        assertThat(payments.refund(order)).isEqualTo(first);
        assertThat(payments.refund(order(CHARGE, "EUR 5.00"))).isInstanceOf(Settled.class);
    }

    @Test
    void sameOrderIsPaidOnceEvenWhenStripeHasForgottenItsKey() {
        RefundOrder order = order(CHARGE, "EUR 5.00");
        RefundOutcome first = payments.refund(order);
        stripe.forgetsKeys();

        assertThat(payments.refund(order)).isEqualTo(first);
        assertThat(payments.refunds(NOW)).hasSize(1);
    }

    @Test
    void oneKeyForTwoOrdersFailsWithoutTellingTheAmount() {
        RefundOrder order = order(CHARGE, "EUR 5.67");
        payments.refund(order);
        stripe.took("ch_2", null, "eur", 2000);

        for (RefundOrder other : List.of(
                new RefundOrder(order.idempotencyKey(), CHARGE, Money.parse("EUR 7.89")),
                new RefundOrder(order.idempotencyKey(), CHARGE, Money.parse("USD 5.67")),
                new RefundOrder(order.idempotencyKey(), "ch_2", Money.parse("EUR 5.67")))) {
            assertThatThrownBy(() -> payments.refund(other))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(order.idempotencyKey().toString())
                    // The key has digits of its own.
                    .extracting(thrown ->
                            thrown.getMessage().replace(order.idempotencyKey().toString(), ""))
                    .asString()
                    .doesNotContain("5.67", "567", "7.89", "789", "EUR");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"pending", "requires_action"})
    void refundOnItsWayIsPendingAndThenWhatBecameOfIt(String status) {
        stripe.booksAs(status);
        RefundOrder order = order(CHARGE, "EUR 5.00");

        assertThat(payments.refund(order)).isInstanceOf(Pending.class);
        assertThat(payments.lookUp(order)).get().isInstanceOf(Pending.class);

        stripe.becomes(order.idempotencyKey(), "succeeded", null);
        assertThat(payments.lookUp(order)).get().isInstanceOf(Settled.class);

        stripe.becomes(order.idempotencyKey(), "canceled", null);
        assertThat(payments.lookUp(order)).get().isInstanceOf(Declined.class);
    }

    @ParameterizedTest
    @CsvSource({
        "lost_or_stolen_card, lost or stolen",
        "expired_or_canceled_card, expired",
        "charge_for_pending_refund_disputed, disputed",
        "insufficient_funds, balance",
        "declined, bank",
        "merchant_request, own request",
        "unknown, does not say why",
        "something_new, does not say why"
    })
    void refundThatFailsLaterIsDeclinedWithItsReason(String failure, String said) {
        stripe.booksAs("pending");
        RefundOrder order = order(CHARGE, "EUR 5.00");
        payments.refund(order);

        stripe.becomes(order.idempotencyKey(), "failed", failure);

        assertThat(payments.lookUp(order)).get().isInstanceOfSatisfying(Declined.class, declined -> {
            assertThat(declined.code()).isEqualTo(failure);
            assertThat(declined.reason()).contains(said);
        });
        assertThat(payments.refund(order)).isEqualTo(payments.lookUp(order).orElseThrow());
    }

    @Test
    void stateThatIsNotKnownIsUnknown() {
        stripe.booksAs("in_review");

        assertThat(payments.refund(order(CHARGE, "EUR 5.00"))).isInstanceOf(Unknown.class);
    }

    @Test
    void paymentGivenBackInFullIsDeclined() {
        payments.refund(order(CHARGE, "EUR 20.00"));

        assertThat(payments.refund(order(CHARGE, "EUR 5.00")))
                .isInstanceOfSatisfying(
                        Declined.class, declined -> assertThat(declined.code()).isEqualTo("charge_already_refunded"));
    }

    @Test
    void moreThanIsLeftIsDeclinedWithoutTellingAnAmount() {
        payments.refund(order(CHARGE, "EUR 19.00"));

        assertThat(payments.refund(order(CHARGE, "EUR 1.01"))).isInstanceOfSatisfying(Declined.class, declined -> {
            assertThat(declined.code()).isEqualTo("amount_refused");
            assertThat(declined.reason()).doesNotContainPattern("[0-9]");
        });
    }

    @Test
    void paymentThatStripeDoesNotKnowIsDeclinedAndALookUpSaysNothingOfIt() {
        RefundOrder order = order("ch_nowhere", "EUR 5.00");

        assertThat(payments.refund(order)).isInstanceOfSatisfying(Declined.class, declined -> {
            assertThat(declined.code()).isEqualTo("resource_missing");
            assertThat(declined.reason()).contains("API key");
        });
        // With the key of another account it would not know what it has paid.
        assertThat(payments.lookUp(order)).get().isInstanceOf(Unknown.class);
    }

    /** With the right key again it would be paid twice: the order may have arrived before. */
    @Test
    void paymentThatStripeDoesNotKnowAfterAnEarlierTryIsUnknown() {
        RefundOrder order = order("ch_nowhere", "EUR 5.00");

        assertThat(payments.refund(order.again()))
                .isInstanceOfSatisfying(
                        Unknown.class,
                        unknown -> assertThat(unknown.why()).contains("another account", "HTTP 404", "req_for_tests"));
        stripe.took("ch_nowhere", null, "eur", 2000);
        assertThat(payments.refund(order.again())).isInstanceOf(Settled.class);
    }

    @Test
    void keyThatStripeDoesNotKnowIsNotFound() {
        payments.refund(order(CHARGE, "EUR 5.00"));

        assertThat(payments.lookUp(order(CHARGE, "EUR 5.00"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "400, invalid_request_error, charge_disputed, disputed",
        "400, invalid_request_error, refund_disputed_payment, disputed",
        "400, invalid_request_error, amount_too_large, Less than this is left",
        "400, invalid_request_error, balance_insufficient, balance",
        "402, card_error, expired_card, expired",
        "400, invalid_request_error, charge_not_refundable, charge_not_refundable"
    })
    void refusalIsDeclinedInOneSentence(int status, String type, String code, String said) {
        stripe.answers(status, StripeStub.error(type, code, null, "The amount of 12.34 EUR is not possible."));

        assertThat(payments.refund(order(CHARGE, "EUR 12.34"))).isInstanceOfSatisfying(Declined.class, declined -> {
            assertThat(declined.code()).isEqualTo(code);
            assertThat(declined.reason()).contains(said).doesNotContain("12.34");
        });
    }

    @ParameterizedTest
    @CsvSource({
        "401, invalid_request_error, , service-recovery.payments.stripe.api-key",
        "401, invalid_request_error, api_key_expired, service-recovery.payments.stripe.api-key",
        "403, invalid_request_error, , read and write refunds",
        "429, invalid_request_error, , no more requests",
        "429, invalid_request_error, rate_limit, no more requests",
        "429, invalid_request_error, lock_timeout, no more requests",
        "409, idempotency_error, idempotency_key_in_use, nothing certain",
        "400, invalid_request_error, idempotency_key_in_use, nothing certain",
        "400, invalid_request_error, livemode_mismatch, nothing certain",
        "400, api_error, , nothing certain",
        "500, api_error, , nothing certain",
        "500, invalid_request_error, charge_disputed, nothing certain",
        "503, api_error, , nothing certain"
    })
    void answerThatSaysNothingOfTheRefundIsUnknownAndSaysWhatIsWrong(
            int status, String type, String code, String said) {
        stripe.answers(status, StripeStub.error(type, code, null, "Invalid API Key provided: sk_test_***tests"));
        RefundOrder order = order(CHARGE, "EUR 12.34");

        for (RefundOutcome outcome :
                List.of(payments.refund(order), payments.lookUp(order).orElseThrow())) {
            assertThat(outcome)
                    .isInstanceOfSatisfying(
                            Unknown.class,
                            unknown -> assertThat(unknown.why())
                                    .contains(said, "HTTP " + status, "req_for_tests")
                                    .doesNotContain("sk_test"));
        }
        assertThatThrownBy(() -> payments.refunds(NOW))
                .isInstanceOf(ProcessorUnavailable.class)
                .hasNoCause()
                .hasMessageContaining(said)
                .message()
                .doesNotContain("sk_test");
    }

    @Test
    void wrongApiKeyIsUnknownNotDeclined() {
        StripePaymentProcessor stranger = clientOf(stripe.url(), "sk_test_wrong", Duration.ofSeconds(5));

        assertThat(stranger.refund(order(CHARGE, "EUR 5.00")))
                .isInstanceOfSatisfying(
                        Unknown.class,
                        unknown -> assertThat(unknown.why())
                                .contains("API key", "HTTP 401")
                                .doesNotContain("sk_test"));
    }

    /** Stripe answers with the same error under this key for a day; the payment's list says what is true. */
    @Test
    void serverErrorAfterTheRefundWasBookedIsUnknownAndThenFoundSettled() {
        stripe.failsWithServerError(true);
        RefundOrder order = order(CHARGE, "EUR 5.00");

        assertThat(payments.refund(order)).isInstanceOf(Unknown.class);

        assertThat(payments.lookUp(order)).get().isInstanceOf(Settled.class);
        assertThat(payments.refund(order)).isEqualTo(payments.lookUp(order).orElseThrow());
        assertThat(payments.refunds(NOW)).hasSize(1);
    }

    @Test
    void serverErrorBeforeTheRefundWasBookedStaysUnknownUntilStripeForgetsIt() {
        stripe.failsWithServerError(false);
        RefundOrder order = order(CHARGE, "EUR 5.00");

        assertThat(payments.refund(order)).isInstanceOf(Unknown.class);
        assertThat(payments.lookUp(order)).isEmpty();
        assertThat(payments.refund(order)).isInstanceOf(Unknown.class);

        stripe.forgetsKeys();
        assertThat(payments.refund(order)).isInstanceOf(Settled.class);
    }

    @Test
    void connectionLostAfterTheRefundWasBookedIsPaidOnce() {
        stripe.booksWithoutAnswering();
        RefundOrder order = order(CHARGE, "EUR 20.00");

        RefundOutcome outcome = payments.refund(order);

        // Java's own client repeats a request whose connection was lost: with the same key.
        assertThat(outcome).isInstanceOfAny(Unknown.class, Settled.class);
        assertThat(payments.refund(order)).isInstanceOf(Settled.class);
        assertThat(payments.refunds(NOW)).hasSize(1);
    }

    @Test
    void answerThatTakesTooLongIsUnknown() {
        StripePaymentProcessor impatient = clientOf(stripe.url(), API_KEY, Duration.ofMillis(200));
        stripe.answersAfter(Duration.ofSeconds(2));

        assertThat(impatient.refund(order(CHARGE, "EUR 5.00")))
                .isEqualTo(new Unknown("Stripe did not answer in time."));
        assertThat(stripe.sent()).as("the library must not try again by itself").hasSize(1);
    }

    @Test
    void stripeThatIsNotThereIsUnknown() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        StripePaymentProcessor nobody = clientOf("http://127.0.0.1:" + port, API_KEY, Duration.ofSeconds(5));

        assertThat(nobody.refund(order(CHARGE, "EUR 1.00"))).isEqualTo(new Unknown("Stripe cannot be reached."));
        assertThat(nobody.lookUp(order(CHARGE, "EUR 1.00"))).get().isInstanceOf(Unknown.class);
        assertThatThrownBy(() -> nobody.refunds(NOW)).isInstanceOf(ProcessorUnavailable.class);
    }

    /** Something else may answer in Stripe's place: a proxy, a sign-in page, a server of another kind. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "200;<html>Sign in</html>",
                "200;",
                "200;{}",
                "200;[]",
                "200;{\"id\":\"re_1\",\"object\":\"refund\",\"status\":\"succeeded\"}",
                "200;{\"object\":\"list\",\"url\":\"/v1/refunds\",\"has_more\":true,\"data\":[]}",
                "200;{\"object\":\"list\",\"url\":\"/v1/refunds\",\"has_more\":false,\"data\":[{\"id\":\"re_1\"}]}",
                "204;",
                "302;",
                "400;{\"error\":\"Bad request\"}",
                "402;Payment required",
                "403;<html>Forbidden</html>",
                "404;{\"error\":{\"message\":\"Not Found\"}}",
                "404;",
                "408;",
                "429;",
                "502;<html>Bad gateway</html>"
            })
    void answerThatIsNotStripesOwnIsUnknown(String answer) throws IOException {
        try (StripeStub somebodyElse = new StripeStub(API_KEY, CLOCK)) {
            somebodyElse.answers(Integer.parseInt(answer.substring(0, 3)), answer.substring(4));
            StripePaymentProcessor client = clientOf(somebodyElse.url(), API_KEY, Duration.ofSeconds(5));

            assertThat(client.refund(order(CHARGE, "EUR 1.00"))).isInstanceOf(Unknown.class);
            assertThat(client.lookUp(order(CHARGE, "EUR 1.00"))).get().isInstanceOf(Unknown.class);
            assertThatThrownBy(() -> client.refunds(NOW)).isInstanceOf(ProcessorUnavailable.class);
        }
    }

    @Test
    void listHasEveryRefundOldestFirstOverManyPages() {
        stripe.took(CHARGE, INTENT, "eur", 100_000);
        Instant first = NOW.minusSeconds(1_000);
        stripe.madeOutside(CHARGE, 7, first.minusSeconds(1));
        for (int i = 0; i < 230; i++) {
            stripe.madeOutside(CHARGE, 7, first.plusSeconds(i));
        }
        RefundOrder order = order(CHARGE, "EUR 5.00");
        payments.refund(order);

        List<ProcessorRefund> listed = payments.refunds(first);

        assertThat(listed).hasSize(231);
        assertThat(listed).extracting(ProcessorRefund::bookedAt).isSorted();
        assertThat(listed).first().satisfies(outside -> {
            assertThat(outside.key()).isNull();
            assertThat(outside.bookedAt()).isEqualTo(first);
        });
        assertThat(listed).last().satisfies(ours -> {
            assertThat(ours.key()).isEqualTo(order.idempotencyKey());
            assertThat(ours.chargeId()).isEqualTo(CHARGE);
            assertThat(ours.amount()).isEqualTo(order.amount());
            assertThat(ours.outcome()).isInstanceOf(Settled.class);
        });
        assertThat(payments.lookUp(order)).get().isInstanceOf(Settled.class);
    }

    @Test
    void refundOfAPaymentWithManyIsFoundOnALaterPage() {
        stripe.took(CHARGE, INTENT, "eur", 100_000);
        RefundOrder order = order(CHARGE, "EUR 5.00");
        payments.refund(order);
        for (int i = 0; i < 150; i++) {
            stripe.madeOutside(CHARGE, 7, NOW.plusSeconds(i));
        }

        assertThat(payments.lookUp(order)).get().isInstanceOf(Settled.class);
    }

    @Test
    void paymentIsToldByTheIdThatItIsRegisteredBy() {
        stripe.took("ch_2", "pi_2", "eur", 2000);
        stripe.took("ch_3", "pi_3", "eur", 2000);
        registered.add("pi_2");
        stripe.madeOutside(CHARGE, 100, NOW);
        stripe.madeOutside("ch_2", 100, NOW);
        stripe.madeOutside("ch_3", 100, NOW);

        assertThat(payments.refunds(NOW)).extracting(ProcessorRefund::chargeId).containsExactly(CHARGE, "pi_2", "ch_3");
    }

    @Test
    void listLeavesOutWhatNoPaymentHereCanBeConcernedBy() {
        stripe.took("ch_2", null, "xxz", 2000);
        stripe.madeOutside("ch_2", 100, NOW);
        ObjectNode ofABalance = stripe.madeOutside(CHARGE, 100, NOW);
        ofABalance.putNull("charge").putNull("payment_intent");
        ObjectNode strange = stripe.madeOutside(CHARGE, 100, NOW);
        strange.withObject("/metadata").put("service_recovery_key", "no key of ours");

        assertThat(payments.refunds(NOW))
                .singleElement()
                .satisfies(listed -> assertThat(listed.key()).isNull());
    }

    @Test
    void nothingTellsTheApiKey() {
        PaymentsProperties properties = properties(stripe.url(), "sk_test_secret", Duration.ofSeconds(5));

        assertThat(properties.toString()).doesNotContain("sk_test_secret", "notice-secret-for-tests");
        assertThat(properties.stripe().toString()).doesNotContain("sk_test_secret");
    }

    private StripePaymentProcessor clientOf(String url, String apiKey, Duration readTimeout) {
        return new StripePaymentProcessor(properties(url, apiKey, readTimeout), registered::contains, CLOCK);
    }

    private static PaymentsProperties properties(String url, String apiKey, Duration readTimeout) {
        return new PaymentsProperties(
                "stripe",
                Duration.ofSeconds(2),
                readTimeout,
                "notice-secret-for-tests",
                false,
                Duration.ofDays(35),
                new PaymentsProperties.Sandbox(null, null, 0, Duration.ZERO, Duration.ZERO),
                new PaymentsProperties.Stripe(apiKey, url));
    }

    private static RefundOrder order(String charge, String amount) {
        return new RefundOrder(UUID.randomUUID(), charge, Money.parse(amount));
    }
}
