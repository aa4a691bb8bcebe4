package org.servicerecovery.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerecovery.browser.TasklistForms.card;
import static org.servicerecovery.browser.TasklistForms.choose;
import static org.servicerecovery.browser.TasklistForms.complete;
import static org.servicerecovery.browser.TasklistForms.fill;
import static org.servicerecovery.browser.TasklistForms.open;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.joda.money.Money;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.servicerecovery.Loop;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.FailureSource;
import org.servicerecovery.cases.NewCase;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.compensation.Compensation;
import org.servicerecovery.compensation.CompensationState;
import org.servicerecovery.compensation.Compensations;
import org.servicerecovery.compensation.Kind;
import org.servicerecovery.compensation.Till;
import org.servicerecovery.compensation.sandbox.SandboxBank;
import org.servicerecovery.customer.Customers;
import org.servicerecovery.plan.NewStep;
import org.servicerecovery.plan.Plan;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Money in a real browser: offered, approved, settled or declined, and read by the accountant. */
@RunningApplication
class MoneyInBrowserTest {

    @RegisterExtension
    static final Desk DESK = Desk.forTheWholeClass();

    @LocalServerPort
    int port;

    @Autowired
    ApplicationContext application;

    @Autowired
    Compensations compensations;

    @Autowired
    Customers customers;

    @Autowired
    IdentityService identities;

    @Autowired
    TaskService tasks;

    @Autowired
    JdbcClient db;

    Loop loop;
    Till till;
    String owner = "";

    /** Somebody with no other work: the list of the one who owns every test's cases has many pages. */
    @BeforeEach
    void somebodyWithNoOtherWork() {
        loop = new Loop(application);
        till = new Till(application, loop);
        owner = "test-money-" + UUID.randomUUID();
        TestPeople.add(identities, owner, Role.CASE_OWNER);
        db.sql("delete from ledger_closing").update();
    }

    @AfterEach
    void timeGoesOn() {
        ClockUtil.reset();
        db.sql("delete from ledger_closing").update();
    }

    @Test
    void theOwnerOffersTheManagerApprovesAndTheRefundIsSeenSettledInTheCase() {
        RecoveryCase found = withStep("", "EUR 400.00");
        Page page = DESK.signedIn(owner);
        open(page, "Issue refund");
        page.locator(".fjs-form").getByLabel("Completed").check();
        choose(page, "refundKind", "Partial refund");
        fill(page, "amount", "250");
        assertThat(page.locator(".sr-panel")).containsText("A manager has to approve this.");
        assertThat(page.locator(".fjs-form").getByLabel("Yes, the customer has accepted"))
                .isChecked();
        fill(page, "notes", "The heating was cold for a week.");
        Browser.keep(page, "money-offer");
        complete(page);
        assertThat(card(page, "Issue refund")).hasCount(0);
        Compensation asked = compensations.of(found.id()).get(0);
        assertThat(asked.approval()).isEqualTo("manager");

        approve(asked);
        till.run(asked);

        assertThat(compensations.of(found.id()).get(0).state()).isEqualTo(CompensationState.SETTLED);
        card(page, "Resolve case").first().click();
        Desk.tab(page, "Case");
        Locator money =
                page.getByRole(AriaRole.TABLE, new Page.GetByRoleOptions().setName("Compensation on this case"));
        assertThat(money).containsText("Settled");
        assertThat(money).containsText("250.00");
        Browser.keep(page, "money-settled");
    }

    @Test
    void aRefundThatIsDeclinedComesBackToTheOwnerAsATask() {
        RecoveryCase found = withStep("-declined-", "EUR 90.00");
        Page page = DESK.signedIn(owner);
        open(page, "Issue refund");
        page.locator(".fjs-form").getByLabel("Completed").check();
        choose(page, "refundKind", "Full refund");
        // No amount is asked for: the panel reads off the choice's value that all of it is meant.
        assertThat(page.locator(".sr-panel")).containsText("Nobody has to approve this.");
        page.locator(".fjs-form")
                .getByLabel("The customer is still to be asked")
                .check();
        fill(page, "notes", "Nothing worked.");
        complete(page);

        open(page, "Record the customer's answer");
        Browser.keep(page, "money-customers-answer");
        page.locator(".fjs-form").getByLabel("Accepts").check();
        complete(page);
        assertThat(card(page, "Record the customer's answer")).hasCount(0);
        till.run(compensations.of(found.id()).get(0));

        page.reload();
        open(page, "Handle declined compensation");
        Desk.tab(page, "Case");
        assertThat(page.locator(".sr-notes", new Page.LocatorOptions().setHasText("bank declined")))
                .isVisible();
        Browser.keep(page, "money-declined");
    }

