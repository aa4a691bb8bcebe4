package org.servicerecovery.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.task.Task;
import org.joda.money.Money;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.servicerecovery.Loop;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.CaseState;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.FailureSource;
import org.servicerecovery.cases.NewCase;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.compensation.Compensation;
import org.servicerecovery.compensation.Compensations;
import org.servicerecovery.customer.Customers;
import org.servicerecovery.plan.Plan;
import org.servicerecovery.plan.Step;
import org.servicerecovery.plan.StepState;
import org.servicerecovery.sla.ClockLedger;
import org.servicerecovery.sla.ClockName;
import org.servicerecovery.sla.Clocks;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;

/** What a case owner does on the Case tab of Tasklist, each with what it brings about. */
@RunningApplication
class DeskInBrowserTest {

    private static final String OWNER = "test-desk-" + UUID.randomUUID();

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
    Clocks clocks;

    @Autowired
    Compensations compensations;

    Loop loop;
    Visitor api = Visitor.browser(0);

    @BeforeEach
    void somebodyWithNoOtherWork() {
        loop = new Loop(application);
        TestPeople.person(identities, OWNER, Role.CASE_OWNER);
        api = Visitor.withBasic(port, OWNER, TestPeople.PASSWORD);
    }

    @Test
    void everyActionOfTheCaseTabHasItsEffect() {
        RecoveryCase found = planned();
        Page page = caseTab(OWNER, found);

        act(page, "Note");
        Locator note = page.getByLabel("Note", new Page.GetByLabelOptions().setExact(true));
        note.fill("The key is with the neighbour");
        note.press("Escape");
        assertThat(note).hasCount(0);
        act(page, "Note");
        assertThat(note).hasValue("The key is with the neighbour");
        send(page, "Keep the note");
        assertThat(page.locator(".sr-timeline")).containsText("The key is with the neighbour");
        assertThat(page.locator(".sr-news")).isEmpty();
        Browser.keep(page, "desk-note");

        act(page, "Pause");
        page.getByLabel("Why is it the customer’s turn?").selectOption("waiting-for-answer");
        send(page, "Pause");
        eventually(() -> clock(found), ClockLedger.Reading::isPaused);
        Browser.keep(page, "desk-paused");
        act(page, "Customer answered");
        page.getByLabel("How", new Page.GetByLabelOptions().setExact(true)).selectOption("letter");
        page.getByLabel("What they said").fill("Monday suits her");
        send(page, "Keep the answer");
        assertThat(page.locator(".sr-timeline")).containsText("The customer answered (letter): Monday suits her");
        assertThat(clock(found).isPaused()).as("an answer ends the pause").isFalse();
        Browser.keep(page, "desk-customer-answered");

        act(page, "Add step");
        page.getByLabel("Step", new Page.GetByLabelOptions().setExact(true)).selectOption("root-cause-analysis");
        page.getByLabel("What for").fill("Why did nobody come?");
        send(page, "Add the step");
        assertThat(page.locator(".sr-table").first()).containsText("Why did nobody come?");
        Browser.keep(page, "desk-step-added");
        assertThat(step(found, 3).type()).isEqualTo("root-cause-analysis");

        act(page, "Ask for help");
        page.getByLabel("What do you need?").fill("May I promise a free visit?");
        send(page, "Ask");
        Step asked = eventually(() -> step(found, 4), each -> each.type().equals("escalate-to-manager"));
        assertThat(tasks.createTaskQuery()
                        .processInstanceId(asked.processInstanceId())
                        .list())
                .extracting(Task::getTaskDefinitionKey)
                .containsExactly("UserTask_EscalateToManager");
        Browser.keep(page, "desk-asked-for-help");

        act(page, "Offer compensation");
        page.getByLabel("What", new Page.GetByLabelOptions().setExact(true)).selectOption("credit");
        page.getByLabel("Amount").fill("twelve");
        page.getByLabel("Currency").fill("EUR");
        page.getByLabel("Why", new Page.GetByLabelOptions().setExact(true)).fill("For the wait");
        send(page, "Offer");
        assertThat(page.locator(".sr-action [role=alert]")).isVisible();
        Browser.keep(page, "desk-offer-refused");
        assertThat(page.getByLabel("Amount")).isFocused();
        assertThat(page.locator(".sr-action [role=alert]")).containsText("This must be a number");
        page.getByLabel("Amount").fill("12,50");
        // It is offered, and the answer gets lost.
        page.route(
                "**/compensations",
                route -> {
                    route.fetch();
                    route.abort();
                },
                new Page.RouteOptions().setTimes(1));
        send(page, "Offer");
        assertThat(page.locator(".sr-action [role=alert]")).containsText("it is not done twice");
        send(page, "Offer");
        assertThat(page.locator(".sr-case")).containsText("€12.50");
        assertThat(compensations.of(found.id()))
                .extracting(Compensation::amount)
                .containsExactly(Money.parse("EUR 12.50"));
        Browser.keep(page, "desk-offered");

        page.getByLabel("Skip step 2: Call customer").click();
        page.getByLabel("Why is it not needed any more?").fill("She called herself");
        send(page, "Skip the step");
        eventually(() -> step(found, 2), each -> each.state() == StepState.SKIPPED);
        Browser.keep(page, "desk-step-skipped");
        page.getByLabel("Step 3 could not be done: Root cause analysis").click();
        page.getByLabel("What happened?").fill("Nobody knows");
        send(page, "Mark as failed");
        eventually(() -> step(found, 3), each -> each.state() == StepState.FAILED);
        Browser.keep(page, "desk-step-failed");
    }

