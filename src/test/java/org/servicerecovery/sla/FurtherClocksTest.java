package org.servicerecovery.sla;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.camunda.bpm.engine.runtime.Job;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.servicerecovery.Loop;
import org.servicerecovery.Refused;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.CaseState;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.engine.RecoveryProcess;
import org.servicerecovery.installation.StatutoryProfile;
import org.servicerecovery.installation.StatutoryProfile.Profile;
import org.servicerecovery.sla.calendar.CalendarDefinition;
import org.servicerecovery.sla.calendar.Calendars;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;

/** The acknowledgement, and what regulators ask for beside the resolution. Dates are checked against a calendar. */
@RunningApplication
class FurtherClocksTest {

    private static final String REVIEWER = "test-reviewing-owner";
    /** A Thursday; Good Friday is the next day, Easter Monday the 29th. */
    private static final Instant OPENED = Instant.parse("2032-03-25T10:00:00Z");

    @LocalServerPort
    int port;

    @Autowired
    ApplicationContext application;

    @Autowired
    ManagementService management;

    @Autowired
    RuntimeService runtime;

    @Autowired
    TaskService tasks;

    @Autowired
    IdentityService identities;

    @Autowired
    StatutoryProfile profile;

    @Autowired
    Calendars calendars;

    @Autowired
    Cases cases;

    @Autowired
    Clocks ledgers;

    final ObjectMapper json = new ObjectMapper();
    Loop loop;
    Visitor owner = Visitor.browser(0);

    @BeforeEach
    void itIs() {
        loop = new Loop(application);
        owner = Visitor.withBasic(port, loop.owner(), TestPeople.PASSWORD);
        TestPeople.person(identities, REVIEWER, Role.CASE_OWNER);
        Loop.itIs(OPENED);
    }

    @AfterEach
    void asBefore() {
        ClockUtil.reset();
        profile.choose(Profile.NONE, "test");
    }

    @Test
    void theFirstCallThatReachesTheCustomerStopsTheAcknowledgement() throws IOException {
        RecoveryCase found = loop.planned(Severity.MAJOR, 2);
        assertThat(dueAt(found, "acknowledgement")).isEqualTo(OPENED.plus(Duration.ofHours(4)));
        Loop.itIs(OPENED.plus(Duration.ofHours(1)));
        outcome(found, 1, "voicemail");
        assertThat(verdict(found, "acknowledgement")).isEqualTo("on-track");

        Loop.itIs(OPENED.plus(Duration.ofHours(2)));
        outcome(found, 2, "reached");

        assertThat(verdict(found, "acknowledgement")).isEqualTo("kept");
        assertThat(timers(found, "acknowledgement")).isEmpty();
        assertThat(verdict(found, "resolution")).isEqualTo("on-track");
    }

    @Test
    void aMissedAcknowledgementIsOneTaskAndNeitherMovesNorBreaksTheResolution() throws IOException {
        RecoveryCase found = loop.planned(Severity.MAJOR, 1);
        Loop.itIs(OPENED.plus(Duration.ofHours(3)));
        loop.fire(found, "BoundaryEvent_FurtherClockNear");
        assertThat(loop.openTasks(found)).contains("UserTask_ActOnFurtherClock");
        Loop.itIs(OPENED.plus(Duration.ofHours(5)));
        loop.fire(found, "BoundaryEvent_FurtherClockMissed");

        assertThat(loop.openTasks(found)).contains("UserTask_HandleFurtherBreach");
        assertThat(verdict(found, "acknowledgement")).isEqualTo("missed");
        assertThat(verdict(found, "resolution")).isEqualTo("on-track");

        loop.work(found, 1);
        assertThat(loop.openTasks(found))
                .as("nothing is left to be done about it")
                .containsExactly("UserTask_ResolveCase");
        assertThat(verdict(found, "acknowledgement")).isEqualTo("missed");
    }

