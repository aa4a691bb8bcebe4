package org.servicerecovery.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerecovery.Csv;
import org.servicerecovery.EdgeCase;
import org.servicerecovery.Loop;
import org.servicerecovery.OneNodeAtATime;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.trend.Period;
import org.servicerecovery.trend.TrendTick;
import org.servicerecovery.trend.Trends;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Each measure on a few cases that are counted by hand, in years that no other test is in. */
@RunningApplication
class MeasuresTest {

    private static final Instant TODAY = Instant.parse("2043-06-15T10:00:00Z");

    @LocalServerPort
    int port;

    @Autowired
    IdentityService identities;

    @Autowired
    JdbcClient db;

    @Autowired
    ObjectMapper json;

    @Autowired
    MeasureRecount recount;

    @Autowired
    OneNodeAtATime oneNode;

    @Autowired
    ApplicationContext application;

    @Autowired
    Trends trends;

    @Autowired
    TrendTick tick;

    @Autowired
    TransactionTemplate transaction;

    PastCases past;
    Loop loop;
    Visitor lead = Visitor.browser(0);

    @BeforeEach
    void peopleAndToday() {
        past = new PastCases(db);
        loop = new Loop(application);
        lead = visitor(Role.CX_LEAD);
        Loop.itIs(TODAY);
    }

    @AfterEach
    void timeGoesOn() {
        ClockUtil.reset();
        past.forget();
    }

    @Test
    @EdgeCase("The upheld rate counts decided cases only")
    void theUpheldRateCountsDecidedCasesOnlyByTheDayOfTheVerdictAndTheRegulatorsStandsBesideIt() {
        // Resolved in January; decided in February, which has three for the customer of four.
        past.resolved("2041-01-10T10:00:00Z")
                .found("UPHELD", "2041-02-03T10:00:00Z")
                .regulator("NOT_UPHELD", "2041-04-02");
        past.resolved("2041-01-10T10:00:00Z").found("PARTIALLY_UPHELD", "2041-02-03T10:00:00Z");
        past.resolved("2041-01-10T10:00:00Z").found("UPHELD", "2041-02-27T10:00:00Z");
        past.resolved("2041-01-10T10:00:00Z")
                .found("NOT_UPHELD", "2041-02-28T10:00:00Z")
                .regulator("UPHELD", "2041-04-03");
        past.resolved("2041-02-10T10:00:00Z").found("NOT_UPHELD", "2041-03-01T10:00:00Z");
        past.resolved("2041-02-10T10:00:00Z");
        // Judged, but no case any more.
        PastCases.Past withdrawn = past.resolved("2041-02-10T10:00:00Z").found("UPHELD", "2041-02-12T10:00:00Z");
        past.count("UTC");
        becomes(withdrawn, "WITHDRAWN");

        JsonNode months = course("upheld-rate", "from=2041-01&to=2041-03");
        assertThat(months.at("/measure/label").asText()).isEqualTo("Upheld rate");
        assertThat(months.at("/measure/definition").asText()).contains("partially upheld");
        assertThat(months.at("/periods")).hasSize(3);
        assertThat(months.at("/periods/0/figures/0").has("value")).as("January").isFalse();
        JsonNode february = months.at("/periods/1/figures/0");
        assertThat(february.at("/part").asText()).isEqualTo("upheld");
        assertThat(february.at("/value").decimalValue()).isEqualByComparingTo("0.75");
        assertThat(february.at("/numerator").asInt()).isEqualTo(3);
        assertThat(february.at("/denominator").asInt()).isEqualTo(4);
        assertThat(february.at("/few").asBoolean()).isTrue();
        // Wilson's interval of 3 in 4.
        assertThat(february.at("/low").asDouble()).isEqualTo(0.3006, within(0.0001));
        assertThat(february.at("/high").asDouble()).isEqualTo(0.9544, within(0.0001));
        assertThat(months.at("/periods/1/figures/1/part").asText()).isEqualTo("fully-upheld");
        assertThat(months.at("/periods/1/figures/1/value").decimalValue()).isEqualByComparingTo("0.5");
        assertThat(months.at("/periods/2/figures/0/value").decimalValue()).isEqualByComparingTo("0");
        assertThat(months.at("/whole/0/value").decimalValue()).isEqualByComparingTo("0.6");

        JsonNode quarter = course("upheld-rate", "from=2041-02&to=2041-Q1&by=quarter");
        assertThat(quarter.at("/periods")).as("no quarter is cut").hasSize(1);
        assertThat(quarter.at("/periods/0/name").asText()).isEqualTo("2041-Q1");
        assertThat(quarter.at("/periods/0/figures/0/denominator").asInt()).isEqualTo(5);
        assertThat(quarter.at("/periods/0/over").asBoolean()).isTrue();

        JsonNode year = course("upheld-rate", "to=2041-02&by=quarter");
        assertThat(year.at("/periods")).as("twelve months by quarter").hasSize(4);
        assertThat(year.at("/periods/0/from").asText()).isEqualTo("2040-04-01");
        assertThat(year.at("/periods/3/until").asText()).isEqualTo("2041-03-31");

        JsonNode regulator = course("regulator-upheld-rate", "from=2041-04&to=2041-04");
        assertThat(regulator.at("/whole/0/value").decimalValue()).isEqualByComparingTo("0.5");
    }

