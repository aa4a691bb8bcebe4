package org.servicerecovery.compensation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.joda.money.Money;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerecovery.MembershipVisits;
import org.servicerecovery.TimeOuts;

/** Only an answer in the form that was agreed is believed. */
class ServiceWebhookTest {

    private static final TimeOuts TIME_OUTS = new TimeOuts("test", Duration.ofSeconds(2), Duration.ofMillis(500));

    private final ServiceWebhook visits = webhook(MembershipVisits.url(), MembershipVisits.SECRET);

    @Test
    void theSameOrderIsScheduledOnceAndAnsweredAlike() {
        ServiceOrder order = order("Two hours in the garden");

        ServiceOutcome first = visits.schedule(order);

        assertThat(first)
                .isEqualTo(new ServiceOutcome.Scheduled("V-" + order.number(), Instant.parse("2027-01-04T09:00:00Z")));
        assertThat(visits.schedule(order)).isEqualTo(first);
        assertThat(visits.lookUp(order)).hasValue(first);
        assertThat(MembershipVisits.booked(order.number())).containsExactly("scheduled");
    }

    @Test
    void aRefusalIsAnAnswerWithItsReason() {
        assertThat(visits.schedule(order("-refused-once-")))
                .isEqualTo(new ServiceOutcome.Refused("No plan covers this."));
    }

    @Test
    void whatWasNeverOrderedIsNotKnownThere() {
        assertThat(visits.lookUp(order("Nothing"))).isEmpty();
    }

    @Test
    void whatIsCalledOffTwiceIsCalledOff() {
        ServiceOrder order = order("Two hours in the garden");
        visits.schedule(order);

        assertThat(visits.cancel(order, UUID.randomUUID())).isEqualTo(new ServiceOutcome.Cancelled());
        assertThat(visits.cancel(order, UUID.randomUUID())).isEqualTo(new ServiceOutcome.Cancelled());
        assertThat(visits.schedule(order)).as("as it stands").isEqualTo(new ServiceOutcome.Cancelled());
    }

    @ParameterizedTest
    @ValueSource(strings = {"-silent-twice-", "-page-", "-broken-", "-other-"})
    void whateverElseComesBackOrDoesNotIsNotKnown(String mark) {
        assertThat(visits.schedule(order(mark))).isInstanceOf(ServiceOutcome.Unknown.class);
    }

    @Test
    void aWrongSecretOrNobodyThereIsNotKnown() {
        assertThat(webhook(MembershipVisits.url(), "guessed").schedule(order("x")))
                .isInstanceOf(ServiceOutcome.Unknown.class);
        assertThat(webhook("http://127.0.0.1:1/visits", "any").schedule(order("x")))
                .isInstanceOf(ServiceOutcome.Unknown.class);
    }

    private static ServiceWebhook webhook(String url, String secret) {
        return new ServiceWebhook(CompedService.MEMBERSHIP_VISIT, TIME_OUTS.client(url), secret, Clock.systemUTC());
    }

    private static ServiceOrder order(String description) {
        UUID key = UUID.randomUUID();
        return new ServiceOrder(
                key, "CS-" + key, CompedService.MEMBERSHIP_VISIT, "C-" + key, description, Money.parse("EUR 80.00"));
    }
}
