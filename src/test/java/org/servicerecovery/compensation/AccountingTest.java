package org.servicerecovery.compensation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
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
import org.servicerecovery.customer.Payment;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What the accountant reads, and the period that takes no posting any more. */
@RunningApplication
class AccountingTest {

    /** Before all that other tests post: a closing here closes nothing of theirs. */
    private static final LocalDate LONG_AGO = LocalDate.parse("2009-03-10");

    @LocalServerPort
    int port;

    @Autowired
    ApplicationContext application;

    @Autowired
    Ledger ledger;

    @Autowired
    JdbcClient db;

    final ObjectMapper json = new ObjectMapper();
    Loop loop;
    Till till;
    Visitor accountant;

    @BeforeEach
    void anAccountant() {
        loop = new Loop(application);
        till = new Till(application, loop);
        accountant = Visitor.withBasic(port, loop.person(Role.ACCOUNTANT), TestPeople.PASSWORD);
    }

    @BeforeEach
    @AfterEach
    void nothingIsClosed() {
        ClockUtil.reset();
        db.sql("delete from ledger_closing").update();
    }

    @Test
    void whatWasPostedInAPeriodAddsUpInEveryAccountAndInItsControlTotals() throws IOException {
        LocalDate day = LONG_AGO.plusDays(5);
        itIs(day);
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        till.paid(found, "", "EUR 100.00");
        till.run(till.offer(found, Kind.PARTIAL_REFUND, "40.00"));
        till.run(till.offer(found, Kind.CREDIT, "25.00"));

        JsonNode period = json.readTree(accountant
                .get("/api/ledger/postings?from=" + day + "&until=" + day)
                .body());

        assertThat(period.path("postings").findValuesAsText("kind"))
                .containsExactly("refund-reserved", "refund-paid", "credit-granted");
        assertThat(period.path("totals").toString())
                .isEqualTo("[{\"currency\":\"EUR\",\"transfers\":3,\"amount\":\"105.00\"}]");
        assertThat(balance(period, "cost-of-recovery")).isEqualTo("65.00");
        assertThat(balance(period, "refunds-paid")).isEqualTo("40.00");
        assertThat(balance(period, "refunds-in-flight")).isEqualTo("0.00");
        assertThat(balance(period, "customer-credit")).isEqualTo("25.00");
        assertThat(sum(period, "debit")).isEqualByComparingTo(sum(period, "credit"));
        assertThat(accountant
                        .get("/api/ledger/postings?from=" + day.plusDays(1) + "&until=" + day.plusDays(1))
                        .body())
                .contains("\"postings\":[]");
    }

    @Test
    void refundsShareTheTaxOfTheirPaymentToTheLastCent() throws IOException {
        LocalDate day = LONG_AGO.plusDays(9);
        itIs(day);
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        Payment payment = till.paidWithTax(found, "EUR 100.00", "EUR 16.67");
        for (int i = 0; i < 3; i++) {
            till.run(till.offer(found, Kind.PARTIAL_REFUND, "33.33"));
        }
        till.run(till.offer(found, Kind.FULL_REFUND, null));
        assertThat(application.getBean(Compensations.class).notRefunded(payment))
                .isEqualTo(Money.parse("EUR 0.00"));

        JsonNode postings = json.readTree(accountant
                        .get("/api/ledger/postings?from=" + day + "&until=" + day)
                        .body())
                .path("postings");

        List<String> paid = new ArrayList<>();
        postings.forEach(posting -> {
            if (posting.path("kind").asText().equals("refund-paid")) {
                paid.add(posting.path("tax").asText());
            }
        });
        assertThat(paid).containsExactly("5.56", "5.55", "5.56", "0.00");
        assertThat(accountant
                        .get("/api/ledger/postings.csv?from=" + day + "&until=" + day)
                        .body())
                .contains("33.33,EUR,5.56," + found.number());
    }

    @Test
    void theTableHasALineForEveryPostingAndNoFormulas() {
        LocalDate day = LONG_AGO.plusDays(7);
        itIs(day);
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        till.paid(found, "", "EUR 100.00");
        Compensation credit = till.run(till.offer(found, Kind.CREDIT, "25.00"));
        loop.as(
                Role.CX_LEAD,
                () -> application
                        .getBean(Credits.class)
                        .takeBack(
                                application
                                        .getBean(org.servicerecovery.customer.Customers.class)
                                        .byId(found.customerId()),
                                credit.id(),
                                "=HYPERLINK(\"http://example.org\")"));

        HttpResponse<String> csv = accountant.get("/api/ledger/postings.csv?from=" + day + "&until=" + day);

        assertThat(csv.headers().firstValue("Content-Type")).hasValue("text/csv;charset=UTF-8");
        assertThat(csv.body().lines()).hasSize(3);
        assertThat(csv.body())
                .contains("Credit granted,Cost of recovery,,Customer credit,,25.00,EUR,," + found.number())
                .contains("\"'=HYPERLINK(\"\"http://example.org\"\")\"");
    }

