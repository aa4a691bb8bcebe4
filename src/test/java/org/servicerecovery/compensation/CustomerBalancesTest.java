package org.servicerecovery.compensation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.joda.money.Money;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.servicerecovery.Loop;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.compensation.sandbox.SandboxBank;
import org.servicerecovery.customer.Customer;
import org.servicerecovery.customer.Customers;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Credit here and on the customer's balance at the payment processor is one credit, used once. */
@RunningApplication
class CustomerBalancesTest {

    @LocalServerPort
    int port;

    @Autowired
    ApplicationContext application;

    @Autowired
    Credits credits;

    @Autowired
    CreditExpiry expiry;

    @Autowired
    BalanceOrders orders;

    @Autowired
    Customers customers;

    @Autowired
    Reconciliation reconciliation;

    @Autowired
    Differences differences;

    @Autowired
    JdbcClient db;

    Loop loop;
    Till till;
    SandboxBank bank;
    RecoveryCase found;
    Customer customer;
    String name;
    Visitor lead;

    @BeforeEach
    void aCustomerWhomTheProcessorKnows() {
        loop = new Loop(application);
        till = new Till(application, loop);
        bank = new SandboxBank(application);
        lead = Visitor.withBasic(port, loop.person(Role.CX_LEAD), TestPeople.PASSWORD);
        customerAtProcessor("");
    }

    @AfterEach
    void now() {
        ClockUtil.reset();
    }

    @Test
    void aCreditIsPutOnTheBalanceOnce() {
        Compensation credit = granted("25.00");
        settled();
        orders.workOff();

        assertThat(bank.balanceOf(name))
                .extracting(SandboxBank.OnBalance::type, SandboxBank.OnBalance::credit, SandboxBank.OnBalance::euros)
                .containsExactly(tuple("adjustment", "credit-" + credit.id(), new BigDecimal("25.00")));
    }

    @Test
    void aCustomerWhomTheProcessorDoesNotKnowHasCreditHereAlone() {
        found = loop.planned(Severity.MINOR, 1);
        till.paid(found, "", "EUR 100.00");
        Compensation credit = granted("25.00");

        assertThat(ordersOf(credit)).isZero();
    }

    @Test
    void switchedOffNothingIsPutThere() {
        PaymentsProperties off = new PaymentsProperties(
                "sandbox",
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                "",
                false,
                Duration.ofDays(35),
                new PaymentsProperties.Sandbox(null, null, 0, Duration.ZERO, Duration.ZERO),
                new PaymentsProperties.Stripe("", ""));
        CustomerBalances balances = new CustomerBalances(
                db,
                application.getBean(java.time.Clock.class),
                customers,
                application.getBean(PaymentProcessor.class),
                off);
        found = loop.planned(Severity.MINOR, 1);
        till.paid(found, "", "EUR 100.00");
        Compensation credit = granted("25.00");

        new TransactionTemplate(application.getBean(PlatformTransactionManager.class))
                .executeWithoutResult(status -> balances.granted(
                        credit.id(), customer.id(), credit.amount(), "credit/" + credit.id() + "/granted"));

        assertThat(ordersOf(credit)).isZero();
    }

    @Test
    void whatIsUsedTakenBackOrExpiresHereIsTakenOffThereOnce() {
        Compensation first = granted("25.00");
        granted("10.00");
        settled();

        assertThat(use("12.00", "INV-1").statusCode()).isEqualTo(201);
        assertThat(takeBack(first).statusCode()).isEqualTo(200);
        settled();
        assertThat(euros()).containsExactly("25.00", "10.00", "-12.00", "-13.00");

        Loop.itIs(Instant.now().plus(Duration.ofDays(400)));
        expiry.bookOff();
        expiry.bookOff();
        settled();
        assertThat(euros()).containsExactly("25.00", "10.00", "-12.00", "-13.00", "-10.00");
        assertThat(stands()).isZero();
    }

