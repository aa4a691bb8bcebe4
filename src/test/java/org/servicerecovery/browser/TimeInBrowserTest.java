package org.servicerecovery.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.TaskService;
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
import org.servicerecovery.cases.FailureSource;
import org.servicerecovery.cases.NewCase;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.sla.ClockLedger;
import org.servicerecovery.sla.ClockName;
import org.servicerecovery.sla.Clocks;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

/** The time of a case in a real browser: how much is left, and what people do about it by clicking. */
@RunningApplication
class TimeInBrowserTest {

    private static final String ZONE = "America/New_York";
    private static final Pattern RED = Pattern.compile("sr-card-time-missed");
    private static final Pattern AMBER = Pattern.compile("sr-card-time-near");

    @RegisterExtension
    Desk desk = new Desk();

    @Autowired
    ApplicationContext application;

    @Autowired
    Clocks clocks;

    @Autowired
    IdentityService identities;

    @Autowired
    TaskService tasks;

    @Autowired
    Cases cases;

    Loop loop;
    String owner = "";

    /** Somebody with no other work: the list of the one who owns every test's cases has many pages. */
    @BeforeEach
    void somebodyWithNoOtherWork() {
        loop = new Loop(application);
        owner = "test-owner-" + UUID.randomUUID();
        TestPeople.add(identities, owner, Role.CASE_OWNER);
    }

    @AfterEach
    void timeGoesOn() {
        ClockUtil.reset();
    }

    @Test
    void theTimeLeftIsOnTheCardAndInTheCaseAndTurnsColourWhenNearAndWhenMissed() {
        RecoveryCase calm = openedBefore(Severity.MINOR, Duration.ofHours(1));
        RecoveryCase near = openedBefore(Severity.CRITICAL, Duration.ofMinutes(200));
        RecoveryCase missed = openedBefore(Severity.CRITICAL, Duration.ofMinutes(300));
        Page page = desk.signedInFrom(ZONE, owner);

        assertThat(badge(page, calm)).containsText(Pattern.compile("2 d \\d+ h left"));
        assertThat(badge(page, calm)).not().hasClass(AMBER);
        assertThat(badge(page, near)).containsText(Pattern.compile("(39|40) min left"));
        assertThat(badge(page, near)).hasClass(AMBER);
        assertThat(badge(page, missed)).containsText(Pattern.compile("overdue by 1 h"));
        assertThat(badge(page, missed)).hasClass(RED);

        Locator clock = openCase(page, near);
        assertThat(clock).hasClass(Pattern.compile("sr-clock-near"));
        Instant due = clocks.dueAt(near);
        assertThat(clock.locator("time").first()).hasAttribute("datetime", due.toString());
        LocalDateTime there = LocalDateTime.ofInstant(due, ZoneId.of(ZONE));
        assertThat(clock.locator("time").first())
                .containsText(String.format(Locale.ROOT, "%02d:%02d", there.getHour(), there.getMinute()));
        Browser.keep(page, "time-left-near");
        assertThat(openCase(page, missed)).hasClass(Pattern.compile("sr-clock-overdue"));
        Browser.keep(page, "time-left-missed");
    }

