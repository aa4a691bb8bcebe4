package org.servicerecovery.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.Media;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.camunda.bpm.engine.HistoryService;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.servicerecovery.Loop;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.customer.Customers;
import org.servicerecovery.resolution.RegulatorFindings;
import org.servicerecovery.resolution.Resolutions;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

/** What managers find in Cockpit beside the Recovery page: where cases wait, and those that are over. */
@RunningApplication
class WaitsAndFinishedInBrowserTest {

    private static final String COCKPIT = "/camunda/app/cockpit/default/";
    /** Years that no other test is in. */
    private static final Instant OPENED = Instant.parse("2064-03-01T08:00:00Z");

    @RegisterExtension
    static final Desk DESK = Desk.forTheWholeClass();

    @Autowired
    ApplicationContext application;

    @Autowired
    IdentityService identities;

    @Autowired
    RepositoryService repository;

    @Autowired
    HistoryService history;

    private final List<String> scriptErrors = new ArrayList<>();
    private Loop loop;

    @BeforeEach
    void begin() {
        loop = new Loop(application);
    }

    @AfterEach
    void timeGoesOn() {
        ClockUtil.reset();
    }

    @Test
    void overTheDiagramsStandsWhereCasesWaitHowLongAndWhereDeadlinesAreMissed() {
        Axe axe = new Axe();
        Loop.itIs(OPENED);
        RecoveryCase calling = loop.planned(Severity.MINOR, 1);
        RecoveryCase ready = loop.readyToResolve(Severity.MINOR);
        Loop.itIs(OPENED.plusSeconds(80 * 3600));
        loop.fire(calling, "BoundaryEvent_DeadlineMissed");
        loop.resolve(ready, loop.tag());
        String definition = repository
                .createProcessDefinitionQuery()
                .processDefinitionKey("service-recovery")
                .latestVersion()
                .singleResult()
                .getId();

        Page page = cockpit(Role.MANAGER);
        AtomicReference<Route> held = new AtomicReference<>();
        page.route(Pattern.compile("/api/waits/"), held::set);
        go(page, "#/process-definition/" + definition + "/runtime");
        Locator panel = page.getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName("Where cases wait"));
        assertThat(panel).containsText("Reading");
        Browser.keep(page, "waits-reading");
        page.unrouteAll();
        held.get().resume();
        Locator resolve = badge(page, "UserTask_ResolveCase");
        assertThat(resolve).containsText("3 d 8 h");
        assertThat(resolve).containsText("!");
        // How many are overdue now is a matter of all that other tests leave waiting.
        assertThat(resolve).hasAttribute("title", Pattern.compile("1 was due in the span and not done by then\\."));
        assertThat(resolve).containsText("⚑ 1");
        assertThat(badge(page, "CallActivity_RecoveryStep")).containsText("⚑ 1");
        assertThat(page.locator("[data-element-id=UserTask_ResolveCase].srr-missed"))
                .hasCount(1);
        assertThat(panel.getByRole(AriaRole.LISTITEM)).hasCount(0);
        Browser.keep(page, "waits-diagram");
        panel.getByText("Time span and what the signs mean").click();
        assertThat(panel.getByRole(AriaRole.LISTITEM)).hasCount(3);
        Browser.keep(page, "waits-diagram-signs");
        axe.look(page, "panel over the diagram", ".srr-panel");

        tab(page);
        Locator table = page.locator(".srr-waits");
        Locator row = table.locator("tr", new Locator.LocatorOptions().setHasText("Resolve case"));
        assertThat(row).containsText("3 d 8 h");
        assertThat(table.getByText("How this is counted")).isVisible();
        table.getByText("How this is counted").click();
        assertThat(table).containsText("counts at each of them");
        axe.look(page, "table of waits", ".srr-waits");
        page.setViewportSize(1400, 1700);
        Browser.keep(page, "waits-table");
        page.emulateMedia(new Page.EmulateMediaOptions().setMedia(Media.PRINT));
        assertThat(row).isVisible();
        Browser.keep(page, "waits-printed");
        page.emulateMedia(new Page.EmulateMediaOptions().setMedia(Media.SCREEN));
        page.setViewportSize(420, 1200);
        page.locator(".ctn-sidebar .hide-collapsable").first().click();
        assertThat(row).isVisible();
        Browser.keep(page, "waits-narrow");
        page.setViewportSize(1400, 1000);

