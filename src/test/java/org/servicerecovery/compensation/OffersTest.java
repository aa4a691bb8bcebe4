package org.servicerecovery.compensation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.joda.money.Money;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.servicerecovery.Loop;
import org.servicerecovery.Refused;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.FailureSource;
import org.servicerecovery.cases.NewCase;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.customer.Customers;
import org.servicerecovery.customer.Payment;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

/** What can be offered, and who has to approve it. The limits are those of approval-limit.dmn. */
@RunningApplication
class OffersTest {

    @Autowired
    ApplicationContext application;

    @Autowired
    Compensations compensations;

    @Autowired
    Customers customers;

    Loop loop;

    @BeforeEach
    void loop() {
        loop = new Loop(application);
    }

    @Test
    void anAmountInPartsNeedsTheApprovalOfTheWhole() {
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        paid(found, "EUR 1000.00");

        assertThat(refund(found, "60.00").approval()).isEqualTo("none");
        assertThat(refund(found, "60.00").approval()).isEqualTo("manager");
        assertThat(refund(found, "400.00").approval()).isEqualTo("business-owner");
        assertThat(credit(found, "60.00").approval())
                .as("credit is judged on its own")
                .isEqualTo("none");
    }

    @Test
    void whatIsOfferedIsNotLeftForAnotherOffer() {
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        Payment payment = paid(found, "EUR 300.00");
        refund(found, "200.00");

        assertThat(compensations.refundable(payment)).isEqualTo(Money.parse("EUR 100.00"));
        assertThatThrownBy(() -> refund(found, "100.01"))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("more than the EUR 100.00 that can still be refunded");
        refund(found, "100.00");
        assertThatThrownBy(() -> refund(found, "0.01")).hasMessageContaining("EUR 0.00");
    }

    @Test
    void twoOffersAtOnceCannotPromiseTheSameMoney() throws Exception {
        RecoveryCase first = loop.planned(Severity.MINOR, 1);
        Payment payment = paid(first, "EUR 100.00");
        RecoveryCase second = loop.as(
                Role.CASE_OWNER,
                () -> application
                        .getBean(Cases.class)
                        .open(new NewCase(
                                customers.byId(first.customerId()).number(),
                                Severity.MINOR,
                                FailureSource.COMPLAINT,
                                "Late again",
                                null,
                                null,
                                loop.owner(),
                                null)));
        var both = Executors.newFixedThreadPool(2);
        try {
            var offers = both.invokeAll(Stream.of(first, second)
                    .map(of -> (Callable<Compensation>) () -> refund(of, "70.00"))
                    .toList());
            assertThat(offers.stream().filter(OffersTest::succeeded)).hasSize(1);
        } finally {
            both.shutdownNow();
        }
        assertThat(compensations.refundable(payment)).isEqualTo(Money.parse("EUR 30.00"));
    }

    private static boolean succeeded(Future<?> offer) {
        try {
            offer.get();
            return true;
        } catch (Exception refused) {
            assertThat(refused).hasRootCauseInstanceOf(Refused.class);
            return false;
        }
    }

    private Payment paid(RecoveryCase by, String amount) {
        String charge = UUID.randomUUID().toString();
        return customers.registerPayment(by.customerId(), charge, "INV-" + charge, Money.parse(amount), Instant.now());
    }

    private Compensation refund(RecoveryCase on, String amount) {
        return offer(on, Kind.PARTIAL_REFUND, amount);
    }

    private Compensation credit(RecoveryCase on, String amount) {
        return offer(on, Kind.CREDIT, amount);
    }

    private Compensation offer(RecoveryCase on, Kind kind, String amount) {
        return loop.as(
                Role.CASE_OWNER,
                () -> compensations.offer(
                        on.number(),
                        new Compensations.Offer(kind, null, new BigDecimal(amount), "EUR", "For the trouble")));
    }
}