    @Test
    void theHousingOmbudsmansFirstStageIsTenWorkingDaysFromTheAcknowledgement() throws IOException {
        profile.choose(Profile.HOUSING_OMBUDSMAN, "test");
        RecoveryCase found = loop.planned(Severity.MAJOR, 1);
        // Tuesday 30 March is the first working day after Thursday the 25th; the fifth is Monday 5 April, in summer
        // time.
        assertThat(dueAt(found, "acknowledgement")).isEqualTo(Instant.parse("2032-04-05T23:00:00Z"));
        assertThat(clock(found, "stage-1")).isNull();

        Loop.itIs(Instant.parse("2032-03-31T09:00:00Z"));
        loop.work(found, 1);

        // The tenth working day after Wednesday 31 March.
        assertThat(dueAt(found, "stage-1")).isEqualTo(Instant.parse("2032-04-14T23:00:00Z"));
        assertThat(loop.timer(found, "BoundaryEvent_FurtherClockMissed").getDuedate())
                .isEqualTo(Date.from(Instant.parse("2032-04-14T23:00:00Z")));
    }

    @Test
    void aHolidayAddedLaterMovesTheDeadlinesOfOpenCasesWhenTheCalendarIsSavedToRecompute() throws IOException {
        profile.choose(Profile.HOUSING_OMBUDSMAN, "test");
        RecoveryCase found = loop.opened(Severity.MINOR);
        CalendarDefinition before = calendars.saved("england").get(0).definition();
        List<LocalDate> oneMore = List.of(LocalDate.parse("2032-04-01"));
        try {
            calendars.save("england", closedOn(before, oneMore), false);
            assertThat(dueAt(found, "acknowledgement")).isEqualTo(Instant.parse("2032-04-05T23:00:00Z"));

            calendars.save("england", closedOn(before, oneMore), true);

            Instant moved = Instant.parse("2032-04-06T23:00:00Z");
            assertThat(dueAt(found, "acknowledgement")).isEqualTo(moved);
            assertThat(timers(found, "acknowledgement"))
                    .extracting(timer -> timer.getDuedate().toInstant())
                    .contains(moved);
            assertThat(verdict(found, "resolution")).as("on another calendar").isEqualTo("on-track");
            assertThat(dueAt(found, "resolution")).isEqualTo(OPENED.plus(Duration.ofHours(72)));
        } finally {
            calendars.save("england", before, false);
        }
    }

    private static CalendarDefinition closedOn(CalendarDefinition calendar, List<LocalDate> days) {
        return new CalendarDefinition(calendar.zone(), calendar.week(), calendar.holidays(), days, calendar.openOn());
    }

    @Test
    void withoutAnAcknowledgementTheFirstStageStartsWhenItWasDue() throws IOException {
        profile.choose(Profile.HOUSING_OMBUDSMAN, "test");
        RecoveryCase found = loop.planned(Severity.MAJOR, 1);
        Loop.itIs(Instant.parse("2032-04-06T08:00:00Z"));
        fire(found, "acknowledgement", "BoundaryEvent_FurtherClockMissed");
        // It was due until the end of Monday 5 April: ten working days later is the 19th, as for a message in the last
        // minute of that day.
        assertThat(dueAt(found, "stage-1")).isEqualTo(Instant.parse("2032-04-19T23:00:00Z"));
    }

    @Test
    void aMessageThatComesTooLateGainsNoTimeEvenBeforeTheTimerHasRun() throws IOException {
        profile.choose(Profile.HOUSING_OMBUDSMAN, "test");
        RecoveryCase found = loop.planned(Severity.MAJOR, 1);
        Loop.itIs(Instant.parse("2032-04-09T08:00:00Z"));
        loop.work(found, 1);

        assertThat(verdict(found, "acknowledgement")).isEqualTo("missed");
        assertThat(dueAt(found, "stage-1")).isEqualTo(Instant.parse("2032-04-19T23:00:00Z"));
    }