    @Test
    void aVerdictOnACaseThatIsNotClosedYetCountsFromItsClosingOnInTheMonthInWhichItWasGiven() {
        Loop.itIs(Instant.parse("2070-03-02T10:00:00Z"));
        RecoveryCase resolved = loop.resolve(loop.readyToResolve(Severity.MINOR), loop.tag());
        assertThat(visitor(Role.REVIEWER)
                        .post("/api/cases/" + resolved.number() + "/finding", "{\"finding\":\"upheld\"}")
                        .statusCode())
                .isEqualTo(200);
        JsonNode before = course("upheld-rate", "from=2070-03&to=2070-03");
        assertThat(before.at("/whole/0/denominator").asInt()).isZero();
        assertThat(before.at("/measure/definition").asText())
                .contains("those that are not closed yet only once they are");

        Loop.itIs(Instant.parse("2070-04-02T10:00:00Z"));
        loop.closeLoop(resolved);
        assertThat(course("upheld-rate", "from=2070-03&to=2070-03")
                        .at("/whole/0/numerator")
                        .asInt())
                .isEqualTo(1);
        assertThat(course("upheld-rate", "from=2070-04&to=2070-04")
                        .at("/whole/0/denominator")
                        .asInt())
                .isZero();
    }

    @Test
    void deadlinesTimesCostReopeningAndSatisfactionAreAsCountedByHand() {
        // Three hours each to the resolution but one that took thirty; two of three in time.
        past.resolved("2041-07-01T10:00:00Z", 3)
                .firstAction(1)
                .deadline(true)
                .cost("EUR", "100.00")
                .satisfied(5, "2041-07-20T10:00:00Z");
        past.resolved("2041-07-02T10:00:00Z", 3)
                .deadline(true)
                .cost("EUR", "20.50")
                .satisfied(4, "2041-07-20T10:00:00Z");
        past.resolved("2041-07-03T10:00:00Z", 30)
                .deadline(false)
                .cost("JPY", "900")
                .reopened();
        past.resolved("2041-07-04T10:00:00Z", 3);
        past.count("UTC");

        String july = "from=2041-07&to=2041-07";
        assertThat(course("deadline-attainment", july).at("/whole/0/numerator").asInt())
                .isEqualTo(2);
        assertThat(course("deadline-attainment", july)
                        .at("/whole/0/denominator")
                        .asInt())
                .as("the fourth had none")
                .isEqualTo(3);
        JsonNode took = course("time-to-resolution", july).at("/whole");
        assertThat(took.at("/0/part").asText()).isEqualTo("median");
        assertThat(took.at("/0/value").asDouble()).isEqualTo(3 * 3600, within(3 * 3600 * 0.045));
        assertThat(took.at("/1/value").asDouble()).isEqualTo(30 * 3600, within(30 * 3600 * 0.045));
        assertThat(course("time-to-first-action", july)
                        .at("/whole/0/denominator")
                        .asInt())
                .isEqualTo(1);
        JsonNode cost = course("cost-of-recovery", july).at("/whole");
        assertThat(cost).hasSize(2);
        assertThat(cost.at("/0/part").asText()).isEqualTo("EUR");
        assertThat(cost.at("/0/amount").asText()).isEqualTo("120.50");
        assertThat(cost.at("/0/denominator").asInt()).isEqualTo(2);
        assertThat(cost.at("/1/amount").asText()).isEqualTo("900");
        assertThat(course("reopened-share", july).at("/whole/0/value").decimalValue())
                .isEqualByComparingTo("0.25");
        JsonNode satisfied = course("satisfaction-after-recovery", july).at("/whole/0");
        assertThat(satisfied.at("/value").decimalValue()).isEqualByComparingTo("4.5");
        assertThat(satisfied.at("/denominator").asInt()).isEqualTo(2);
        assertThat(satisfied.at("/low").asDouble()).isEqualTo(3.52, within(0.001));
        assertThat(satisfied.at("/high").asDouble()).isEqualTo(5);
    }