    @Test
    void aLostAnswerIsLookedUpAndTheCreditStandsThereOnce() {
        customerAtProcessor("-timeout-");
        // The next try does not come by itself.
        Loop.itIs(Instant.now());
        Compensation credit = granted("25.00");
        Awaitility.await("the answer is lost").until(() -> {
            orders.workOff();
            return triesOf(credit) == 1 && nextTryIsLater(credit);
        });
        assertThat(euros()).containsExactly("25.00");

        Loop.itIs(Instant.now().plus(Duration.ofHours(2)));
        settled();

        assertThat(euros()).containsExactly("25.00");
        assertThat(stateOf(credit)).isEqualTo("DONE");
    }

    @Test
    void aRefusalIsAManagersTaskAndTheCreditStandsHereAlone() {
        customerAtProcessor("-declined-");
        Compensation credit = granted("25.00");
        settled();

        Difference difference = only(credit);
        assertThat(difference.kind()).isEqualTo(DifferenceKind.CREDIT_REFUSED);
        assertThat(difference.inText()).contains("EUR 25.00", "was not put on", "takes no adjustments");
        TaskService tasks = application.getBean(TaskService.class);
        loop.does(
                Role.MANAGER,
                () -> tasks.complete(
                        tasks.createTaskQuery()
                                .processInstanceBusinessKey("D" + difference.id())
                                .singleResult()
                                .getId(),
                        java.util.Map.of("decision", "explained", "reason", "A balance that takes none")));
        assertThat(use("25.00", "INV-1").statusCode()).isEqualTo(201);
        assertThat(ordersOf(credit)).as("nothing to be taken off").isEqualTo(1);
    }

    @Test
    void aCustomerUnknownThereIsARefusalOnTheFirstAskAndNeverAfterwards() {
        customerAtProcessor("-timeout-");
        // The next try does not come by itself.
        Loop.itIs(Instant.now());
        Compensation credit = granted("25.00");
        Awaitility.await("the answer is lost").until(() -> {
            orders.workOff();
            return triesOf(credit) == 1 && nextTryIsLater(credit);
        });
        unknownThere();

        Loop.itIs(Instant.now().plus(Duration.ofHours(25)));
        Awaitility.await("asked again").until(() -> {
            orders.workOff();
            return triesOf(credit) == 2 && nextTryIsLater(credit);
        });

        assertThat(stateOf(credit)).isEqualTo("WANTED");
        assertThat(use("25.00", "INV-1").body()).contains("does not know the customer");
        reconciliation.onDemand();
        assertThat(only(credit).kind()).isEqualTo(DifferenceKind.CREDIT_UNANSWERED);

        knownThereAgain();
        Loop.itIs(Instant.now().plus(Duration.ofHours(30)));
        settled();
        assertThat(euros()).containsExactly("25.00");
    }

    @Test
    void whatStandsThereIsTakenOffEvenIfTheCustomerIsUnknownForAWhile() {
        Compensation credit = granted("25.00");
        settled();
        // The next try does not come by itself.
        Loop.itIs(Instant.now());
        unknownThere();
        loop.does(Role.CX_LEAD, () -> credits.takeBack(customer, credit.id(), "Given by mistake"));
        Awaitility.await("asked once").until(() -> {
            orders.workOff();
            return db.sql("""
                            select state <> 'WANTED' or extract(epoch from next_try_at) < :now + 60
                              from balance_transaction
                             where compensation_id = :credit and kind = 'TAKEN_OFF' and tries > 0""")
                    .param(
                            "now",
                            application.getBean(java.time.Clock.class).instant().getEpochSecond())
                    .param("credit", credit.id())
                    .query(Boolean.class)
                    .optional()
                    .orElse(false);
        });
        assertThat(differencesOf(credit)).isEmpty();

        knownThereAgain();
        Loop.itIs(Instant.now().plus(Duration.ofHours(2)));
        settled();
        assertThat(euros()).containsExactly("25.00", "-25.00");
    }

