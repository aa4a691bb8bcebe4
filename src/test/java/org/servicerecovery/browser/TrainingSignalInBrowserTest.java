package org.servicerecovery.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerecovery.browser.TasklistForms.choose;
import static org.servicerecovery.browser.TasklistForms.complete;
import static org.servicerecovery.browser.TasklistForms.fill;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.camunda.bpm.engine.runtime.Job;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.servicerecovery.Loop;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.CaseState;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.resolution.PreventionChecks;
import org.servicerecovery.resolution.Preventions;
import org.servicerecovery.resolution.Resolutions;
import org.servicerecovery.trend.TrendTick;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

/** Six cases of one cause in a quarter, from the last closing to the measure without effect that comes back. */
@RunningApplication
class TrainingSignalInBrowserTest {

    @RegisterExtension
    final Desk desk = new Desk();

    @Autowired
    ApplicationContext application;

    @Autowired
    TrendTick tick;

    @Autowired
    TaskService tasks;

    @Autowired
    RuntimeService runtime;

    @Autowired
    ManagementService management;

    @Autowired
    Resolutions resolutions;

    @Autowired
    Preventions preventions;

    @Autowired
    PreventionChecks checks;

    private final Axe axe = new Axe();
    private final List<String> scriptErrors = new ArrayList<>();

    @AfterEach
    void timeGoesOn() {
        ClockUtil.reset();
    }