        table.getByLabel("Time span").selectOption("30");
        assertThat(panel.getByLabel("Time span")).hasValue("30");
        assertThat(table).containsText("30 days");
        Locator toggle = panel.getByRole(AriaRole.SWITCH, new Locator.GetByRoleOptions().setName("Where cases wait"));
        toggle.focus();
        page.keyboard().press("Space");
        assertThat(page.locator(".djs-overlays .srr-badge")).hasCount(0);
        page.reload();
        assertThat(panel.getByRole(AriaRole.SWITCH)).not().isChecked();
        assertThat(page.locator(".djs-overlays .srr-badge")).hasCount(0);
        panel.getByRole(AriaRole.SWITCH).check();
        assertThat(resolve).isVisible();

        page.route(
                Pattern.compile("/api/waits/"),
                route -> route.fulfill(new Route.FulfillOptions().setStatus(503).setBody("")));
        panel.getByLabel("Versions").selectOption("all");
        assertThat(panel).containsText("Could not be read.");
        tab(page);
        assertThat(table.locator(".srr-failed")).containsText("Where cases wait could not be read.");
        Browser.keep(page, "waits-server-failing");
        page.unrouteAll();
        table.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Try again"))
                .click();
        assertThat(row).isVisible();

        go(page, "#/process-instance/" + calling.processInstanceId() + "/runtime");
        assertThat(badge(page, "CallActivity_RecoveryStep")).containsText("waits 3 d 8 h");
        assertThat(badge(page, "CallActivity_RecoveryStep")).containsText("⚑");
        Browser.keep(page, "waits-instance");
        axe.look(page, "panel over an instance", ".srr-panel");
        tab(page);
        assertThat(page.locator(".srr-waits")).containsText("waits now");
        axe.look(page, "table of an instance", ".srr-waits");
        page.setViewportSize(1400, 1300);
        Browser.keep(page, "waits-instance-table");