    @Test
    void casesAreHandedOverClosedAsDuplicateWithdrawnAndOpenedAgain() {
        RecoveryCase goesOn = opened();
        RecoveryCase twice = another(goesOn);
        Page manager = caseTab(loop.person(Role.MANAGER), twice);
        act(manager, "Hand over");
        String other = "test-desk-other-" + UUID.randomUUID();
        TestPeople.add(identities, other, Role.CASE_OWNER);
        manager.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Cancel"))
                .click();
        act(manager, "Hand over");
        manager.getByLabel("New owner").selectOption(other);
        send(manager, "Hand over");
        assertThat(eventually(() -> loop.again(twice), each -> other.equals(each.owner()))
                        .owner())
                .isEqualTo(other);
        assertThat(loop.task(twice, "UserTask_PlanRecovery").getAssignee())
                .as("the task goes along")
                .isEqualTo(other);
        Browser.keep(manager, "desk-handed-over");

        act(manager, "More…");
        act(manager, "Merge into another case…");
        manager.getByLabel("Number of the case that goes on").fill("SR-2020-999999");
        manager.getByLabel("Why is it the same failure?").fill("She called twice");
        send(manager, "Merge into that case");
        assertThat(manager.locator(".sr-action [role=alert]")).isVisible();
        manager.getByLabel("Number of the case that goes on")
                .fill(goesOn.number().value().toLowerCase(java.util.Locale.ROOT));
        assertThat(manager.locator(".sr-seen")).containsText("Test Customer");
        assertThat(manager.locator(".sr-seen")).containsText("Nobody came");
        Browser.keep(manager, "desk-merge");
        send(manager, "Merge into that case");
        assertThat(manager.locator(".sr-goes-on")).containsText("was merged into " + goesOn.number());
        eventually(() -> loop.again(twice), each -> each.state() == CaseState.DUPLICATE);

        Page page = caseTab(OWNER, goesOn);
        assertThat(page.locator(".sr-merged")).containsText("From " + twice.number());
        Browser.keep(page, "desk-merged");
        act(page, "More…");
        act(page, "Withdraw…");
        page.getByLabel("Why?", new Page.GetByLabelOptions().setExact(true)).fill("She does not want anything");
        send(page, "Close as withdrawn");
        eventually(() -> loop.again(goesOn), each -> each.state() == CaseState.WITHDRAWN);
        assertThat(tasks.createTaskQuery()
                        .processInstanceBusinessKeyLike(goesOn.number() + "%")
                        .count())
                .as("nothing is left to be worked")
                .isZero();
        Browser.keep(page, "desk-withdrawn");
        act(page, "Open again");
        page.getByLabel("What makes it necessary?").fill("She changed her mind");
        send(page, "Open again");
        eventually(() -> loop.again(goesOn), each -> each.state() == CaseState.OPEN && each.epoch() == 2);
        assertThat(page.locator(".sr-state").first()).hasText("Open");
        assertThat(loop.openTasks(loop.again(goesOn))).containsExactly("UserTask_PlanRecovery");
        Browser.keep(page, "desk-opened-again");
    }

