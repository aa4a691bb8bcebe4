package org.servicerecovery.sla;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.servicerecovery.Loop;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;
import org.servicerecovery.access.Role;
import org.servicerecovery.installation.StatutoryProfile;
import org.servicerecovery.installation.StatutoryProfile.Profile;
import org.servicerecovery.sla.calendar.Calendars;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;

/** The page of calendars and the statutory profile, as somebody without the API uses it. */
@RunningApplication
class TimeRulesPageTest {

    private static final String PAGE = "/time-rules";
    private static final String CALENDARS = "/time-rules/calendars";

    @LocalServerPort
    int port;

    @Autowired
    ApplicationContext application;

    @Autowired
    Calendars calendars;

    @Autowired
    StatutoryProfile profile;

    Loop loop;

    @BeforeEach
    void start() {
        loop = new Loop(application);
    }

    @AfterEach
    void asBefore() {
        profile.choose(Profile.NONE, "test");
    }

    @Test
    void whoeverComesFromTheSignInPageSeesTheCalendarsAndWhatEachProfileMeans() {
        Visitor designer = Visitor.browser(port);
        assertThat(designer.open(PAGE).headers().firstValue("Location"))
                .hasValueSatisfying(to -> assertThat(to).endsWith("/sign-in"));
        assertThat(designer.signIn(loop.person(Role.PROCESS_DESIGNER), TestPeople.PASSWORD)
                        .headers()
                        .firstValue("Location"))
                .hasValueSatisfying(to -> assertThat(to).endsWith(PAGE));

        assertThat(designer.open(PAGE).body())
                .contains("england", "Mon–Fri 09:00-17:00", "further-clocks", "gb/eng")
                .contains("Stage 1: 10 working days from the acknowledgement, on the calendar england;"
                        + " can be extended by 10 working days")
                .contains("Final response: 8 weeks from the opening, on the calendar england; cannot be extended")
                .contains("The business owner, the office manager or an administrator chooses it.");
    }

    @Test
    void aCalendarIsSavedAndChangedAndWhatIsWrongStandsBesideItsFieldWithWhatWasTyped() {
        String code = "c-" + UUID.randomUUID().toString().substring(0, 8);
        Visitor administrator = signedIn(Role.ADMINISTRATOR);

        HttpResponse<String> refused = administrator.submit(
                PAGE,
                CALENDARS,
                "code",
                code,
                "zone",
                "Europe/Londres",
                "monday",
                "9-5",
                "closedOn",
                "2026-12-24 soon");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("&quot;soon&quot; is no day such as 2026-12-24.", "value=\"9-5\"");
        HttpResponse<String> again = administrator.submit(
                PAGE, CALENDARS, "code", code, "zone", "Europe/Londres", "monday", "9-5", "holidays", "gb/england");
        assertThat(again.body())
                .contains("is no time zone", "is not a stretch of time such as 09:00-17:30", "is no region of gb")
                .contains("id=\"zone-wrong\"", "id=\"monday-wrong\"", "id=\"holidays-wrong\"");
        assertThat(calendars.saved(code)).isEmpty();

        HttpResponse<String> saved = administrator.submit(
                PAGE, CALENDARS, "code", code, "zone", "Europe/London", "monday", "09:00-12:30, 13:00-17:00");
        assertThat(saved.statusCode()).as(saved.body()).isEqualTo(302);
        assertThat(administrator.open(PAGE).body())
                .contains("The calendar " + code + " is saved, version 1.", "Mon 09:00-12:30, 13:00-17:00");
        assertThat(administrator
                        .submit(PAGE, CALENDARS, "code", code, "zone", "UTC", "monday", "09:00-17:00")
                        .body())
                .contains("is the name of a calendar already");

        administrator.submit(
                PAGE + "?calendar=" + code,
                CALENDARS,
                "basedOn",
                "1",
                "code",
                code,
                "zone",
                "Europe/London",
                "monday",
                "09:00-17:00",
                "closedOn",
                "2026-12-24",
                "recompute",
                "yes");
        assertThat(calendars.saved(code)).hasSize(2).first().satisfies(newest -> {
            assertThat(newest.recomputes()).isTrue();
            assertThat(newest.savedBy()).isEqualTo(loop.person(Role.ADMINISTRATOR));
        });
        assertThat(administrator.open(PAGE + "?calendar=" + code).body()).contains("Edit " + code, ">2026-12-24<");

        HttpResponse<String> late = administrator.submit(
                PAGE + "?calendar=" + code,
                CALENDARS,
                "basedOn",
                "1",
                "code",
                code,
                "zone",
                "Europe/London",
                "monday",
                "10:00-16:00");
        assertThat(late.statusCode()).isEqualTo(409);
        assertThat(late.body()).contains("was changed by", "version 2 is the newest", "value=\"10:00-16:00\"");
        assertThat(calendars.saved(code)).hasSize(2);
    }

    @Test
    void theBusinessChoosesTheProfileAndADesignerDoesNot() {
        Visitor owner = signedIn(Role.BUSINESS_OWNER);
        assertThat(owner.submit(PAGE, "/time-rules/statutory-profile", "profile", "housing-ombudsman")
                        .statusCode())
                .isEqualTo(302);
        assertThat(profile.current()).isEqualTo(Profile.HOUSING_OMBUDSMAN);
        owner.submit(PAGE, "/time-rules/statutory-profile", "profile", "gdpr");
        assertThat(owner.open(PAGE).body()).contains("The profile &quot;gdpr&quot; is not known.");

        Visitor designer = signedIn(Role.PROCESS_DESIGNER);
        assertThat(designer.submit(PAGE, "/time-rules/statutory-profile", "profile", "none")
                        .statusCode())
                .isEqualTo(403);
        assertThat(profile.current()).isEqualTo(Profile.HOUSING_OMBUDSMAN);
    }

    @Test
    void aManagerReadsOnlyAndACaseOwnerIsTurnedAway() {
        Visitor manager = signedIn(Role.MANAGER);
        assertThat(manager.open(PAGE).body()).contains("You may read this.").doesNotContain("Add a calendar");
        assertThat(manager.submit(PAGE, CALENDARS, "code", "x", "zone", "UTC", "monday", "09:00-17:00")
                        .statusCode())
                .isEqualTo(403);
        assertThat(signedIn(Role.CASE_OWNER).open(PAGE).statusCode()).isEqualTo(403);
    }

    private Visitor signedIn(Role role) {
        Visitor visitor = Visitor.browser(port);
        visitor.signIn(loop.person(role), TestPeople.PASSWORD);
        return visitor;
    }
}