        Page admin = cockpit(Role.ADMINISTRATOR);
        go(admin, "#/process-definition/" + definition + "/runtime");
        assertThat(admin.locator(".srr-panel")).containsText("Your role does not see where cases wait.");
        Browser.keep(admin, "waits-wrong-role");
        axe.foundNothing();
        assertThat(scriptErrors).isEmpty();
    }

    @Test
    void finishedCasesAreFoundAndTellTheWayTheyTook() {
        Axe axe = new Axe();
        Instant opened = OPENED.plusSeconds(365L * 86400);
        Loop.itIs(opened);
        String tag = loop.tag();
        RecoveryCase late = loop.readyToResolve(Severity.MINOR);
        String customer =
                application.getBean(Customers.class).byId(late.customerId()).number();
        RecoveryCase gone = loop.closed(tag);
        found(gone, "upheld");
        loop.closedAgain(gone, tag);
        found(gone, "not-upheld");
        RegulatorFindings.Draft decision =
                new RegulatorFindings.Draft("Housing Ombudsman", null, "partially-upheld", "2065-03-01", null);
        loop.does(
                Role.CX_LEAD, () -> application.getBean(RegulatorFindings.class).record(gone.number(), decision));
        Loop.itIs(opened.plusSeconds(80 * 3600));
        loop.closeLoop(loop.resolve(late, tag));
        String day = "2065-03-04";

        Page page = cockpit(Role.MANAGER);
        AtomicReference<Route> held = new AtomicReference<>();
        page.route(Pattern.compile("/api/cases/finished"), held::set);
        page.getByRole(
                        AriaRole.LINK,
                        new Page.GetByRoleOptions().setName("Finished cases").setExact(true))
                .click();
        Locator finished = page.locator(".srr-finished");
        assertThat(finished.locator(".srr-wait")).containsText("This takes longer than usual.");
        Browser.keep(page, "finished-server-slow");
        page.unrouteAll();
        held.get().resume();
        assertThat(finished.locator("tbody tr").first()).isVisible();
        ask(finished, "Number, customer or words", "quite-unheard-of");
        assertThat(finished.locator(".srr-notice")).containsText("No finished case is found.");
        Browser.keep(page, "finished-empty");
        axe.look(page, "empty", ".srr-finished");
        ask(finished, "Number, customer or words", "x");
        assertThat(finished.getByLabel("Number, customer or words")).hasAttribute("aria-invalid", "true");
        assertThat(finished).containsText("needs at least two letters");

        ask(finished, "Number, customer or words", late.number().value());
        Locator row = finished.locator("tbody tr");
        assertThat(row).hasCount(1);
        assertThat(row).containsText("8 h late");
        ask(finished, "Number, customer or words", gone.number().value());
        assertThat(row).containsText("Regulator: Partially upheld");
        ask(finished, "Number, customer or words", customer);
        assertThat(row).containsText(late.number().value());
        clear(finished);
        ask(finished, "Cause", "Label of " + tag);
        assertThat(row).hasCount(2);
        finished.getByLabel("from").first().fill(day);
        finished.getByLabel("to", new Locator.GetByLabelOptions().setExact(true))
                .first()
                .fill(day);
        find(finished);
        assertThat(row).hasCount(1);
        assertThat(row).containsText("Apology Only");
        assertThat(page).hasURL(Pattern.compile("resolvedFrom=" + day));
        Browser.keep(page, "finished-found");
        axe.look(page, "found", ".srr-finished");
        page.setViewportSize(400, 1900);
        Browser.fits(page, ".srr-finished");
        Browser.keep(page, "finished-narrow");
        page.setViewportSize(760, 900);
        page.emulateMedia(new Page.EmulateMediaOptions().setMedia(Media.PRINT));
        assertThat(finished.locator(".srr-on-paper")).isVisible();
        assertThat(finished.locator(".srr-on-paper"))
                .containsText("Asked for: Cause: Label of " + tag + " · Resolved, or ended without, from: 4 Mar 2065");
        Browser.keep(page, "finished-printed");
        paper(page, "finished-printed");
        page.setViewportSize(1400, 1900);
        ask(finished, "Cause", "quite unheard of");
        assertThat(finished.getByLabel("Cause", new Locator.GetByLabelOptions().setExact(true)))
                .hasAttribute("aria-invalid", "true");
        Browser.keep(page, "finished-refused");
        ask(finished, "Cause", "Label of " + tag);

        row.getByRole(AriaRole.LINK).click();
        assertThat(finished.locator("h1")).hasText(late.number().value());
        assertThat(finished.locator("h1")).isFocused();
        assertThat(badge(page, "UserTask_ResolveCase")).containsText("3 d 8 h");
        assertThat(finished.locator("[data-element-id=UserTask_PlanRecovery].srr-passed"))
                .hasCount(1);
        assertThat(finished.locator("tr", new Locator.LocatorOptions().setHasText("Resolve case")))
                .containsText("Test Case owner");
        assertThat(finished.locator(".srr-story")).containsText("Case opened");
        assertThat(finished.getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName("Whole case in Tasklist")))
                .hasAttribute("href", Pattern.compile("/cases/" + late.number()));
        Browser.keep(page, "finished-case");
        axe.look(page, "one case", ".srr-finished");
        paper(page, "finished-case");
        finished.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Whole diagram"))
                .click();
        page.setViewportSize(380, 1900);
        Browser.fits(page, ".srr-finished");
        // The drawing followed the window.
        page.waitForFunction("(box => box.scrollWidth <= box.clientWidth + 1 && box.querySelector"
                + "('[data-element-id=UserTask_PlanRecovery]').getBoundingClientRect().width > 10)"
                + "(document.querySelector('.srr-diagram'))");
        Browser.keep(page, "finished-case-narrow");
        page.setViewportSize(1400, 1900);
        finished.getByLabel("Process", new Locator.GetByLabelOptions().setExact(true))
                .selectOption("1");
        assertThat(badge(page, "UserTask_CallCustomer")).isVisible();
        Browser.keep(page, "finished-case-step");
        finished.getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName("Finished cases"))
                .click();
        assertThat(row).hasCount(1);

        // The engine's time to live for it is over.
        history.createHistoricProcessInstanceQuery()
                .processInstanceBusinessKeyLike(gone.number() + "%")
                .list()
                .forEach(each -> history.deleteHistoricProcessInstance(each.getId()));
        go(page, "#/finished-cases?case=" + gone.number());
        assertThat(finished.locator(".srr-notice")).containsText("no longer keeps the history");
        assertThat(finished.locator(".srr-story")).containsText("Case opened");
        assertThat(finished.locator(".srr-facts")).containsText("Upheld (round 2: Not upheld)");
        assertThat(finished.locator(".srr-facts")).containsText("Housing Ombudsman, 1 Mar 2065: Partially upheld");
        Browser.keep(page, "finished-case-history-gone");

        go(page, "#/finished-cases?case=" + late.number().value().toLowerCase(Locale.ROOT));
        assertThat(finished.locator("h1")).hasText(late.number().value());
        go(page, "#/finished-cases?case=SR-1999-000001");
        assertThat(finished.locator("h1")).hasText("No such case");
        assertThat(finished.locator(".srr-notice")).containsText("There is no case SR-1999-000001 that you may see.");
        assertThat(finished.getByRole(AriaRole.BUTTON)).hasCount(0);
        Browser.keep(page, "finished-no-such-case");
        axe.look(page, "no such case", ".srr-finished");
        finished.getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName("Find finished cases"))
                .click();
        assertThat(row.first()).isVisible();
        page.route(
                Pattern.compile("/api/cases/SR-"),
                route -> route.fulfill(new Route.FulfillOptions().setStatus(503).setBody("")));
        go(page, "#/finished-cases?case=" + gone.number());
        Locator tryAgain = finished.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Try again"));
        tryAgain.click();
        assertThat(finished.locator(".srr-failed")).isVisible();
        page.unrouteAll();
        tryAgain.click();
        assertThat(finished.locator(".srr-story")).containsText("Case opened");
        assertThat(finished.locator("h1")).hasText(gone.number().value());

        // A figure counts it, and the list does not have it.
        loop.does(Role.CASE_OWNER, () -> application.getBean(Cases.class).reopen(late.number(), "It leaks again"));
        go(page, "#/finished-cases?main=true&resolvedFrom=2065-03-01&resolvedTo=2065-03-31&tag=" + tag);
        assertThat(row).hasCount(1);
        assertThat(finished).containsText("1 more was resolved in this time and is open again");
        Browser.keep(page, "finished-one-open-again");

        page.route(
                Pattern.compile("/api/cases/finished"),
                route -> route.fulfill(new Route.FulfillOptions().setStatus(503).setBody("")));
        go(page, "#/finished-cases");
        assertThat(finished.locator(".srr-failed")).containsText("The cases could not be read.");
        Browser.keep(page, "finished-server-failing");
        page.unrouteAll();
        finished.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Try again"))
                .click();
        assertThat(row.first()).isVisible();

        Page designer = DESK.signedInSpeaking("de-DE", TestPeople.person(identities, Role.PROCESS_DESIGNER), COCKPIT);
        designer.waitForURL(Pattern.compile("/cockpit/default/"));
        assertThat(designer.getByRole(
                        AriaRole.LINK,
                        new Page.GetByRoleOptions().setName("Wiedergutmachung").setExact(true)))
                .hasCount(1);
        assertThat(designer.getByRole(
                        AriaRole.LINK,
                        new Page.GetByRoleOptions().setName("Beendete Fälle").setExact(true)))
                .hasCount(0);
        go(designer, "#/finished-cases");
        assertThat(designer.locator(".srr-notice")).containsText("Ihre Rolle sieht keine Fälle.");
        assertThat(designer.getByRole(AriaRole.SEARCH)).hasCount(0);
        Browser.keep(designer, "finished-wrong-role");
        axe.foundNothing();
        assertThat(scriptErrors).isEmpty();
    }

    private void found(RecoveryCase closed, String finding) {
        loop.does(Role.REVIEWER, () -> application.getBean(Resolutions.class).find(closed.number(), finding));
    }

    private Page cockpit(Role role) {
        Page page = DESK.signedIn(TestPeople.person(identities, role), COCKPIT);
        page.onPageError(scriptErrors::add);
        assertThat(page.getByRole(
                        AriaRole.LINK,
                        new Page.GetByRoleOptions().setName("Recovery").setExact(true)))
                .isVisible();
        return page;
    }

    private static void go(Page page, String hash) {
        page.navigate(page.url().replaceFirst("#.*", "") + hash);
    }

    private static Locator badge(Page page, String activity) {
        return page.locator(".djs-overlays[data-container-id=" + activity + "] .srr-badge");
    }

    /** What a printer would get, to be looked at. */
    private static void paper(Page page, String name) {
        page.emulateMedia(new Page.EmulateMediaOptions().setMedia(Media.PRINT));
        page.pdf(new Page.PdfOptions()
                .setPath(Path.of("target/screenshots/" + name + ".pdf"))
                .setFormat("A4"));
        page.emulateMedia(new Page.EmulateMediaOptions().setMedia(Media.SCREEN));
    }

    private static void tab(Page page) {
        page.locator(".nav-tabs").getByText("Waiting and deadlines").click();
    }

    private static void ask(Locator finished, String field, String words) {
        finished.getByLabel(field, new Locator.GetByLabelOptions().setExact(true))
                .fill(words);
        find(finished);
    }

    private static void find(Locator finished) {
        finished.getByRole(
                        AriaRole.BUTTON,
                        new Locator.GetByRoleOptions().setName("Find").setExact(true))
                .click();
    }

    private static void clear(Locator finished) {
        finished.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Clear"))
                .click();
    }
}
