package org.servicerecovery.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerecovery.browser.TasklistForms.open;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.servicerecovery.Loop;
import org.servicerecovery.MailServer;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.CaseState;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.FailureSource;
import org.servicerecovery.cases.NewCase;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.correspondence.Outbox;
import org.servicerecovery.customer.Customers;
import org.servicerecovery.plan.NewStep;
import org.servicerecovery.plan.Plan;
import org.servicerecovery.resolution.Resolutions;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;

/** The customer answers on a phone, the owner opens the case again. Screenshots are kept as build output. */
@RunningApplication
class SurveyInBrowserTest {

    private static final String OWNER = "survey-owner";
    private static final Pattern LINK = Pattern.compile("http://127\\.0\\.0\\.1(/survey/\\S+)");

    private static Browser browser;

    @LocalServerPort
    private int port;

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
    private Resolutions resolutions;

    @BeforeAll
    static void launch() {
        browser = Browser.launch();
    }

    @AfterAll
    static void close() {
        browser.close();
    }

    @Test
    void anUnhappyCustomerAnswersOnAPhoneAndTheOwnerOpensTheCaseAgainWithOneClick() throws Exception {
        String address = UUID.randomUUID() + "@survey.example";
        RecoveryCase closed = closed(address);
        // Whatever the time of day is: in quiet hours the mail waits for the morning.
        Loop.itIs(Instant.now().plus(Duration.ofHours(12)));
        Outbox.deliver(application);
        ClockUtil.reset();
        Matcher link = LINK.matcher(String.valueOf(MailServer.to(address).get(0).getContent()));
        assertThat(link.find()).isTrue();

        Page phone = browser.open(360, 740);
        Page desk = browser.open(1400, 1100);
        try {
            theCustomerAnswers(phone, link.group(1), closed);
            Browser.signIn(desk, port, OWNER, "/camunda/app/tasklist/default/");
            theOwnerOpensItAgain(desk);
        } catch (RuntimeException | AssertionError e) {
            Browser.keep(phone, "survey-where-it-stopped");
            Browser.keep(desk, "survey-desk-where-it-stopped");
            throw e;
        }
        assertThat(cases.get(closed.number()).state()).isEqualTo(CaseState.OPEN);
    }

    private void theCustomerAnswers(Page phone, String link, RecoveryCase closed) {
        phone.navigate("http://127.0.0.1:" + port + link);
        assertThat(phone.locator("h1")).hasText("How did we do?");
        assertThat(phone.locator("main")).containsText(closed.number().value());
        Browser.fits(phone, "html");
        assertThat(phone.evaluate("document.scripts.length")).isEqualTo(0);
        assertThat(phone.context().cookies()).isEmpty();
        // WCAG 2.5.8, and large enough for a thumb.
        for (Locator choice : phone.locator(".scale label").all()) {
            assertThat(choice.boundingBox().height).isGreaterThanOrEqualTo(44);
        }
        // By keyboard alone.
        phone.getByLabel("Very happy", new Page.GetByLabelOptions().setExact(true))
                .focus();
        phone.keyboard().press("ArrowDown");
        phone.keyboard().press("ArrowDown");
        phone.keyboard().press("ArrowDown");
        assertThat(phone.getByLabel("Unhappy", new Page.GetByLabelOptions().setExact(true)))
                .isChecked();
        phone.getByLabel("What could we have done better?")
                .fill("It drips again, and nobody <i>rang</i> back.\nI will not call you a third time.");
        Browser.keep(phone, "survey-on-a-phone");
        phone.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Send my answer"))
                .click();
        assertThat(phone.locator("h1")).hasText("Thank you");
        assertThat(phone.locator("main")).containsText("We are sorry that it did not end well for you.");
        Browser.keep(phone, "survey-thanks");
        phone.reload();
        assertThat(phone.locator("h1")).hasText("Thank you");
    }

    private void theOwnerOpensItAgain(Page desk) {
        open(desk, "Act on unhappy answer");
        desk.locator(".nav-tabs").getByText("Case").click();
        Locator says = desk.getByLabel("What the customer says about the end");
        assertThat(says).containsText("2 of 5: Unhappy");
        assertThat(says.locator("blockquote")).containsText("nobody <i>rang</i> back.");
        Browser.keep(desk, "case-survey");
        says.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Leave it closed …"))
                .click();
        desk.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName("Leave it closed").setExact(true))
                .click();
        assertThat(desk.locator(".sr-action [role=alert]").first()).isVisible();
        desk.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Cancel"))
                .click();
        says.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Open the case again"))
                .click();
        assertThat(says).containsText("Opened again");
        assertThat(desk.locator(".sr-state").first()).hasText("Open");
        Browser.keep(desk, "case-survey-reopened");
    }

    private RecoveryCase closed(String address) {
        Loop loop = new Loop(application);
        TestPeople.add(identity, OWNER, Role.CASE_OWNER);
        String number = "C-" + UUID.randomUUID();
        customers.register(number, "Nora Falk", address, null);
        NewCase wanted =
                new NewCase(number, Severity.MINOR, FailureSource.COMPLAINT, "The tap drips", null, null, OWNER, null);
        RecoveryCase opened = loop.as(Role.MANAGER, () -> cases.open(wanted));
        loop.does(Role.MANAGER, () -> {
            plan.finish(opened.number(), List.of(new NewStep("call-customer", "Say sorry", null)));
            plan.work(opened.number(), 1, Map.of("outcome", "completed", "notes", "Said sorry.", "reached", "reached"));
            resolutions.resolve(
                    opened.number(), new Resolutions.Draft("apology-only", loop.tag(), "Call before each visit"));
            resolutions.closeLoop(opened.number(), Map.of("told", "phone", "notes", "All is well."));
        });
        return opened;
    }
}