    @Test
    void aCaseIsPausedResumedMadeMoreSevereAndExtendedByClicking() {
        RecoveryCase found = openedBefore(Severity.MINOR, Duration.ofHours(1));
        Page page = desk.signedInFrom(ZONE, owner);
        Locator clock = openCase(page, found);
        assertThat(clock).containsText(Pattern.compile("left"));

        press(page, "Pause");
        page.getByLabel("Why is it the customer’s turn?").selectOption("customer-away");
        submit(page, "Pause the clock", "Pause");
        assertThat(clock).containsText(Pattern.compile("Paused, 2 d 2\\d h( \\d+ min)? left"));
        assertThat(badge(page, found)).containsText("paused");
        assertThat(resolutionClock(found).isPaused()).isTrue();
        Browser.keep(page, "time-paused");

        press(page, "Resume");
        submit(page, "Let the clock go on", "Resume");
        assertThat(page.locator(".sr-action [role=alert]")).containsText("Say why the clock goes on");
        page.getByLabel("Why does it go on?").fill("She is back");
        submit(page, "Let the clock go on", "Resume");
        assertThat(clock).containsText("Resolve until");
        assertThat(resolutionClock(found).isPaused()).isFalse();
        Browser.keep(page, "time-goes-on");

        press(page, "Change severity");
        page.getByLabel("How severe is it?").selectOption("major");
        page.getByLabel("What makes it so?").fill("The boiler leaks as well");
        submit(page, "Change the severity", "Change severity");
        assertThat(page.locator(".sr-severity")).containsText("Major");
        assertThat(badge(page, found)).containsText(Pattern.compile("(22|23) h"));
        assertThat(loop.again(found).severity()).isEqualTo(Severity.MAJOR);
        Browser.keep(page, "time-more-severe");

        press(page, "Ask for more time");
        Instant before = clocks.dueAt(loop.again(found));
        page.getByLabel(Pattern.compile("^Until when\\?"))
                .fill(LocalDateTime.ofInstant(
                                before.minusSeconds(3600).truncatedTo(ChronoUnit.MINUTES), ZoneId.of(ZONE))
                        .toString());
        page.getByLabel("Why?", new Page.GetByLabelOptions().setExact(true)).fill("The part comes tomorrow");
        submit(page, "Ask for more time", "Ask");
        Locator wrong = page.locator(".sr-action [role=alert]");
        assertThat(wrong).containsText("This must be later than the deadline");
        assertThat(wrong.locator("time")).hasAttribute("datetime", before.toString());
        Browser.keep(page, "time-wrong-wish");
        Instant wished = before.plus(Duration.ofHours(30)).truncatedTo(ChronoUnit.MINUTES);
        page.getByLabel(Pattern.compile("^Until when\\?"))
                .fill(LocalDateTime.ofInstant(wished, ZoneId.of(ZONE)).toString());
        page.getByLabel("Why?", new Page.GetByLabelOptions().setExact(true)).fill("The part comes tomorrow");
        submit(page, "Ask for more time", "Ask");
        assertThat(page.locator(".sr-wish")).containsText("A manager decides on it.");
        assertThat(clocks.dueAt(loop.again(found))).isEqualTo(before);
        Browser.keep(page, "time-asked-for");

        String asked = tasks.createTaskQuery()
                .processInstanceId(found.processInstanceId())
                .taskDefinitionKey("UserTask_ApproveExtension")
                .singleResult()
                .getId();
        Page managers = desk.signedIn(loop.person(Role.MANAGER));
        managers.getByText("My work").first().waitFor();
        managers.navigate(managers.url().replaceFirst("#.*", "") + "#/?task=" + asked);
        assertThat(managers.getByText("Approve extension").first()).isVisible();
        Desk.tab(managers, "Case");
        assertThat(managers.locator(".sr-wish")).containsText("The part comes tomorrow");
        Browser.keep(managers, "time-to-be-given");
        managers.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Give more time"))
                .click();
        assertThat(managers.locator(".sr-wish")).hasCount(0);
        assertThat(clocks.dueAt(loop.again(found))).isEqualTo(wished);
        assertThat(resolutionClock(found).originalDueAt())
                .isEqualTo(found.openedAt().truncatedTo(ChronoUnit.MILLIS).plus(Duration.ofHours(72)));

        page.getByTitle("Read the case again").click();
        page.locator(".sr-why summary").click();
        assertThat(page.locator(".sr-why ol li")).hasCount(5);
        assertThat(page.locator(".sr-why")).containsText("Extended at the wish of");
        Browser.keep(page, "time-explained");
    }

    private RecoveryCase openedBefore(Severity severity, Duration ago) {
        ClockUtil.setCurrentTime(Date.from(Instant.now().minus(ago)));
        try {
            NewCase wanted = new NewCase(
                    loop.customer(), severity, FailureSource.COMPLAINT, "Nobody came", null, null, owner, null);
            return loop.as(Role.CX_LEAD, () -> cases.open(wanted));
        } finally {
            ClockUtil.reset();
        }
    }

    private ClockLedger.Reading resolutionClock(RecoveryCase of) {
        return clocks.read(of.id(), 1, ClockName.RESOLUTION).orElseThrow();
    }

    private static Locator card(Page page, RecoveryCase of) {
        return page.locator(
                ".tasks-list li.task",
                new Page.LocatorOptions().setHasText(of.number().value()));
    }

    private static Locator badge(Page page, RecoveryCase of) {
        return card(page, of).first().locator(".sr-card-time");
    }

    private static Locator openCase(Page page, RecoveryCase of) {
        card(page, of).first().locator("h4 a").click();
        Desk.tab(page, "Case");
        assertThat(page.locator(".sr-head h2")).hasText(of.number().value());
        return page.locator(".sr-clock");
    }

    private static void press(Page page, String button) {
        page.locator(".sr-bar-of-actions")
                .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(button))
                .click();
    }

    private static void submit(Page page, String form, String button) {
        page.getByRole(AriaRole.FORM, new Page.GetByRoleOptions().setName(form))
                .getByRole(
                        AriaRole.BUTTON,
                        new Locator.GetByRoleOptions().setName(button).setExact(true))
                .click();
    }
}
