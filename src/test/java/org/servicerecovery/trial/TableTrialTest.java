package org.servicerecovery.trial;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.IntNode;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.servicerecovery.Loop;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.CaseState;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.compensation.Kind;
import org.servicerecovery.compensation.Till;
import org.servicerecovery.installation.StatutoryProfile;
import org.servicerecovery.installation.StatutoryProfile.Profile;
import org.servicerecovery.measure.PastCases;
import org.servicerecovery.sla.AnsweredInWriting;
import org.servicerecovery.sla.ClockName;
import org.servicerecovery.sla.Clocks;
import org.servicerecovery.sla.Extensions;
import org.servicerecovery.sla.PauseReason;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A changed table is tried on a small past whose every answer can be worked out by hand. */
@RunningApplication
class TableTrialTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Instant BEGIN = Instant.parse("2048-03-02T08:00:00Z");

    @LocalServerPort
    int port;

    @Autowired
    ApplicationContext application;

    @Autowired
    IdentityService identities;

    @Autowired
    Cases cases;

    @Autowired
    Clocks clocks;

    @Autowired
    Extensions extensions;

    @Autowired
    StatutoryProfile profile;

    @Autowired
    PlatformTransactionManager transactions;

    @Autowired
    JdbcClient db;

    private Loop loop;
    private PastCases past;
    private Till till;

    @BeforeEach
    void begin() {
        loop = new Loop(application);
        past = new PastCases(db);
        till = new Till(application, loop);
    }

    @AfterEach
    void timeGoesOn() {
        ClockUtil.reset();
        past.forget();
        profile.choose(Profile.NONE, "test");
    }

    @Test
    void aDeadlineTableIsPutToEachClockAsItRan() throws IOException {
        // Promised 72, 48, 24 and 4 hours; tried are 48, 72, 36 and 4.
        RecoveryCase metNoMore = opened(Severity.MINOR);
        resolved(metNoMore, 50);
        RecoveryCase missedAnyway = opened(Severity.MINOR);
        resolved(missedAnyway, 80);
        RecoveryCase metNow = opened(Severity.MAJOR);
        resolved(metNow, 30);
        RecoveryCase raised = opened(Severity.MINOR);
        after(10, () -> cases.changeSeverity(raised.number(), Severity.MAJOR, "The water runs"));
        resolved(raised, 30);
        RecoveryCase paused = opened(Severity.MINOR);
        after(10, () -> clocks.pause(paused.number(), PauseReason.CUSTOMER_AWAY));
        after(110, () -> clocks.resume(paused.number(), "They called"));
        resolved(paused, 150);
        RecoveryCase extended = opened(Severity.MINOR);
        after(10, () -> extensions.request(extended.number(), ClockName.RESOLUTION, at(96), "The part comes late"));
        Loop.itIs(at(11));
        loop.does(Role.MANAGER, () -> {
            long wish = extensions.of(extended.id(), 1).get(0).id();
            extensions.decide(extended.number(), wish, true, "The part is rare", "");
        });
        resolved(extended, 80);
        RecoveryCase first = opened(Severity.MODERATE);
        Loop.itIs(at(20));
        RecoveryCase merged = loop.another(first);
        after(21, () -> cases.changeSeverity(merged.number(), Severity.MODERATE, "As bad as the other"));
        after(25, () -> cases.merge(first.number(), merged.number(), "The same failure", Set.of()));
        resolvedWithItsPlan(merged, 60);
        RecoveryCase unchanged = opened(Severity.CRITICAL);
        resolved(unchanged, 1);
        RecoveryCase withdrawn = opened(Severity.MINOR);
        after(5, () -> cases.closeWithoutCause(withdrawn.number(), CaseState.WITHDRAWN, "Never mind", null));
        opened(Severity.MINOR);

        String tried = deadlines(48, 72, 36, 4);
        Loop.itIs(at(24 * 30));
        Visitor lead = as(Role.CX_LEAD);
        JsonNode found = ok(post(lead, tried, "?from=2048-03-01&to=2048-03-31"));

        assertThat(found.path("table").asText()).isEqualTo("resolution-deadline");
        assertThat(found.path("looked").asLong()).as(found.toPrettyString()).isEqualTo(8);
        assertThat(found.path("sentence").asText())
                .isEqualTo("7 of 8 cases would have had another deadline: 3 longer, 4 shorter;"
                        + " 3 missed ones would have been met; 3 met ones would have been missed.");
        Map<String, JsonNode> byCase = byCase(found);
        assertDeadline(byCase, metNoMore, 72, 48, false, true);
        assertDeadline(byCase, missedAnyway, 72, 48, true, true);
        assertDeadline(byCase, metNow, 24, 36, true, false);
        assertDeadline(byCase, raised, 24, 36, true, false);
        assertDeadline(byCase, paused, 172, 148, false, true);
        assertDeadline(byCase, extended, 96, 72, false, true);
        // Counts from the start of the one that was merged into it.
        assertDeadline(byCase, merged, 48, 72, true, false);
        assertThat(byCase).hasSize(7);
        assertThat(found.at("/differences/0/secondsLonger").asLong()).isEqualTo(-24 * 3600);
        assertThat(found.at("/groups/0/of/hoursBefore").asText()).isEqualTo("72");
        assertThat(found.at("/rows/3/reached").asLong()).isEqualTo(1);

        assertThat(ok(post(lead, tried, "?from=2048-03-01&to=2048-03-31&offset=5&limit=5"))
                        .path("differences"))
                .hasSize(2);
        HttpResponse<String> csv = send(lead, "/api/table-trials.csv?from=2048-03-01&to=2048-03-31", tried);
        assertThat(csv.body())
                .startsWith("case,severity,severity_changes,")
                .contains(metNow.number() + ",major,0,2048-03-02T08:00:00Z,2048-03-03T14:00:00Z,")
                .hasLineCount(8);

        JsonNode same = ok(post(lead, deadlines(72, 48, 24, 4), "?from=2048-03-01&to=2048-03-31"));
        assertThat(same.path("sentence").asText()).isEqualTo("None of 8 cases would have had another deadline.");
        assertThat(ok(post(lead, tried, "?from=2048-03-20&to=2048-03-31"))
                        .path("sentence")
                        .asText())
                .startsWith("No case was resolved in this time");

        // The calls of the five minor cases were due after 48 hours; the others have rows of their own.
        String steps = Files.readString(Path.of("processes/step-deadline.dmn"))
                .replaceFirst("(?s)(.*)<text>48</text>", "$1<text>60</text>");
        JsonNode calls = ok(post(lead, steps, "?from=2048-03-01&to=2048-03-31"));
        assertThat(calls.path("sentence").asText())
                .isEqualTo("5 of 8 steps would have been due at another time: 5 later, 1 in time instead of late.");
        assertThat(byCase(calls)
                        .get(metNoMore.number().value())
                        .path("dueAfter")
                        .asText())
                .isEqualTo(at(60).toString());

        theOfficeIsClosedAtNightAndAnHourIsMissingInSpring(lead);

        // What designers are told names no case.
        HttpResponse<String> counts = post(as(Role.PROCESS_DESIGNER), tried, "?from=2048-03-01&to=2048-03-26");
        assertThat(ok(counts).path("sentence").asText()).startsWith("7 of 8 cases");
        assertThat(ok(counts).has("differences")
                        && !ok(counts).path("differences").isNull())
                .isFalse();
        assertThat(counts.body())
                .doesNotContain("SR-2048", loop.owner(), loop.again(metNow).summary());
        assertThat(send(as(Role.PROCESS_DESIGNER), "/api/table-trials.csv?from=2048-03-01&to=2048-03-26", tried)
                        .body())
                .startsWith("severity,")
                .doesNotContain("SR-2048");
    }

    /** Sunday 29 March 2048 has no hour from two to three in Berlin. */
    private void theOfficeIsClosedAtNightAndAnHourIsMissingInSpring(Visitor lead) throws IOException {
        HttpResponse<String> saved = lead.call(
                "PUT",
                "/api/calendars/trial-night",
                "{\"zone\":\"Europe/Berlin\",\"week\":{\"saturday\":[\"00:00-06:00\"],\"sunday\":[\"00:00-06:00\"]}}");
        assertThat(saved.statusCode()).as(saved.body()).isLessThan(300);
        Loop.itIs(Instant.parse("2048-03-27T12:00:00Z"));
        RecoveryCase spring = loop.planned(Severity.CRITICAL, 1);
        Loop.itIs(Instant.parse("2048-03-27T13:00:00Z"));
        close(spring);
        Loop.itIs(at(24 * 30));

        String tried = deadlines(72, 48, 24, 10).replaceFirst("(?s)(.*)\"24x7\"", "$1\"trial-night\"");
        JsonNode found = ok(post(lead, tried, "?from=2048-03-27&to=2048-03-27"));

        // Six hours on Saturday from 23:00Z; on Sunday the fourth of five ends at 03:00Z, by summer time.
        assertThat(byCase(found).get(spring.number().value()).path("dueAfter").asText())
                .isEqualTo("2048-03-29T03:00:00Z");
    }

    @Test
    void aTableOfFurtherClocksIsPutToEachOfThemAsItRan() throws IOException {
        RecoveryCase withoutRegulator = openedOn("2057-09-02T08:00:00Z", Severity.MINOR);
        close(withoutRegulator);
        Loop.itIs(Instant.parse("2057-09-03T07:00:00Z"));
        profile.choose(Profile.HOUSING_OMBUDSMAN, "test");
        // Monday 3 September: five working days end on the 10th, three, as is tried, on Thursday the 6th. The first
        // stage has ten from the acknowledgement, tried are eight.
        String opened = "2057-09-03T08:00:00Z";
        RecoveryCase late = openedOn(opened, Severity.MINOR);
        reachedOn("2057-09-07T10:00:00Z", late);
        answeredAndResolvedOn("2057-09-19T10:00:00Z", late);
        RecoveryCase prompt = openedOn(opened, Severity.MAJOR);
        reachedOn("2057-09-04T10:00:00Z", prompt);
        answeredAndResolvedOn("2057-09-10T10:00:00Z", prompt);
        RecoveryCase paused = openedOn(opened, Severity.MINOR);
        reachedOn("2057-09-04T10:00:00Z", paused);
        on("2057-09-05T08:00:00Z", () -> clocks.pause(paused.number(), PauseReason.CUSTOMER_AWAY));
        on("2057-09-13T08:00:00Z", () -> clocks.resume(paused.number(), "They called"));
        answeredAndResolvedOn("2057-09-17T10:00:00Z", paused);
        RecoveryCase extended = openedOn(opened, Severity.MINOR);
        reachedOn("2057-09-04T10:00:00Z", extended);
        on(
                "2057-09-10T10:00:00Z",
                () -> extensions.request(
                        extended.number(), ClockName.STAGE_1, Instant.parse("2057-09-25T10:00:00Z"), "Rare part"));
        loop.does(Role.MANAGER, () -> {
            long wish = extensions.of(extended.id(), 1).get(0).id();
            extensions.decide(extended.number(), wish, true, "It is rare", "letter");
        });
        answeredAndResolvedOn("2057-09-24T10:00:00Z", extended);
        openedOn(opened, Severity.MINOR);
        Loop.itIs(Instant.parse("2057-10-01T08:00:00Z"));
        String tried = further("5_3", "3", further("6_3", "8", furtherClocks()));
        String days = "?from=2057-09-01&to=2057-09-30";
        Visitor lead = as(Role.CX_LEAD);

        JsonNode found = ok(post(lead, tried, days));

        assertThat(found.path("sentence").asText())
                .as(found.toPrettyString())
                .isEqualTo("8 of 8 clocks would have run otherwise: 8 due earlier, 4 missed instead of met."
                        + " Cases or stages left out: 1. They began before the choice of the regulator was last"
                        + " changed, and by whose rules their clocks ran is not kept.");
        assertClock(found, late, "acknowledgement", "2057-09-10", "false", "2057-09-06", "true");
        // The acknowledgement that was missed counts as made when it was due.
        assertClock(found, late, "stage-1", "2057-09-21", "false", "2057-09-18", "true");
        assertClock(found, prompt, "acknowledgement", "2057-09-10", "false", "2057-09-06", "false");
        assertClock(found, prompt, "stage-1", "2057-09-18", "false", "2057-09-14", "false");
        assertClock(found, paused, "stage-1", "2057-09-18", "false", "2057-09-14", "true");
        // Five working days more, from the 14th on as from the 18th.
        assertClock(found, extended, "stage-1", "2057-09-25", "false", "2057-09-21", "true");
        assertThat(found.at("/groups/0/of"))
                .isEqualTo(JSON.readTree("{\"clock\":\"acknowledgement\",\"stage\":\"1\",\"severity\":\"minor\","
                        + "\"lengthBefore\":\"5\",\"unitBefore\":\"working-days\",\"calendarBefore\":\"england\","
                        + "\"lengthAfter\":\"3\",\"unitAfter\":\"working-days\",\"calendarAfter\":\"england\"}"));
        assertThat(found.at("/rows/4/reached").asLong()).isEqualTo(4);

        JsonNode shorter = ok(post(lead, further("6_7", "2", furtherClocks()), days));
        assertThat(shorter.path("sentence").asText())
                .startsWith("1 of 8 clocks would have run otherwise: 1 due earlier, 1 missed instead of met.");
        // No more than two working days may be given.
        assertClock(shorter, extended, "stage-1", "2057-09-25", "false", "2057-09-20", "true");
        assertThat(ok(post(lead, further("6_5", "\"24\"", furtherClocks()), days))
                        .path("sentence")
                        .asText())
                .startsWith("None of 8 clocks would have run otherwise. The warning would have come at another time"
                        + " before the deadline in 4.");

        assertThat(send(lead, "/api/table-trials.csv" + days, tried).body())
                .startsWith("case,clock,stage,severity,stopped_at,started_before,")
                .contains(paused.number() + ",stage-1,1,minor,2057-09-17T10:00:00Z,2057-09-04T10:00:00Z,")
                .hasLineCount(9);
        HttpResponse<String> counts = post(as(Role.PROCESS_DESIGNER), tried, days);
        assertThat(ok(counts).path("sentence").asText()).startsWith("8 of 8 clocks");
        assertThat(counts.body()).doesNotContain("SR-2057");
        JsonNode german = JSON.readTree(lead.send(lead.request("/api/table-trials" + days)
                        .header("Content-Type", "text/xml")
                        .header("Accept-Language", "de")
                        .POST(BodyPublishers.ofString(tried)))
                .body());
        assertThat(german.path("sentence").asText())
                .startsWith("8 von 8 Uhren wären anders gelaufen: 8 früher fällig, 4 versäumt statt eingehalten.");
    }

    @Test
    void aTableOfFurtherClocksSaysWhichWouldHaveRunAtAll() throws IOException {
        Loop.itIs(Instant.parse("2058-09-02T07:00:00Z"));
        profile.choose(Profile.FCA_DISP, "test");
        profile.choose(Profile.NONE, "test");
        // Promised are 24, 12, 4 and 1 hours until the acknowledgement; tried 4, 12, 2 and none, and to settle it on
        // the
        // next working day. Monday 2 September.
        String opened = "2058-09-02T08:00:00Z";
        RecoveryCase metNoMore = openedOn(opened, Severity.MINOR);
        Loop.itIs(Instant.parse("2058-09-02T13:00:00Z"));
        close(metNoMore);
        RecoveryCase raised = openedOn(opened, Severity.MINOR);
        on("2058-09-02T09:00:00Z", () -> cases.changeSeverity(raised.number(), Severity.MAJOR, "The water runs"));
        Loop.itIs(Instant.parse("2058-09-02T11:00:00Z"));
        close(raised);
        RecoveryCase noClock = openedOn(opened, Severity.CRITICAL);
        Loop.itIs(Instant.parse("2058-09-02T08:30:00Z"));
        close(noClock);
        RecoveryCase long_ = openedOn(opened, Severity.MODERATE);
        reachedOn("2058-09-02T09:00:00Z", long_);
        Loop.itIs(Instant.parse("2058-09-09T08:00:00Z"));
        loop.closeLoop(loop.resolve(loop.again(long_), loop.tag()));
        RecoveryCase first = openedOn(opened, Severity.MINOR);
        Loop.itIs(Instant.parse("2058-09-03T04:00:00Z"));
        RecoveryCase merged = loop.another(first);
        on("2058-09-03T05:00:00Z", () -> cases.merge(first.number(), merged.number(), "The same failure", Set.of()));
        Loop.itIs(Instant.parse("2058-09-03T07:00:00Z"));
        planned(merged);
        close(merged);
        Loop.itIs(Instant.parse("2058-10-01T08:00:00Z"));
        String tried = further("8_3", "1", further("3_3", "2", further("1_3", "4", furtherClocks())))
                .replaceFirst("(InputEntry_further-clocks_8_1\"><text>)\"fca-disp\"", "$1-")
                .replaceFirst(
                        "(InputEntry_further-clocks_4_3\"><text>)\"critical\"",
                        "$1not(\"minor\", \"moderate\"," + " \"major\", \"critical\")");

        JsonNode found = ok(post(as(Role.CX_LEAD), tried, "?from=2058-09-01&to=2058-09-30"));

        assertThat(found.path("sentence").asText())
                .as(found.toPrettyString())
                .isEqualTo("9 of 10 clocks would have run otherwise: 3 due earlier, 5 that did not run, 1 not at all,"
                        + " 3 missed instead of met. Whether it would have been missed is not known of 1: there was no"
                        + " such clock, and nothing says when it would have been stopped.");
        assertThat(clock(found, metNoMore, "acknowledgement").path("dueAfter").asText())
                .isEqualTo("2058-09-02T12:00:00Z");
        assertThat(clock(found, raised, "acknowledgement").path("dueAfter").asText())
                .isEqualTo("2058-09-02T10:00:00Z");
        // The one that was merged in was missed at noon of the first day; due at once by the merge.
        assertThat(clock(found, merged, "acknowledgement").path("dueBefore").asText())
                .isEqualTo("2058-09-03T08:00:00Z");
        assertThat(clock(found, merged, "acknowledgement").path("dueAfter").asText())
                .isEqualTo("2058-09-03T05:00:00Z");
        assertThat(clock(found, noClock, "acknowledgement")
                        .path("startedBefore")
                        .asText())
                .isEqualTo(opened);
        assertThat(clock(found, noClock, "acknowledgement").hasNonNull("startedAfter"))
                .isFalse();
        assertThat(clock(found, merged, "summary-resolution").path("dueAfter").asText())
                .as("by the earlier start of the two")
                .isEqualTo("2058-09-03T16:00:00Z");
        assertThat(clock(found, merged, "summary-resolution")
                        .path("missedAfter")
                        .asText())
                .isEqualTo("false");
        assertThat(clock(found, long_, "summary-resolution").hasNonNull("missedAfter"))
                .isFalse();
    }

    private RecoveryCase openedOn(String at, Severity severity) {
        Loop.itIs(Instant.parse(at));
        return loop.planned(severity, 1);
    }

    private void on(String at, Runnable work) {
        Loop.itIs(Instant.parse(at));
        loop.does(Role.CASE_OWNER, work);
    }

    private void reachedOn(String at, RecoveryCase of) {
        Loop.itIs(Instant.parse(at));
        loop.work(of, 1);
    }

    private void answeredAndResolvedOn(String at, RecoveryCase of) {
        Instant now = Instant.parse(at);
        on(
                at,
                () -> new TransactionTemplate(transactions)
                        .executeWithoutResult(status ->
                                application.publishEvent(new AnsweredInWriting(of.id(), 1, ClockName.STAGE_1, now))));
        loop.closeLoop(loop.resolve(loop.again(of), loop.tag()));
    }

    private static JsonNode clock(JsonNode found, RecoveryCase of, String clock) {
        return StreamSupport.stream(found.path("differences").spliterator(), false)
                .filter(each ->
                        each.path("caseNumber").asText().equals(of.number().value())
                                && each.path("clock").asText().equals(clock))
                .findFirst()
                .orElseThrow();
    }

    /** Days end at midnight of London's summer time. */
    private static void assertClock(
            JsonNode found,
            RecoveryCase of,
            String clock,
            String dueBefore,
            String missedBefore,
            String dueAfter,
            String missedAfter) {
        JsonNode one = clock(found, of, clock);
        assertThat(List.of(
                        one.path("dueBefore").asText(),
                        one.path("missedBefore").asText(),
                        one.path("dueAfter").asText(),
                        one.path("missedAfter").asText()))
                .as(one.toString())
                .containsExactly(dueBefore + "T23:00:00Z", missedBefore, dueAfter + "T23:00:00Z", missedAfter);
    }

    private static String furtherClocks() throws IOException {
        return Files.readString(Path.of("processes/further-clocks.dmn"));
    }

    /** @param cell row and column of an output */
    private static String further(String cell, String text, String table) {
        return table.replaceFirst("(OutputEntry_further-clocks_" + cell + "\"><text>)[^<]*", "$1" + text);
    }

    @Test
    void anApprovalTableIsAskedWithWhatHadBeenOfferedByThen() throws IOException {
        Loop.itIs(Instant.parse("2049-05-03T08:00:00Z"));
        RecoveryCase inParts = loop.opened(Severity.MINOR);
        RecoveryCase abroad = loop.opened(Severity.MINOR);
        RecoveryCase withdrawn = loop.opened(Severity.MINOR);
        till.run(till.offer(inParts, Kind.CREDIT, "100", "EUR", null));
        Loop.itIs(Instant.parse("2049-05-04T08:00:00Z"));
        till.run(till.offer(inParts, Kind.CREDIT, "120", "EUR", null));
        till.run(till.offer(abroad, Kind.CREDIT, "20000", "JPY", null));
        till.offer(withdrawn, Kind.CREDIT, "200", "EUR", null);
        loop.does(
                Role.CASE_OWNER,
                () -> cases.closeWithoutCause(withdrawn.number(), CaseState.WITHDRAWN, "Never mind", null));
        String table = Files.readString(Path.of("processes/approval-limit.dmn"));
        String days = "?from=2049-05-01&to=2049-05-31";
        Visitor manager = as(Role.MANAGER);

        // 100 and 120 are 220 together, which a manager approves from 150 on; tried is 250. Yen have larger numbers.
        String tried = table.replace("&gt; 150<", "&gt; 250<")
                .replace("&gt; 3000<", "&gt; 30000<")
                .replace("&gt; 6000<", "&gt; 60000<");
        JsonNode found = ok(post(manager, tried, days));

        assertThat(found.path("sentence").asText())
                .as(found.toPrettyString())
                .isEqualTo("2 of 3 offers would have needed another approval: 2 a lower one, 1 no longer any.");
        assertThat(found.at("/differences"))
                .extracting(each -> each.path("caseNumber").asText() + " "
                        + each.path("currency").asText() + " "
                        + each.path("amount").asText() + " "
                        + each.path("onCase").asText() + " "
                        + each.path("approvalBefore").asText() + " "
                        + each.path("approvalAfter").asText())
                .containsExactlyInAnyOrder(
                        inParts.number() + " EUR 120.00 220.00 manager none",
                        abroad.number() + " JPY 20000 20000 two-people business-owner");
        assertThat(found.at("/groups"))
                .filteredOn(each -> each.at("/of/approvalAfter").asText().equals("business-owner"))
                .extracting(each -> each.path("amount").asText())
                .containsExactly("20000");

        HttpResponse<String> counts = post(as(Role.PROCESS_DESIGNER), tried, days);
        assertThat(ok(counts).path("sentence").asText()).startsWith("2 of 3 offers");
        assertThat(ok(counts).path("groups")).isNotEmpty().noneMatch(each -> each.hasNonNull("amount"));
        assertThat(counts.body()).doesNotContain("20000\"", "120.00", "SR-2049");

        // The check at deployment looks at both ends of the scale; the past finds the hole between them.
        String holed = table.replaceFirst(
                "(?s)(id=\"InputEntry_approval-limit_15_2\"><text>)(</text>.*?_15_3\"><text>)", "$1&lt; 50$2");
        JsonNode hole = ok(post(manager, holed, days));
        assertThat(hole.at("/unanswered"))
                .extracting(each ->
                        each.path("table").asText() + " " + each.path("gap").asText() + " "
                                + each.at("/inputs/amount").asText() + " "
                                + each.path("times").asText())
                .containsExactly("after no-row 100 1");
        assertThat(hole.at("/counts/notComparable").asLong()).isEqualTo(1);
        assertThat(ok(post(as(Role.PROCESS_DESIGNER), holed, days))
                        .at("/unanswered/0/inputs/amount")
                        .asText())
                .isEqualTo("50–100");

        rowsTellNoAmountsToThoseWhoSeeNone(table, days);
    }

    /** Rows of a cent each, or two alike of them, would count what was offered. */
    private void rowsTellNoAmountsToThoseWhoSeeNone(String table, String days) throws IOException {
        Visitor designer = as(Role.PROCESS_DESIGNER);
        String narrow = table.replaceFirst("&gt; 500<", "[100..100]<");
        JsonNode rows = ok(post(designer, narrow, days)).path("rows");
        assertThat(rows)
                .allSatisfy(row -> assertThat(row.path("reached").isNumber())
                        .as(row.toString())
                        .isEqualTo(!row.path("cells").toString().matches(".*(<|>|\\.\\.).*")));
        assertThat(rows)
                .anySatisfy(row -> assertThat(row.path("reached").isNumber()).isTrue());
        assertThat(ok(post(as(Role.MANAGER), narrow, days)).path("rows"))
                .allSatisfy(row -> assertThat(row.path("reached").isNumber()).isTrue());

        String twice = narrow.replace("hitPolicy=\"FIRST\"", "hitPolicy=\"UNIQUE\"");
        assertThat(ok(post(as(Role.MANAGER), twice, days)).path("unanswered"))
                .isNotEmpty()
                .allSatisfy(gap -> assertThat(gap.path("rows")).hasSizeGreaterThan(1));
        assertThat(ok(post(designer, twice, days)).path("unanswered"))
                .isNotEmpty()
                .allSatisfy(gap -> {
                    assertThat(gap.path("rows")).isEmpty();
                    assertThat(gap.path("sentence").asText())
                            .isEqualTo("several rows fit, where the table may give one answer");
                });

        String broken =
                table.replaceFirst("(<inputExpression id=\"[^\"]*amount\" )typeRef=\"number\"", "$1typeRef=\"date\"");
        assertThat(ok(post(as(Role.MANAGER), broken, days))
                        .at("/unanswered/0/sentence")
                        .asText())
                .startsWith("the table breaks: ");
        HttpResponse<String> told = post(designer, broken, days);
        assertThat(ok(told).path("unanswered"))
                .isNotEmpty()
                .allSatisfy(gap -> assertThat(gap.path("sentence").asText()).isEqualTo("the table breaks"));
        assertThat(ok(told).path("unanswered").toString()).doesNotContain("'220", "'20000", "\"220\"", "\"20000\"");
    }

    @Test
    void aThresholdIsPutToTheClustersOfWholeQuarters() throws IOException {
        String tag = loop.tag();
        for (int day = 10; day < 14; day++) {
            past.resolved("2049-08-" + day + "T10:00:00Z", 5, tag).from("Trial team", "North", "Boiler", "Olga Onsite");
        }
        past.count("UTC");
        String table = Files.readString(Path.of("processes/training-threshold.dmn"));
        String tried = withRow(table, "\"" + tag + "\"", 4, 7);
        String days = "?from=2049-07-15&to=2049-08-11";

        JsonNode found = ok(post(as(Role.CX_LEAD), tried, days));

        assertThat(found.path("sentence").asText())
                .as(found.toPrettyString())
                .isEqualTo("There would have been 5 training signals instead of 0: 5 new.");
        assertThat(found.at("/counts/tasksAfter").asLong()).as("they overlap").isEqualTo(1);
        assertThat(found.at("/differences"))
                .extracting(each -> each.path("quarter").asText() + " "
                        + each.path("dimension").asText() + " "
                        + each.path("key").asText() + " " + each.path("cases").asText() + " "
                        + each.path("thresholdBefore").asText() + " "
                        + each.path("thresholdAfter").asText())
                .contains("2049-Q3 tag  4 6 4", "2049-Q3 operative Olga Onsite 4 6 4")
                .hasSize(5);
        for (Role role : List.of(Role.MANAGER, Role.PROCESS_DESIGNER)) {
            HttpResponse<String> without = post(as(role), tried, days);
            assertThat(ok(without).path("sentence").asText())
                    .contains("4 training signals instead of 0")
                    .endsWith(". Clusters by operative are left out: they are for those who lead.");
            assertThat(without.body()).doesNotContain("Olga Onsite");
            assertThat(send(as(role), "/api/table-trials.csv" + days, tried).body())
                    .startsWith("quarter,tag,label,")
                    .doesNotContain("Olga Onsite");
        }
        assertThat(ok(post(as(Role.MANAGER), table, days)).path("sentence").asText())
                .isEqualTo("By neither table would a training signal have been raised."
                        + " Clusters by operative are left out: they are for those who lead.");

        // Another file to compare with; and two rows that fit at once where one may.
        assertThat(ok(multipart(as(Role.MANAGER), days, Map.of("table", table, "against", tried)))
                        .path("sentence")
                        .asText())
                .contains("0 training signals instead of 4: 4 gone");
        JsonNode twice = ok(post(as(Role.MANAGER), tried.replace("hitPolicy=\"FIRST\"", "hitPolicy=\"UNIQUE\""), days));
        assertThat(twice.at("/unanswered/0/gap").asText()).isEqualTo("several-rows");
        assertThat(twice.at("/unanswered/0/rows")).extracting(JsonNode::asInt).containsExactly(1, 2);
        assertThat(twice.at("/unanswered/0/inputs/tag").asText()).isEqualTo(tag);

        // A row that the past never reaches is seen.
        assertThat(ok(post(as(Role.MANAGER), withRow(table, "\"property-damage\"", 2, 7), days))
                        .at("/rows/0/reached"))
                .isEqualTo(IntNode.valueOf(0));

        // Of one that is for operatives alone it is not said to those who do not lead.
        String ofOperatives = tried.replaceFirst("<text>-</text>", "<text>\"operative\"</text>");
        assertThat(ok(post(as(Role.CX_LEAD), ofOperatives, days))
                        .at("/rows/0/reached")
                        .asLong())
                .isEqualTo(1);
        JsonNode notTold = ok(post(as(Role.MANAGER), ofOperatives, days));
        assertThat(notTold.at("/rows/0").has("reached")).isFalse();
        assertThat(notTold.at("/rows/1/reached").asLong()).isPositive();
        String ofOthers = ofOperatives.replace("\"" + tag + "\"", "\"property-damage\"");
        assertThat(ok(post(as(Role.MANAGER), ofOthers, days)).at("/rows/0/reached"))
                .as("a cause that nothing was looked at of")
                .isEqualTo(IntNode.valueOf(0));
    }

    @Test
    void aClusterThatHasASignalAlreadyIsNotNewByALowerThreshold() throws IOException {
        String fell = loop.tag();
        String never = loop.tag();
        for (int day = 10; day < 14; day++) {
            past.resolved("2049-05-" + day + "T10:00:00Z", 5, fell);
            past.resolved("2049-05-" + day + "T11:00:00Z", 5, never);
        }
        past.count("UTC");
        // Six when it was found, four since two are tagged otherwise.
        db.sql("""
                        insert into training_signal (tag_id, quarter, opened_at)
                        select id, '2049-Q2', '2049-05-14T10:00:00Z' from root_cause_tag where code = ?""").param(fell).update();
        try {
            String lower = Files.readString(Path.of("processes/training-threshold.dmn"))
                    .replaceAll("<text>6</text>", "<text>4</text>");
            JsonNode found = ok(post(as(Role.CX_LEAD), lower, "?from=2049-05-01&to=2049-05-31"));
            assertThat(found.path("sentence").asText())
                    .isEqualTo("There would have been 2 training signals instead of 1: 1 new.");
            assertThat(found.at("/counts/tasksBefore").asLong()).isEqualTo(1);
            assertThat(found.at("/counts/tasksAfter").asLong()).isEqualTo(2);
            assertThat(found.at("/differences"))
                    .extracting(each -> each.path("tag").asText())
                    .containsExactly(never);
        } finally {
            db.sql("delete from training_signal where quarter = '2049-Q2'").update();
        }
    }

    static Stream<Arguments> badFiles() throws IOException {
        String threshold = Files.readString(Path.of("processes/training-threshold.dmn"));
        String approval = Files.readString(Path.of("processes/approval-limit.dmn"));
        String doubles = "{a0:\"x\", "
                + IntStream.rangeClosed(1, 24)
                        .mapToObj(i -> "a%d:a%d+a%d".formatted(i, i - 1, i - 1))
                        .collect(Collectors.joining(", "))
                + "}.a24";
        return Stream.concat(
                Stream.of("> 500 EUR", "[500..]", "[500..100]", "> ", "500..600", "<> 500", "> 500 and < 600")
                        .map(cell -> Arguments.of(
                                "a cell " + cell,
                                approval.replaceFirst("&gt; 500<", escaped(cell) + "<"),
                                "column \"Amount offered on the case\": " + cell.strip() + " fits nothing.")),
                Stream.of(
                        Arguments.of("nothing", "", "is missing"),
                        Arguments.of("no XML", "Good morning", "is no decision table (DMN) that can be read"),
                        Arguments.of("other XML", "<html/>", "is no decision table (DMN) that can be read"),
                        Arguments.of(
                                "a file that reads another one",
                                threshold.replace(
                                        "<definitions ",
                                        "<!DOCTYPE d [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><definitions "),
                                "is no decision table (DMN) that can be read"),
                        Arguments.of(
                                "another table",
                                Files.readString(Path.of("processes/playbook.dmn")),
                                "holds no table that can be tried on the past, but: playbook. Those that can: approval-limit,"),
                        Arguments.of(
                                "a script",
                                threshold.replace(
                                        "<inputExpression id=\"InputExpression_tag\"",
                                        "<inputExpression id=\"InputExpression_tag\" expressionLanguage=\"groovy\""),
                                "is written in another language than FEEL"),
                        Arguments.of(
                                "an expression that does not end",
                                threshold.replace(
                                        "<text>tag</text>",
                                        "<text>count(for i in 1..1000000000, j in 1..1000000000 return i)</text>"),
                                "calls nothing and goes round nothing"),
                        Arguments.of(
                                "a call",
                                threshold.replace("<text>6</text>", "<text>get or else(6, 7)</text>"),
                                "calls nothing and goes round nothing"),
                        Arguments.of(
                                "a cell of nothing",
                                threshold.replace("<text>6</text>", "<text>six</text>"),
                                "has to be a value"),
                        Arguments.of(
                                "no time to live",
                                threshold.replace(
                                        " camunda:historyTimeToLive=\"P365D\"", " camunda:historyTimeToLive=\"soon\""),
                                "would not be taken by the engine"),
                        Arguments.of("far too much", threshold + " ".repeat(300 * 1024), "is larger than 256 kB"),
                        Arguments.of(
                                "thousands as in English",
                                approval.replaceFirst("&gt; 500<", "&gt; 1,000<"),
                                "> 1,000 can be read in two ways."),
                        Arguments.of(
                                "thousands as in German",
                                approval.replaceFirst("&gt; 500<", "&gt; 1.000,00<"),
                                "> 1.000,00 can be read in two ways."),
                        Arguments.of(
                                "a text that goes on",
                                threshold.replaceFirst("<text>-</text>", "<text>\"a\\\\\"</text>"),
                                "row 1, column \"Root-cause tag\""),
                        Arguments.of(
                                "an input that is worked out",
                                threshold.replace("<text>tag</text>", "<text>tag +</text>"),
                                "asks for \"tag +\", which nobody gives. It can ask for: dimension, tag."),
                        Arguments.of(
                                "an input that doubles",
                                threshold.replace("<text>tag</text>", "<text>" + doubles + "</text>"),
                                "…\", which nobody gives."),
                        Arguments.of(
                                "a further output that doubles",
                                threshold
                                        .replaceFirst(
                                                "(?s)(<output [^>]*/>)(\\s*<rule)",
                                                "$1<output id=\"More\" name=\"more\" />$2")
                                        .replaceFirst(
                                                "(?s)</outputEntry>(\\s*)</rule>",
                                                "</outputEntry><outputEntry id=\"More_1\"><text>" + doubles
                                                        + "</text></outputEntry></rule>"),
                                "row 1, column \"more\": {a0:"),
                        Arguments.of(
                                "a decision before it",
                                withDecisionBefore(threshold, "1+"),
                                "asks the decision \"before\" first."),
                        Arguments.of(
                                "a decision before it by the engine's own language",
                                withDecisionBefore(threshold, "${1}"),
                                "asks the decision \"before\" first."),
                        Arguments.of(
                                "a long text",
                                withCell(threshold, "\"" + "a".repeat(30_000) + "\""),
                                "which is longer than"),
                        Arguments.of(
                                "many texts",
                                withCell(threshold, "\"a\",".repeat(8_000) + "\"a\""),
                                "which is longer than"),
                        Arguments.of("many brackets", withCell(threshold, "[".repeat(3_000)), "which is longer than"),
                        Arguments.of("brackets", withCell(threshold, "[".repeat(1_500)), "[… fits nothing."),
                        Arguments.of(
                                "quotes",
                                withCell(threshold, "\"a\",".repeat(400) + "\""),
                                "row 1, column \"Root-cause tag\""),
                        Arguments.of(
                                "a sum",
                                threshold.replace("hitPolicy=\"FIRST\"", "hitPolicy=\"COLLECT\" aggregation=\"SUM\""),
                                "puts its rows together into one number (SUM)."),
                        Arguments.of(
                                "a row without an id",
                                threshold.replaceFirst("<rule id=\"[^\"]*\"", "<rule"),
                                "row 1 has no id, which the engine needs."),
                        Arguments.of(
                                "numbers that are days",
                                threshold.replaceFirst("(<output [^>]*)typeRef=\"integer\"", "$1typeRef=\"date\""),
                                "has the type \"date\" for its output")));
    }

    private static String escaped(String cell) {
        return cell.replace("<", "&lt;").replace(">", "&gt;");
    }

    private static String withCell(String threshold, String cell) {
        return threshold.replaceFirst("<text>-</text>", "<text>" + Matcher.quoteReplacement(cell) + "</text>");
    }

    private static String withDecisionBefore(String threshold, String expression) {
        return threshold
                .replaceFirst(
                        "<decision ",
                        "<decision id=\"before\" name=\"before\"><variable id=\"V\" name=\"tag\" />"
                                + "<literalExpression id=\"L\"><text>" + Matcher.quoteReplacement(expression)
                                + "</text></literalExpression></decision><decision ")
                .replaceFirst(
                        "<decisionTable ",
                        "<informationRequirement id=\"Needs\"><requiredDecision href=\"#before\" />"
                                + "</informationRequirement><decisionTable ");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badFiles")
    void aFileThatCannotBeTriedIsRefusedInASentence(String what, String file, String sentence) throws IOException {
        HttpResponse<String> refused = post(as(Role.PROCESS_DESIGNER), file, "");

        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
        assertThat(JSON.readTree(refused.body()).at("/errors/0/message").asText())
                .contains(sentence);
        assertThat(JSON.readTree(refused.body()).at("/errors/0/field").asText()).isEqualTo("table");
    }

    @Test
    void aTableThatWouldBeRefusedForItsAnswersIsTriedAndSaysSo() throws IOException {
        String table = deadlines(72, 48, 24, 4).replace("<text>\"critical\"</text>", "<text>\"major\"</text>");

        JsonNode found = ok(post(as(Role.PROCESS_DESIGNER), table, "?from=2047-01-01&to=2047-01-02"));

        assertThat(found.at("/notDeployable"))
                .extracting(JsonNode::asText)
                .containsExactly(
                        "has to have one row for the severity \"major\", not more and not less.",
                        "has to have one row for the severity \"critical\", not more and not less.");
    }

    @Test
    void daysAndPagesThatMakeNoSenseAreRefusedByName() throws IOException {
        String table = deadlines(72, 48, 24, 4);
        Map<String, String> wrong = Map.of(
                "?from=2048-02-01&to=2048-01-01", "to",
                "?from=2040-01-01&to=2048-01-01", "from",
                "?from=yesterday", "from",
                "?from=%2B299999-12-31&to=%2B300000-12-31", "from",
                "?from=-20000-12-31&to=2048-01-01", "from",
                "?to=+300000-12-31", "to",
                "?to=2048-02-30", "to",
                "?offset=-1", "offset",
                "?limit=5000", "limit");
        for (Map.Entry<String, String> each : wrong.entrySet()) {
            HttpResponse<String> refused = post(as(Role.MANAGER), table, each.getKey());
            assertThat(refused.statusCode()).as(each.getKey()).isEqualTo(400);
            assertThat(refused.body()).doesNotContain("must be an object");
            assertThat(JSON.readTree(refused.body()).at("/errors/0/field").asText())
                    .isEqualTo(each.getValue());
        }
        assertThat(multipart(
                                as(Role.MANAGER),
                                "",
                                Map.of(
                                        "table",
                                        table,
                                        "against",
                                        Files.readString(Path.of("processes/approval-limit.dmn"))))
                        .statusCode())
                .isEqualTo(400);
        TrialSpan summer = TrialSpan.of(null, null, LocalDate.of(2048, 3, 29), ZoneId.of("Europe/Berlin"));
        assertThat(summer.from()).isEqualTo(LocalDate.of(2047, 3, 30));
        assertThat(summer.start()).isEqualTo(Instant.parse("2047-03-29T23:00:00Z"));
        assertThat(summer.end()).as("a day of 23 hours").isEqualTo(Instant.parse("2048-03-29T22:00:00Z"));
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void thoseWhoLeadAndThoseWhoDesignTryTables(Role role) throws IOException {
        boolean may = Set.of(
                        Role.BUSINESS_OWNER, Role.OFFICE_MANAGER, Role.CX_LEAD, Role.MANAGER, Role.PROCESS_DESIGNER)
                .contains(role);
        Visitor visitor = as(role);
        int status = may ? 200 : 403;
        assertThat(visitor.get("/api/decision-tables").statusCode()).isEqualTo(status);
        assertThat(visitor.get("/api/decision-tables/approval-limit.dmn").statusCode())
                .isEqualTo(status);
        assertThat(post(visitor, deadlines(72, 48, 24, 4), "?from=2047-01-01&to=2047-01-02")
                        .statusCode())
                .isEqualTo(status);
    }

    @Test
    void aTrialWritesNothing() throws IOException {
        Visitor lead = as(Role.CX_LEAD);
        HttpResponse<String> deployed = lead.get("/api/decision-tables/training-threshold.dmn");
        assertThat(deployed.body()).contains("<decision id=\"training-threshold\"");
        assertThat(JSON.readTree(lead.get("/api/decision-tables").body()))
                .extracting(each -> each.path("table").asText())
                .containsExactly(
                        "approval-limit",
                        "further-clocks",
                        "resolution-deadline",
                        "step-deadline",
                        "training-threshold");
        Map<String, String> before = everything();

        for (String table : List.of(
                "approval-limit", "further-clocks", "resolution-deadline", "step-deadline", "training-threshold")) {
            ok(post(
                    lead,
                    Files.readString(Path.of("processes", table + ".dmn")).replace("<text>6</text>", "<text>5</text>"),
                    "?from=2045-01-01&to=2049-12-31"));
        }

        assertThat(everything()).isEqualTo(before);
    }

    /** What every table of the database holds, in short. */
    private Map<String, String> everything() {
        Map<String, String> all = new TreeMap<>();
        db.sql(
                        "select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'")
                .query(String.class)
                .list()
                .forEach(table -> all.put(
                        table,
                        db.sql("select count(*) || '/' || coalesce(sum(hashtext(t::text)::bigint), 0) from \"" + table
                                        + "\" t")
                                .query(String.class)
                                .single()));
        assertThat(all).containsKeys("case_event", "act_hi_decinst", "act_re_decision_def", "act_ge_bytearray");
        return all;
    }

    private RecoveryCase opened(Severity severity) {
        Loop.itIs(BEGIN);
        return loop.planned(severity, 1);
    }

    private static Instant at(long hours) {
        return BEGIN.plusSeconds(hours * 3600);
    }

    private void after(long hours, Runnable work) {
        Loop.itIs(at(hours));
        loop.does(Role.CASE_OWNER, work);
    }

    private void resolved(RecoveryCase of, long hours) {
        Loop.itIs(at(hours));
        close(of);
    }

    private void resolvedWithItsPlan(RecoveryCase of, long hours) {
        Loop.itIs(at(hours));
        planned(of);
        close(of);
    }

    private void planned(RecoveryCase of) {
        loop.does(
                Role.CASE_OWNER,
                () -> application
                        .getBean(org.servicerecovery.plan.Plan.class)
                        .finish(
                                of.number(),
                                List.of(new org.servicerecovery.plan.NewStep("call-customer", "Call them", null))));
    }

    private void close(RecoveryCase of) {
        loop.work(of, 1);
        loop.closeLoop(loop.resolve(loop.again(of), loop.tag()));
    }

    private static void assertDeadline(
            Map<String, JsonNode> byCase,
            RecoveryCase of,
            long before,
            long after,
            boolean missedBefore,
            boolean missedAfter) {
        JsonNode found = byCase.get(of.number().value());
        assertThat(found).as(of.number().value()).isNotNull();
        assertThat(Instant.parse(found.path("dueBefore").asText())).as("before").isEqualTo(at(before));
        assertThat(Instant.parse(found.path("dueAfter").asText())).as("after").isEqualTo(at(after));
        assertThat(found.path("missedBefore").asBoolean()).as("missed before").isEqualTo(missedBefore);
        assertThat(found.path("missedAfter").asBoolean()).as("missed after").isEqualTo(missedAfter);
    }

    private static Map<String, JsonNode> byCase(JsonNode found) {
        Map<String, JsonNode> all = new TreeMap<>();
        StreamSupport.stream(found.path("differences").spliterator(), false)
                .forEach(each -> all.put(each.path("caseNumber").asText(), each));
        return all;
    }

    private static String deadlines(int minor, int moderate, int major, int critical) throws IOException {
        String table = Files.readString(Path.of("processes/resolution-deadline.dmn"));
        Map<String, Integer> hours = Map.of("1", minor, "2", moderate, "3", major, "4", critical);
        for (Map.Entry<String, Integer> each : hours.entrySet()) {
            table = table.replaceFirst(
                    "(OutputEntry_resolution-deadline_" + each.getKey() + "_1\"><text>)\\d+", "$1" + each.getValue());
        }
        return table;
    }

    /** With a row above the first. */
    private static String withRow(String table, String tag, int threshold, int days) {
        return table.replaceFirst(
                "<rule ",
                "<rule id=\"Rule_of_test\"><inputEntry id=\"Of_test_1\"><text>" + tag + "</text></inputEntry>"
                        + "<inputEntry id=\"Of_test_2\"><text>-</text></inputEntry><outputEntry id=\"Of_test_3\"><text>"
                        + threshold + "</text></outputEntry><outputEntry id=\"Of_test_4\"><text>" + days
                        + "</text></outputEntry><outputEntry id=\"Of_test_5\"><text>8</text></outputEntry></rule>\n      <rule ");
    }

    private Visitor as(Role role) {
        return Visitor.withBasic(port, TestPeople.person(identities, role), TestPeople.PASSWORD);
    }

    private static HttpResponse<String> post(Visitor visitor, String table, String query) {
        return send(visitor, "/api/table-trials" + query, table);
    }

    private static HttpResponse<String> send(Visitor visitor, String path, String table) {
        return visitor.send(visitor.request(path)
                .header("Content-Type", "text/xml")
                .header("Accept", "application/json, text/csv")
                .POST(BodyPublishers.ofString(table)));
    }

    private static HttpResponse<String> multipart(Visitor visitor, String query, Map<String, String> files) {
        StringBuilder body = new StringBuilder();
        files.forEach((name, text) -> body.append("--part\r\nContent-Disposition: form-data; name=\"")
                .append(name)
                .append("\"; filename=\"")
                .append(name)
                .append(".dmn\"\r\n\r\n")
                .append(text)
                .append("\r\n"));
        return visitor.send(visitor.request("/api/table-trials" + query)
                .header("Content-Type", "multipart/form-data; boundary=part")
                .header("Accept", "application/json")
                .POST(BodyPublishers.ofString(body.append("--part--\r\n").toString())));
    }

    private static JsonNode ok(HttpResponse<String> answer) throws IOException {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }
}