    @Test
    void aUseToldAgainIsAnsweredWhileTheProcessorDoesNotSay() {
        granted("25.00");
        settled();
        HttpResponse<String> once = use("10.00", "INV-1");
        settled();
        unknownThere();

        HttpResponse<String> again = use("10.00", "INV-1");

        assertThat(again.statusCode()).isEqualTo(201);
        assertThat(again.body()).isEqualTo(once.body());
        assertThat(use("11.00", "INV-1").body()).contains("stands for another use of credit already");
        assertThat(use("10.00", "INV-2").statusCode()).as("not taken yet").isEqualTo(409);
        knownThereAgain();
    }

    @Test
    void whatAnInvoiceTookThereIsUsedHereTheOldestFirstAndOnce() {
        Compensation first = granted("25.00");
        Loop.itIs(Instant.now().plus(Duration.ofDays(3)));
        Compensation second = granted("10.00");
        settled();
        bank.invoices(name, "in-1", 30_00);

        reconciliation.onDemand();
        reconciliation.onDemand();

        assertThat(left(first)).isEqualTo(Money.parse("EUR 0.00"));
        assertThat(left(second)).isEqualTo(Money.parse("EUR 5.00"));
        assertThat(till.balance(LedgerAccount.CREDIT_USED, first)).isEqualByComparingTo("25");
        settled();
        assertThat(stands()).as("it is not taken off once more").isEqualByComparingTo("5");
        assertThat(differencesOf(first)).isEmpty();
    }

    @Test
    void whatAVoidedInvoiceGivesBackIsUsableAgainAndExpiresLater() {
        Compensation credit = granted("25.00");
        settled();
        bank.invoices(name, "in-1", 30_00);
        reconciliation.onDemand();
        bank.voids(name, "in-1");
        reconciliation.onDemand();
        reconciliation.onDemand();

        assertThat(left(credit)).isEqualTo(Money.parse("EUR 25.00"));
        assertThat(till.balance(LedgerAccount.CREDIT_USED, credit)).isEqualByComparingTo("0");
        assertThat(use("5.00", "INV-1").statusCode()).isEqualTo(201);
        bank.invoices(name, "in-2", 4_00);
        Loop.itIs(Instant.now().plus(Duration.ofDays(367)));
        expiry.bookOff();
        assertThat(till.balance(LedgerAccount.ADJUSTMENTS, credit)).isEqualByComparingTo("16");

        bank.voids(name, "in-2");
        reconciliation.onDemand();
        expiry.bookOff();
        settled();

        assertThat(till.balance(LedgerAccount.ADJUSTMENTS, credit))
                .as("it came back after it had expired")
                .isEqualByComparingTo("20");
        assertThat(left(credit)).isEqualTo(Money.parse("EUR 0.00"));
        assertThat(stands()).isZero();
    }

    @Test
    void creditThatWasThereBeforeOursIsNotOurs() {
        bank.adjusts(name, 10_00);
        bank.invoices(name, "in-1", 4_00);
        Compensation credit = granted("25.00");
        settled();
        bank.invoices(name, "in-2", 31_00);
        bank.adjusts(name, 50_00);
        bank.invoices(name, "in-3", 40_00);

        reconciliation.onDemand();

        assertThat(left(credit)).isEqualTo(Money.parse("EUR 0.00"));
        assertThat(till.balance(LedgerAccount.CREDIT_USED, credit)).isEqualByComparingTo("25");
        assertThat(differencesOf(credit)).isEmpty();
    }

    @Test
    void whatAnInvoiceTookTodayCannotBeUsedHereAsWell() {
        Compensation credit = granted("25.00");
        settled();
        bank.invoices(name, "in-1", 20_00);

        assertThat(use("10.00", "INV-1").body()).contains("EUR 5.00 that is left");
        assertThat(takeBack(credit).body()).contains("\"left\":\"0.00\"");
        settled();

        assertThat(stands()).isZero();
        assertThat(till.balance(LedgerAccount.CREDIT_USED, credit)).isEqualByComparingTo("20");
        assertThat(till.balance(LedgerAccount.ADJUSTMENTS, credit)).isEqualByComparingTo("5");
        assertThat(differencesOf(credit)).isEmpty();
    }