    @Test
    void customersKeptPreventionAndTheComparisonOfSatisfactionAreAsCountedByHand() {
        // Kept after 90 days: one who paid on the 90th day, not the one who paid on the 89th. Nobody knows the third.
        past.resolved("2042-01-10T10:00:00Z").paid("2041-12-01T10:00:00Z").paid("2042-04-10T00:00:00Z");
        past.resolved("2042-01-10T10:00:00Z").paid("2041-12-01T10:00:00Z").paid("2042-04-09T23:59:00Z");
        past.resolved("2042-01-10T10:00:00Z");
        past.resolved("2042-01-11T10:00:00Z")
                .prevention("2042-02-01", "2042-02-20T10:00:00Z", true)
                .satisfied(5, "2042-02-01T10:00:00Z")
                .deadline(true)
                .outside(3, "2041-12-30T10:00:00Z");
        past.resolved("2042-01-11T10:00:00Z").prevention("2042-02-02", null, null);
        past.resolved("2042-01-11T10:00:00Z").prevention("2042-02-03", "2042-02-03T10:00:00Z", false);
        past.resolved("2042-01-11T10:00:00Z").prevention("2043-12-31", null, null);
        // Without effect at first, so done again: it counts both times.
        past.resolved("2042-01-11T10:00:00Z")
                .cameBack("2042-02-04", "2042-02-05T10:00:00Z")
                .prevention("2042-02-20", "2042-02-21T10:00:00Z", true);
        past.count("UTC");
        String stranger = "MS-" + System.nanoTime();
        lead.post("/api/customers", "{\"number\":\"" + stranger + "\",\"name\":\"Never Failed\"}");
        String answer = "{\"sourceSystem\":\"nps\",\"externalId\":\"" + stranger
                + "\",\"score\":4,\"answeredAt\":\"2042-02-05T10:00:00Z\"}";
        assertThat(lead.post("/api/customers/" + stranger + "/satisfaction", answer)
                        .statusCode())
                .isEqualTo(201);
        assertThat(lead.post("/api/customers/" + stranger + "/satisfaction", answer)
                        .statusCode())
                .as("told twice")
                .isEqualTo(200);
        assertThat(lead.post("/api/customers/" + stranger + "/satisfaction", answer.replace(":4,", ":5,"))
                        .statusCode())
                .isEqualTo(409);
        assertThat(lead.post("/api/customers/" + stranger + "/satisfaction", "{\"score\":6}")
                        .body())
                .contains("sourceSystem", "externalId", "\"score\"", "answeredAt");
        assertThat(lead.post("/api/customers/" + stranger + "/satisfaction", answer.replace(":4,", ":3.7,"))
                        .body())
                .contains("must be a whole number from 1 to 5");
        assertThat(lead.post("/api/customers/" + stranger + "/satisfaction", answer.replace("2042-02", "-9999-02"))
                        .body())
                .contains("must be a time since 1900");
        recount.recount();

        JsonNode kept = course("customers-kept-90", "from=2042-01&to=2042-01");
        assertThat(kept.at("/whole/0/numerator").asInt()).isEqualTo(1);
        assertThat(kept.at("/whole/0/denominator").asInt()).isEqualTo(2);
        assertThat(kept.has("countedAt")).isTrue();
        assertThat(course("customers-kept-365", "from=2042-01&to=2042-01")
                        .at("/whole/0/numerator")
                        .asInt())
                .isZero();
        assertThat(course("prevention-done", "from=2042-02&to=2042-02")
                        .at("/whole/0/numerator")
                        .asInt())
                .isEqualTo(4);
        assertThat(course("prevention-done", "from=2042-02&to=2042-02")
                        .at("/whole/0/denominator")
                        .asInt())
                .isEqualTo(5);
        assertThat(course("prevention-done", "from=2043-12&to=2043-12")
                        .at("/whole/0/denominator")
                        .asInt())
                .as("not due yet")
                .isZero();
        assertThat(course("prevention-effective", "from=2042-02&to=2042-02")
                        .at("/whole/0/denominator")
                        .asInt())
                .isEqualTo(4);
        assertThat(course("prevention-effective", "from=2042-02&to=2042-02")
                        .at("/whole/0/value")
                        .decimalValue())
                .isEqualByComparingTo("0.5");
        JsonNode compared =
                course("satisfaction-compared", "from=2042-02&to=2042-02").at("/whole");
        assertThat(List.of(
                        compared.at("/0/value").asDouble(),
                        compared.at("/1/value").asDouble(),
                        compared.at("/2/value").asDouble(),
                        compared.at("/3/value").asDouble()))
                .as("before, after, well recovered, never failed")
                .containsExactly(3.0, 5.0, 5.0, 4.0);
        assertThat(course("satisfaction-compared", "from=2042-03&to=2042-03")
                        .at("/whole/0")
                        .has("value"))
                .as("not known")
                .isFalse();
    }

