package org.servicerecovery.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerecovery.browser.TasklistForms.complete;
import static org.servicerecovery.browser.TasklistForms.fill;
import static org.servicerecovery.browser.TasklistForms.open;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.camunda.bpm.engine.IdentityService;
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
import org.servicerecovery.plan.NewStep;
import org.servicerecovery.plan.Plan;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A case owner writes to the customer: from a template to what is kept. Screenshots are kept as build output. */
@RunningApplication
class LettersInBrowserTest {

    private static final String OWNER = "letters-owner";

    @RegisterExtension
    Desk desk = new Desk();

    @Autowired
    private ApplicationContext application;

    @Autowired
    private IdentityService identity;

    @Autowired
    private Customers customers;

    @Autowired
    private Cases cases;

    @Autowired
    private Plan plan;

    @Autowired
    private JdbcClient db;

    @Test
    void anOwnerMailsAndPrintsFromTemplatesAndReadsAgainWhatWentOut() {
        RecoveryCase found = caseWithMailAndLetter();
        Page page = desk.signedIn(OWNER);
        page.setViewportSize(1400, 1500);
        open(page, "Email customer");
        mailFromATemplate(page);
        open(page, "Write apology letter");
        letterFromATemplate(page);
        open(page, "Resolve case");
        readAgain(page);
        assertThat(db.sql("select subject from mail_outbox where case_id = ? and audience = 'CUSTOMER'")
                        .param(found.id())
                        .query(String.class)
                        .list())
                .containsExactly("We missed your appointment, and we are sorry (" + found.number() + ")");
        assertThat(db.sql("select printed_by || ' ' || sent_by from letter where case_id = ?")
                        .param(found.id())
                        .query(String.class)
                        .list())
                .containsExactly(OWNER + " " + OWNER);
    }

    private void mailFromATemplate(Page page) {
        Locator panel = page.locator(".sr-panel");
        assertThat(panel).containsText("Goes to nora@letters.example");
        panel.getByLabel("Start from").selectOption("Missed appointment");
        panel.getByRole(AriaRole.BUTTON, named("Put into the form")).click();
        assertThat(panel.locator(".sr-says")).containsText("Still to be filled in: {{appointment}}");
        Locator message = page.locator("[id$='Field_message']");
        assertThat(message).hasValue(java.util.regex.Pattern.compile("Dear Nora Falk,[\\s\\S]*"));
        fill(page, "message", message.inputValue().replace("{{appointment}}", "Monday at nine"));
        panel.getByRole(AriaRole.BUTTON, named("Show as it stands now")).click();
        assertThat(panel.locator(".sr-sheet")).containsText("Our next appointment is on Monday at nine.");
        fill(page, "notes", "From the template");
        Browser.keep(page, "email-customer");
        complete(page);
        assertThat(TasklistForms.card(page, "Email customer")).hasCount(0);
    }

    private void letterFromATemplate(Page page) {
        Locator panel = page.locator(".sr-panel");
        assertThat(panel).containsText("7 Dale Street");
        assertThat(panel).not().containsText(Pattern.compile("null|undefined|false"));
        panel.getByLabel("Start from").selectOption("Apology");
        panel.getByRole(AriaRole.BUTTON, named("Put into the form")).click();
        assertThat(panel.getByAltText("Page 1 of 1")).isVisible();
        assertThat(page.locator("[id$='Field_letterTitle']")).hasValue("Our apology");
        panel.getByRole(AriaRole.BUTTON, named("Keep and print")).click();
        assertThat(panel.getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName("Download PDF")))
                .isVisible();
        fill(page, "notes", "Posted this morning");
        Browser.keep(page, "write-apology-letter");
        complete(page);
        assertThat(TasklistForms.card(page, "Write apology letter")).hasCount(0);
    }

    private void readAgain(Page page) {
        Desk.tab(page, "Case");
        Locator section =
                page.locator(".sr-section", new Page.LocatorOptions().setHasText("Mails and letters to the customer"));
        section.getByRole(AriaRole.BUTTON, named("Read")).click();
        assertThat(section.locator("pre")).containsText("Our next appointment is on Monday at nine.");
        assertThat(section).containsText("posted");
        section.scrollIntoViewIfNeeded();
        Browser.keep(page, "case-letters");
    }

    private RecoveryCase caseWithMailAndLetter() {
        Loop loop = new Loop(application);
        TestPeople.add(identity, OWNER, Role.CASE_OWNER);
        String number = "C-" + UUID.randomUUID();
        customers.register(number, "Nora Falk", "nora@letters.example", null, "7 Dale Street\nLeeds LS2 7AB");
        NewCase wanted = new NewCase(
                number, Severity.MINOR, FailureSource.COMPLAINT, "Nobody came on Friday", null, null, OWNER, null);
        RecoveryCase opened = loop.as(Role.MANAGER, () -> cases.open(wanted));
        loop.does(
                Role.MANAGER,
                () -> plan.finish(
                        opened.number(),
                        List.of(
                                new NewStep("email-customer", "Say sorry", null),
                                new NewStep("write-apology-letter", "From the boss", null))));
        return opened;
    }

    private static Locator.GetByRoleOptions named(String name) {
        return new Locator.GetByRoleOptions().setName(name).setExact(true);
    }
}
