package org.servicerecovery.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.camunda.bpm.engine.IdentityService;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.servicerecovery.Loop;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.CaseState;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.FailureSource;
import org.servicerecovery.cases.NewCase;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.customer.Customers;
import org.servicerecovery.plan.NewStep;
import org.servicerecovery.plan.Plan;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;

/** Finding a case, the link to it, the cards of the lists, absences and handing over, in a real browser. */
@RunningApplication
class FindingInBrowserTest {

    private static Browser browser;

    @LocalServerPort
    int port;

    @Autowired
    ApplicationContext application;

    @Autowired
    IdentityService identities;

    @Autowired
    Cases cases;

    @Autowired
    Plan plan;

    @Autowired
    Customers customers;

    final String mark = "w" + UUID.randomUUID().toString().substring(0, 8);
    final String anna = "test-anna-" + mark;
    final String bert = "test-bert-" + mark;
    List<String> scriptErrors = new ArrayList<>();
    Loop loop;

    @BeforeAll
    static void launch() {
        browser = Browser.launch();
    }

    @AfterAll
    static void close() {
        browser.close();
    }

    @BeforeEach
    void people() {
        loop = new Loop(application);
        TestPeople.add(identities, anna, Role.CASE_OWNER);
        TestPeople.add(identities, bert, Role.CASE_OWNER);
    }

    @Test
    void aLinkLeadsThroughTheSignInToTheCaseAndTheSearchFindsAnother() {
        RecoveryCase linked = opened("Linda Lind", "The boiler was cold again");
        loop.does(Role.MANAGER, () -> cases.closeWithoutCause(linked.number(), CaseState.WITHDRAWN, "Not meant", null));
        RecoveryCase other = opened("Otto Other", "Nobody came " + mark);
        loop.does(
                Role.MANAGER,
                () -> plan.finish(other.number(), List.of(new NewStep("call-customer", "Say sorry to Otto", null))));
        Page page = browser.open(1280, 900);
        page.onPageError(scriptErrors::add);

        Browser.signIn(page, port, anna, "/cases/" + linked.number());

        page.waitForURL("**/camunda/app/tasklist/default/#/case/" + linked.number() + "*");
        assertThat(page.locator(".sr-case")).containsText("Linda Lind");
        assertThat(page.locator(".sr-case")).containsText("Withdrawn");
        page.context().grantPermissions(List.of("clipboard-read", "clipboard-write"));
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Copy link"))
                .click();
        assertThat(page.getByText("Link copied")).isVisible();
        assertThat((String) page.evaluate("navigator.clipboard.readText()")).endsWith("/cases/" + linked.number());
        Browser.keep(page, "case-page-by-link");

        Locator search = page.getByRole(AriaRole.COMBOBOX, new Page.GetByRoleOptions().setName("Find a case"));
        search.fill("x");
        search.fill(mark + " otto");
        Locator option = page.locator("#sr-found-cases [role=option]");
        assertThat(option).hasCount(1);
        assertThat(option).containsText("Otto Other");
        assertThat(option).containsText("Call customer");
        assertThat(search).hasAttribute("aria-expanded", "true");
        Browser.keep(page, "find-case");
        page.keyboard().press("Enter");
        page.waitForURL("**/#/case/" + other.number() + "*");
        assertThat(page.locator(".sr-case")).containsText("Otto Other");
        List<Route> held = new ArrayList<>();
        page.route("**/api/cases/search?limit=10*", held::add);
        search.fill(mark + " linda");
        page.waitForCondition(() -> held.size() == 1);
        page.locator(".sr-case h2").click();
        held.get(0).resume();
        page.unroute("**/api/cases/search?limit=10*");
        page.locator(".sr-refresh").click();
        assertThat(page.locator("#sr-found-cases")).isHidden();
        page.route("**/api/cases/search?limit=10*", route -> route.abort());
        search.fill("no such thing " + mark);
        assertThat(page.locator(".sr-find-note")).containsText("The server cannot be reached.");
        page.unroute("**/api/cases/search?limit=10*");
        search.press("Tab");
        assertThat(page.locator(".sr-find-note button")).isFocused();
        page.keyboard().press("Enter");
        assertThat(page.getByText("No case that you may see")).isVisible();
        page.keyboard().press("Escape");
        assertThat(page.getByText("No case that you may see")).isHidden();

        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Your task: Call customer"))
                .click();
        Locator card = page.locator(".tasks-list li.task", new Page.LocatorOptions().setHasText("Call customer"));
        assertThat(card).containsText(Pattern.compile("Otto Other · 1 · Say sorry to Otto"));
        assertThat(card).containsText(other.number().value());
        assertThat(card).containsText(Pattern.compile("(d|h|min) left"));
        assertThat(page.locator(".sorting-choice, [cam-sorting-choices] li").first())
                .containsText("Due date");
        assertThat(page.url()).contains("dueDate");
        Browser.keep(page, "list-by-due-time");

        page.context().clearCookies();
        page.navigate("about:blank");
        Browser.signIn(page, port, anna, "/camunda/app/tasklist/default/#/case/" + other.number());
        assertThat(page.locator(".sr-case")).containsText("Otto Other");
        assertThat(scriptErrors).isEmpty();
    }

