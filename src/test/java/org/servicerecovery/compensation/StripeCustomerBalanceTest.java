package org.servicerecovery.compensation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.stripe.Stripe;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.UUID;
import org.joda.money.Money;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerecovery.compensation.BalanceOutcome.Booked;
import org.servicerecovery.compensation.BalanceOutcome.Declined;
import org.servicerecovery.compensation.BalanceOutcome.Unknown;

class StripeCustomerBalanceTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-01T12:00:00Z"), ZoneOffset.UTC);
    private static final String API_KEY = "sk_test_only-for-tests";
    private static final String CUSTOMER = "cus_1";

    private StripeStub stripe;
    private StripeCustomerBalance balances;

    @BeforeEach
    void startStripe() throws IOException {
        stripe = new StripeStub(API_KEY, CLOCK);
        stripe.hasCustomer(CUSTOMER);
        balances = clientOf(stripe.url(), API_KEY);
    }

    @AfterEach
    void stopStripe() {
        stripe.close();
        assertThat(stripe.violations()).isEmpty();
    }

    @Test
    void creditIsAnAmountBelowZeroAtStripeAndIsFoundByItsKey() {
        BalanceOrder order = order("EUR 25.00");

        BalanceOutcome outcome = balances.enter(order);

        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Booked.class, booked -> assertThat(booked.reference()).startsWith("cbtxn_"));
        StripeStub.Sent request = stripe.lastSent();
        assertThat(request.header("Idempotency-Key")).isEqualTo(order.key().toString());
        assertThat(request.header("Stripe-Version")).isEqualTo(Stripe.API_VERSION);
        assertThat(request.parameters())
                .containsOnly(
                        Map.entry("amount", "-2500"),
                        Map.entry("currency", "eur"),
                        Map.entry("metadata[service_recovery_key]", order.key().toString()),
                        Map.entry("metadata[service_recovery_credit]", "credit-12"));
        assertThat(balances.entries(CUSTOMER).orElseThrow())
                .extracting(BalanceEntry::key, BalanceEntry::amount, BalanceEntry::after)
                .containsExactly(tuple(order.key(), Money.parse("EUR 25.00"), Money.parse("EUR 25.00")));
    }

    @ParameterizedTest
    @CsvSource({"JPY 500, 500, jpy", "KWD -1.250, 1250, kwd", "EUR -0.01, 1, eur", "ISK 3, 300, isk"})
    void amountsAreInStripesUnit(String amount, long units, String currency) {
        Money money = Money.parse(amount);

        assertThat(balances.enter(order(amount))).isInstanceOf(Booked.class);

        assertThat(stripe.lastSent().parameters())
                .containsEntry("amount", Long.toString(money.isPositive() ? -units : units))
                .containsEntry("currency", currency);
        assertThat(balances.entries(CUSTOMER).orElseThrow())
                .extracting(BalanceEntry::amount)
                .containsExactly(money);
    }

    @Test
    void whatStripeDoesWithInvoicesIsToldOldestFirstOverManyPages() {
        balances.enter(order("EUR 25.00"));
        stripe.onBalance(CUSTOMER, "applied_to_invoice", "in_1", "eur", 1000);
        stripe.onBalance(CUSTOMER, "unapplied_from_invoice", "in_1", "eur", -1000);
        for (int i = 0; i < 230; i++) {
            stripe.onBalance(CUSTOMER, "credit_note", null, "eur", -1);
        }
        stripe.onBalance(CUSTOMER, "applied_to_invoice", "in_2", "xxz", 1000);

        var entries = balances.entries(CUSTOMER).orElseThrow();

        assertThat(entries).as("a currency unknown here is left out").hasSize(233);
        assertThat(entries.subList(0, 4))
                .extracting(BalanceEntry::cause, BalanceEntry::document, BalanceEntry::amount, BalanceEntry::after)
                .containsExactly(
                        tuple(BalanceEntry.Cause.OTHER, null, Money.parse("EUR 25.00"), Money.parse("EUR 25.00")),
                        tuple(BalanceEntry.Cause.APPLIED, "in_1", Money.parse("EUR -10.00"), Money.parse("EUR 15.00")),
                        tuple(BalanceEntry.Cause.UNAPPLIED, "in_1", Money.parse("EUR 10.00"), Money.parse("EUR 25.00")),
                        tuple(BalanceEntry.Cause.OTHER, null, Money.parse("EUR 0.01"), Money.parse("EUR 25.01")));
    }

    @Test
    void customerThatStripeDoesNotKnowIsDeclinedOnTheFirstAskAndUnknownAfterwards() {
        BalanceOrder order = order("EUR 25.00", "cus_nobody", false);

        assertThat(balances.entries("cus_nobody")).isEmpty();
        assertThat(balances.enter(order))
                .isInstanceOfSatisfying(
                        Declined.class,
                        declined -> assertThat(declined.reason()).contains("resource_missing"));

        BalanceOrder again = new BalanceOrder(order.key(), "cus_nobody", order.credit(), order.amount(), true);
        assertThat(balances.enter(again))
                .isInstanceOfSatisfying(
                        Unknown.class, unknown -> assertThat(unknown.why()).contains("another account"));
    }

    @Test
    void customerOfAnotherProcessorIsNotAskedFor() {
        assertThat(balances.entries("C-1")).isEmpty();
        assertThat(balances.enter(order("EUR 1.00", "C-1", false))).isInstanceOf(Declined.class);
        assertThat(stripe.sent()).isEmpty();
    }

    @Test
    void lostAnswerIsUnknownAndIsFoundByItsKey() {
        stripe.failsWithServerError(true);
        BalanceOrder order = order("EUR 25.00");

        assertThat(balances.enter(order)).isInstanceOf(Unknown.class);

        assertThat(balances.entries(CUSTOMER).orElseThrow())
                .extracting(BalanceEntry::key)
                .containsExactly(order.key());
    }

    @Test
    void oneKeyForTwoOrdersFailsWithoutTellingAnAmount() {
        BalanceOrder order = order("EUR 25.67");
        balances.enter(order);

        assertThatThrownBy(() -> balances.enter(
                        new BalanceOrder(order.key(), CUSTOMER, order.credit(), Money.parse("EUR 7.89"), true)))
                .isInstanceOf(IllegalStateException.class)
                .message()
                .doesNotContain("25.67", "7.89", "EUR");
    }

    @ParameterizedTest
    @CsvSource({
        "401, invalid_request_error, , api-key",
        "403, invalid_request_error, , customers",
        "429, invalid_request_error, lock_timeout, no more requests",
        "500, api_error, , nothing certain"
    })
    void answerThatSaysNothingCertainIsUnknown(int status, String type, String code, String said) {
        stripe.answers(status, StripeStub.error(type, code, null, "Invalid API Key provided: sk_test_***tests"));

        assertThat(balances.enter(order("EUR 12.34")))
                .isInstanceOfSatisfying(
                        Unknown.class,
                        unknown -> assertThat(unknown.why()).contains(said).doesNotContain("sk_test"));
        assertThatThrownBy(() -> balances.entries(CUSTOMER))
                .isInstanceOf(ProcessorUnavailable.class)
                .hasMessageContaining(said);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "200;<html>Sign in</html>",
                "200;{}",
                "200;{\"object\":\"list\",\"url\":\"/v1/customers/cus_1/balance_transactions\",\"has_more\":true,\"data\":[]}",
                "200;{\"object\":\"list\",\"has_more\":false,\"data\":[{\"id\":\"cbtxn_1\"}]}",
                "404;{\"error\":{\"message\":\"Not Found\"}}",
                "502;<html>Bad gateway</html>"
            })
    void answerThatIsNotStripesOwnIsUnknown(String answer) throws IOException {
        try (StripeStub somebodyElse = new StripeStub(API_KEY, CLOCK)) {
            somebodyElse.answers(Integer.parseInt(answer.substring(0, 3)), answer.substring(4));
            StripeCustomerBalance client = clientOf(somebodyElse.url(), API_KEY);

            assertThat(client.enter(order("EUR 1.00"))).isInstanceOf(Unknown.class);
            assertThatThrownBy(() -> client.entries(CUSTOMER)).isInstanceOf(ProcessorUnavailable.class);
        }
    }

    private static StripeCustomerBalance clientOf(String url, String apiKey) {
        return new StripeCustomerBalance(new PaymentsProperties(
                "stripe",
                Duration.ofSeconds(2),
                Duration.ofSeconds(5),
                "",
                true,
                Duration.ofDays(35),
                new PaymentsProperties.Sandbox(null, null, 0, Duration.ZERO, Duration.ZERO),
                new PaymentsProperties.Stripe(apiKey, url)));
    }

    private static BalanceOrder order(String amount) {
        return order(amount, CUSTOMER, false);
    }

    private static BalanceOrder order(String amount, String customer, boolean askedBefore) {
        return new BalanceOrder(UUID.randomUUID(), customer, "credit-12", Money.parse(amount), askedBefore);
    }
}