    @Test
    void theEdgeOfAQuarterAndTheDaysWithoutOrWithAnHourMoreAreThoseOfTheBusinessInItsZone() {
        // 31 December 2041, 23:30 in Berlin is 17:30 in New York: the same quarter for both, and then it is not.
        long before = past.resolved("2041-12-31T22:30:00Z").id();
        long between = past.resolved("2041-12-31T23:30:00Z").id();
        long after = past.resolved("2042-01-01T05:00:00Z").id();
        assertThat(days("Europe/Berlin", before, between, after))
                .containsExactly("2041-12-31", "2042-01-01", "2042-01-01");
        assertThat(days("America/New_York", before, between, after))
                .containsExactly("2041-12-31", "2041-12-31", "2042-01-01");

        // The clocks of Berlin go forward on 30 March 2042 and New York's did on 9 March: midnight is an hour earlier.
        long winter = past.resolved("2042-03-29T22:59:59Z").id();
        long summer = past.resolved("2042-03-31T21:59:59Z").id();
        long april = past.resolved("2042-03-31T22:00:00Z").id();
        assertThat(days("Europe/Berlin", winter, summer, april))
                .containsExactly("2042-03-29", "2042-03-31", "2042-04-01");
        assertThat(days("America/New_York", winter, summer, april))
                .containsExactly("2042-03-29", "2042-03-31", "2042-03-31");

        // Paid at the very start of the 90th day where the business is, with the change of the clocks between.
        past.resolved("2042-08-01T10:00:00Z").paid("2042-07-01T10:00:00Z").paid("2042-10-30T03:00:00Z");
        past.count("UTC");
        assertThat(kept("Europe/Berlin")).as("04:00 on 30 October").isEqualTo("YES");
        assertThat(kept("America/New_York")).as("23:00 on 29 October").isEqualTo("NO");
        recount.recount();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Europe/Berlin", "America/New_York"})
    @EdgeCase("Quarters in the business’s time zone")
    void aVerdictIsOfTheQuarterInWhichItIsWhereTheBusinessIs(String where) {
        ZoneId zone = ZoneId.of(where);
        ZoneRules rules = zone.getRules();
        Instant forward =
                rules.nextTransition(Instant.parse("2048-01-01T00:00:00Z")).getInstant();
        Instant back = rules.nextTransition(forward).getInstant();
        Instant twice = back.minus(Duration.ofMinutes(30));
        assertThat(rules.getValidOffsets(LocalDateTime.ofInstant(twice, zone)))
                .as("half an hour that comes twice")
                .hasSize(2);
        // First quarter: one of three. The hour between the two, by the clock on the wall, does not exist.
        found("NOT_UPHELD", forward.minusSeconds(1));
        found("NOT_UPHELD", forward);
        found("UPHELD", local("2048-03-31T23:30:00", zone));
        found("UPHELD", local("2048-04-01T00:00:00", zone));
        // Fourth quarter: both passes of that half hour, and the last evening of the year.
        found("NOT_UPHELD", twice);
        found("UPHELD", twice.plus(Duration.ofHours(1)));
        found("UPHELD", local("2048-12-31T23:59:59", zone));
        found("UPHELD", local("2049-01-01T00:00:00", zone));
        past.count(where);

        JsonNode quarters = course("upheld-rate", "from=2048-Q1&to=2048-Q4&by=quarter");
        assertThat(List.of(0, 1, 2, 3).stream()
                        .map(each -> quarters.at("/periods/" + each + "/figures/0"))
                        .map(each -> each.path("numerator").asInt(0) + "/"
                                + each.path("denominator").asInt()))
                .containsExactly("1/3", "1/1", "0/0", "2/3");
        assertThat(course("upheld-rate", "from=2049-01&to=2049-01")
                        .at("/whole/0/denominator")
                        .asInt())
                .isEqualTo(1);
    }

    private void found(String verdict, Instant at) {
        past.resolved("2047-12-10T10:00:00Z").found(verdict, at.toString());
    }

    private static Instant local(String time, ZoneId zone) {
        return LocalDateTime.parse(time).atZone(zone).toInstant();
    }

    @Test
    void whatIsOverAndWhatIsLateIsAsTheBusinessHasItInItsZone() {
        // Five in the morning of 1 April in Berlin; in New York it is an hour to midnight.
        Instant now = Instant.parse("2048-04-01T03:00:00Z");
        past.resolved("2048-02-01T10:00:00Z").prevention("2048-03-31", null, null);
        past.resolved("2048-02-01T10:00:00Z").prevention("2048-05-31", "2048-03-31T23:30:00Z", true);
        past.count("UTC");

        assertThat(atThatMoment("Europe/Berlin", now))
                .containsExactly("2048-03 is over: true", "2048-03 late: 1", "2048-03 helped: 0", "2048-04 helped: 1");
        assertThat(atThatMoment("America/New_York", now))
                .containsExactly("2048-03 is over: false", "2048-03 late: 0", "2048-03 helped: 1", "2048-04 helped: 0");
        recount.recount();
    }

    private List<String> atThatMoment(String zone, Instant now) {
        Clock clock = Clock.fixed(now, ZoneOffset.UTC);
        new MeasureRecount(db, clock, Loop.businessIn(zone), oneNode).recount();
        Measures there = new Measures(db, clock, Loop.businessIn(zone));
        Period march = there.span("2048-03", "2048-03", null).whole();
        return List.of(
                "2048-03 is over: " + march.isOver(there.today()),
                "2048-03 late: " + counted("prevention-done", "NO", "2048-03-01"),
                "2048-03 helped: " + counted("prevention-effective", "YES", "2048-03-01"),
                "2048-04 helped: " + counted("prevention-effective", "YES", "2048-04-01"));
    }

    private long counted(String series, String key, String month) {
        return db.sql(
                        "select coalesce(sum(cases), 0) from measure_rollup where series = ? and key = ? and month = cast(? as date)")
                .params(series, key, month)
                .query(Long.class)
                .single();
    }

    /** Berlin's clocks go forward on 27 March 2050, New York's back on 4 November 2057: three days are 71 or 73 hours there. */
    @ParameterizedTest
    @CsvSource({"Europe/Berlin, 2050-03-26T10:00:00Z, 2050-03", "America/New_York, 2057-11-03T10:00:00Z, 2057-11"})
    void deadlinesAndTimesAreElapsedTimeWhenTheClocksAreChangedMeanwhile(String zone, Instant opened, String month) {
        List<RecoveryCase> both = new ArrayList<>();
        for (Duration took : List.of(Duration.ofHours(72), Duration.ofHours(72).plusSeconds(1))) {
            Loop.itIs(opened);
            RecoveryCase planned = loop.planned(Severity.MINOR, 1);
            Loop.itIs(opened.plus(Duration.ofHours(24)));
            loop.work(planned, 1);
            Loop.itIs(opened.plus(took));
            both.add(loop.closeLoop(loop.resolve(loop.again(planned), "billing-error")));
        }
        Loop.itIs(Instant.parse("2058-01-10T10:00:00Z"));

        assertThat(factsIn(zone, both))
                .containsExactly("86400 " + 72 * 3600 + " true", "86400 " + (72 * 3600 + 1) + " false");
        String span = "from=" + month + "&to=" + month;
        JsonNode kept = course("deadline-attainment", span).at("/whole/0");
        assertThat(kept.at("/numerator").asInt()).isEqualTo(1);
        assertThat(kept.at("/denominator").asInt()).isEqualTo(2);
        assertThat(course("time-to-first-action", span).at("/whole/0/value").asDouble())
                .isEqualTo(86_400, within(86_400 * 0.045));
        assertThat(course("time-to-first-action", span).at("/whole/1/value").asDouble())
                .as("nine in ten, near the beginning of their band")
                .isEqualTo(86_400, within(86_400 * 0.045));
        assertThat(course("time-to-resolution", span).at("/whole/1/value").asDouble())
                .isEqualTo(72 * 3600, within(72 * 3600 * 0.045));
    }

    /** By the days of a zone, asked from a connection that is in that zone as well. */
    private List<String> factsIn(String zone, List<RecoveryCase> cases) {
        return transaction.execute(status -> {
            db.sql("select set_config('TimeZone', ?, true)")
                    .param(zone)
                    .query(String.class)
                    .single();
            return cases.stream()
                    .map(each -> db.sql(
                                    "select to_first_action || ' ' || to_resolution || ' ' || deadline_met from trend_facts(?) where case_id = ?")
                            .params(zone, each.id())
                            .query(String.class)
                            .single())
                    .toList();
        });
    }

    @Test
    @EdgeCase("Duplicate, opened in error, withdrawn: closed without a cause and outside every statistic")
    void whatWasWithdrawnADuplicateOrOpenedInErrorStandsInNoFigure() {
        Loop.itIs(Instant.parse("2054-06-15T10:00:00Z"));
        lead = Visitor.browser(port);
        lead.signIn(loop.person(Role.CX_LEAD), TestPeople.PASSWORD);
        String tag = loop.tag();
        tick.look();
        recount.recount();
        SortedMap<String, String> without = everyFigure(tag);
        List<PastCases.Past> cases = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            cases.add(past.resolved("2053-02-10T10:00:00Z", 5, tag)
                    .from("Team X", "Area X", "Product X", "Olga Outside")
                    .found("UPHELD", "2053-02-12T10:00:00Z")
                    .regulator("UPHELD", "2053-03-01")
                    .deadline(true)
                    .firstAction(2)
                    .cost("EUR", "12.50")
                    .satisfied(5, "2053-02-20T10:00:00Z")
                    .paid("2052-12-01T10:00:00Z")
                    .paid("2054-05-01T10:00:00Z"));
        }
        cases.get(0).prevention("2053-03-01", "2053-03-02T10:00:00Z", true);
        cases.get(1).prevention("2053-03-01", null, null);
        cases.get(2).prevention("2053-03-01", null, null);
        past.count("UTC");
        recount.recount();
        SortedMap<String, String> with = everyFigure(tag);
        assertThat(with)
                .as("every figure has something of them")
                .allSatisfy((figure, said) -> assertThat(said).as(figure).isNotEqualTo(without.get(figure)));

        becomes(cases.get(0), "WITHDRAWN");
        becomes(cases.get(1), "DUPLICATE");
        becomes(cases.get(2), "OPENED_IN_ERROR");
        recount.recount();
        assertThat(everyFigure(tag)).isEqualTo(without);
        tick.look();
        assertThat(everyFigure(tag)).as("folded").isEqualTo(without);
    }

