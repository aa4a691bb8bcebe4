package org.servicerecovery.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.FilePayload;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.camunda.bpm.engine.task.Task;
import org.joda.money.Money;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.servicerecovery.Loop;
import org.servicerecovery.MailServer;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.FailureSource;
import org.servicerecovery.cases.NewCase;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.correspondence.Outbox;
import org.servicerecovery.customer.Customers;
import org.servicerecovery.files.Pictures;
import org.servicerecovery.plan.NewStep;
import org.servicerecovery.plan.Plan;
import org.servicerecovery.plan.Step;
import org.servicerecovery.resolution.Resolutions;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;

/** What axe-core finds in our parts of Tasklist and on our own pages, wide and on a phone: nothing serious. */
@RunningApplication
class AccessibilityTest {

    /** Some rules of 2.2, such as that on the size of targets, run only when they are asked for. */
    private static final List<String> STEP_TYPES = List.of(
            "call-customer",
            "email-customer",
            "schedule-visit",
            "issue-refund",
            "issue-credit",
            "write-apology-letter",
            "photos-of-correction",
            "internal-training-note",
            "root-cause-analysis",
            "escalate-to-manager");

    private static final String OWNER = "test-axe-" + UUID.randomUUID();

    @RegisterExtension
    static final Desk DESK = Desk.forTheWholeClass();

    @LocalServerPort
    int port;

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
    Resolutions resolutions;

    final Axe axe = new Axe();
    Loop loop;

    @BeforeEach
    void somebodyWithNoOtherWork() {
        loop = new Loop(application);
        TestPeople.person(identities, OWNER, Role.CASE_OWNER);
    }

    @AfterEach
    void timeGoesOn() {
        ClockUtil.reset();
    }

    @Test
    void nothingSeriousIsFoundInTheCaseTabAndAboveTheFormsOfTasks() {
        RecoveryCase found = opened("axe@steps.example");
        Page page = DESK.tasklist(OWNER);
        Desk.show(page, loop.task(found, "UserTask_PlanRecovery"));
        panel(page, "plan-recovery");
        loop.does(
                Role.CX_LEAD,
                () -> plan.finish(
                        found.number(),
                        STEP_TYPES.stream()
                                .map(type -> new NewStep(type, "Put it right", null))
                                .toList()));
        for (String type : "all".equals(System.getProperty("accessibility"))
                ? STEP_TYPES.subList(0, STEP_TYPES.size() - 1)
                : List.of("call-customer", "email-customer", "photos-of-correction", "issue-refund")) {
            Desk.show(page, task(found, type));
            if (type.equals("photos-of-correction")) {
                page.locator(".sr-panel input[type=file]")
                        .setInputFiles(new FilePayload("valve.jpg", "image/jpeg", Pictures.photo(400, 300, 1, 3)));
                page.locator(".sr-panel .sr-photos img").waitFor();
            }
            panel(page, type);
        }
        Page manager = DESK.tasklist(loop.person(Role.MANAGER));
        Desk.show(manager, task(found, "escalate-to-manager"));
        panel(manager, "escalate-to-manager");
        manager.context().close();

        Desk.tab(page, "Case");
        assertThat(page.locator(".sr-head h2")).hasText(found.number().value());
        look(page, "Case tab", ".sr");
        page.locator(".sr-bar-of-actions [data-action=offer]").click();
        page.locator(".sr-action")
                .getByRole(
                        AriaRole.BUTTON,
                        new Locator.GetByRoleOptions().setName("Offer").setExact(true))
                .click();
        page.locator(".sr-action [role=alert]").first().waitFor();
        look(page, "Case tab with a refused offer", ".sr");
        axe.foundNothing();
    }

    @Test
    void nothingSeriousIsFoundOnOurPagesInTasklist() {
        RecoveryCase found = opened("axe@pages.example");
        Page page = DESK.tasklist(OWNER);
        page.getByRole(AriaRole.COMBOBOX, new Page.GetByRoleOptions().setName("Find a case"))
                .fill(found.number().value());
        page.locator("#sr-found-cases [role=option]").first().waitFor();
        look(page, "find", ".sr-find");
        go(page, "/new-case");
        page.locator(".sr-page form").waitFor();
        look(page, "new case", ".sr-page");
        page.locator(".sr-page button[type=submit]").click();
        look(page, "new case with refusals", ".sr-page");
        go(page, "/absence");
        page.getByLabel("Who has the work meanwhile").waitFor();
        look(page, "absence", ".sr-page");
        go(page, "/case/" + found.number());
        page.locator(".sr-head h2").waitFor();
        look(page, "case page", ".sr-case");
        Page lead = DESK.tasklist(loop.person(Role.CX_LEAD));
        go(lead, "/handover");
        lead.getByLabel("From").selectOption(OWNER);
        assertThat(lead.locator(".sr-cases")).containsText("The new valve leaks");
        look(lead, "handover", ".sr-page");
        axe.foundNothing();
    }