    @Test
    void whatAnotherPersonChangesAppearsByItselfAndWhatIsBeingWrittenStays() {
        RecoveryCase found = planned();
        Page page = caseTab(OWNER, found);
        Visitor manager = Visitor.withBasic(port, loop.person(Role.MANAGER), TestPeople.PASSWORD);
        page.getByText("Why is this due then?").click();
        Locator skip = page.getByLabel("Skip step 2: Call customer");
        skip.focus();
        manager.post("/api/cases/" + found.number() + "/notes", "{\"text\":\"Look at step two.\"}");
        assertThat(page.locator(".sr-timeline")).containsText("Look at step two.");
        assertThat(skip).isFocused();
        assertThat(page.locator(".sr-why")).hasAttribute("open", "");

        act(page, "Note");
        Locator note = page.getByLabel("Note", new Page.GetByLabelOptions().setExact(true));
        note.fill("Half a thou");

        manager.post("/api/cases/" + found.number() + "/notes", "{\"text\":\"I called her as well.\"}");

        assertThat(page.locator(".sr-news")).containsText("I called her as well.");
        assertThat(page.locator(".sr-timeline")).containsText("I called her as well.");
        assertThat(note).hasValue("Half a thou");
        assertThat(note).isFocused();
        Browser.keep(page, "desk-changed-by-somebody-else");

        page.reload();
        Desk.tab(page, "Case");
        assertThat(note).hasValue("Half a thou");

        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Cancel"))
                .click();
        act(page, "More…");
        act(page, "Merge into another case…");
        page.getByLabel("2 Call customer: Ask again").check();
        page.reload();
        Desk.tab(page, "Case");
        assertThat(page.getByLabel("2 Call customer: Ask again")).isChecked();
        assertThat(page.getByLabel("1 Call customer: Say sorry")).not().isChecked();
    }

    @Test
    void aReviewerRecordsTheFindingOfAClosedCase() {
        RecoveryCase closed = loop.closed(loop.tag());
        Page page = DESK.signedIn(loop.person(Role.REVIEWER), "/cases/" + closed.number());
        act(page, "Record finding");
        page.getByLabel("Is the complaint upheld?").selectOption("upheld");
        send(page, "Record the finding");
        assertThat(page.locator(".sr-case")).containsText("The review’s finding: upheld.");
        assertThat(page.locator(".sr-bar-of-actions")).not().containsText("Record finding");
        Browser.keep(page, "desk-finding");
    }

    /** What comes from the models, the tables and the journal is told in German too. */
    @Test
    void aGermanReaderReadsNothingElse() {
        RecoveryCase found = planned();
        Page page = DESK.signedInSpeaking("de-DE", OWNER);
        assertThat(page.locator("html")).hasAttribute("lang", "de");
        assertThat(page.locator("body")).containsText("Heute fällig");
        page.navigate(page.url().replaceFirst("#.*", "") + "#/case/" + found.number());
        assertThat(page.locator(".sr-table").first()).containsText("Kunden anrufen");
        assertThat(page.locator(".sr-table").first()).not().containsText("Call customer");
        assertThat(page.locator(".sr-case-work")).containsText("Kunden anrufen");
        Browser.keep(page, "desk-in-german");
    }

    @Test
    void aHalfFilledFormSurvivesAReloadAndNothingIsLeftAfterSigningOut() {
        RecoveryCase found = planned();
        Page page = DESK.signedIn(OWNER);
        Desk.isLoaded(page);
        Desk.show(page, stepTask(found));
        page.locator("[id$='Field_notes']").waitFor();
        page.locator(".fjs-form").getByLabel("Completed").check();
        TasklistForms.choose(page, "reached", "The customer");
        page.getByLabel("Money back").check();
        page.locator("[id$='Field_notes']").fill("She cried on the phone");
        page.waitForFunction("() => Object.values(localStorage).some(each => each.includes('She cried'))");
        page.reload();
        assertThat(page.locator("[id$='Field_notes']")).hasValue("She cried on the phone");
        assertThat(page.locator(".fjs-form").getByLabel("Completed")).isChecked();
        assertThat(page.getByLabel("Money back")).isChecked();
        TasklistForms.choose(page, "reached", "Voicemail");
        Locator day = page.getByLabel("Try again on");
        day.fill("28/11/2026");
        day.press("Enter");
        page.locator("[id$='Field_tryAgainAt-time']").fill("09:15");
        page.locator("[id$='Field_tryAgainAt-time']").press("Enter");
        page.waitForFunction("() => Object.values(localStorage).some(each => each.includes('2026-11-28T09:15+00:00'))");
        page.reload();
        assertThat(page.locator("[id$='Field_tryAgainAt-time']")).hasValue("09:15");
        Desk.tab(page, "Case");
        act(page, "Note");
        page.getByLabel("Note", new Page.GetByLabelOptions().setExact(true)).fill("She cried again");

        page.locator("[cam-widget-header] .account").click();
        page.locator(".logout a").click();
        page.waitForURL("**/sign-in?signed-out");

        List<?> left = (List<?>)
                page.evaluate(
                        "() => [...Object.entries(localStorage), ...Object.entries(sessionStorage)].map(each => each.join(' '))");
        assertThat(left).extracting(Object::toString).noneMatch(each -> each.contains("cried") || each.contains(OWNER));
    }