    @Test
    void whatAnEpochWaitsForIsWhatWasPromisedAtItsStartWhateverProfileIsChosenMeanwhile() throws IOException {
        profile.choose(Profile.HOUSING_OMBUDSMAN, "test");
        RecoveryCase promised = loop.planned(Severity.MAJOR, 1);
        profile.choose(Profile.NONE, "test");
        RecoveryCase plain = loop.planned(Severity.MAJOR, 1);
        loop.work(promised, 1);
        profile.choose(Profile.HOUSING_OMBUDSMAN, "test");
        loop.work(plain, 1);

        // The tenth working day after Thursday 25 March.
        assertThat(dueAt(promised, "stage-1")).isEqualTo(Instant.parse("2032-04-12T23:00:00Z"));
        assertThat(timers(promised, "stage-1"))
                .extracting(timer -> timer.getDuedate().toInstant())
                .contains(Instant.parse("2032-04-12T23:00:00Z"));
        assertThat(clock(plain, "stage-1")).isNull();
    }

    @Test
    void aCaseThatIsMoreSevereIsAcknowledgedSooner() throws IOException {
        RecoveryCase found = loop.opened(Severity.MINOR);
        Loop.itIs(OPENED.plus(Duration.ofMinutes(10)));
        assertThat(owner.post(
                                "/api/cases/" + found.number() + "/severity",
                                "{\"severity\":\"critical\",\"reason\":\"Water came through the ceiling\"}")
                        .statusCode())
                .isEqualTo(200);

        assertThat(dueAt(found, "acknowledgement")).isEqualTo(OPENED.plus(Duration.ofHours(1)));
        assertThat(timers(found, "acknowledgement"))
                .extracting(timer -> timer.getDuedate().toInstant())
                .contains(OPENED.plus(Duration.ofHours(1)));
    }

    @Test
    void theTaskOfAFurtherClockSaysWhichOneItIsAbout() {
        RecoveryCase found = loop.opened(Severity.MAJOR);
        Loop.itIs(OPENED.plus(Duration.ofHours(3)));
        loop.fire(found, "BoundaryEvent_FurtherClockNear");

        assertThat(loop.task(found, "UserTask_ActOnFurtherClock").getName())
                .isEqualTo("Act on near deadline (Acknowledgement)");
    }

    @Test
    void nobodyWhoHadAPartInTheFirstAnswerGetsIntoTheReviewByAnotherWay() {
        RecoveryCase closed = loop.closed(loop.tag());
        profile.choose(Profile.HOUSING_OMBUDSMAN, "test");
        owner.post(
                "/api/cases/" + closed.number() + "/review",
                "{\"reason\":\"Still wet\",\"owner\":\"" + REVIEWER + "\"}");
        Visitor manager = Visitor.withBasic(port, loop.person(Role.MANAGER), TestPeople.PASSWORD);

        HttpResponse<String> givenBack =
                manager.post("/api/cases/" + closed.number() + "/owner", "{\"owner\":\"" + loop.owner() + "\"}");

        assertThat(givenBack.statusCode()).as(givenBack.body()).isEqualTo(400);
        assertThat(givenBack.body()).contains("had a part in the first answer");
        assertThat(loop.again(closed).owner()).isEqualTo(REVIEWER);
        assertThat(cases.hadPartInFirstAnswer(loop.again(closed), REVIEWER)).isFalse();
        assertThat(cases.hadPartInFirstAnswer(loop.again(closed), loop.owner())).isTrue();
    }

    @Test
    void theSecondStageIsReviewedBySomebodyWhoHadNoPartInTheFirst() throws IOException {
        RecoveryCase closed = loop.closed(loop.tag());
        profile.choose(Profile.HOUSING_OMBUDSMAN, "test");
        String review = "/api/cases/" + closed.number() + "/review";
        HttpResponse<String> refused =
                owner.post(review, "{\"reason\":\"Still wet\",\"owner\":\"" + loop.owner() + "\"}");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("had a part in the first answer");

        HttpResponse<String> opened = owner.post(review, "{\"reason\":\"Still wet\",\"owner\":\"" + REVIEWER + "\"}");

        assertThat(opened.statusCode()).as(opened.body()).isEqualTo(200);
        RecoveryCase second = loop.again(closed);
        assertThat(second.epoch()).isEqualTo(2);
        assertThat(second.stage()).isEqualTo(2);
        assertThat(second.owner()).isEqualTo(REVIEWER);
        owner = Visitor.withBasic(port, loop.person(Role.MANAGER), TestPeople.PASSWORD);
        assertThat(clock(second, "stage-1")).isNull();
        assertThat(dueAt(second, "acknowledgement")).isNotNull();
        assertThat(timers(second, "stage-2"))
                .as("waits for the acknowledgement")
                .hasSize(2)
                .allMatch(timer -> timer.getDuedate().equals(Date.from(RecoveryProcess.FAR_AWAY)));
    }

