package org.servicerecovery.compensation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
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
import org.servicerecovery.cases.Journal;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.customer.Customer;
import org.servicerecovery.customer.Customers;
import org.servicerecovery.trend.TrendTick;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;

/** Credit is used in parts, the oldest first, never beyond what is there; the rest expires or is taken back. */
@RunningApplication
class CreditsTest {

    @LocalServerPort
    int port;

    @Autowired
    ApplicationContext application;

    @Autowired
    Credits credits;

    @Autowired
    CreditExpiry expiry;

    @Autowired
    Customers customers;

    @Autowired
    Journal journal;

    @Autowired
    ObjectMapper json;

    Loop loop;
    Till till;
    RecoveryCase found;
    Customer customer;
    Visitor lead;

    @BeforeEach
    void aCustomerWhoPaid() {
        loop = new Loop(application);
        till = new Till(application, loop);
        found = loop.planned(Severity.MINOR, 1);
        till.paid(found, "", "EUR 100.00");
        customer = customers.byId(found.customerId());
        lead = Visitor.withBasic(port, loop.person(Role.CX_LEAD), TestPeople.PASSWORD);
    }

    @AfterEach
    void now() {
        ClockUtil.reset();
    }

    @Test
    void aCreditIsUsedInPartsAndTheOneThatExpiresFirstBeforeTheOther() {
        Compensation first = granted("25.00");
        Loop.itIs(Instant.now().plus(Duration.ofDays(3)));
        Compensation second = granted("10.00");

        assertThat(use("EUR", "20.00", "INV-1", "a").statusCode()).isEqualTo(201);
        HttpResponse<String> overBoth = use("EUR", "12.00", "INV-2", "b");

        assertThat(overBoth.statusCode()).isEqualTo(201);
        assertThat(overBoth.body()).isEqualTo("""
                        [{"compensation":%d,"amount":"5.00"},{"compensation":%d,"amount":"7.00"}]""".formatted(first.id(), second.id()));
        assertThat(credits.of(customer.id()))
                .extracting(Credit::compensationId, Credit::left)
                .containsExactly(
                        tuple(second.id(), Money.parse("EUR 3.00")), tuple(first.id(), Money.parse("EUR 0.00")));
    }

    @Test
    void moreThanIsLeftIsRefusedAndNothingIsUsed() {
        granted("25.00");

        HttpResponse<String> refused = use("EUR", "25.01", "INV-1", "a");

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("amount").contains("is more than the credit of EUR 25.00 that is left");
        assertThat(left()).containsExactly(Money.parse("EUR 25.00"));
        assertThat(use("EUR", "25.00", "INV-1", "a").statusCode())
                .as("the refused call used nothing up, not even its key")
                .isEqualTo(201);
    }

    @Test
    void aUseToldTwiceIsOneAndItsKeyStandsForNoOther() {
        granted("25.00");
        String key = UUID.randomUUID().toString();
        HttpResponse<String> once = use("EUR", "10.00", "INV-1", key);

        assertThat(use("EUR", "10.00", "INV-1", key).body()).isEqualTo(once.body());
        assertThat(left()).containsExactly(Money.parse("EUR 15.00"));
        HttpResponse<String> other = use("EUR", "11.00", "INV-1", key);
        assertThat(other.statusCode()).isEqualTo(400);
        assertThat(other.body()).contains("stands for another use of credit already");
    }

    @Test
    void eightUsesAtOnceNeverUseMoreThanThereIs() throws Exception {
        granted("25.00");
        var eight = Executors.newFixedThreadPool(8);
        try {
            List<Integer> answers = eight
                    .invokeAll(IntStream.range(0, 8)
                            .mapToObj(n -> (Callable<Integer>) () ->
                                    use("EUR", "10.00", "INV-" + n, "k" + n).statusCode())
                            .toList())
                    .stream()
                    .map(CreditsTest::answer)
                    .toList();
            assertThat(answers).containsOnly(201, 400);
            assertThat(answers.stream().filter(code -> code == 201)).hasSize(2);
        } finally {
            eight.shutdownNow();
        }
        assertThat(left()).containsExactly(Money.parse("EUR 5.00"));
    }

    @Test
    void whatIsLeftAtTheEndOfTheLastDayExpiresOnceAndCannotBeUsed() {
        Compensation credit = granted("25.00");
        use("EUR", "10.00", "INV-1", "a");
        Instant expiresAt = credits.of(customer.id()).get(0).expiresAt();
        assertThat(expiresAt).isAfter(Instant.now().plus(Duration.ofDays(365)));

        Loop.itIs(expiresAt.minusSeconds(1));
        expiry.bookOff();
        assertThat(left()).containsExactly(Money.parse("EUR 15.00"));

        Loop.itIs(expiresAt);
        assertThat(use("EUR", "1.00", "INV-2", "b").body()).contains("EUR 0.00");
        expiry.bookOff();
        expiry.bookOff();

        assertThat(left()).containsExactly(Money.parse("EUR 0.00"));
        assertThat(till.balance(LedgerAccount.ADJUSTMENTS, credit)).isEqualByComparingTo("15");
        assertThat(journal.of(found.id()).stream().filter(entry -> entry.kind().equals("credit expired")))
                .hasSize(1);
    }

