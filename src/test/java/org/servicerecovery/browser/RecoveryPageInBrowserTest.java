package org.servicerecovery.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.Media;
import java.nio.file.Path;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.servicerecovery.Loop;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.measure.PastCases;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The Recovery page and its card in Cockpit, in every state it can be in. */
@RunningApplication
class RecoveryPageInBrowserTest {

    private static final String COCKPIT = "/camunda/app/cockpit/default/";
    private static final List<String> TAGS = List.of(
            "missed-appointment",
            "billing-error",
            "scheduling-mistake",
            "wrong-part-on-truck",
            "repair-did-not-hold",
            "no-call-before-visit",
            "installer-rudeness",
            "property-damage");
    private static final List<String> FINDINGS = List.of("UPHELD", "NOT_UPHELD", "PARTIALLY_UPHELD", "NOT_UPHELD");

    @RegisterExtension
    static final Desk DESK = Desk.forTheWholeClass();

    @Autowired
    ApplicationContext application;

    @Autowired
    IdentityService identities;

    @Autowired
    JdbcClient db;

    private PastCases past;
    private Loop loop;

    @BeforeEach
    void begin() {
        past = new PastCases(db);
        loop = new Loop(application);
    }

    @AfterEach
    void timeGoesOn() {
        ClockUtil.reset();
        past.forget();
        db.sql("delete from training_signal where quarter like '2047-%'").update();
    }