    @Test
    void aCaseThatGaveNoAnswerIsNotReviewed() {
        RecoveryCase withdrawn = loop.opened(Severity.MINOR);
        loop.does(
                Role.MANAGER,
                () -> cases.closeWithoutCause(withdrawn.number(), CaseState.WITHDRAWN, "Called off", null));
        RecoveryCase duplicate = loop.opened(Severity.MINOR);
        merge(duplicate, loop.another(duplicate));
        profile.choose(Profile.HOUSING_OMBUDSMAN, "test");

        for (RecoveryCase over : List.of(withdrawn, duplicate)) {
            HttpResponse<String> refused = owner.post(
                    "/api/cases/" + over.number() + "/review",
                    "{\"reason\":\"Still wet\",\"owner\":\"" + REVIEWER + "\"}");
            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(409);
            assertThat(refused.body()).contains("without an answer that could be reviewed");
            assertThat(loop.again(over).stage()).isEqualTo(1);
        }
    }

    @Test
    void casesOfDifferentStagesAreNotMerged() {
        RecoveryCase closed = loop.closed(loop.tag());
        profile.choose(Profile.HOUSING_OMBUDSMAN, "test");
        loop.does(Role.MANAGER, () -> cases.review(closed.number(), "Still wet", REVIEWER));
        RecoveryCase first = loop.another(closed);

        assertThatThrownBy(() -> merge(first, closed))
                .isInstanceOf(Refused.class)
                .hasMessage("duplicateOf: " + first.number() + " is in stage 1 and " + closed.number()
                        + " in stage 2 of the statutory procedure. Cases of one stage alone can be merged: finish the"
                        + " stage of one of them first.");
        assertThatThrownBy(() -> merge(loop.again(closed), first)).isInstanceOf(Refused.class);
    }

    @Test
    void aMergeTakesOverAStageThatBeganWithTheOtherCasesAcknowledgement() {
        profile.choose(Profile.HOUSING_OMBUDSMAN, "test");
        RecoveryCase early = loop.planned(Severity.MAJOR, 1);
        Instant acknowledged = Instant.parse("2032-03-31T09:00:00Z");
        Loop.itIs(acknowledged);
        loop.work(early, 1);
        Loop.itIs(Instant.parse("2032-04-02T09:00:00Z"));
        RecoveryCase late = loop.another(early);

        Loop.itIs(Instant.parse("2032-04-06T09:00:00Z"));
        merge(early, late);

        assertThat(reading(late, ClockName.ACKNOWLEDGEMENT).verdict()).isEqualTo(ClockLedger.Verdict.KEPT);
        assertThat(reading(late, ClockName.STAGE_1).startedAt()).isEqualTo(acknowledged);
        assertThat(reading(late, ClockName.STAGE_1).dueAt()).isEqualTo(Instant.parse("2032-04-14T23:00:00Z"));
        assertThat(timers(late, "stage-1"))
                .extracting(timer -> timer.getDuedate().toInstant())
                .contains(Instant.parse("2032-04-14T23:00:00Z"));
    }

    @Test
    void aMergeKeepsWhatTheOtherCaseMissedBeforeItWasAcknowledged() {
        profile.choose(Profile.HOUSING_OMBUDSMAN, "test");
        RecoveryCase early = loop.planned(Severity.MAJOR, 1);
        Loop.itIs(Instant.parse("2032-04-21T09:00:00Z"));
        loop.work(early, 1);
        RecoveryCase late = loop.another(early);

        merge(early, late);

        assertThat(reading(late, ClockName.ACKNOWLEDGEMENT).missedAt())
                .isEqualTo(Instant.parse("2032-04-05T23:00:00Z"));
        assertThat(reading(late, ClockName.STAGE_1).startedAt())
                .isEqualTo(reading(early, ClockName.STAGE_1).startedAt());
        assertThat(reading(late, ClockName.STAGE_1).missedAt()).isEqualTo(Instant.parse("2032-04-19T23:00:00Z"));
    }