    /** Whatever of ours cannot be loaded: the list of tasks and their forms are there. */
    @Test
    void aScriptOfOursThatCannotBeLoadedNeverBlanksTasklist() {
        RecoveryCase found = planned();
        // Signed in before a page that is quick to load.
        Page page = DESK.signedIn(OWNER, "/accounting");
        page.locator("main").waitFor();
        String tasklist = "http://127.0.0.1:" + port + "/camunda/app/tasklist/default/#/?forceDisplayTask=true&task="
                + stepTask(found).getId();
        for (String script : List.of(
                "service-recovery/tasklist.js",
                "service-recovery/dom.js",
                "service-recovery/case-tab.js",
                "service-recovery/step-panels.js",
                "service-recovery/messages.js",
                "service-recovery/front-door.js",
                "service-recovery/lazily.js",
                "service-recovery/own-scripts.js")) {
            page.route("**/" + script + "*", route -> route.abort());
            page.navigate("about:blank");
            page.navigate(tasklist);
            TasklistForms.card(page, "Call customer").first().waitFor();
            page.locator("[id$='Field_notes']").waitFor();
            if (script.endsWith("case-tab.js")) {
                Desk.tab(page, "Case");
                assertThat(page.locator("p.alert-danger")).containsText("could not be loaded");
            } else {
                assertThat(page.locator("body > [role=alert]")).containsText("could not be loaded");
            }
            Browser.keep(page, "without-" + script.replaceAll("\\W+", "-"));
            page.unrouteAll();
        }
    }

    private RecoveryCase opened() {
        return openedFor(loop.customer());
    }

    private RecoveryCase another(RecoveryCase of) {
        return openedFor(customers.byId(of.customerId()).number());
    }

    private RecoveryCase openedFor(String customer) {
        NewCase wanted = new NewCase(
                customer, Severity.MODERATE, FailureSource.COMPLAINT, "Nobody came", null, null, OWNER, null);
        return loop.as(Role.CX_LEAD, () -> cases.open(wanted));
    }

    /** A case with two calls to be made. */
    private RecoveryCase planned() {
        RecoveryCase opened = opened();
        api.post(
                "/api/cases/" + opened.number() + "/plan",
                "{\"steps\":[{\"type\":\"call-customer\",\"purpose\":\"Say sorry\"},"
                        + "{\"type\":\"call-customer\",\"purpose\":\"Ask again\"}]}");
        return loop.again(opened);
    }

    private Step step(RecoveryCase of, int seq) {
        return plan.steps(of.id()).stream()
                .filter(each -> each.seq() == seq)
                .findFirst()
                .orElse(null);
    }

    private ClockLedger.Reading clock(RecoveryCase of) {
        return clocks.read(of.id(), 1, ClockName.RESOLUTION).orElseThrow();
    }

    private Task stepTask(RecoveryCase of) {
        return tasks.createTaskQuery()
                .processInstanceId(step(of, 1).processInstanceId())
                .singleResult();
    }

    private Page caseTab(String person, RecoveryCase of) {
        Page page = DESK.tasklist(person);
        Desk.show(
                page,
                tasks.createTaskQuery()
                        .processInstanceBusinessKeyLike(of.number() + "%")
                        .orderByTaskCreateTime()
                        .asc()
                        .list()
                        .get(0));
        Desk.tab(page, "Case");
        assertThat(page.locator(".sr-head h2")).hasText(of.number().value());
        return page;
    }

    private static void act(Page page, String name) {
        page.locator(".sr-bar-of-actions")
                .getByText(name, new Locator.GetByTextOptions().setExact(true))
                .click();
    }

    private static void send(Page page, String button) {
        page.locator(".sr-action")
                .getByRole(
                        AriaRole.BUTTON,
                        new Locator.GetByRoleOptions().setName(button).setExact(true))
                .click();
    }

    private static <T> T eventually(java.util.function.Supplier<T> read, Predicate<T> wanted) {
        return org.awaitility.Awaitility.await()
                .atMost(java.time.Duration.ofSeconds(30))
                .ignoreExceptions()
                .until(read::get, each -> each != null && wanted.test(each));
    }
}
