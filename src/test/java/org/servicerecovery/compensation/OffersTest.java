package org.servicerecovery.compensation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.joda.money.Money;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.servicerecovery.Loop;
import org.servicerecovery.Refused;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.CaseNumber;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.FailureSource;
import org.servicerecovery.cases.NewCase;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.customer.Customers;
import org.servicerecovery.customer.Payment;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What can be offered, and who has to approve it. The limits are those of approval-limit.dmn. */
@RunningApplication
class OffersTest {

    @Autowired
    ApplicationContext application;

    @Autowired
    Compensations compensations;

    @Autowired
    Offers offers;

    @Autowired
    Customers customers;

    @LocalServerPort
    int port;

    Loop loop;
    Till till;

    @BeforeEach
    void loop() {
        loop = new Loop(application);
        till = new Till(application, loop);
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
    void whatACustomerWasGivenOnOtherCasesInNinetyDaysCounts() {
        RecoveryCase first = loop.planned(Severity.MINOR, 1);
        paid(first, "EUR 5000.00");
        for (int i = 0; i < 3; i++) {
            Compensation given = refund(i == 0 ? first : another(first), "100.00");
            assertThat(given.approval()).as("offer %d", i).isEqualTo("none");
            till.run(given);
        }
        Compensation more = refund(another(first), "1.00");
        assertThat(more.approval()).isEqualTo("manager");
        till.decide(Role.MANAGER, loop.again(caseOf(more)), more, "refuse");

        Loop.itIs(Instant.now().plus(Duration.ofDays(91)));
        try {
            assertThat(refund(another(first), "1.00").approval()).isEqualTo("none");
        } finally {
            ClockUtil.reset();
        }
    }

    @Test
    void inACriticalCaseTheOwnerMayActAtOnce() {
        RecoveryCase critical = loop.planned(Severity.CRITICAL, 1);
        paid(critical, "EUR 1000.00");
        assertThat(refund(critical, "150.00").approval()).isEqualTo("none");
        assertThat(refund(critical, "51.00").approval()).isEqualTo("manager");
    }

    @Test
    void aVeryLargeRefundNeedsTwoPeopleTheSecondOfThemTheBusinessOwner() {
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        paid(found, "EUR 5000.00");
        Compensation asked = refund(found, "2500.00");
        assertThat(asked.approval()).isEqualTo("two-people");

        Compensation once = till.decide(Role.MANAGER, found, asked, "approve");
        assertThat(once.state()).isEqualTo(CompensationState.OFFERED);
        assertThatThrownBy(() -> till.decide(Role.MANAGER, found, asked, "approve"))
                .hasMessageContaining("You approved this compensation");
        assertThatThrownBy(() -> till.decide(Role.CX_LEAD, found, asked, "approve"))
                .hasMessageContaining("approved by the business owner");

        Compensation twice = till.decide(Role.BUSINESS_OWNER, found, asked, "approve");
        assertThat(twice.state()).isEqualTo(CompensationState.IN_FLIGHT);
        assertThat(twice.approvedBy()).isEqualTo(loop.person(Role.MANAGER));
        assertThat(twice.secondApprovedBy()).isEqualTo(loop.person(Role.BUSINESS_OWNER));
        till.run(twice);
    }

    @Test
    void theFirstOfTwoPeopleWhoSaysNoDecides() {
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        paid(found, "EUR 5000.00");
        Compensation asked = refund(found, "2500.00");

        assertThat(till.decide(Role.MANAGER, found, asked, "refuse").state()).isEqualTo(CompensationState.NOT_APPROVED);
    }

    @Test
    void whoeverLosesTheRoleTakesTheApprovalAlong() {
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        till.paid(found, "-declined-", "EUR 400.00");
        String approver = "approver-" + found.id();
        IdentityService identities = application.getBean(IdentityService.class);
        TestPeople.add(identities, approver, Role.MANAGER);
        Compensation asked = refund(found, "300.00");
        Visitor.withBasic(port, approver, TestPeople.PASSWORD)
                .post(
                        "/api/cases/" + found.number() + "/compensations/" + asked.id() + "/decision",
                        "{\"decision\":\"approve\"}");
        Compensation declined = till.run(compensations.get(asked.id()));
        assertThat(declined.state()).isEqualTo(CompensationState.DECLINED);
        assertThat(declined.approvedBy()).isEqualTo(approver);

        identities.deleteMembership(approver, Role.MANAGER.groupId());
        Compensation again = till.decide(Role.CASE_OWNER, found, declined, "try-again");

        assertThat(again.state()).as("approved anew").isEqualTo(CompensationState.OFFERED);
        assertThat(again.approvedBy()).isNull();
        assertThat(again.idempotencyKey()).as("a decline spends its key").isNotEqualTo(asked.idempotencyKey());
        assertThat(till.decide(Role.MANAGER, found, again, "approve").state()).isEqualTo(CompensationState.IN_FLIGHT);
        assertThat(till.balance(LedgerAccount.REFUNDS_IN_FLIGHT, again)).isEqualByComparingTo("300");
        till.run(again);
        assertThat(till.balance(LedgerAccount.REFUNDS_IN_FLIGHT, again)).isEqualByComparingTo("0");
    }

    @Test
    void whoAskedForItMayTakeItBackByRefusingIt() {
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        paid(found, "EUR 1000.00");
        Compensation asked = loop.as(
                Role.BUSINESS_OWNER,
                () -> offers.offer(
                        found.number(),
                        new Offer(
                                Kind.PARTIAL_REFUND,
                                null,
                                new BigDecimal("600"),
                                "EUR",
                                "For the trouble",
                                true,
                                /* comped= */ null)));

        assertThatThrownBy(() -> till.decide(Role.BUSINESS_OWNER, found, asked, "approve"))
                .hasMessageContaining("somebody else has to approve it");
        assertThat(till.decide(Role.BUSINESS_OWNER, found, asked, "refuse").state())
                .isEqualTo(CompensationState.NOT_APPROVED);
    }

    @Test
    void aColleagueDoesNotDecideWhatBecomesOfADeclinedRefund() {
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        till.paid(found, "-declined-", "EUR 50.00");
        Compensation declined = till.run(till.offer(found, Kind.FULL_REFUND, null));
        String colleague = "colleague-" + found.id();
        TestPeople.add(application.getBean(IdentityService.class), colleague, Role.CASE_OWNER);

        assertThat(Visitor.withBasic(port, colleague, TestPeople.PASSWORD)
                        .post(
                                "/api/cases/" + found.number() + "/compensations/" + declined.id() + "/decision",
                                "{\"decision\":\"give-up\",\"reason\":\"x\"}")
                        .statusCode())
                .isEqualTo(403);
        assertThat(compensations.get(declined.id()).state()).isEqualTo(CompensationState.DECLINED);
    }

    @Test
    void nothingIsGivenBeforeTheCustomerWantsIt() {
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        paid(found, "EUR 100.00");
        Compensation open = toBeAsked(found);
        assertThat(open.state()).isEqualTo(CompensationState.OFFERED);
        assertThat(till.run(open).state()).as("no job pays it").isEqualTo(CompensationState.OFFERED);

        assertThatThrownBy(() -> loop.does(
                        Role.CASE_OWNER,
                        () -> compensations.answer(found.number(), open.id(), Map.of("decision", "declines"))))
                .hasMessageContaining("Write down what the customer said");
        assertThat(till.decide(Role.CASE_OWNER, found, open, "accepts").state()).isEqualTo(CompensationState.IN_FLIGHT);
        assertThat(till.run(open).state()).isEqualTo(CompensationState.SETTLED);
    }

    @Test
    void whatTheCustomerDeclinesIsLeftForAnotherOffer() {
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        Payment payment = paid(found, "EUR 100.00");
        Compensation open = toBeAsked(found);
        assertThat(compensations.refundable(payment)).isEqualTo(Money.parse("EUR 60.00"));

        Compensation declined = till.decide(Role.CASE_OWNER, found, open, "declines");

        assertThat(declined.state()).isEqualTo(CompensationState.CUSTOMER_DECLINED);
        assertThat(compensations.refundable(payment)).isEqualTo(Money.parse("EUR 100.00"));
    }

    private CaseNumber caseOf(Compensation of) {
        return new CaseNumber(application
                .getBean(JdbcClient.class)
                .sql("select number from recovery_case where id = ?")
                .param(of.caseId())
                .query(String.class)
                .single());
    }

    private Compensation toBeAsked(RecoveryCase on) {
        return loop.as(
                Role.CASE_OWNER,
                () -> offers.offer(
                        on.number(),
                        new Offer(
                                Kind.PARTIAL_REFUND,
                                null,
                                new BigDecimal("40"),
                                "EUR",
                                "For the trouble",
                                false,
                                /* comped= */ null)));
    }

    private RecoveryCase another(RecoveryCase ofTheSame) {
        return loop.as(
                Role.CASE_OWNER,
                () -> application
                        .getBean(Cases.class)
                        .open(new NewCase(
                                customers.byId(ofTheSame.customerId()).number(),
                                Severity.MINOR,
                                FailureSource.COMPLAINT,
                                "Late again",
                                null,
                                null,
                                loop.owner(),
                                null)));
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
        RecoveryCase second = another(first);
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

    @Test
    void ofTwoOffersAtOnceTheSecondSeesWhatTheCustomerWasGivenByTheFirst() throws Exception {
        RecoveryCase first = loop.planned(Severity.MINOR, 1);
        Payment one = paid(first, "EUR 500.00");
        Payment other = paid(first, "EUR 500.00");
        till.offer(first, Kind.PARTIAL_REFUND, "100.00", "EUR", one.reference());
        till.offer(another(first), Kind.PARTIAL_REFUND, "50.00", "EUR", one.reference());
        RecoveryCase second = another(first);
        RecoveryCase third = another(first);
        var elsewhere = Executors.newSingleThreadExecutor();
        try {
            var offers = new TransactionTemplate(application.getBean(PlatformTransactionManager.class))
                    .execute(status -> {
                        Compensation mine = till.offer(second, Kind.PARTIAL_REFUND, "100.00", "EUR", one.reference());
                        Future<Compensation> theirs = elsewhere.submit(
                                () -> till.offer(third, Kind.PARTIAL_REFUND, "100.00", "EUR", other.reference()));
                        Awaitility.await("it waits, or did not have to")
                                .until(() -> theirs.isDone() || somebodyWaitsForASum());
                        return Map.entry(mine, theirs);
                    });
            assertThat(offers.getKey().approval()).isEqualTo("none");
            assertThat(offers.getValue().get().approval()).isEqualTo("manager");
        } finally {
            elsewhere.shutdownNow();
        }
    }

    private boolean somebodyWaitsForASum() {
        return application
                .getBean(JdbcClient.class)
                .sql("select exists (select 1 from pg_locks where locktype = 'advisory' and not granted)")
                .query(Boolean.class)
                .single();
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
        return customers.registerPayment(
                by.customerId(), charge, "INV-" + charge, Money.parse(amount), null, Instant.now());
    }

    private Compensation refund(RecoveryCase on, String amount) {
        return offer(on, Kind.PARTIAL_REFUND, amount);
    }

    private Compensation credit(RecoveryCase on, String amount) {
        return offer(on, Kind.CREDIT, amount);
    }

    private Compensation offer(RecoveryCase on, Kind kind, String amount) {
        return till.offer(on, kind, amount, "EUR", null);
    }
}