    @Test
    void managersSeeHowCustomersAreRecoveredWhatWaitsForThemAndWhyItHappens() {
        Axe axe = new Axe();
        List<String> scriptErrors = new ArrayList<>();
        Page page = cockpit(Role.CX_LEAD);
        page.onPageError(scriptErrors::add);

        Loop.itIs(Instant.parse("2044-06-15T10:00:00Z"));
        page.getByRole(
                        AriaRole.LINK,
                        new Page.GetByRoleOptions().setName("Recovery").setExact(true))
                .click();
        Locator recovery = page.locator(".srr-page");
        assertThat(recovery).containsText("No case was closed in this time");
        Browser.keep(page, "recovery-empty");
        axe.look(page, "empty", ".srr-page");

        Loop.itIs(Instant.parse("2045-06-15T10:00:00Z"));
        past.resolved("2045-05-10T10:00:00Z", 0)
                .found("UPHELD", "2045-05-12T10:00:00Z")
                .deadline(true);
        past.count("UTC");
        refresh(page);
        assertThat(recovery.locator(".srr-huge")).hasText("100%");
        assertThat(recovery).containsText("Only 1 decided: read it with care.");
        assertThat(recovery).containsText("In 1 of 1 decided case the review found for the customer.");
        assertThat(recovery.locator(".srr-tile").filter(new Locator.FilterOptions().setHasText("Deadlines kept")))
                .containsText(Pattern.compile("1 of 1 case$"));
        assertThat(recovery).containsText("One case so far: too few for a pattern.");
        // However short the times are, no two heights of the chart are called the same.
        Locator times = recovery.getByRole(
                AriaRole.REGION,
                new Locator.GetByRoleOptions().setName("Time taken").setExact(true));
        assertThat(times.locator("svg text").filter(new Locator.FilterOptions().setHasText(Pattern.compile("^1 s$"))))
                .hasCount(1);
        assertThat(times.locator("svg text").allTextContents()).doesNotHaveDuplicates();
        Browser.keep(page, "recovery-one-case");

        many();
        RecoveryCase late = escalated("2047-06-10T08:00:00Z", 5);
        RecoveryCase near = escalated("2047-06-13T12:00:00Z", 4);
        Loop.itIs(Instant.parse("2047-06-15T10:00:00Z"));
        refresh(page);
        page.setViewportSize(1400, 3000);
        assertThat(recovery.locator(".srr-huge")).hasText("50%");
        Locator escalations = recovery.getByRole(
                AriaRole.REGION,
                new Locator.GetByRoleOptions().setName("Escalated now").setExact(true));
        Locator row = escalations.locator(
                "tr", new Locator.LocatorOptions().setHasText(late.number().value()));
        assertThat(row).containsText("Escalated, level 5");
        assertThat(row).containsText(Pattern.compile("2 d( 2 h)? late"));
        assertThat(row.getByRole(AriaRole.LINK))
                .hasAttribute("href", "#/process-instance/" + late.processInstanceId() + "/runtime");
        assertThat(escalations).containsText(near.number().value());
        assertThat(recovery).containsText("Call before each visit");
        assertThat(recovery).containsText("€1,320.00");
        assertThat(recovery.locator(".srr-pattern-overdue").first()).isVisible();
        assertThat(recovery.locator(".srr-tile").filter(new Locator.FilterOptions().setHasText("Prevention done")))
                .containsText("Counted last ");
        assertThat(recovery.locator("svg")).hasCount(6);
        Browser.keep(page, "recovery-many");
        axe.look(page, "many", ".srr-page");

        assertThat(recovery.getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName("Finished cases")))
                .isVisible();
        Download pdf = page.waitForDownload(
                () -> recovery.getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName("PDF of this week"))
                        .click());
        assertThat(pdf.suggestedFilename()).isEqualTo("recovery-2047-W24.pdf");
        assertThat(pdf.failure()).isNull();
        pdf.saveAs(Path.of("target/screenshots/recovery-many.pdf"));
        Locator byMail = recovery.getByRole(
                AriaRole.SWITCH, new Locator.GetByRoleOptions().setName("Send me this every Monday"));
        byMail.focus();
        page.keyboard().press("Space");
        assertThat(recovery.locator(".srr-mail")).containsText("It will be sent to you. Next on");
        assertThat(byMail).isChecked();
        assertThat(byMail).isFocused();
        Browser.keep(page, "recovery-by-mail");
        page.keyboard().press("Space");
        assertThat(recovery.locator(".srr-mail")).containsText("It will not be sent any more.");
        assertThat(byMail).not().isChecked();

        Locator pareto = recovery.getByRole(
                        AriaRole.REGION,
                        new Locator.GetByRoleOptions()
                                .setName("Causes by frequency")
                                .setExact(true))
                .first();
        Locator toggle = pareto.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Table"));
        toggle.focus();
        page.keyboard().press("Enter");
        Locator cause =
                pareto.getByRole(AriaRole.ROW).filter(new Locator.FilterOptions().setHasText("Missed appointment"));
        assertThat(cause.getByRole(AriaRole.ROWHEADER)).isVisible();
        int counted = Integer.parseInt(cause.getByRole(AriaRole.CELL).first().textContent());
        String behind = cause.getByRole(AriaRole.LINK).getAttribute("href");
        recovery.getByLabel("By", new Locator.GetByLabelOptions().setExact(true))
                .last()
                .selectOption("operative");
        assertThat(recovery).containsText("Olga Onsite");
        recovery.getByText("What each figure means").click();
        assertThat(recovery).containsText("Cases that nobody has judged yet are not counted,");
        Browser.keep(page, "recovery-tables-and-definitions");
        axe.look(page, "tables", ".srr-page");

        page.setViewportSize(400, 5200);
        assertThat(recovery.locator(".srr-huge")).isVisible();
        Browser.fits(page, ".srr-page");
        Browser.keep(page, "recovery-narrow");
        axe.look(page, "narrow", ".srr-page");
        page.setViewportSize(760, 3600);
        page.emulateMedia(new Page.EmulateMediaOptions().setMedia(Media.PRINT));
        Browser.keep(page, "recovery-printed");
        // As long as the screen shows some rows first, the paper has all.
        assertThat((Boolean) page.evaluate(
                        "[...document.querySelectorAll('.srr-later')].every(row => row.offsetHeight > 0)"))
                .isTrue();
        page.pdf(new Page.PdfOptions()
                .setPath(Path.of("target/screenshots/recovery-printed.pdf"))
                .setFormat("A4"));
        page.emulateMedia(new Page.EmulateMediaOptions().setMedia(Media.SCREEN));

        page.setViewportSize(1400, 1800);
        recovery.getByLabel("Time span").selectOption("3");
        assertThat(page).hasURL(Pattern.compile("#/recovery\\?months=3&by=month$"));
        page.reload();
        assertThat(recovery.getByLabel("Time span")).hasValue("3");
        assertThat(recovery.locator(".srr-huge")).isVisible();
        assertThat(recovery.locator(".srr-read")).containsText("Figures of 1 Apr 2047 to 30 Jun 2047");
        Browser.keep(page, "recovery-three-months");
        // A month in the middle of a quarter: whole quarters, and no more of them than were asked for.
        Loop.itIs(Instant.parse("2047-05-15T10:00:00Z"));
        page.navigate(page.url().replaceFirst("#.*", "") + "#/recovery?months=12&by=quarter");
        assertThat(recovery.locator(".srr-read")).containsText("Figures of 1 Jul 2046 to 30 Jun 2047");
        page.navigate(page.url().replaceFirst("#.*", "") + "#/recovery?months=3&by=quarter");
        assertThat(recovery.locator(".srr-read")).containsText("Figures of 1 Apr 2047 to 30 Jun 2047");
        Browser.keep(page, "recovery-one-quarter");
        Loop.itIs(Instant.parse("2047-06-15T10:00:00Z"));
        page.navigate(page.url().replaceFirst("#.*", "") + behind);
        // The cases that the figure was counted from.
        assertThat(page.locator(".srr-finished tbody tr")).hasCount(counted);
        page.navigate(page.url().replaceFirst("#.*", "") + "#/dashboard");
        assertThat(page.locator(".srr-dashboard")).containsText("50%");
        assertThat(page.locator(".srr-dashboard")).containsText("Read ");
        page.locator(".srr-dashboard").scrollIntoViewIfNeeded();
        Browser.keep(page, "recovery-dashboard-card");
        axe.look(page, "card", ".srr-dashboard");
        page.navigate(
                page.url().replaceFirst("#.*", "") + "#/process-instance/" + late.processInstanceId() + "/runtime");
        assertThat(page.locator("[data-element-id=UserTask_PlanRecovery]").first())
                .isVisible();
        axe.foundNothing();
        assertThat(scriptErrors).isEmpty();
    }

    @Test
    void aSlowServerAFailingOneAWrongRoleAndMissingScriptsAreToldInPlaceAndCockpitWorksOn() {
        Instant lately = Instant.now().minus(Duration.ofDays(1)).truncatedTo(ChronoUnit.SECONDS);
        past.resolved(lately.toString(), 5).found("UPHELD", lately.toString()).deadline(true);
        past.count("UTC");
        Page page = cockpit(Role.MANAGER);
        AtomicReference<Route> held = new AtomicReference<>();
        page.route(Pattern.compile("/api/recovery\\?"), held::set);
        recoveryOf(page);
        assertThat(page.locator(".srr-wait")).containsText("This takes longer than usual.");
        Browser.keep(page, "recovery-server-slow");
        held.get().resume();
        assertThat(page.locator(".srr-headline")).isVisible();
        assertThat(page.locator("option[value=operative]")).hasCount(0);

        page.unrouteAll();
        page.route(
                Pattern.compile("/api/recovery\\?"),
                route -> route.fulfill(new Route.FulfillOptions().setStatus(503).setBody("")));
        refresh(page);
        assertThat(page.locator(".srr-failed")).containsText("The figures could not be read.");
        Browser.keep(page, "recovery-server-failing");
        page.unrouteAll();
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Try again"))
                .click();
        assertThat(page.locator(".srr-headline")).isVisible();

        // The session is over: asking again is no use, and the figures stand there again after signing in.
        String shown = page.url();
        page.context().clearCookies();
        refresh(page);
        assertThat(page.locator(".srr-failed")).containsText("You are no longer signed in.");
        assertThat(page.locator(".srr-failed").getByRole(AriaRole.BUTTON)).hasText(new String[] {"Sign in"});
        Browser.keep(page, "recovery-signed-out");
        page.locator(".srr-failed").getByRole(AriaRole.BUTTON).click();
        page.fill("input[name=name]", loop.person(Role.MANAGER));
        page.fill("input[name=password]", TestPeople.PASSWORD);
        page.click("button[type=submit]");
        assertThat(page).hasURL(shown);
        assertThat(page.locator(".srr-headline")).isVisible();

        // The wording itself does not come.
        page.route("**/api/messages", route -> route.abort());
        page.reload();
        assertThat(page.locator(".srr-failed")).containsText("The figures could not be read.");
        assertThat(page.locator(".srr-failed")).containsText("The server cannot be reached.");
        Browser.keep(page, "recovery-without-wording");
        Locator tryAgain = page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Try again"));
        tryAgain.click();
        assertThat(page.locator(".srr-failed")).isVisible();
        page.unrouteAll();
        tryAgain.click();
        assertThat(page.locator(".srr-headline")).isVisible();
        assertThat(page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("PDF of this week")))
                .isVisible();

        Page admin = cockpit(Role.ADMINISTRATOR);
        recoveryOf(admin);
        assertThat(admin.locator(".srr-notice"))
                .containsText("Your role does not see what the business is measured by.");
        Browser.keep(admin, "recovery-wrong-role");

        admin.navigate(admin.url().replaceFirst("#.*", "") + "#/processes");
        for (String script : List.of("cockpit.js", "own-scripts.js", "lazily.js")) {
            admin.route("**/service-recovery/" + script + "*", route -> route.abort());
            admin.reload();
            assertThat(admin.getByRole(AriaRole.ALERT)).containsText("A part of this page could not be loaded.");
            assertThat(admin.getByText("Service recovery", new Page.GetByTextOptions().setExact(true))
                            .first())
                    .isVisible();
            Browser.keep(admin, "cockpit-without-" + script.replaceAll("\\W+", "-"));
            admin.unrouteAll();
        }
        // One that is there and broken.
        admin.route(
                "**/service-recovery/own-scripts.js*",
                route -> route.fulfill(new Route.FulfillOptions()
                        .setContentType("text/javascript")
                        .setBody("export const tried = () => undefined;")));
        admin.reload();
        assertThat(admin.getByText("Service recovery", new Page.GetByTextOptions().setExact(true))
                        .first())
                .isVisible();

        Page german = DESK.signedInSpeaking("de-DE", TestPeople.person(identities, Role.PROCESS_DESIGNER), COCKPIT);
        german.route("**/echarts.esm.min.js", route -> route.abort());
        german.route(
                "**/api/recovery/subscription",
                route -> route.fulfill(new Route.FulfillOptions().setStatus(503).setBody("")));
        recoveryOf(german);
        assertThat(german.getByText("Die Diagramme konnten nicht geladen werden")
                        .first())
                .isVisible();
        assertThat(german.locator(".srr-headline")).containsText("Anteil berechtigter Beschwerden");
        assertThat(german.locator(".srr-page")).not().containsText("Kosten der Wiedergutmachung");
        assertThat(german.locator(".srr-page").getByText("Beendete Fälle")).isHidden();
        assertThat(german.locator(".srr-mail [role=alert]"))
                .containsText("Der Server hat mit einem Fehler geantwortet (503).");
        german.unroute("**/api/recovery/subscription");
        german.locator(".srr-mail button").click();
        assertThat(german.locator(".srr-mail")).containsText("Jeden Montag an mich senden");
        Browser.keep(german, "recovery-german-counts-alone");
    }

    private Page cockpit(Role role) {
        Page page = DESK.signedIn(TestPeople.person(identities, role), COCKPIT);
        assertThat(page.getByRole(
                        AriaRole.LINK,
                        new Page.GetByRoleOptions().setName("Recovery").setExact(true)))
                .isVisible();
        return page;
    }

    private static void recoveryOf(Page page) {
        page.navigate(page.url().replaceFirst("#.*", "") + "#/recovery");
    }

    private static void refresh(Page page) {
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Refresh"))
                .click();
    }

    /** A real case of which a clock has reached a level. */
    private RecoveryCase escalated(String at, int level) {
        Loop.itIs(Instant.parse(at));
        RecoveryCase open = loop.opened(Severity.MINOR);
        db.sql("""
                        insert into clock_notice (case_id, epoch, clock, level, reached_at, noticed_at)
                        values (?, 1, 'resolution', ?, ?, ?)""")
                .params(open.id(), level, Timestamp.from(Instant.parse(at)), Timestamp.from(Instant.parse(at)))
                .update();
        return open;
    }

    private void many() {
        Instant day = Instant.parse("2046-07-03T10:00:00Z");
        for (int i = 0; i < 66; i++) {
            PastCases.Past one = past.resolved(day.toString(), 2 + i * 7 % 60, TAGS.get((int)
                            Math.floor(Math.pow(i % 11 / 11.0, 2) * TAGS.size())))
                    .found(
                            FINDINGS.get(i % FINDINGS.size()),
                            day.plus(Duration.ofDays(2)).toString())
                    .deadline(i % 5 != 0)
                    .from("Team " + "ABC".charAt(i % 3), "North", "Boiler", i % 2 == 0 ? "Olga Onsite" : "Otto Onsite")
                    .satisfied(2 + i % 4, day.plus(Duration.ofDays(5)).toString());
            if (i % 3 == 0) {
                one.cost("EUR", "60");
            }
            if (i % 13 == 0) {
                one.reopened();
            }
            if (i % 9 == 0) {
                one.prevention(i < 40 ? "2047-06-01" : "2047-07-01", null, null);
            }
            day = day.plus(Duration.ofDays(5));
        }
        past.count("UTC");
        for (int i = 0; i < 4; i++) {
            db.sql("""
                            insert into training_signal (tag_id, quarter, opened_at, owner, measure, measure_due_on, closed_at)
                            select id, '2047-Q1', timestamptz '2047-06-01 08:00Z', ?, ?, ?, ? from root_cause_tag where code = ?""")
                    .params(
                            i == 0 ? null : loop.owner(),
                            i == 0 ? null : "Confirm each visit the day before",
                            i == 0 ? null : Date.valueOf(i == 1 ? "2047-06-01" : "2047-08-01"),
                            i == 3 ? Timestamp.from(Instant.parse("2047-06-02T10:00:00Z")) : null,
                            TAGS.get(i))
                    .update();
        }
    }
}
