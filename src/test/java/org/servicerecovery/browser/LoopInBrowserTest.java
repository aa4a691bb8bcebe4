package org.servicerecovery.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerecovery.browser.TasklistForms.card;
import static org.servicerecovery.browser.TasklistForms.choose;
import static org.servicerecovery.browser.TasklistForms.complete;
import static org.servicerecovery.browser.TasklistForms.draftIsSaved;
import static org.servicerecovery.browser.TasklistForms.fill;
import static org.servicerecovery.browser.TasklistForms.open;
import static org.servicerecovery.browser.TasklistForms.refusalOf;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.FilePayload;
import com.microsoft.playwright.options.LoadState;
import java.util.regex.Pattern;
import org.camunda.bpm.engine.HistoryService;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.camunda.bpm.engine.runtime.Job;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.access.Role;
import org.servicerecovery.customer.Customers;
import org.servicerecovery.files.Pictures;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The loop as people see it: a case owner in Tasklist, a manager in Cockpit. Screenshots are kept as build output. */
@RunningApplication
class LoopInBrowserTest {

    @RegisterExtension
    Desk desk = new Desk();

    @Autowired
    private IdentityService identity;

    @Autowired
    private Customers customers;

    @Autowired
    private JdbcClient db;

    @Autowired
    private RuntimeService runtime;

    @Autowired
    private ManagementService management;

    @Autowired
    private HistoryService history;

    @AfterEach
    void timeGoesOn() {
        ClockUtil.reset();
    }

    @Test
    void ownerOpensPlansWorksAndResolvesACaseAndTheManagerFindsItsEscalationInCockpit() {
        customers.register("B-4711", "Wilma Brookfield", "wilma@example.org", "+44 113 496 0999");
        // Somebody of its own: the list holds this case's tasks alone.
        String owner = "loop-owner";
        TestPeople.add(identity, owner, Role.CASE_OWNER);
        String manager = TestPeople.person(identity, Role.MANAGER);
        Page page = desk.signedIn(owner);

        String number = openCase(page);
        planThreeSteps(page);
        workStep(
                page,
                "Write apology letter",
                () -> {
                    page.getByText("By mail, as PDF").click();
                    fill(page, "letter", "We are sorry for the leak.");
                },
                null);
        workStep(
                page,
                "Internal training note",
                () -> {
                    assertThat(page.locator(".sr-panel")).containsText("Causes that fit");
                    choose(page, "rootCauseTag", "Repair did not hold");
                    choose(page, "audience", "Operatives");
                    Browser.keep(page, "04-training-note");
                },
                null);
        deadlineIsMissed(number);
        managerFindsTheEscalation(manager, number);
        callWithoutNotesIsExplained(page);
        workStep(
                page,
                "Call customer",
                () -> {
                    assertThat(page.locator(".sr-panel a[href='tel:+441134960999']"))
                            .isVisible();
                    choose(page, "reached", "The customer");
                    page.locator(".fjs-form").getByLabel("The work done again").check();
                    Browser.keep(page, "07-call");
                },
                "Photos of correction");
        workStep(page, "Photos of correction", () -> addPhoto(page), null);
        resolve(page);
        closeTheLoop(page);

        assertThat(db.sql("select state from recovery_case where number = ?")
                        .param(number)
                        .query(String.class)
                        .single())
                .isEqualTo("CLOSED");
        assertThat(db.sql("""
                                select s.type || ' ' || s.state || ' ' || s.settled_by from plan_step s join recovery_case c on c.id = s.case_id
                                 where c.number = ? order by s.seq""").param(number).query(String.class).list())
                .containsExactly(
                        "call-customer COMPLETED " + owner,
                        "write-apology-letter COMPLETED " + owner,
                        "internal-training-note COMPLETED " + owner,
                        "photos-of-correction COMPLETED " + owner);
        assertThat(db.sql("""
                                select r.type || ' ' || t.code || ' ' || r.resolved_by from resolution r
                                  join recovery_case c on c.id = r.case_id join root_cause_tag t on t.id = r.tag_id
                                 where c.number = ?""").param(number).query(String.class).single())
                .isEqualTo("MAKE_GOOD_SERVICE repair-did-not-hold " + owner);
        assertThat(runtime.createProcessInstanceQuery()
                        .processInstanceBusinessKey(number)
                        .count())
                .isZero();
        assertThat(history.createHistoricProcessInstanceQuery()
                        .processInstanceBusinessKey(number)
                        .singleResult()
                        .getState())
                .isEqualTo("COMPLETED");
    }

