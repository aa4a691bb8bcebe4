package org.servicerecovery.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.identity.User;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;
import org.servicerecovery.access.Role;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What Service Recovery adds to Tasklist, in a real browser. */
@RunningApplication
class TasklistPluginsTest {

    private static final String HOSTILE = "<img src=x onerror=\"document.title='owned'\">";
    private static final String STRANGER = "test-stranger-in-tasklist";

    @RegisterExtension
    static final Desk DESK = Desk.forTheWholeClass();

    @LocalServerPort
    int port;

    @Autowired
    IdentityService identities;

    @Autowired
    TaskService tasks;

    @Autowired
    JdbcClient db;

    @Autowired
    ObjectMapper json;

    Visitor lead = Visitor.browser(0);
    String ownerId = "";

    @BeforeEach
    void peopleAndACustomer() {
        ownerId = TestPeople.person(identities, Role.CASE_OWNER);
        TestPeople.person(identities, STRANGER, Role.CASE_OWNER);
        lead = Visitor.withBasic(port, TestPeople.person(identities, Role.CX_LEAD), TestPeople.PASSWORD);
        lead.post(
                "/api/customers",
                "{\"number\":\"TP-1\",\"name\":\"Theresa Plugge\",\"email\":\"theresa@example.org\","
                        + "\"phone\":\"+49 221 600-17\"}");
    }

    @Test
    void aCaseIsOpenedOnTheNewCasePageAndItsTabTellsTheWholeOfIt() {
        List<String> scriptErrors = new ArrayList<>();
        Page page = DESK.stranger(1280, 900);
        page.onPageError(scriptErrors::add);
        DESK.signIn(page, ownerId);
        Desk.isLoaded(page);
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("New case"))
                .click();

        page.getByRole(AriaRole.COMBOBOX, new Page.GetByRoleOptions().setName("Find the customer"))
                .fill("221 60017");
        Locator option = page.locator(".sr-options [role=option]");
        assertThat(option).containsText("Theresa Plugge");
        page.keyboard().press("Enter");
        assertThat(page.locator(".sr-chosen")).containsText("TP-1");
        Browser.keep(page, "new-case-customer-chosen");

        page.getByLabel("What went wrong, briefly").fill("The fitter came three hours late " + HOSTILE);
        page.getByLabel("In the customer’s own words").fill("I waited all morning. " + HOSTILE);
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Open the case"))
                .click();
        assertThat(page.getByText("Choose how badly the customer was let down."))
                .isVisible();
        assertThat(page.getByText("Choose how we learned of it.", new Page.GetByTextOptions().setExact(true)))
                .isVisible();
        assertThat(page.getByLabel("What went wrong, briefly")).hasValue(Pattern.compile("three hours late"));
        Browser.keep(page, "new-case-what-is-missing");

        page.getByRole(AriaRole.RADIO, new Page.GetByRoleOptions().setName(Pattern.compile("^Minor")))
                .check();
        page.getByLabel("How we learned of it").selectOption("complaint");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Open the case"))
                .click();
        Locator opened = page.locator(".sr-opened");
        assertThat(opened).containsText(Pattern.compile("Case SR-\\d{4}-\\d{6} is open"));
        Browser.keep(page, "new-case-opened");