    @Test
    void aClosedPeriodTakesNoPostingAndStaysAsItWasCounted() throws IOException {
        LocalDate day = LONG_AGO;
        itIs(day);
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        till.paid(found, "", "EUR 100.00");
        till.run(till.offer(found, Kind.PARTIAL_REFUND, "10.00"));
        itIs(day.plusDays(1));
        // Whatever other tests posted in earlier years.
        close(day.minusDays(1));

        assertThat(close(day.plusDays(1)).body()).contains("must be a day that is over");
        HttpResponse<String> closed = close(day);
        assertThat(closed.statusCode()).as(closed.body()).isEqualTo(201);
        assertThat(json.readTree(closed.body()).path("totals").toString())
                .isEqualTo("[{\"currency\":\"EUR\",\"transfers\":2,\"amount\":\"20.00\"}]");
        assertThat(close(day).body()).contains("is closed already");

        assertThatThrownBy(() -> db.sql("""
                        insert into ledger_transfer (key, kind, debit_account, credit_account, amount, currency, posted_at,
                                                     actor)
                        select 'late', kind, debit_account, credit_account, amount, currency, posted_at, 'somebody'
                          from ledger_transfer where posted_at < ? limit 1""")
                        .param(java.sql.Timestamp.from(
                                day.plusDays(1).atStartOfDay().toInstant(ZoneOffset.UTC)))
                        .update())
                .hasMessageContaining("is closed: it takes no posting");
        assertThat(till.run(till.offer(found, Kind.PARTIAL_REFUND, "10.00")).state())
                .as("the next day takes postings")
                .isEqualTo(CompensationState.SETTLED);
    }

    @Test
    void whatIsInFlightAndWhatCustomersMayStillUseIsListed() throws IOException {
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        till.paid(found, "", "KWD 10.000");
        till.run(till.offer(found, Kind.CREDIT, "1.234"));
        Compensation flying = till.offer(found, Kind.PARTIAL_REFUND, "2.5");

        JsonNode open = json.readTree(accountant.get("/api/ledger/in-flight").body());
        assertThat(open.findValuesAsText("compensation")).contains(String.valueOf(flying.id()));
        JsonNode liability =
                json.readTree(accountant.get("/api/ledger/credit-liability").body());
        String month = LocalDate.ofInstant(Instant.now(), ZoneOffset.UTC)
                .plusYears(1)
                .toString()
                .substring(0, 7);
        assertThat(liability.path("KWD").path(month).asText()).isEqualTo("1.234");
        till.run(flying);
    }

    @Test
    void onlyTheAccountantClosesAndCaseOwnersSeeNoLedger() {
        Visitor lead = Visitor.withBasic(port, loop.person(Role.CX_LEAD), TestPeople.PASSWORD);
        Visitor owner = Visitor.withBasic(port, loop.person(Role.CASE_OWNER), TestPeople.PASSWORD);

        assertThat(lead.post("/api/ledger/closings", "{\"until\":\"2001-01-01\"}")
                        .statusCode())
                .isEqualTo(403);
        assertThat(lead.get("/api/ledger/in-flight").statusCode()).isEqualTo(200);
        assertThat(owner.get("/api/ledger/in-flight").statusCode()).isEqualTo(403);
        assertThat(accountant
                        .get("/api/ledger/postings?from=soon&until=2026-01-01")
                        .body())
                .contains("\"from\"")
                .contains("must be a day");
        assertThat(accountant
                        .get("/api/ledger/postings?from=2026-02-01&until=2026-01-01")
                        .body())
                .contains("before the first day");
    }

    private void itIs(LocalDate day) {
        Loop.itIs(day.atTime(12, 0).toInstant(ZoneOffset.UTC));
    }

    private HttpResponse<String> close(LocalDate until) {
        return accountant.post("/api/ledger/closings", "{\"until\":\"" + until + "\"}");
    }

    private static String balance(JsonNode period, String account) {
        return StreamSupport.stream(period.path("balances").spliterator(), false)
                .filter(balance -> balance.path("account").asText().equals(account))
                .findFirst()
                .orElseThrow()
                .path("balance")
                .asText();
    }

    private static BigDecimal sum(JsonNode period, String side) {
        return period.path("balances").findValuesAsText(side).stream()
                .map(BigDecimal::new)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }
}