    @Test
    void theSixthCaseOfAQuarterMakesASignalAndWhatHadNoEffectComesBack() {
        Loop loop = new Loop(application);
        // Figures go back for long, whatever was tested before.
        Loop.itIs(Instant.parse("2069-06-01T09:00:00Z"));
        loop.closed(loop.tag());
        Loop.itIs(Instant.parse("2071-02-10T09:00:00Z"));
        String tag = loop.tag();
        for (int i = 0; i < 5; i++) {
            loop.closed(tag);
        }
        String lead = loop.person(Role.MANAGER);
        RecoveryCase sixth = loop.readyToResolve(Severity.MINOR);
        loop.does(
                Role.CASE_OWNER,
                () -> resolutions.resolve(
                        sixth.number(),
                        new Resolutions.Draft(
                                "apology-only",
                                tag,
                                "Send a text before each visit",
                                List.of(),
                                lead,
                                "2071-02-20",
                                "Nobody waits in vain")));
        tick.look();
        assertThat(open(tag)).as("five are closed").isEmpty();

        Page owner = desk.tasklist(loop.owner());
        Desk.show(owner, loop.task(loop.again(sixth), "UserTask_CloseLoop"));
        owner.locator(".fjs-form").getByLabel("By phone").check();
        complete(owner);
        owner.waitForCondition(() -> loop.again(sixth).state() == CaseState.CLOSED);
        tick.look();

        Page cockpit = desk.signedIn(lead, "/camunda/app/cockpit/default/#/recovery");
        cockpit.onPageError(scriptErrors::add);
        Locator row = cockpit.getByRole(
                        AriaRole.REGION,
                        new Page.GetByRoleOptions().setName("Training signals").setExact(true))
                .locator("tr", new Locator.LocatorOptions().setHasText(tag));
        assertThat(row).containsText("to be planned");
        assertThat(row).containsText("2071-Q1");
        row.scrollIntoViewIfNeeded();
        Browser.keep(cockpit, "training-signal-1-in-cockpit");
        whatItIsAboutOpensUnderItsRow(cockpit, row.first(), sixth);

        Page page = desk.tasklist(lead);
        page.onPageError(scriptErrors::add);
        Task plan = only(tag);
        tasks.claim(plan.getId(), lead);
        Desk.show(page, plan);
        Locator panel = page.locator(".sr-panel");
        assertThat(panel).containsText("6 cases in 2071-Q1");
        assertThat(panel).containsText("6 cases, and 6 are enough.");
        assertThat(panel.locator(".sr-quarters li"))
                .hasText(new String[] {"2070-Q1 0", "2070-Q2 0", "2070-Q3 0", "2070-Q4 0", "2071-Q1 6"});
        assertThat(panel.locator(".sr-pattern-cases li")).hasCount(6);
        assertThat(panel.locator(
                        ".sr-pattern-cases a[href='#/case/" + sixth.number().value() + "']"))
                .isVisible();
        Desk.tab(page, "Case");
        assertThat(page.getByText("This task belongs to a pattern, not to one case."))
                .isVisible();
        assertThat(page.locator(".sr-pattern-cases:visible li")).hasCount(6);
        Browser.keep(page, "training-signal-2-case-tab");
        Desk.tab(page, "Form");
        choose(page, "owner", Role.MANAGER.title());
        fill(page, "measure", "Ride along with every crew");
        date(page, "dueOn", LocalDate.parse("2071-02-20"));
        Browser.keep(page, "training-signal-2-plan");
        complete(page);
        becomes(page, tag, "UserTask_CarryOutMeasure");

        Loop.itIs(Instant.parse("2071-02-11T09:00:00Z"));
        loop.does(Role.MANAGER, () -> preventions.done(sixth.number(), null, "Every text was sent"));
        Desk.show(page, only(tag));
        assertThat(page.locator(".sr-panel")).containsText("Ride along with every crew");
        date(page, "tookHoldOn", LocalDate.parse("2071-02-11"));
        fill(page, "evidence", "The rota of February");
        Browser.keep(page, "training-signal-3-carry-out");
        axe.look(page, "carry out", ".sr-panel");
        complete(page);
        page.waitForCondition(() -> open(tag).isEmpty());
        refresh(cockpit);
        assertThat(row).containsText("carried out, watched");
        assertThat(row).containsText("until 8 Apr 2071");

        Loop.itIs(Instant.parse("2071-03-01T09:00:00Z"));
        for (int i = 0; i < 4; i++) {
            loop.closed(tag);
        }
        Loop.itIs(Instant.parse("2071-04-08T09:00:00Z"));
        weeksAreOver(tag);
        checks.look();

        Desk.show(page, only(tag));
        assertThat(panel).containsText("No effect is shown: there were 0.67 times as many cases after as before");
        assertThat(panel).containsText("after a bad time some fall comes by itself");
        assertThat(panel.getByRole(AriaRole.ROW)).not().hasCount(0);
        assertThat(panel.locator("tbody tr").nth(0)).containsText("6");
        assertThat(panel.locator("tbody tr").nth(1)).containsText("4");
        Locator none = page.locator(".fjs-form").getByLabel("No effect: plan another measure");
        assertThat(none).isChecked();
        Browser.keep(page, "training-signal-4-check-the-effect");
        axe.look(page, "comparison", ".sr-panel");
        page.locator(".fjs-form").getByLabel("It worked").check();
        assertThat(panel).containsText("You answer otherwise than the figures propose.");
        complete(page);
        assertThat(TasklistForms.refusalOf(page, "reason")).containsText("The figures say otherwise");
        Browser.keep(page, "training-signal-5-otherwise-needs-a-reason");
        none.check();
        complete(page);
        becomes(page, tag, "UserTask_PlanMeasure");

        tasks.claim(only(tag).getId(), lead);
        Desk.show(page, only(tag));
        assertThat(panel).containsText("Tried before, without effect");
        assertThat(panel).containsText("Ride along with every crew");
        assertThat(panel).containsText("The rota of February");
        panel.getByText("Cases before and after").first().click();
        Browser.keep(page, "training-signal-6-back-to-planning");
        axe.look(page, "tried before", ".sr-panel");
        // Tasklist keeps its other columns: what is left for the task is narrow.
        page.setViewportSize(960, 1400);
        Browser.keep(page, "training-signal-7-narrow");
        page.setViewportSize(1400, 1000);
        refresh(cockpit);
        assertThat(row).containsText("to be planned");
        assertThat(row).containsText("came back once");
        row.scrollIntoViewIfNeeded();
        row.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(Pattern.compile("^Details: ")))
                .click();
        Locator opened = cockpit.locator(".srr-opened");
        assertThat(opened).containsText("Tried before, without effect");
        opened.getByText("Cases before and after").first().click();
        assertThat(opened.locator(".sr-effect tbody tr").nth(1)).containsText("4");
        Browser.keep(cockpit, "training-signal-8-came-back-in-cockpit");
        axe.look(cockpit, "tried before, in Cockpit", ".srr-page");