    @Test
    void aMergeStartsAStageThatRunsThereAlreadyAndIsNotAcknowledgedInEither() {
        profile.choose(Profile.HOUSING_OMBUDSMAN, "test");
        RecoveryCase early = loop.planned(Severity.MAJOR, 1);
        Loop.itIs(Instant.parse("2032-04-06T08:00:00Z"));
        fire(early, "acknowledgement", "BoundaryEvent_FurtherClockMissed");
        RecoveryCase late = loop.another(early);

        merge(early, late);

        assertThat(reading(late, ClockName.ACKNOWLEDGEMENT).missedAt())
                .isEqualTo(Instant.parse("2032-04-05T23:00:00Z"));
        assertThat(reading(late, ClockName.STAGE_1).dueAt()).isEqualTo(Instant.parse("2032-04-19T23:00:00Z"));
    }

    @Test
    void aStageThatTheOtherCaseDoesNotHaveRefusesTheMergeThatWouldLoseIt() {
        RecoveryCase plain = loop.opened(Severity.MINOR);
        profile.choose(Profile.HOUSING_OMBUDSMAN, "test");
        RecoveryCase promised = loop.another(plain);

        assertThatThrownBy(() -> merge(promised, plain))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("has the clock \"Stage 1\"")
                .hasMessageContaining("Merge the other way round");
        merge(plain, promised);
    }

    private void merge(RecoveryCase of, RecoveryCase into) {
        loop.does(Role.MANAGER, () -> cases.merge(of.number(), into.number(), "The same failure", Set.of()));
    }

    private ClockLedger.Reading reading(RecoveryCase of, ClockName name) {
        return ledgers.read(of.id(), of.epoch(), name).orElseThrow();
    }

    @Test
    void aSecondStageNeedsAProfileThatHasOne() {
        RecoveryCase closed = loop.closed(loop.tag());
        HttpResponse<String> refused = owner.post(
                "/api/cases/" + closed.number() + "/review", "{\"reason\":\"x\",\"owner\":\"" + REVIEWER + "\"}");
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("has no second stage");
    }

    @Test
    void theFirstStageIsExtendedByTenWorkingDaysAtMostByAnotherPersonWhoTellsTheResident() throws IOException {
        profile.choose(Profile.HOUSING_OMBUDSMAN, "test");
        RecoveryCase found = loop.planned(Severity.MAJOR, 1);
        assertThat(ask(found, "stage-1", "2032-04-20T10:00:00Z").body()).contains("it has not started");
        Loop.itIs(Instant.parse("2032-03-31T09:00:00Z"));
        loop.work(found, 1);
        Instant first = Instant.parse("2032-04-14T23:00:00Z");
        assertThat(dueAt(found, "stage-1")).isEqualTo(first);
        assertThat(clock(found, "stage-1").path("extendableUntil").asText()).isEqualTo("2032-04-28T23:00:00Z");

        assertThat(ask(found, "stage-1", "2032-04-29T10:00:00Z").body())
                .contains("allows 10 further working days at most for Stage 1, until 2032-04-28T23:00:00Z");
        assertThat(ask(found, "stage-1", "2032-04-24T10:00:00Z").body())
                .contains("is on 2032-04-24, no working day of the calendar england");
        HttpResponse<String> asked = ask(found, "stage-1", "2032-04-23T10:00:00Z");
        assertThat(asked.statusCode()).as(asked.body()).isEqualTo(201);
        JsonNode wish = json.readTree(asked.body());
        assertThat(wish.path("newDueAt").asText())
                .as("until the end of that day")
                .isEqualTo("2032-04-23T23:00:00Z");
        assertThat(loop.task(found, "UserTask_ApproveExtension").getName()).isEqualTo("Approve extension (Stage 1)");
        assertThat(loop.task(found, "UserTask_ApproveExtension").getDueDate()).isEqualTo(Date.from(first));

        Visitor manager = Visitor.withBasic(port, loop.person(Role.MANAGER), TestPeople.PASSWORD);
        String decision = "/api/cases/" + found.number() + "/clock/extensions/"
                + wish.path("id").asLong() + "/decision";
        assertThat(owner.post(decision, "{\"decision\":\"approve\",\"told\":\"letter\"}")
                        .statusCode())
                .isEqualTo(403);
        HttpResponse<String> untold = manager.post(decision, "{\"decision\":\"approve\"}");
        assertThat(untold.statusCode()).isEqualTo(400);
        assertThat(untold.body()).contains("\"told\"").contains("ombudsman’s contact details");
        HttpResponse<String> approved = manager.post(decision, "{\"decision\":\"approve\",\"told\":\"letter\"}");
        assertThat(approved.statusCode()).as(approved.body()).isEqualTo(200);

        Instant extended = Instant.parse("2032-04-23T23:00:00Z");
        assertThat(dueAt(found, "stage-1")).isEqualTo(extended);
        assertThat(clock(found, "stage-1").path("originalDueAt").asText()).isEqualTo(first.toString());
        assertThat(timers(found, "stage-1"))
                .extracting(timer -> timer.getDuedate().toInstant())
                .contains(extended);
        // What was given already counts: the tenth day stays the last.
        assertThat(ask(found, "stage-1", "2032-04-30T10:00:00Z").body()).contains("until 2032-04-28T23:00:00Z");
    }

