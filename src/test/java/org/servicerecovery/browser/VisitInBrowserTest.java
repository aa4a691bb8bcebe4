package org.servicerecovery.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerecovery.browser.TasklistForms.choose;
import static org.servicerecovery.browser.TasklistForms.complete;
import static org.servicerecovery.browser.TasklistForms.fill;
import static org.servicerecovery.browser.TasklistForms.pick;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.FilePayload;
import java.net.HttpURLConnection;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.servicerecovery.Loop;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.FailureSource;
import org.servicerecovery.cases.NewCase;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.customer.Customers;
import org.servicerecovery.files.Pictures;
import org.servicerecovery.job.JobState;
import org.servicerecovery.job.Queue;
import org.servicerecovery.plan.NewStep;
import org.servicerecovery.plan.Plan;
import org.servicerecovery.plan.StepState;
import org.servicerecovery.workorder.News;
import org.servicerecovery.workorder.WorkOrders;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

/** The owner of a case orders a visit in Tasklist, and an operative does it on a phone as any other job. */
@RunningApplication
class VisitInBrowserTest {

    @RegisterExtension
    final Desk desk = new Desk();

    @Autowired
    ApplicationContext application;

    @Autowired
    IdentityService identities;

    @Autowired
    TaskService tasks;

    @Autowired
    Cases cases;

    @Autowired
    Customers customers;

    @Autowired
    Plan plan;

    @Autowired
    WorkOrders orders;

    final Axe axe = new Axe();
    Loop loop;
    Queue queue;

    @BeforeEach
    void parts() {
        loop = new Loop(application);
        queue = new Queue(application);
    }

    @Test
    void theWorkIsDoneAsAnyOtherAndTheOwnerCallsTheCustomer() {
        String owner = "visit-owner-" + UUID.randomUUID();
        TestPeople.add(identities, owner, Role.CASE_OWNER);
        RecoveryCase found = withVisit(owner);

        Page desktop = desk.tasklist(owner);
        desktop.setViewportSize(1400, 1900);
        Desk.show(desktop, task(found, 1, "UserTask_ScheduleVisit"));
        order(desktop, "Fit a new valve after the complaint");
        complete(desktop);
        assertThat(TasklistForms.refusalOf(desktop, "task")).containsText("«complaint»");
        Browser.keep(desktop, "visit-1-marked");
        assertThat(desktop.locator("[id$='Field_site']")).hasValue("7 Dale Street");
        assertThat(desktop.locator("[id$='Field_letThrough']")).isHidden();
        fill(desktop, "task", "Fit a new valve");
        sent(desktop);

        queue.release();
        String wes = queue.operative("visit-wes", "heating-west");
        Page phone = desk.stranger(390, 844);
        desk.signIn(phone, wes);
        phone.navigate(phone.url().replaceFirst("(://[^/]*).*", "$1/jobs"));
        String order = String.valueOf(orders.of(found.id()).get(0).job().number());
        phone.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(order))
                .first()
                .click();
        assertThat(phone.locator("body")).containsText("Fit a new valve");
        assertThat(phone.locator("body")).not().containsText(found.number().value());
        button(phone, "Take this job").click();
        phone.getByLabel("What was done").fill("New valve. No drops after ten minutes.");
        phone.getByLabel("Add photos")
                .setInputFiles(new FilePayload("valve.jpg", "image/jpeg", Pictures.photo(900, 600, 6, 71)));
        assertThat(phone.locator(".photos img")).hasCount(1);
        Browser.keep(phone, "visit-2-on-the-phone");
        axe.look(phone, "the job on a phone", "body");

        Desk.show(desktop, task(found, 1, "UserTask_TellAppointment"));
        assertThat(desktop.locator(".sr-panel")).containsText("taken by an operative");
        Browser.keep(desktop, "visit-3-tell-the-appointment");
        axe.look(desktop, "tell the appointment", ".sr-panel");
        form(desktop).getByLabel("By phone").check();
        fill(desktop, "notes", "She is at home.");
        sent(desktop);
        Desk.show(desktop, task(found, 1, "UserTask_CallAfterVisit"));
        assertThat(desktop.locator(".sr-panel")).containsText("taken by an operative");

        button(phone, "Done").click();
        assertThat(phone.getByRole(AriaRole.STATUS)).containsText("is reported.");
        News.tell(application);

        // The page that is open shows it by itself.
        Locator panel = desktop.locator(".sr-panel");
        assertThat(panel).containsText("New valve. No drops after ten minutes.");
        assertThat(panel).containsText("Done");
        assertThat(panel.locator(".sr-photos img")).hasCount(1);
        assertThat((Boolean) panel.locator(".sr-photos img")
                        .evaluate("image => image.decode().then(() => image.naturalWidth > 0)"))
                .isTrue();
        choose(desktop, "reached", "The customer");
        fill(desktop, "notes", "All is dry, she thanks us.");
        assertThat(panel).containsText("Priced by PL-7");
        choose(desktop, "charged", "No");
        Browser.keep(desktop, "visit-4-call-after-the-visit");
        axe.look(desktop, "call after the visit", ".sr-panel");
        sent(desktop);