        preventionComesBack(page, sixth);
        axe.foundNothing();
        assertThat(scriptErrors).isEmpty();
    }

    private void whatItIsAboutOpensUnderItsRow(Page cockpit, Locator row, RecoveryCase sixth) {
        Pattern details = Pattern.compile("/api/trend/signals/\\d+/pattern");
        AtomicReference<Route> held = new AtomicReference<>();
        cockpit.route(details, held::set);
        Locator opener = row.getByRole(
                AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(Pattern.compile("^Details: .*, 2071-Q1$")));
        assertThat(opener).hasAttribute("aria-expanded", "false");
        opener.focus();
        cockpit.keyboard().press("Enter");
        assertThat(opener).hasAttribute("aria-expanded", "true");
        Locator opened = cockpit.locator("#" + opener.getAttribute("aria-controls"));
        assertThat(opened).containsText("The details are still being read");
        held.get().fulfill(new Route.FulfillOptions().setStatus(503).setBody(""));
        assertThat(opened.getByRole(AriaRole.ALERT)).containsText("The details could not be read.");
        cockpit.unroute(details);
        opened.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Try again"))
                .click();
        assertThat(opened).containsText("6 cases, and 6 are enough.");
        assertThat(opened.locator(".sr-quarters li"))
                .hasText(new String[] {"2070-Q1 0", "2070-Q2 0", "2070-Q3 0", "2070-Q4 0", "2071-Q1 6"});
        opened.locator("summary").click();
        assertThat(opened.locator(".sr-pattern-cases li")).hasCount(6);
        assertThat(opened.locator(
                        ".sr-pattern-cases a[href$='/cases/" + sixth.number().value() + "']"))
                .isVisible();
        assertThat(row.getByRole(AriaRole.LINK)).hasAttribute("href", Pattern.compile("#/process-instance/.+/runtime"));
        Browser.keep(cockpit, "training-signal-1-opened-in-cockpit");
        axe.look(cockpit, "opened in Cockpit", ".srr-page");
        opener.focus();
        cockpit.keyboard().press("Space");
        assertThat(opener).hasAttribute("aria-expanded", "false");
        assertThat(opened).isHidden();
    }

    private void preventionComesBack(Page page, RecoveryCase of) {
        page.navigate(page.url().replaceFirst("#.*", "") + "#/prevention");
        page.getByLabel("Only mine").check();
        Locator line = page.locator(
                ".sr-prevention > li",
                new Page.LocatorOptions().setHasText(of.number().value()));
        assertThat(line).containsText("The weeks after it are over: say whether it helped.");
        line.getByText("Cases before and after").first().click();
        assertThat(line).containsText("The figures propose: no effect.");
        Browser.keep(page, "prevention-to-judge");
        axe.look(page, "prevention", ".sr-page");
        page.setViewportSize(400, 1300);
        Browser.keep(page, "prevention-to-judge-narrow");
        axe.look(page, "prevention narrow", ".sr-page");
        page.setViewportSize(1400, 1000);
        line.getByRole(AriaRole.BUTTON).click();
        assertThat(line.getByLabel("Did it help?")).hasValue("false");
        line.getByRole(
                        AriaRole.BUTTON,
                        new Locator.GetByRoleOptions().setName("Record it").setExact(true))
                .click();
        assertThat(line).containsText("Came back once: it had no effect");
        assertThat(line).containsText("8 May 2071");
        line.getByText("Came back once: it had no effect").click();
        assertThat(line).containsText("Every text was sent");
        Browser.keep(page, "prevention-came-back");
        axe.look(page, "prevention came back", ".sr-page");
    }

    private static void refresh(Page cockpit) {
        cockpit.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Refresh"))
                .click();
    }

    private static void date(Page page, String field, LocalDate date) {
        Locator day = page.locator("[id$='Field_" + field + "-date']");
        day.fill(day.getAttribute("placeholder")
                .replace("dd", "%02d".formatted(date.getDayOfMonth()))
                .replace("mm", "%02d".formatted(date.getMonthValue()))
                .replace("yyyy", String.valueOf(date.getYear())));
        day.press("Enter");
    }

    private void becomes(Page page, String tag, String key) {
        page.waitForCondition(() ->
                open(tag).stream().anyMatch(task -> task.getTaskDefinitionKey().equals(key)));
    }

    private List<Task> open(String tag) {
        return tasks.createTaskQuery()
                .processInstanceBusinessKey("TS-2071-Q1-" + tag)
                .list();
    }

    private Task only(String tag) {
        List<Task> open = open(tag);
        assertThat(open).hasSize(1);
        return open.get(0);
    }

    private void weeksAreOver(String tag) {
        String instance = runtime.createProcessInstanceQuery()
                .processInstanceBusinessKey("TS-2071-Q1-" + tag)
                .singleResult()
                .getId();
        Job timer = management.createJobQuery().processInstanceId(instance).singleResult();
        assertThat(timer.getDuedate()).isEqualTo(Instant.parse("2071-04-08T00:00:00Z"));
        management.executeJob(timer.getId());
    }
}