    /** Whatever is counted from cases of the first quarter of 2053, by its address, as the business reads it. */
    private SortedMap<String, String> everyFigure(String tag) {
        SortedMap<String, String> figures = new TreeMap<>();
        List<String> keys = read(lead.get("/api/measures")).findValuesAsText("key");
        assertThat(keys)
                .containsExactly(
                        "upheld-rate",
                        "regulator-upheld-rate",
                        "deadline-attainment",
                        "time-to-first-action",
                        "time-to-resolution",
                        "cost-of-recovery",
                        "reopened-share",
                        "satisfaction-after-recovery",
                        "satisfaction-compared",
                        "customers-kept-90",
                        "customers-kept-365",
                        "prevention-done",
                        "prevention-effective");
        List<String> addresses = new ArrayList<>();
        for (String key : keys) {
            addresses.add("/api/measures/" + key + "?from=2053-01&to=2053-03");
            addresses.add("/api/measures/" + key + ".csv?from=2053-01&to=2053-03&by=quarter");
        }
        for (String origin : List.of("team", "area", "product", "operative")) {
            addresses.add("/api/recovery/origins?from=2053-01&to=2053-03&origin=" + origin);
            addresses.add("/api/trend/parts?quarter=2053-Q1&dimension=" + origin + "&tag=" + tag);
        }
        for (String as : List.of("is", "was")) {
            addresses.add("/api/trend/causes?quarter=2053-Q1&as=" + as);
        }
        addresses.add("/api/trend/series?from=2053-01&to=2053-03&tag=" + tag);
        addresses.add("/api/recovery?from=2053-01&to=2053-03");
        addresses.add("/api/prevention-actions?state=open&owner=somebody");
        addresses.add("/api/prevention-actions?state=overdue&owner=somebody");
        for (String address : addresses) {
            HttpResponse<String> answer = lead.get(address);
            assertThat(answer.statusCode()).as(address + answer.body()).isEqualTo(200);
            figures.put(address, answer.body());
        }
        return figures;
    }