    @Test
    void theAccountantClosesAMonthAndItsTotalsAreThoseOfTheProcessorsBook() throws SQLException {
        Loop.itIs(Instant.parse("2007-05-14T10:00:00Z"));
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        String charge = paid(found, "", "EUR 100.00");
        refund(found, "40.00");
        refund(found, "2.50");
        ClockUtil.reset();

        Page page = DESK.signedIn(loop.person(Role.ACCOUNTANT), "/");
        page.waitForURL("**/accounting");
        page.getByLabel("Month", new Page.GetByLabelOptions().setExact(true)).fill("2007-05");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Show"))
                .click();
        Locator paid = page.locator("tr", new Page.LocatorOptions().setHasText("Refunds paid"))
                .first();
        assertThat(paid.locator("td").last())
                .hasText(refundedByTheProcessor(charge).toPlainString());
        assertThat(page.locator("#accounts ~ p")).containsText("Control total EUR: 85.00 in 4 postings.");
        Browser.keep(page, "accounting-open");

        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Close May 2007"))
                .click();

        assertThat(page.getByRole(AriaRole.STATUS)).hasText("May 2007 is closed: it takes no posting any more.");
        assertThat(page.getByText("This month is closed.")).isVisible();
        assertThat(page.locator("li", new Page.LocatorOptions().setHasText("Until 2007-05-31")))
                .containsText("EUR 85.00 in 4");
        page.setViewportSize(380, 800);
        Browser.keep(page, "accounting-closed-narrow");
        // Nothing but the tables scrolls sideways.
        Browser.fits(page, "html");
    }

    @Test
    void aRefundMadeOutsideIsSeenByTheAccountantAndAdoptedByAManager() {
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        String charge = paid(found, "", "EUR 77.00");
        String reference = new SandboxBank(application).refundOutside(charge, 1234);
        Page ledger = DESK.signedIn(loop.person(Role.ACCOUNTANT), "/");
        ledger.waitForURL("**/accounting");
        ledger.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Compare now"))
                .click();
        assertThat(ledger.getByRole(AriaRole.STATUS)).containsText("each a task for a manager");
        Locator row = ledger.locator("tr", new Page.LocatorOptions().setHasText(reference));
        assertThat(row.first()).containsText("EUR 12.34");
        Browser.keep(ledger, "accounting-difference");

        String task = tasks.createTaskQuery()
                .processVariableValueEquals("difference", "Made outside: " + reference)
                .singleResult()
                .getId();
        Page page = claimedByManager(task);
        assertThat(page.locator(".fjs-form")).containsText("Made outside: " + reference);
        page.locator(".fjs-form").getByLabel("Adopt: it was meant for a case").check();
        fill(page, "onCase", found.number().value());
        fill(page, "reason", "Paid on the processor's pages by mistake.");
        Browser.keep(page, "money-difference");
        complete(page);
        assertThat(page.locator(".fjs-form")).hasCount(0);

        Compensation adopted = compensations.of(found.id()).get(0);
        assertThat(adopted.processorReference()).isEqualTo(reference);
        ledger.navigate("http://127.0.0.1:" + port + "/accounting");
        assertThat(ledger.locator("#reconciliation ~ div tr", new Page.LocatorOptions().setHasText(reference)))
                .hasCount(0);
    }

    private RecoveryCase withStep(String mark, String amount) {
        RecoveryCase found = loop.as(
                Role.CX_LEAD,
                () -> application
                        .getBean(Cases.class)
                        .open(new NewCase(
                                loop.customer(),
                                Severity.MINOR,
                                FailureSource.COMPLAINT,
                                "Nobody came",
                                null,
                                null,
                                owner,
                                null)));
        paid(found, mark, amount);
        loop.does(
                Role.CX_LEAD,
                () -> application
                        .getBean(Plan.class)
                        .finish(found.number(), List.of(new NewStep("issue-refund", "Give it back", owner))));
        return found;
    }

    private String paid(RecoveryCase by, String mark, String amount) {
        String charge = UUID.randomUUID() + mark;
        customers.registerPayment(by.customerId(), charge, "INV-" + charge, Money.parse(amount), null, Instant.now());
        return charge;
    }

    private void approve(Compensation asked) {
        String task = tasks.createTaskQuery()
                .processInstanceId(asked.processInstanceId())
                .singleResult()
                .getId();
        Page page = claimedByManager(task);
        page.locator(".fjs-form")
                .getByLabel("Approve", new Locator.GetByLabelOptions().setExact(true))
                .check();
        Browser.keep(page, "money-approve");
        complete(page);
        assertThat(page.getByText("Approve compensation").first()).not().isVisible();
    }

    private Page claimedByManager(String task) {
        Page page = DESK.tasklist(loop.person(Role.MANAGER));
        Desk.show(page, task);
        page.getByText("Claim", new Page.GetByTextOptions().setExact(true)).click();
        return page;
    }

    private void refund(RecoveryCase on, String amount) {
        till.run(till.offer(on, Kind.PARTIAL_REFUND, amount));
    }

    private BigDecimal refundedByTheProcessor(String charge) throws SQLException {
        String book = application.getEnvironment().getProperty("service-recovery.payments.sandbox.jdbc-url");
        try (Connection connection = DriverManager.getConnection(book);
                PreparedStatement sum = connection.prepareStatement(
                        "select sum(amount) from sandbox.refund where charge_id = ? and status = 'settled'")) {
            sum.setString(1, charge);
            try (ResultSet row = sum.executeQuery()) {
                row.next();
                return row.getBigDecimal(1).movePointLeft(2);
            }
        }
    }
}