    @Test
    void neitherTheAcknowledgementNorTheConductAuthoritysClocksAreExtended() throws IOException {
        profile.choose(Profile.FCA_DISP, "test");
        RecoveryCase found = loop.opened(Severity.MINOR);

        for (String clock : List.of("acknowledgement", "summary-resolution", "final-response")) {
            HttpResponse<String> refused = ask(found, clock, "2032-06-01T10:00:00Z");
            assertThat(refused.statusCode()).as(clock).isEqualTo(409);
            assertThat(refused.body()).contains("cannot be extended: further-clocks/");
            assertThat(clock(found, clock).has("extendableUntil")).isFalse();
        }
        assertThat(ask(found, "stage-3", "2032-06-01T10:00:00Z").body())
                .contains("\"clock\"")
                .contains("stage-1");
    }

    @Test
    void aWishForTheResolutionAndOneForAStageAreDecidedEachByItself() throws IOException {
        profile.choose(Profile.HOUSING_OMBUDSMAN, "test");
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        loop.work(found, 1);
        long resolution = id(ask(found, "resolution", "2032-03-29T10:00:00Z"));
        long stage = id(ask(found, "stage-1", "2032-04-15T10:00:00Z"));
        Visitor manager = Visitor.withBasic(port, loop.person(Role.MANAGER), TestPeople.PASSWORD);
        String decisions = "/api/cases/" + found.number() + "/clock/extensions/";

        manager.post(decisions + stage + "/decision", "{\"decision\":\"approve\",\"told\":\"phone\"}");

        assertThat(dueAt(found, "stage-1")).isEqualTo(Instant.parse("2032-04-15T23:00:00Z"));
        assertThat(dueAt(found, "resolution")).isEqualTo(OPENED.plus(Duration.ofHours(72)));
        manager.post(decisions + resolution + "/decision", "{\"decision\":\"approve\"}");
        assertThat(dueAt(found, "resolution")).isEqualTo(Instant.parse("2032-03-29T10:00:00Z"));
        assertThat(loop.openTasks(found)).doesNotContain("UserTask_ApproveExtension");
    }

    private HttpResponse<String> ask(RecoveryCase of, String clock, String until) {
        return owner.post(
                "/api/cases/" + of.number() + "/clock/extensions",
                "{\"clock\":\"" + clock + "\",\"newDueAt\":\"" + until + "\",\"reason\":\"The surveyor is ill\"}");
    }

    private long id(HttpResponse<String> asked) throws IOException {
        assertThat(asked.statusCode()).as(asked.body()).isEqualTo(201);
        return json.readTree(asked.body()).path("id").asLong();
    }