    /** As its own package has it, which tells the figures. */
    private void becomes(PastCases.Past one, String state) {
        transaction.executeWithoutResult(status -> {
            db.sql("update recovery_case set state = ? where id = ?")
                    .params(state, one.id())
                    .update();
            trends.changed(one.id());
        });
    }

    private List<String> days(String zone, long... cases) {
        return java.util.Arrays.stream(cases)
                .mapToObj(id -> db.sql("select resolved_on::text from trend_facts(?) where case_id = ?")
                        .params(zone, id)
                        .query(String.class)
                        .single())
                .toList();
    }

    private String kept(String zone) {
        new MeasureRecount(db, Clock.fixed(TODAY, ZoneOffset.UTC), Loop.businessIn(zone), oneNode).recount();
        return db.sql("select key from measure_rollup where series = 'kept-90' and month = '2042-08-01'")
                .query(String.class)
                .single();
    }

    @Test
    void whatIsAskedForWronglyIsRefusedByFieldAndWhoSeesWhatIsARoleS() {
        assertThat(lead.get("/api/measures/volume").statusCode()).isEqualTo(404);
        HttpResponse<String> wrong = lead.get("/api/measures/upheld-rate?from=2041-13&to=x&by=week");
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(wrong.body()).contains("\"from\"", "\"to\"", "\"by\"", "2026-Q1");
        assertThat(lead.get("/api/measures/upheld-rate?from=2041-03&to=2041-01").body())
                .contains("\"to\"");
        assertThat(lead.get("/api/measures/upheld-rate?from=1999-03&to=2041-01").body())
                .contains("\"from\"");
        assertThat(lead.get("/api/recovery/origins?origin=customer").statusCode())
                .isEqualTo(400);

        HttpResponse<String> csv = lead.get("/api/measures/upheld-rate.csv?from=2040-01&to=2040-03&by=quarter");
        assertThat(csv.headers().firstValue("Content-Type")).hasValue("text/csv;charset=UTF-8");
        assertThat(csv.body())
                .startsWith("measure,period,from,until,over,part,value,unit,numerator,denominator,low,high,few\r\n"
                        + "upheld-rate,2040-Q1,2040-01-01,2040-03-31,yes,upheld,,share,,0,,,no\r\n");
        assertThat(Csv.of(List.of(List.of("=1+1", "-5.20", "-x", "a \"b\",\nc", "@home"))))
                .isEqualTo("'=1+1,-5.20,'-x,\"a \"\"b\"\",\nc\",'@home\r\n");

        assertThat(lead.get("/api/recovery/origins?origin=operative").statusCode())
                .isEqualTo(200);
        for (Role role : List.of(Role.MANAGER, Role.REVIEWER, Role.PROCESS_DESIGNER, Role.ACCOUNTANT)) {
            Visitor other = visitor(role);
            assertThat(other.get("/api/recovery/origins?origin=operative").statusCode())
                    .as(role.title())
                    .isEqualTo(403);
            assertThat(other.get("/api/recovery").body()).as(role.title()).doesNotContain("\"operative\"");
        }
        assertThat(read(visitor(Role.MANAGER).get("/api/recovery")).has("escalations"))
                .isTrue();
        assertThat(read(visitor(Role.PROCESS_DESIGNER).get("/api/recovery")).has("escalations"))
                .isFalse();
        assertThat(visitor(Role.PROCESS_DESIGNER).get("/api/measures").body()).doesNotContain("cost-of-recovery");
        assertThat(visitor(Role.PROCESS_DESIGNER)
                        .get("/api/measures/cost-of-recovery")
                        .statusCode())
                .isEqualTo(403);
        assertThat(visitor(Role.PROCESS_DESIGNER)
                        .get("/api/measures/cost-of-recovery.csv")
                        .statusCode())
                .isEqualTo(403);
        assertThat(visitor(Role.ACCOUNTANT).get("/api/measures").body()).contains("cost-of-recovery");
        assertThat(visitor(Role.CASE_OWNER).get("/api/measures").statusCode()).isEqualTo(403);
        assertThat(visitor(Role.CASE_OWNER).get("/api/recovery").statusCode()).isEqualTo(403);
        assertThat(visitor(Role.ADMINISTRATOR).get("/api/recovery/card").statusCode())
                .isEqualTo(403);
        assertThat(lead.get("/api/measures").body()).doesNotContain("measure.").contains("upheld-rate");
    }

    private JsonNode course(String key, String query) {
        return read(lead.get("/api/measures/" + key + "?" + query));
    }

    private JsonNode read(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        try {
            return json.readTree(answer.body());
        } catch (java.io.IOException e) {
            throw new AssertionError(answer.body(), e);
        }
    }

    private Visitor visitor(Role role) {
        return Visitor.withBasic(port, TestPeople.person(identities, role), TestPeople.PASSWORD);
    }
}