    @Test
    void anInvoiceAtTheSameTimeNeverMakesTheCustomerOweAndIsAManagersTask() {
        Compensation credit = granted("25.00");
        settled();
        bank.invoices(name, "in-1", 20_00);
        // As if the invoice had come between our reading and our commit.
        loop.does(Role.CX_LEAD, () -> credits.takeBack(customer, credit.id(), "Given by mistake"));
        settled();

        assertThat(euros()).containsExactly("25.00", "-20.00", "-5.00");
        Difference difference = only(credit);
        assertThat(difference.kind()).isEqualTo(DifferenceKind.CREDIT_SHORT);
        assertThat(difference.amount()).isEqualTo(Money.parse("EUR 20.00"));
        reconciliation.onDemand();
        assertThat(differencesOf(credit)).hasSize(1);
        assertThat(left(credit)).isEqualTo(Money.parse("EUR 0.00"));
    }

    @Test
    void aBalanceThatSomebodyChangedByHandIsAManagersTaskOnce() {
        Compensation credit = granted("25.00");
        settled();
        bank.adjusts(name, -10_00);

        reconciliation.onDemand();
        reconciliation.onDemand();

        Difference difference = only(credit);
        assertThat(difference.kind()).isEqualTo(DifferenceKind.CREDIT_SHORT);
        assertThat(difference.amount()).isEqualTo(Money.parse("EUR 10.00"));

        assertThat(use("5.00", "INV-1").statusCode()).isEqualTo(201);
        settled();
        reconciliation.onDemand();
        assertThat(differencesOf(credit)).as("as short as before").hasSize(1);

        bank.adjusts(name, -1_00);
        reconciliation.onDemand();
        assertThat(differencesOf(credit))
                .extracting(Difference::amount)
                .containsExactlyInAnyOrder(Money.parse("EUR 10.00"), Money.parse("EUR 11.00"));
    }