    @Test
    void somebodyIsAwayAndComesBackAndALeadHandsCasesOver() {
        RecoveryCase found = opened("Carl Case", "Late");
        Page page = browser.open(1280, 900);
        page.onPageError(scriptErrors::add);
        Browser.signIn(page, port, anna, "/camunda/app/tasklist/default/");
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Absence"))
                .click();
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Set the absence"))
                .click();
        assertThat(page.getByText("Name the colleague who has the work meanwhile"))
                .isVisible();
        page.getByLabel("Who has the work meanwhile").selectOption(bert);
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Set the absence"))
                .click();
        assertThat(page.getByText("The absence has begun.")).isVisible();
        assertThat(loop.again(found).owner()).isEqualTo(bert);
        Browser.keep(page, "absence");
        page.setViewportSize(360, 740);
        Browser.keep(page, "absence-narrow");
        page.setViewportSize(1280, 900);
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Back now"))
                .click();
        assertThat(page.getByText("The absence is over.")).isVisible();
        assertThat(loop.again(found).owner()).isEqualTo(anna);

        Page lead = browser.open(1280, 900);
        lead.onPageError(scriptErrors::add);
        Browser.signIn(lead, port, loop.person(Role.CX_LEAD), "/camunda/app/tasklist/default/#/handover");
        List<Route> held = new ArrayList<>();
        lead.route("**/api/cases?owner=" + anna + "*", held::add);
        Locator from = lead.getByLabel("From");
        // Tasklist may draw the page anew when its own lists have come, and what was chosen before that is gone.
        lead.waitForCondition(() -> {
            if (!anna.equals(from.inputValue())) {
                from.selectOption(anna);
            }
            return held.size() >= 2;
        });
        lead.getByLabel("From").selectOption(bert);
        assertThat(lead.getByText("There is no open case.")).isVisible();
        lead.unroute("**/api/cases?owner=" + anna + "*");
        held.forEach(Route::resume);
        assertThat(lead.getByText("There is no open case.")).isVisible();
        lead.getByLabel("From").selectOption(anna);
        assertThat(lead.locator(".sr-cases")).containsText("Carl Case");
        lead.getByLabel("To").selectOption(bert);
        lead.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Hand over"))
                .click();
        assertThat(lead.getByText("It is told on every case.")).isVisible();
        lead.getByLabel("Reason").fill("Anna leaves the team");
        Browser.keep(lead, "handover");
        lead.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Hand over"))
                .click();
        assertThat(lead.getByText(Pattern.compile("Handed over to .*: 1"))).isVisible();
        assertThat(loop.again(found).owner()).isEqualTo(bert);
        Browser.keep(lead, "handed-over");
        assertThat(scriptErrors).isEmpty();
    }

    private RecoveryCase opened(String customer, String summary) {
        String number = "B-" + UUID.randomUUID();
        customers.register(number, customer, null, null);
        return loop.as(
                Role.MANAGER,
                () -> cases.open(
                        new NewCase(number, Severity.MINOR, FailureSource.COMPLAINT, summary, null, null, anna, null)));
    }
}