        assertThat(plan.steps(found.id())).singleElement().satisfies(step -> {
            assertThat(step.state()).isEqualTo(StepState.COMPLETED);
            assertThat(step.notes()).contains("No drops after ten minutes.", "All is dry, she thanks us.");
        });
        Desk.show(desktop, loop.task(loop.again(found), "UserTask_ResolveCase"));
        Desk.tab(desktop, "Case");
        assertThat(desktop.locator(".sr-case")).containsText("New valve. No drops after ten minutes.");
        assertThat(desktop.locator(".sr-case")).containsText("Charged to the customer: no");
        Browser.keep(desktop, "visit-5-the-case-goes-on");
        axe.foundNothing();
    }

    @Test
    void whatWasNotDoneIsPlannedAgainAndAVisitCanBeCalledOff() {
        String owner = "visit-again-" + UUID.randomUUID();
        TestPeople.add(identities, owner, Role.CASE_OWNER);
        RecoveryCase found = withVisit(owner);
        Page desktop = desk.tasklist(owner);
        desktop.setViewportSize(1400, 1900);
        Desk.show(desktop, task(found, 1, "UserTask_ScheduleVisit"));
        order(desktop, "Fit a new valve");
        sent(desktop);
        queue.release();
        Page phone = desk.stranger(390, 844);
        desk.signIn(phone, queue.operative("visit-wes", "heating-west"));
        phone.navigate(phone.url().replaceFirst("(://[^/]*).*", "$1/jobs"));
        phone.getByRole(
                        AriaRole.LINK,
                        new Page.GetByRoleOptions()
                                .setName(String.valueOf(
                                        orders.of(found.id()).get(0).job().number())))
                .first()
                .click();
        button(phone, "Take this job").click();
        phone.getByLabel("What was done").fill("Rang twice, nobody came to the door.");
        button(phone, "No access").click();
        assertThat(phone.getByRole(AriaRole.STATUS)).containsText("is reported.");
        News.tell(application);

        Desk.show(desktop, task(found, 1, "UserTask_PlanAgain"));
        Locator panel = desktop.locator(".sr-panel");
        assertThat(panel).containsText("Rang twice, nobody came to the door.");
        assertThat(panel).containsText(loop.again(found).severity().label());
        assertThat(loop.again(found).severity()).isGreaterThan(found.severity());
        Browser.keep(desktop, "visit-6-plan-again");
        axe.look(desktop, "plan again", ".sr-panel");
        fill(desktop, "notes", "A new appointment in the evening.");
        choose(desktop, "nextStepType", "Schedule visit");
        fill(desktop, "nextStepPurpose", "Fit the valve after six");
        sent(desktop);

        Desk.show(desktop, task(found, 2, "UserTask_ScheduleVisit"));
        order(desktop, "Fit a new valve after six");
        sent(desktop);
        Desk.show(desktop, task(found, 2, "UserTask_TellAppointment"));
        panel.locator("summary").first().click();
        axe.look(desktop, "move the visit", ".sr-panel");
        panel.locator("input[name=windowTo]").fill(LocalDate.now().plusDays(3) + "T12:00");
        button(desktop, "Move the visit").click();
        assertThat(panel.getByRole(AriaRole.ALERT)).isVisible();
        panel.locator("textarea[name=reason]").first().fill("She comes home later.");
        button(desktop, "Move the visit").click();
        assertThat(panel.getByRole(AriaRole.ALERT)).hasCount(0);
        assertThat(panel.locator("details[open]")).hasCount(0);
        panel.locator("summary").last().click();
        axe.look(desktop, "cancel the visit", ".sr-panel");
        panel.getByRole(AriaRole.BUTTON).last().click();
        assertThat(panel.getByRole(AriaRole.ALERT)).isVisible();
        panel.locator("textarea").last().fill("She has found somebody else for it.");
        panel.getByRole(AriaRole.BUTTON).last().click();
        assertThat(panel).containsText("Cancelled");
        Browser.keep(desktop, "visit-7-cancelled");
        assertThat(orders.of(found.id()).get(1).job().state()).isEqualTo(JobState.CANCELLED);
        axe.foundNothing();
    }

    private RecoveryCase withVisit(String owner) {
        String customer = "C-" + UUID.randomUUID();
        customers.register(customer, "Nora Falk", null, "+44 113 496 0999", "7 Dale Street\nLeeds LS2 7AB");
        RecoveryCase opened = loop.as(
                Role.CX_LEAD,
                () -> cases.open(new NewCase(
                        customer,
                        Severity.MINOR,
                        FailureSource.COMPLAINT,
                        "The new valve leaks",
                        null,
                        null,
                        owner,
                        null)));
        loop.does(
                Role.CX_LEAD,
                () -> plan.finish(opened.number(), List.of(new NewStep("schedule-visit", "Put it right", null))));
        return loop.again(opened);
    }

    private static void order(Page page, String work) {
        form(page)
                .getByLabel("Completed", new Locator.GetByLabelOptions().setExact(true))
                .check();
        fill(page, "site", "7 Dale Street");
        fill(page, "contactName", "Ms Holt");
        fill(page, "contactPhone", "+44 113 496 0002");
        choose(page, "skill", "Heating");
        choose(page, "area", "West");
        fill(page, "task", work);
        LocalDate day = LocalDate.now().plusDays(3);
        pick(page, "windowFrom", day, "08:15");
        pick(page, "windowTo", day, "10:00");
        fill(page, "durationMinutes", "45");
        fill(page, "priceReference", "PL-7");
        fill(page, "notes", "Agreed with her on the phone.");
    }

    private static void sent(Page page) {
        Response sent = page.waitForResponse("**/submit-form", () -> complete(page));
        assertThat(sent.status()).as("what the engine says").isEqualTo(HttpURLConnection.HTTP_NO_CONTENT);
        assertThat(form(page)).hasCount(0);
    }

    private static Locator form(Page page) {
        return page.locator(".fjs-form");
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    private Task task(RecoveryCase of, int step, String key) {
        return tasks.createTaskQuery()
                .processInstanceId(plan.step(of, step).processInstanceId())
                .taskDefinitionKey(key)
                .singleResult();
    }
}