    @Test
    void theConductAuthoritysClocksAreThreeBusinessDaysAndEightWeeks() throws IOException {
        profile.choose(Profile.FCA_DISP, "test");
        RecoveryCase found = loop.opened(Severity.MINOR);
        // Tuesday 30, Wednesday 31 March, Thursday 1 April, at 17:00 in London's summer time.
        assertThat(dueAt(found, "summary-resolution")).isEqualTo(Instant.parse("2032-04-01T16:00:00Z"));
        // Thursday 20 May, until midnight.
        assertThat(dueAt(found, "final-response")).isEqualTo(Instant.parse("2032-05-20T23:00:00Z"));
    }

    @Test
    void whateverEndsTheCaseStopsEveryClock() throws IOException {
        profile.choose(Profile.FCA_DISP, "test");
        RecoveryCase found = loop.resolve(loop.readyToResolve(Severity.MINOR), loop.tag());
        for (JsonNode clock : clocks(found)) {
            assertThat(clock.path("stoppedAt").asText())
                    .as(clock.path("clock").asText())
                    .isEqualTo(OPENED.toString());
        }
        assertThat(clocks(found)).hasSize(4);
        assertThat(loop.openTasks(found)).containsExactly("UserTask_CloseLoop");
    }

    @Test
    void anUnknownProfileIsRefusedAndOnlyTheBusinessChoosesIt() {
        Visitor lead = Visitor.withBasic(port, loop.person(Role.OFFICE_MANAGER), TestPeople.PASSWORD);
        String route = "/api/installation/statutory-profile";
        assertThat(lead.call("PUT", route, "{\"profile\":\"gdpr\"}").body()).contains("housing-ombudsman");
        assertThat(owner.call("PUT", route, "{\"profile\":\"fca-disp\"}").statusCode())
                .isEqualTo(403);
        assertThat(lead.call("PUT", route, "{\"profile\":\"fca-disp\"}").body()).contains("fca-disp");
    }

    private void outcome(RecoveryCase of, int step, String reached) {
        HttpResponse<String> answer = owner.post(
                "/api/cases/" + of.number() + "/steps/" + step + "/outcome",
                "{\"outcome\":\"completed\",\"notes\":\"Called.\",\"reached\":\"" + reached + "\"}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private List<JsonNode> clocks(RecoveryCase of) throws IOException {
        HttpResponse<String> answer = owner.get("/api/cases/" + of.number() + "/clock");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return StreamSupport.stream(json.readTree(answer.body()).path("clocks").spliterator(), false)
                .toList();
    }

    private @org.jspecify.annotations.Nullable JsonNode clock(RecoveryCase of, String name) throws IOException {
        return clocks(of).stream()
                .filter(clock -> clock.path("clock").asText().equals(name))
                .findFirst()
                .orElse(null);
    }

    private Instant dueAt(RecoveryCase of, String name) throws IOException {
        JsonNode clock = clock(of, name);
        assertThat(clock).as(name).isNotNull();
        return Instant.parse(clock.path("dueAt").asText());
    }

    private String verdict(RecoveryCase of, String name) throws IOException {
        JsonNode clock = clock(of, name);
        assertThat(clock).as(name).isNotNull();
        return clock.path("verdict").asText();
    }

    /** The timers of one of the further clocks. */
    private List<Job> timers(RecoveryCase of, String clock) {
        return management.createJobQuery().processInstanceId(of.processInstanceId()).timers().list().stream()
                .filter(job -> clock.equals(runtime.getVariable(job.getExecutionId(), "clock")))
                .toList();
    }

    private void fire(RecoveryCase of, String clock, String activity) {
        List<String> ofActivity =
                management
                        .createJobQuery()
                        .processInstanceId(of.processInstanceId())
                        .activityId(activity)
                        .list()
                        .stream()
                        .map(Job::getId)
                        .toList();
        loop.fire(timers(of, clock).stream()
                .filter(job -> ofActivity.contains(job.getId()))
                .findFirst()
                .orElseThrow());
    }
}