        opened.getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName("Plan recovery"))
                .click();
        Desk.tab(page, "Case");
        Locator tab = page.locator(".sr-case");
        assertThat(tab).containsText("Theresa Plugge");
        assertThat(tab.getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName("+49 221 600-17")))
                .hasAttribute("href", "tel:+4922160017");
        assertThat(tab.getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName("theresa@example.org")))
                .hasAttribute("href", "mailto:theresa@example.org");
        assertThat(tab.locator(".sr-clock")).containsText(Pattern.compile("\\d (d|h|min) left"));
        assertThat(tab.locator(".sr-verbatim")).hasText("I waited all morning. " + HOSTILE);
        assertThat(tab).containsText("Nothing is planned yet.");
        assertThat(tab.locator(".sr-timeline")).containsText("Case opened with severity minor");
        Browser.keep(page, "case-tab-wide");
        page.setViewportSize(600, 900);
        tab.scrollIntoViewIfNeeded();
        assertThat(tab).isVisible();
        Browser.keep(page, "case-tab-narrow");

        assertThat(page.title()).as("what customers write is text").isNotEqualTo("owned");
        assertThat(scriptErrors).isEmpty();
    }

    @Test
    void aRefusalOfTheServerMarksItsFieldAndKeepsWhatWasTyped() {
        Page page = DESK.tasklist(ownerId);
        List<String> scriptErrors = new ArrayList<>();
        page.onPageError(scriptErrors::add);
        page.navigate(page.url().replaceFirst("#.*", "") + "#/new-case");
        page.getByRole(AriaRole.COMBOBOX, new Page.GetByRoleOptions().setName("Find the customer"))
                .fill("theresa@");
        page.locator(".sr-options [role=option]").first().click();
        page.getByRole(AriaRole.RADIO, new Page.GetByRoleOptions().setName(Pattern.compile("^Major")))
                .check();
        page.getByLabel("How we learned of it").selectOption("low-nps");
        page.getByLabel("What went wrong, briefly").fill("Rude on the phone");
        page.route(
                "**/api/cases",
                route -> route.fulfill(new com.microsoft.playwright.Route.FulfillOptions()
                        .setStatus(400)
                        .setContentType("application/problem+json")
                        .setBody("{\"status\":400,\"detail\":\"no\",\"errors\":[{\"field\":\"summary\","
                                + "\"message\":\"is refused here.\"}]}")));
        Locator send = page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Open the case"));
        send.click();
        assertThat(page.getByText("This is refused here.")).isVisible();
        assertThat(page.getByLabel("What went wrong, briefly")).isFocused();
        assertThat(page.getByLabel("What went wrong, briefly")).hasValue("Rude on the phone");

        page.unroute("**/api/cases");
        page.route("**/api/cases", route -> route.abort());
        send.click();
        assertThat(page.locator(".sr-form > .alert")).containsText("The server did not answer. Send it again");
        assertThat(page.getByLabel("What went wrong, briefly")).hasValue("Rude on the phone");

        page.navigate(page.url().replaceFirst("#.*", "") + "#/");
        assertThat(page.locator(".sr-form")).hasCount(0);
        page.reload();
        page.navigate(page.url().replaceFirst("#.*", "") + "#/new-case");
        assertThat(page.getByLabel("What went wrong, briefly")).hasValue("Rude on the phone");
        assertThat(page.locator(".sr-chosen")).containsText("Theresa Plugge");
        assertThat(page.getByRole(AriaRole.RADIO, new Page.GetByRoleOptions().setName(Pattern.compile("^Major"))))
                .isChecked();

        page.unroute("**/api/cases");
        List<String> keys = new ArrayList<>();
        page.onRequest(request -> {
            if (request.method().equals("POST") && request.url().endsWith("/api/cases")) {
                keys.add(request.headers().get("idempotency-key"));
            }
        });
        // The case is opened, and nobody hears of it.
        page.route(
                "**/api/cases",
                route -> {
                    route.fetch();
                    route.abort();
                },
                new Page.RouteOptions().setTimes(1));
        send.click();
        assertThat(page.locator(".sr-form > .alert")).containsText("it is not done twice");
        send.click();
        assertThat(page.locator(".sr-opened")).isVisible();
        assertThat(keys).hasSize(2).allMatch(key -> key != null && key.equals(keys.get(0)));
        assertThat(db.sql("select count(*) from recovery_case where summary = 'Rude on the phone' and opened_by = ?")
                        .param(ownerId)
                        .query(Long.class)
                        .single())
                .isEqualTo(1);
        page.reload();
        assertThat(page.getByLabel("What went wrong, briefly")).hasValue("");
        Locator find = page.getByRole(AriaRole.COMBOBOX, new Page.GetByRoleOptions().setName("Find the customer"));
        find.fill("theresa@");
        assertThat(page.locator("#sr-customers [role=option]").first()).isVisible();
        find.press("Tab");
        assertThat(page.locator("#sr-customers")).isHidden();
        assertThat(scriptErrors).isEmpty();
    }

    @Test
    void whileTheSwitchIsOffThePageSaysWhyInPlaceOfTheForm() {
        Page page = DESK.tasklist(ownerId);
        page.route(
                "**/api/installation/switch",
                route -> route.fulfill(new com.microsoft.playwright.Route.FulfillOptions()
                        .setContentType("application/json")
                        .setBody("{\"state\":\"off\",\"sentence\":\"Turned off for the holidays.\"}")));
        page.navigate(page.url().replaceFirst("#.*", "") + "#/new-case");

        assertThat(page.getByText("Turned off for the holidays.")).isVisible();
        assertThat(page.locator(".sr-form")).hasCount(0);
    }

    @Test
    void theTabExplainsWhatItCannotShowAndTriesAgain() throws Exception {
        Task plan = planningTask("\"owner\":\"" + ownerId + "\"");
        Page stranger = DESK.tasklist(STRANGER);
        openCaseTab(stranger, plan);
        assertThat(stranger.locator(".sr-notice")).containsText("is somebody else’s");
        assertThat(stranger.locator("body")).not().containsText("Theresa Plugge");

        Page page = DESK.tasklist(ownerId);
        page.route("**/api/cases/**", route -> route.abort());
        openCaseTab(page, plan);
        assertThat(page.locator(".sr-notice")).containsText("The server cannot be reached.");
        Browser.keep(page, "case-tab-server-away");
        page.unroute("**/api/cases/**");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Try again"))
                .click();
        assertThat(page.locator(".sr-case")).containsText("Theresa Plugge");

        page.route(
                "**/api/tasks/**",
                route -> route.fulfill(new com.microsoft.playwright.Route.FulfillOptions()
                        .setContentType("application/json")
                        .setBody("{\"taskId\":\"1\"}")));
        page.reload();
        assertThat(page.locator(".sr-notice")).containsText("belongs to no case");
    }

    @Test
    void aRefusedFormIsExplainedPlainlyAndTheErrorGoesWithTheSuccess() throws Exception {
        String person = "test-own-" + UUID.randomUUID();
        TestPeople.add(identities, person, Role.CASE_OWNER);
        String own = named(person);
        String other = named(STRANGER);
        Task assign = openTask(open("\"owner\":null"), "UserTask_AssignOwner");
        tasks.claim(assign.getId(), person);
        Page page = DESK.tasklist(person);
        Desk.show(page, assign);
        TasklistForms.choose(page, "owner", other);
        Locator complete = page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Complete"));
        complete.click();
        Locator error = page.locator(".page-notifications .alert-danger");
        assertThat(error).containsText("To hand a case on, ask a manager.");
        assertThat(error).not().containsText("Cannot submit");
        Browser.keep(page, "form-refused");

        TasklistForms.choose(page, "owner", own);
        complete.click();
        assertThat(page.locator(".page-notifications .alert-success")).containsText("Done");
        assertThat(error).hasCount(0);
        Browser.keep(page, "form-accepted");
    }

    /** A name that nobody else has: in a list of colleagues people are chosen by it. */
    private String named(String person) {
        User user = identities.createUserQuery().userId(person).singleResult();
        user.setLastName("Named " + UUID.randomUUID().toString().substring(0, 8));
        identities.saveUser(user);
        return user.getFirstName() + " " + user.getLastName();
    }

    @Test
    void whatIsTypedRightAfterAnAmountIsKeptAndTheApproverSeesWhichMoneyIsMeant() throws Exception {
        lead.post(
                "/api/customers/TP-1/payments",
                "{\"chargeId\":\"ch_" + System.nanoTime() + "\",\"reference\":\"INV-TP\",\"amount\":\"900\","
                        + "\"currency\":\"EUR\",\"paidAt\":\"2026-11-01T10:00:00Z\"}");
        String number = open("\"owner\":\"" + ownerId + "\"");
        Visitor owner = Visitor.withBasic(port, ownerId, TestPeople.PASSWORD);
        owner.post("/api/cases/" + number + "/plan", "{\"steps\":[{\"type\":\"issue-refund\",\"purpose\":\"Sorry\"}]}");
        owner.post(
                "/api/cases/" + number + "/compensations",
                "{\"kind\":\"credit\",\"amount\":\"200\",\"currency\":\"EUR\",\"reason\":\"Another one\"}");
        Page page = DESK.tasklist(ownerId);
        Desk.show(page, openStepTask(number, "UserTask_IssueRefund"));
        page.locator(".fjs-form").getByLabel("Completed").check();
        page.locator(".fjs-input-group:has([id$='Field_refundKind'])").click();
        page.locator(".fjs-dropdownlist-item", new Page.LocatorOptions().setHasText("Partial refund"))
                .click();
        page.locator("[id$='Field_amount']").click();
        page.keyboard().type("180.50");
        page.keyboard().press("Tab");
        page.keyboard().type("The customer was angry");
        // Typed text becomes part of the form a moment later.
        page.waitForTimeout(500);
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Complete"))
                .click();
        assertThat(page.locator(".page-notifications .alert-success")).containsText("Done");

        Page manager = DESK.tasklist(TestPeople.person(identities, Role.MANAGER));
        Desk.show(
                manager,
                tasks.createTaskQuery()
                        .processInstanceBusinessKeyLike(number + "/1%")
                        .taskDefinitionKey("UserTask_ApproveCompensation")
                        .singleResult());
        Desk.tab(manager, "Case");
        Locator asked = manager.locator("tr:has(.sr-asked)");
        assertThat(asked).hasCount(1);
        assertThat(asked).containsText("€180.50");
        assertThat(asked).containsText("The customer was angry");
        Browser.keep(manager, "money-that-the-task-is-about");
    }

    @Test
    void whoDoesNotOpenCasesIsNotOfferedToAndIsToldOnThePage() {
        Page page = DESK.signedIn(TestPeople.person(identities, Role.REVIEWER));
        assertThat(page.getByText("Select a task in the list.")).isVisible();
        page.navigate(page.url().replaceFirst("#.*", "") + "#/new-case");
        assertThat(page.getByText("Your role does not open cases.")).isVisible();
        assertThat(page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("New case")))
                .hasCount(0);
    }

    private static void openCaseTab(Page page, Task task) {
        Desk.show(page, task);
        Desk.tab(page, "Case");
    }

    private Task planningTask(String more) throws Exception {
        return openTask(open(more), "UserTask_PlanRecovery");
    }

    private Task openTask(String number, String key) {
        return tasks.createTaskQuery()
                .processInstanceBusinessKey(number)
                .taskDefinitionKey(key)
                .singleResult();
    }

    private Task openStepTask(String number, String key) {
        return tasks.createTaskQuery()
                .processInstanceBusinessKeyLike(number + "/%")
                .taskDefinitionKey(key)
                .singleResult();
    }

    private String open(String more) throws Exception {
        HttpResponse<String> opened = lead.post(
                "/api/cases",
                "{\"customerNumber\":\"TP-1\",\"severity\":\"minor\",\"source\":\"complaint\",\"summary\":\"Late\","
                        + more + "}");
        assertThat(opened.statusCode()).as(opened.body()).isEqualTo(201);
        return json.readTree(opened.body()).path("number").textValue();
    }
}