    @Test
    void nothingSeriousIsFoundOnThePagesOfOurOwn() throws Exception {
        Page page = DESK.stranger(1280, 900);
        page.navigate(address("/sign-in"));
        look(page, "sign-in", "body");
        page.navigate(address(survey()));
        assertThat(page.locator("h1")).hasText("How did we do?");
        look(page, "survey", "body");
        page.locator("button[type=submit]").first().click();
        look(page, "survey without an answer", "body");
        Page accountant = DESK.signedIn(loop.person(Role.ACCOUNTANT), "/accounting");
        accountant.locator("main.wide").waitFor();
        look(accountant, "accounting", "body");
        Page manager = DESK.signedIn(loop.person(Role.OFFICE_MANAGER), "/time-rules");
        manager.locator("main.wide").waitFor();
        look(manager, "time rules", "body");
        Page refused = DESK.signedIn(OWNER, "/accounting");
        refused.locator("main").waitFor();
        look(refused, "403", "body");
        axe.foundNothing();
    }

    private void panel(Page page, String type) {
        page.locator("[id$='Field_notes'], .fjs-repeat-row-remove").first().waitFor();
        page.locator(".sr-panel > *").first().waitFor();
        assertThat(page.locator(".sr-panel")).not().containsText("Loading");
        // All panels share their style: with -Daccessibility=all each is looked at on a phone too.
        if ("all".equals(System.getProperty("accessibility"))) {
            look(page, type, ".sr-panel");
        } else {
            axe.look(page, type, ".sr-panel");
        }
    }

    /** Wide, and on a phone; what is found is told at the end, all of it. */
    private void look(Page page, String what, String ours) {
        var wide = page.viewportSize();
        axe.look(page, what, ours);
        page.setViewportSize(360, 740);
        axe.look(page, what + ", narrow", ours);
        // Tasklist folds its header on a phone, and what is in it is not there to scroll to.
        if (page.locator(ours).last().isVisible()) {
            page.locator(ours).last().scrollIntoViewIfNeeded();
        }
        Browser.keep(page, "axe-" + what.replaceAll("\\W+", "-") + "-narrow");
        page.setViewportSize(wide.width, wide.height);
    }

    private static void go(Page page, String place) {
        page.navigate(page.url().replaceFirst("#.*", "") + "#" + place);
    }

    private String address(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    private Task task(RecoveryCase of, String type) {
        Step step = plan.steps(of.id()).stream()
                .filter(each -> each.type().equals(type))
                .findFirst()
                .orElseThrow();
        return tasks.createTaskQuery()
                .processInstanceId(step.processInstanceId())
                .singleResult();
    }

    private RecoveryCase opened(String email) {
        String customer = "C-" + UUID.randomUUID();
        long id = customers
                .register(customer, "Nora Falk", email, "+44 113 496 0999", "7 Dale Street\nLeeds LS2 7AB")
                .id();
        customers.registerPayment(
                id, UUID.randomUUID().toString(), "INV-" + customer, Money.parse("EUR 90.00"), null, Instant.now());
        NewCase wanted = new NewCase(
                customer,
                Severity.MODERATE,
                FailureSource.COMPLAINT,
                "The new valve leaks",
                "It drips, and nobody rang back.",
                null,
                OWNER,
                null);
        return loop.as(Role.CX_LEAD, () -> cases.open(wanted));
    }

    /** The link of a customer whose case was closed. */
    private String survey() throws Exception {
        String email = UUID.randomUUID() + "@axe.example";
        RecoveryCase found = opened(email);
        loop.does(Role.CX_LEAD, () -> {
            plan.finish(found.number(), List.of(new NewStep("call-customer", "Say sorry", null)));
            plan.work(found.number(), 1, Map.of("outcome", "completed", "notes", "Said sorry.", "reached", "reached"));
            resolutions.resolve(
                    found.number(), new Resolutions.Draft("apology-only", loop.tag(), "Call before each visit"));
            resolutions.closeLoop(found.number(), Map.of("told", "phone", "notes", "All is well."));
        });
        // Past the quiet hours, whatever the time of day is.
        Loop.itIs(Instant.now().plus(Duration.ofHours(12)));
        Outbox.deliver(application);
        ClockUtil.reset();
        String mail = String.valueOf(MailServer.to(email).get(0).getContent());
        Matcher link = Pattern.compile("http://127\\.0\\.0\\.1(/survey/\\S+)").matcher(mail);
        return Stream.of(link)
                .filter(Matcher::find)
                .map(each -> each.group(1))
                .findFirst()
                .orElseThrow();
    }
}