    @Test
    void twoCustomersAreNotOneAtTheProcessorAndLeadersSayWhichIsWhich() {
        String other = "/api/customers/" + loop.customer() + "/processor-customer";

        HttpResponse<String> taken = lead.call("PUT", other, "{\"processorCustomer\":\"" + name + "\"}");
        HttpResponse<String> none = lead.call("PUT", other, "{\"processorCustomer\":\"no id\"}");

        assertThat(taken.statusCode()).isEqualTo(400);
        assertThat(taken.body()).contains("processorCustomer", "is another customer’s already");
        assertThat(none.body()).contains("processorCustomer", "is not what a payment processor calls a customer");
        assertThat(lead.call("PUT", other, "{}").body()).contains("processorCustomer");
        assertThat(lead.call("PUT", other, "{\"processorCustomer\":\"" + name + "-2\"}")
                        .body())
                .contains("\"processorCustomer\":\"" + name + "-2\"");
        assertThat(Visitor.withBasic(port, loop.owner(), TestPeople.PASSWORD)
                        .call("PUT", other, "{\"processorCustomer\":\"mine\"}")
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void aNameWithCreditOnItsBalanceDoesNotMoveToAnotherCustomer() {
        granted("25.00");
        settled();
        String own = "/api/customers/" + customer.number() + "/processor-customer";
        String other = "/api/customers/" + loop.customer() + "/processor-customer";
        assertThat(lead.call("PUT", own, "{\"processorCustomer\":\"" + name + "-new\"}")
                        .statusCode())
                .isEqualTo(200);

        HttpResponse<String> moved = lead.call("PUT", other, "{\"processorCustomer\":\"" + name + "\"}");

        assertThat(moved.statusCode()).isEqualTo(400);
        assertThat(moved.body()).contains("processorCustomer", "has credit of another customer’s on its balance");
        assertThat(lead.call("PUT", own, "{\"processorCustomer\":\"" + name + "\"}")
                        .statusCode())
                .as("back to whose it was")
                .isEqualTo(200);
    }

    private void customerAtProcessor(String mark) {
        found = loop.planned(Severity.MINOR, 1);
        till.paid(found, "", "EUR 100.00");
        name = "cus-" + UUID.randomUUID() + mark;
        customer = customers.knownAtProcessor(customers.byId(found.customerId()), name);
    }

    private Compensation granted(String amount) {
        Compensation credit = till.run(till.offer(found, Kind.CREDIT, amount));
        assertThat(credit.state()).isEqualTo(CompensationState.SETTLED);
        return credit;
    }

    private HttpResponse<String> use(String amount, String reference) {
        return lead.post(
                "/api/customers/" + customer.number() + "/credits/uses",
                "{\"amount\":\"%s\",\"currency\":\"EUR\",\"reference\":\"%s\",\"key\":\"%s\"}"
                        .formatted(amount, reference, reference + customer.number()));
    }

    private HttpResponse<String> takeBack(Compensation credit) {
        return lead.post(
                "/api/customers/" + customer.number() + "/credits/" + credit.id() + "/taking-back",
                "{\"reason\":\"Given by mistake\"}");
    }

    /** The application looks for orders by itself too. */
    private void settled() {
        Awaitility.await("every order has its end").until(() -> {
            orders.workOff();
            return db.sql("select count(*) from balance_transaction where processor_customer = ? and state = 'WANTED'")
                            .param(name)
                            .query(Integer.class)
                            .single()
                    == 0;
        });
    }

    private List<String> euros() {
        return bank.balanceOf(name).stream()
                .map(entry -> entry.euros().toPlainString())
                .toList();
    }

    private BigDecimal stands() {
        List<SandboxBank.OnBalance> entries = bank.balanceOf(name);
        return entries.get(entries.size() - 1).after();
    }

    private Money left(Compensation credit) {
        return credits.of(customer.id()).stream()
                .filter(one -> one.compensationId() == credit.id())
                .findFirst()
                .orElseThrow()
                .left();
    }

    private int ordersOf(Compensation credit) {
        return db.sql("select count(*) from balance_transaction where compensation_id = ?")
                .param(credit.id())
                .query(Integer.class)
                .single();
    }

    private int triesOf(Compensation credit) {
        return db.sql("select tries from balance_transaction where compensation_id = ? and kind = 'PUT_ON'")
                .param(credit.id())
                .query(Integer.class)
                .single();
    }

    private String stateOf(Compensation credit) {
        return db.sql("select state from balance_transaction where compensation_id = ? and kind = 'PUT_ON'")
                .param(credit.id())
                .query(String.class)
                .single();
    }

    /** Put off, and not taken by somebody who is at it: that is for five minutes. */
    private boolean nextTryIsLater(Compensation credit) {
        return db.sql("""
                        select extract(epoch from next_try_at) < :now + 60 from balance_transaction
                         where compensation_id = :credit and kind = 'PUT_ON'""")
                .param(
                        "now",
                        application.getBean(java.time.Clock.class).instant().getEpochSecond())
                .param("credit", credit.id())
                .query(Boolean.class)
                .single();
    }

    /** As with the credentials of another account. */
    private void unknownThere() {
        JdbcClient book = book();
        book.sql("insert into sandbox.customer select id || 'x', registered_at from sandbox.customer where id = ?")
                .param(name)
                .update();
        book.sql("update sandbox.balance_entry set customer_id = customer_id || 'x' where customer_id = ?")
                .param(name)
                .update();
        book.sql("delete from sandbox.customer where id = ?").param(name).update();
    }

    private void knownThereAgain() {
        customers.knownAtProcessor(customer, name);
        book().sql("update sandbox.balance_entry set customer_id = ? where customer_id = ?")
                .params(name, name + "x")
                .update();
    }

    private JdbcClient book() {
        return JdbcClient.create(new DriverManagerDataSource(
                application.getEnvironment().getRequiredProperty("service-recovery.payments.sandbox.jdbc-url")));
    }

    private Difference only(Compensation credit) {
        List<Difference> all = differencesOf(credit);
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    private List<Difference> differencesOf(Compensation credit) {
        return differences.latest(500).stream()
                .filter(difference -> Long.valueOf(credit.id()).equals(difference.compensationId()))
                .toList();
    }
}