    @Test
    void whatIsLeftCanBeTakenBackOnceWithAReason() {
        Compensation credit = granted("25.00");
        use("EUR", "10.00", "INV-1", "a");
        String path = path() + "/" + credit.id() + "/taking-back";

        assertThat(lead.post(path, "{}").body()).contains("reason");
        assertThat(lead.post(path, "{\"reason\":\"Given to the wrong customer\"}")
                        .body())
                .contains("\"left\":\"0.00\"");
        HttpResponse<String> again = lead.post(path, "{\"reason\":\"Once more\"}");

        assertThat(again.statusCode()).isEqualTo(409);
        assertThat(till.balance(LedgerAccount.ADJUSTMENTS, credit)).isEqualByComparingTo("15");
    }

    @Test
    void creditThatWasTakenBackOrExpiredUnusedIsNoCostOfRecoveryAnyMore() throws Exception {
        Loop.itIs(Instant.parse("2067-02-01T08:00:00Z"));
        String tag = loop.tag();
        RecoveryCase takenBack = closedWith(tag, "30.00");
        use("EUR", "10.00", "INV-1", "a");
        String path = path() + "/" + credits.of(customer.id()).get(0).compensationId() + "/taking-back";
        RecoveryCase used = closedWith(tag, "12.50");
        use("EUR", "12.50", "INV-2", "b");
        RecoveryCase expired = closedWith(tag, "25.00");
        assertThat(costOfFebruary()).isEqualTo("67.50 of 3");

        assertThat(lead.post(path, "{\"reason\":\"Given twice\"}").statusCode()).isEqualTo(200);
        assertThat(costOfFebruary()).as("20.00 of 30.00 came back").isEqualTo("47.50 of 3");
        assertThat(costOf(takenBack)).isEqualTo("{\"EUR\":\"10.0000\"}");

        Loop.itIs(credits.of(expired.customerId()).get(0).expiresAt());
        expiry.bookOff();
        assertThat(costOfFebruary()).as("nothing of 25.00 was used").isEqualTo("22.50 of 2");
        assertThat(costOf(expired)).isEqualTo("{}");
        assertThat(costOf(used)).isEqualTo("{\"EUR\":\"12.5000\"}");

        Visitor admin = Visitor.withBasic(port, loop.person(Role.ADMINISTRATOR), TestPeople.PASSWORD);
        assertThat(admin.post("/api/trend/recount", "{}").statusCode()).isEqualTo(200);
        assertThat(costOfFebruary()).as("counted anew").isEqualTo("22.50 of 2");
    }

    /** A closed case on which so much credit was given; {@code customer} is its own from here on. */
    private RecoveryCase closedWith(String tag, String amount) {
        found = loop.planned(Severity.MINOR, 1);
        till.paid(found, "", "EUR 100.00");
        customer = customers.byId(found.customerId());
        granted(amount);
        loop.work(found, 1);
        return loop.closeLoop(loop.resolve(loop.again(found), tag));
    }

    /** What figures say of February 2067, by all that happened until now. */
    private String costOfFebruary() throws Exception {
        application.getBean(TrendTick.class).look();
        JsonNode whole = json.readTree(lead.get("/api/measures/cost-of-recovery?from=2067-02&to=2067-02")
                        .body())
                .path("whole");
        assertThat(whole).as(whole.toString()).hasSize(1);
        return whole.at("/0/amount").asText() + " of "
                + whole.at("/0/denominator").asText();
    }

    private String costOf(RecoveryCase of) throws Exception {
        HttpResponse<String> answer = lead.get("/api/cases/finished?q=" + of.number());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode cost = json.readTree(answer.body()).at("/cases/0/cost");
        assertThat(cost.isObject()).as(answer.body()).isTrue();
        return cost.toString();
    }

    @Test
    void whatIsNoAmountIsRefusedWithTheNameOfTheField() {
        granted("25.00");
        for (String amount : List.of("0", "-1", "1.001", "1e18", "\"NaN\"")) {
            HttpResponse<String> refused = lead.post(
                    path() + "/uses",
                    "{\"amount\":" + amount + ",\"currency\":\"EUR\",\"reference\":\"INV-1\",\"key\":\"x\"}");
            assertThat(refused.statusCode()).as(amount).isEqualTo(400);
            assertThat(refused.body()).as(amount).contains("amount");
        }
        assertThat(use("XAU", "1", "INV-1", "x").body()).contains("currency");
        assertThat(left()).containsExactly(Money.parse("EUR 25.00"));
    }

    @Test
    void caseOwnersReadCreditAndDoNotUseIt() {
        granted("25.00");
        Visitor owner = Visitor.withBasic(port, loop.person(Role.CASE_OWNER), TestPeople.PASSWORD);

        assertThat(owner.get(path()).body()).contains("\"left\":\"25.00\"");
        assertThat(owner.post(path() + "/uses", "{}").statusCode()).isEqualTo(403);
    }

    private Compensation granted(String amount) {
        Compensation credit = till.run(till.offer(found, Kind.CREDIT, amount));
        assertThat(credit.state()).isEqualTo(CompensationState.SETTLED);
        return credit;
    }

    private HttpResponse<String> use(String currency, String amount, String reference, String key) {
        return lead.post(
                path() + "/uses",
                "{\"amount\":\"%s\",\"currency\":\"%s\",\"reference\":\"%s\",\"key\":\"%s\"}"
                        .formatted(amount, currency, reference, key + customer.number()));
    }

    private String path() {
        return "/api/customers/" + customer.number() + "/credits";
    }

    private List<Money> left() {
        return credits.of(customer.id()).stream().map(Credit::left).toList();
    }

    private static int answer(Future<Integer> call) {
        try {
            return call.get();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
