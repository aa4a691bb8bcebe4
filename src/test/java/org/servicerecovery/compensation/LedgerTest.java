package org.servicerecovery.compensation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.servicerecovery.compensation.LedgerAccount.CUSTOMER_CREDIT;
import static org.servicerecovery.compensation.LedgerAccount.RECOVERY_COST;
import static org.servicerecovery.compensation.LedgerAccount.REFUNDS_IN_FLIGHT;
import static org.servicerecovery.compensation.LedgerAccount.REFUNDS_PAID;

import java.util.List;
import org.joda.money.Money;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.servicerecovery.Loop;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.customer.Payment;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** What happens to money is in the ledger, once, and what does not happen is moved back. */
@RunningApplication
class LedgerTest {

    @Autowired
    ApplicationContext application;

    @Autowired
    Compensations compensations;

    @Autowired
    Ledger ledger;

    @Autowired
    TransactionTemplate transaction;

    @Autowired
    JdbcClient db;

    Loop loop;
    Till till;

    @BeforeEach
    void loop() {
        loop = new Loop(application);
        till = new Till(application, loop);
    }

    @Test
    void aRefundIsReservedBeforeItIsPaidAndThenInNobodysFlightAnyMore() {
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        Payment payment = till.paid(found, "", "EUR 100.00");

        Compensation refund = till.offer(found, Kind.PARTIAL_REFUND, "40.00");
        assertThat(refund.state()).isEqualTo(CompensationState.IN_FLIGHT);
        assertThat(till.balance(REFUNDS_IN_FLIGHT, refund)).isEqualByComparingTo("40");
        assertThat(till.balance(REFUNDS_PAID, refund)).isEqualByComparingTo("0");
        assertThat(compensations.notRefunded(payment)).isEqualTo(Money.parse("EUR 60.00"));

        Compensation settled = till.run(refund);

        assertThat(settled.state()).isEqualTo(CompensationState.SETTLED);
        assertThat(till.balance(REFUNDS_IN_FLIGHT, refund)).isEqualByComparingTo("0");
        assertThat(till.balance(REFUNDS_PAID, refund)).isEqualByComparingTo("40");
        assertThat(till.balance(RECOVERY_COST, refund)).isEqualByComparingTo("-40");
        assertThat(compensations.notRefunded(payment)).isEqualTo(Money.parse("EUR 60.00"));
    }

    @Test
    void aDeclinedRefundGivesTheReservationBackAndAFurtherAttemptReservesAgain() {
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        Payment payment = till.paid(found, "-declined-", "EUR 100.00");

        Compensation declined = till.run(till.offer(found, Kind.FULL_REFUND, null));
        assertThat(declined.state()).isEqualTo(CompensationState.DECLINED);
        assertThat(till.balance(REFUNDS_IN_FLIGHT, declined)).isEqualByComparingTo("0");
        assertThat(till.balance(RECOVERY_COST, declined)).isEqualByComparingTo("0");
        assertThat(compensations.notRefunded(payment)).isEqualTo(Money.parse("EUR 100.00"));

        Compensation again = till.decide(Role.CASE_OWNER, found, declined, "try-again");
        assertThat(again.state()).isEqualTo(CompensationState.IN_FLIGHT);
        assertThat(till.balance(REFUNDS_IN_FLIGHT, declined)).isEqualByComparingTo("100");

        till.run(again);
        assertThat(kindsOf(declined))
                .containsExactly("REFUND_RESERVED", "REFUND_RELEASED", "REFUND_RESERVED", "REFUND_RELEASED");
        assertThat(compensations.notRefunded(payment)).isEqualTo(Money.parse("EUR 100.00"));
    }

    @Test
    void aCreditIsOwedToTheCustomer() {
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        till.paid(found, "", "EUR 100.00");

        Compensation credit = till.run(till.offer(found, Kind.CREDIT, "25.00"));

        assertThat(credit.state()).isEqualTo(CompensationState.SETTLED);
        assertThat(till.balance(CUSTOMER_CREDIT, credit)).isEqualByComparingTo("25");
        assertThat(till.balance(RECOVERY_COST, credit)).isEqualByComparingTo("-25");
    }

    @Test
    void theSameTransferPostedTwiceIsOne() {
        Compensation refund = settledRefund();
        Ledger.Posting paid = new Ledger.Posting(
                TransferKind.REFUND_PAID,
                "refund/" + refund.idempotencyKey() + "/paid",
                refund.amount(),
                refund.id(),
                refund.paymentId(),
                null,
                null,
                null);

        assertThat(transaction.<Boolean>execute(status -> ledger.post(paid))).isFalse();
        assertThat(kindsOf(refund)).containsExactly("REFUND_RESERVED", "REFUND_PAID");
    }

    @Test
    void noTransferIsChangedOrRemovedNotEvenInTheDatabase() {
        Compensation refund = settledRefund();
        for (String change : List.of(
                "update ledger_transfer set amount = 1 where compensation_id = ?",
                "delete from ledger_transfer where compensation_id = ?")) {
            assertThatThrownBy(() -> db.sql(change).param(refund.id()).update())
                    .as(change)
                    .hasMessageContaining("append-only");
        }
        assertThatThrownBy(() -> db.sql("truncate ledger_transfer").update()).hasMessageContaining("append-only");
    }

    @Test
    void bothSidesOfATransferAreInItsCurrency() {
        settledRefund();
        assertThatThrownBy(() -> db.sql("""
                        insert into ledger_transfer (key, kind, debit_account, credit_account, amount, currency, posted_at,
                                                     actor)
                        select 'mixed', 'REFUND_PAID', min(id), max(id), 1, 'JPY', now(), 'somebody'
                          from ledger_account where currency = 'EUR'""").update()).hasMessageContaining("violates foreign key constraint");
    }

    private Compensation settledRefund() {
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        till.paid(found, "", "EUR 100.00");
        return till.run(till.offer(found, Kind.PARTIAL_REFUND, "10.00"));
    }

    private List<String> kindsOf(Compensation about) {
        return db.sql("select kind from ledger_transfer where compensation_id = ? order by id")
                .param(about.id())
                .query(String.class)
                .list();
    }
}
