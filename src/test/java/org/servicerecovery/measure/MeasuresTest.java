package org.servicerecovery.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.servicerecovery.Csv;
import org.servicerecovery.Loop;
import org.servicerecovery.OneNodeAtATime;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;
import org.servicerecovery.access.Role;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;

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

    PastCases past;
    Visitor lead = Visitor.browser(0);

    @BeforeEach
    void peopleAndToday() {
        past = new PastCases(db);
        lead = visitor(Role.CX_LEAD);
        Loop.itIs(TODAY);
    }

    @AfterEach
    void timeGoesOn() {
        ClockUtil.reset();
        past.forget();
    }

    @Test
    void theUpheldRateIsOfDecidedCasesByTheDayOfTheVerdictAndTheRegulatorsStandsBesideIt() {
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
        past.count("UTC");

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

        JsonNode regulator = course("regulator-upheld-rate", "from=2041-04&to=2041-04");
        assertThat(regulator.at("/whole/0/value").decimalValue()).isEqualByComparingTo("0.5");
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
        assertThat(took.at("/0/value").asDouble()).isEqualTo(3 * 3600, within(3 * 3600 * 0.09));
        assertThat(took.at("/1/value").asDouble()).isEqualTo(30 * 3600, within(30 * 3600 * 0.09));
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

    private List<String> days(String zone, long... cases) {
        return java.util.Arrays.stream(cases)
                .mapToObj(id -> db.sql("select resolved_on::text from trend_facts(?) where case_id = ?")
                        .params(zone, id)
                        .query(String.class)
                        .single())
                .toList();
    }

    private String kept(String zone) {
        new MeasureRecount(db, java.time.Clock.fixed(TODAY, java.time.ZoneOffset.UTC), Loop.businessIn(zone), oneNode)
                .recount();
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