    private String openCase(Page page) {
        assertThat(page.getByText("Select a task in the list.")).isVisible();
        assertThat(page.getByText("My work").first()).isVisible();
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("New case"))
                .click();
        page.getByPlaceholder("Name, phone, e-mail or customer number").fill("0113 496 0999".substring(5));
        page.getByText("Wilma Brookfield").first().click();
        page.getByRole(AriaRole.RADIO, new Page.GetByRoleOptions().setName(Pattern.compile("Critical")))
                .check();
        page.getByLabel("How we learned of it").selectOption("complaint");
        page.getByLabel("What went wrong, briefly").fill("The new valve leaks.");
        Browser.keep(page, "01-new-case");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(Pattern.compile("^Open")))
                .click();
        Locator task = page.locator("a[href*='task=']").first();
        task.waitFor();
        Browser.keep(page, "02-case-opened");
        task.click();
        return db.sql(
                        "select number from recovery_case where summary = 'The new valve leaks.' order by id desc limit 1")
                .query(String.class)
                .single();
    }

    private void planThreeSteps(Page page) {
        // The playbook's suggestion for a critical complaint: more rows than form-js shows by itself.
        assertThat(page.locator(".fjs-repeat-row-remove")).hasCount(6);
        assertThat(page.locator(".sr-panel")).containsText("The case is due");
        Browser.keep(page, "03-playbook-suggestion");
        for (int i = 0; i < 3; i++) {
            page.locator(".fjs-repeat-row-remove").last().click();
        }
        choose(page, "type_1", "Write apology letter");
        choose(page, "type_2", "Internal training note");
        fill(page, "purpose_0", "Say sorry");
        fill(page, "hours_0", "soon");
        draftIsSaved(page);
        complete(page);
        // The server's refusal stands under the field, and says what to do.
        assertThat(refusalOf(page, "hours_0")).hasText("Must be a whole number of hours from 1 to 8760, such as 4.");
        assertThat(page.locator(".page-notifications .alert-danger")).containsText("Hours to do it in must be");
        Browser.keep(page, "03-wrong-hours-explained");
        fill(page, "hours_0", "30");
        assertThat(page.locator(".sr-panel-warning")).containsText("Step 1 would end after the case is due.");
        fill(page, "hours_0", "1");
        assertThat(refusalOf(page, "hours_0")).hasCount(0);
        assertThat(page.locator(".sr-panel-warning")).not().containsText("Step 1");
        // What waits for a step ends the later for it.
        String hours = page.locator("[id$='Field_hours_1']").inputValue();
        fill(page, "hours_1", "30");
        assertThat(page.locator(".sr-panel-warning")).containsText("Step 3 would end after the case is due.");
        fill(page, "hours_1", hours);
        assertThat(page.locator(".sr-panel-warning")).not().containsText("Step 3");
        draftIsSaved(page);
        complete(page);
        assertThat(card(page, "Call customer")).isVisible();
        // The third step waits for the second.
        assertThat(card(page, "Internal training note")).hasCount(0);
        Browser.keep(page, "04-plan-made");
    }

    private void callWithoutNotesIsExplained(Page page) {
        open(page, "Call customer");
        complete(page);
        assertThat(page.locator(".fjs-form-field-error").first()).isVisible();
        assertThat(page.getByText("Some answers are missing or not right.")).isVisible();
        Browser.keep(page, "07-missing-notes-explained");
    }

    private void workStep(Page page, String step, Runnable ownFields, @Nullable String further) {
        open(page, step);
        page.locator("[id*='-Field_outcome'][type=radio]").first().check();
        ownFields.run();
        fill(page, "notes", "Done as planned: " + step);
        if (further != null) {
            choose(page, "nextStepType", further);
        }
        complete(page);
        assertThat(card(page, step)).hasCount(0);
    }

    private static void addPhoto(Page page) {
        page.locator(".sr-panel input[type=file]")
                .setInputFiles(new FilePayload("valve.jpg", "image/jpeg", Pictures.photo(800, 600, 6, 30)));
        assertThat(page.locator(".sr-panel .sr-photos img")).isVisible();
    }

    private void deadlineIsMissed(String number) {
        Job missed = management
                .createJobQuery()
                .activityId("BoundaryEvent_DeadlineMissed")
                .processInstanceId(runtime.createProcessInstanceQuery()
                        .processInstanceBusinessKey(number)
                        .processDefinitionKey("service-recovery")
                        .singleResult()
                        .getId())
                .singleResult();
        ClockUtil.setCurrentTime(missed.getDuedate());
        management.executeJob(missed.getId());
    }

    private void managerFindsTheEscalation(String manager, String number) {
        Page page = desk.signedIn(manager, "/camunda/app/cockpit/default/#/processes");
        page.getByRole(
                        AriaRole.LINK,
                        new Page.GetByRoleOptions().setName("Service recovery").setExact(true))
                .first()
                .click();
        assertThat(page.locator(".djs-container").first()).isVisible();
        // Until everything is there, the page takes the focus away from the search.
        page.waitForLoadState(LoadState.NETWORKIDLE);
        Locator search = page.getByPlaceholder("Add criteria").first();
        search.click();
        page.locator("ul.dropdown-menu li", new Page.LocatorOptions().setHasText("Business Key"))
                .first()
                .click();
        Locator value = page.locator("input:focus:not([placeholder='Add criteria'])");
        value.fill(number);
        value.press("Enter");
        Browser.keep(page, "05-search-in-cockpit");
        Locator row = page.locator("tr", new Page.LocatorOptions().setHasText(number));
        assertThat(page.locator("tr", new Page.LocatorOptions().setHasText(Pattern.compile("SR-\\d{4}-\\d{6}"))))
                .hasCount(1);
        row.getByRole(AriaRole.LINK).first().click();
        // The page before shows the tokens of all cases.
        page.waitForURL("**/process-instance/**");
        assertThat(page.getByText("Business Key:")).isVisible();
        Locator token = page.locator(".djs-overlays[data-container-id='UserTask_HandleMissedDeadline'] .badge")
                .first();
        assertThat(token).hasText("1");
        assertThat(token).isVisible();
        Browser.keep(page, "06-escalation-in-cockpit");
        page.context().close();
    }

    private void resolve(Page page) {
        open(page, "Resolve case");
        choose(page, "resolutionType", "Make-Good Service");
        fill(page, "preventionAction", "Pressure test after every valve.");
        complete(page);
        assertThat(page.locator(".fjs-form-field:has([id$='Field_rootCauseTag']) .fjs-form-field-error"))
                .isVisible();
        Browser.keep(page, "08-missing-tag-explained");
        choose(page, "rootCauseTag", "Repair did not hold");
        complete(page);
        assertThat(card(page, "Resolve case")).hasCount(0);
    }

    private void closeTheLoop(Page page) {
        open(page, "Close the loop with the customer");
        page.locator(".fjs-form").getByLabel("By phone").check();
        page.getByText("Case", new Page.GetByTextOptions().setExact(true))
                .first()
                .click();
        assertThat(page.getByText("Wilma Brookfield").first()).isVisible();
        Browser.keep(page, "09-case-tab");
        page.getByText("Form", new Page.GetByTextOptions().setExact(true))
                .first()
                .click();
        page.locator(".fjs-form").getByLabel("By phone").check();
        complete(page);
        assertThat(card(page, "Close the loop with the customer")).hasCount(0);
        Browser.keep(page, "10-closed");
    }
}
