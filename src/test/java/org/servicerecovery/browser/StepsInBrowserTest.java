package org.servicerecovery.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerecovery.browser.TasklistForms.choose;
import static org.servicerecovery.browser.TasklistForms.complete;
import static org.servicerecovery.browser.TasklistForms.fill;
import static org.servicerecovery.browser.TasklistForms.pick;
import static org.servicerecovery.browser.TasklistForms.take;
import static org.servicerecovery.browser.TasklistForms.unfold;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.FilePayload;
import jakarta.mail.Multipart;
import jakarta.mail.internet.MimeMessage;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.task.Task;
import org.joda.money.Money;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.servicerecovery.Loop;
import org.servicerecovery.MailServer;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.FailureSource;
import org.servicerecovery.cases.Journal;
import org.servicerecovery.cases.NewCase;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.compensation.CompensationState;
import org.servicerecovery.compensation.Compensations;
import org.servicerecovery.compensation.Credits;
import org.servicerecovery.compensation.Till;
import org.servicerecovery.compensation.sandbox.SandboxBank;
import org.servicerecovery.correspondence.Outbox;
import org.servicerecovery.customer.Customers;
import org.servicerecovery.files.Pictures;
import org.servicerecovery.plan.NewStep;
import org.servicerecovery.plan.Plan;
import org.servicerecovery.plan.Step;
import org.servicerecovery.plan.StepState;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Each type of step to each of its ends through its form in Tasklist, and what that brings about outside of it. */
@RunningApplication
class StepsInBrowserTest {

    private static final String OWNER = "steps-owner-" + UUID.randomUUID();

    @RegisterExtension
    static final Desk DESK = Desk.forTheWholeClass();

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
    Journal journal;

    @Autowired
    Compensations compensations;

    @Autowired
    Credits credits;

    @Autowired
    JdbcClient db;

    Loop loop;

    @BeforeEach
    void people() {
        loop = new Loop(application);
        TestPeople.person(identities, OWNER, Role.CASE_OWNER);
    }

    @Test
    void aCallThatReachedTheCustomerIsInTheJournalAndAcknowledgesTheCase() {
        RecoveryCase found = withStep("call-customer");
        Page page = shown(found);
        answer(page, "Completed");
        choose(page, "reached", "The customer");
        form(page).getByLabel("The work done again").check();
        send(page, "call-customer completed");

        isCompleted(found, "call-customer completed");
        assertThat(entry(found, "acknowledged").content()).containsEntry("how", "call");
        assertThat(about(found, "select result || ' ' || array_to_string(wants, ',') from customer_call"))
                .containsExactly("REACHED REDO");
    }

    @Test
    void aMailToTheCustomerArrives() throws Exception {
        RecoveryCase found = withStep("email-customer");
        Page page = shown(found);
        answer(page, "Completed");
        fill(page, "subject", "About your boiler");
        fill(page, "message", "Dear Nora Falk,\n\nwe come on Monday.");
        send(page, "email-customer completed");

        isCompleted(found, "email-customer completed");
        Outbox.deliver(application);
        List<MimeMessage> arrived = MailServer.to(address(found));
        assertThat(arrived).hasSize(1);
        assertThat(arrived.get(0).getSubject()).isEqualTo("About your boiler");
        assertThat(String.valueOf(arrived.get(0).getContent())).contains("we come on Monday.");
    }

    @Test
    void aVisitPlacesAWorkOrder() {
        RecoveryCase found = withStep("schedule-visit");
        Page page = shown(found);
        answer(page, "Completed");
        fill(page, "site", "7 Dale Street");
        fill(page, "contactName", "Ms Holt");
        fill(page, "contactPhone", "+44 113 496 0002");
        choose(page, "skill", "Heating");
        choose(page, "area", "West");
        fill(page, "task", "Fit a new valve");
        LocalDate day = LocalDate.now().plusDays(3);
        pick(page, "windowFrom", day, "08:15");
        pick(page, "windowTo", day, "10:00");
        fill(page, "durationMinutes", "45");
        fill(page, "priceReference", "PL-7");
        send(page, "schedule-visit completed");

        // The rest of it is in VisitInBrowserTest.
        assertThat(step(found).state()).isEqualTo(StepState.STARTED);
        assertThat(entry(found, "work ordered").content()).containsEntry("notes", "schedule-visit completed");
        assertThat(about(found, """
                        select concat_ws(', ', j.site, j.contact_name, j.skill, j.area, j.task, j.parts, j.duration_minutes,
                                         j.price_reference, j.window_to - j.window_from, j.state)
                          from job j join work_order_step on job_id = j.id"""))
                .containsExactly("7 Dale Street, Ms Holt, heating, west, Fit a new valve, , 45, PL-7, 01:45:00, OPEN");
    }

    @Test
    void aRefundIsPaidAtTheProcessor() {
        RecoveryCase found = withStep("issue-refund");
        String charge = UUID.randomUUID().toString();
        customers.registerPayment(
                found.customerId(), charge, "INV-" + charge, Money.parse("EUR 90.00"), null, Instant.now());
        Page page = shown(found);
        answer(page, "Completed");
        // Who reads the choices first takes one later.
        unfold(page, "refundKind");
        page.waitForTimeout(1_500);
        take(page, "Full refund");
        assertThat(page.locator(".sr-panel")).containsText("Nobody has to approve this.");
        send(page, "issue-refund completed");
        new Till(application, loop).run(compensations.of(found.id()).get(0));

        assertThat(compensations.of(found.id()).get(0).state()).isEqualTo(CompensationState.SETTLED);
        assertThat(new SandboxBank(application).of(charge)).singleElement().satisfies(paid -> {
            assertThat(paid.isSettled()).isTrue();
            assertThat(paid.euros()).isEqualByComparingTo("90.00");
        });
        isCompleted(found, "issue-refund completed");
    }

    @Test
    void aCreditIsOnTheCustomersAccount() {
        RecoveryCase found = withStep("issue-credit");
        Page page = shown(found);
        answer(page, "Completed");
        fill(page, "amount", "25");
        fill(page, "currency", "EUR");
        assertThat(page.locator(".sr-panel")).containsText("Nobody has to approve this.");
        send(page, "issue-credit completed");
        new Till(application, loop).run(compensations.of(found.id()).get(0));

        assertThat(credits.of(found.customerId())).singleElement().satisfies(credit -> {
            assertThat(credit.left()).isEqualTo(Money.parse("EUR 25.00"));
            assertThat(credit.caseNumber()).isEqualTo(found.number().value());
        });
        isCompleted(found, "issue-credit completed");
    }

    @Test
    void aManagersDecisionIsRecordedAndTheOwnerIsToldByMail() {
        RecoveryCase found = withStep("escalate-to-manager");
        Page page = shown(found);
        answer(page, "Decided");
        form(page).getByLabel("Go ahead as asked").check();
        send(page, "escalate-to-manager completed");

        isCompleted(found, "escalate-to-manager completed");
        assertThat(step(found).settledBy()).isEqualTo(loop.person(Role.MANAGER));
        assertThat(about(found, "select decision from plan_step")).containsExactly("GO_AHEAD");
        assertThat(db.sql("select subject from mail_outbox where case_id = ? and recipient = ?")
                        .params(found.id(), OWNER)
                        .query(String.class)
                        .list())
                .contains(found.number() + ": a manager decided");
    }

    @Test
    void aLetterIsKeptAsPdfAndMailed() throws Exception {
        RecoveryCase found = withStep("write-apology-letter");
        Page page = shown(found);
        answer(page, "Completed");
        fill(page, "letterTitle", "Our apology");
        fill(page, "letter", "We are sorry for the leak.");
        form(page).getByLabel("By mail, as PDF").check();
        send(page, "write-apology-letter completed");

        isCompleted(found, "write-apology-letter completed");
        assertThat(about(found, "select convert_from(substring(pdf from 1 for 5), 'LATIN1') || title from letter"))
                .containsExactly("%PDF-Our apology");
        Outbox.deliver(application);
        List<MimeMessage> arrived = MailServer.to(address(found));
        assertThat(arrived).hasSize(1);
        Multipart parts = (Multipart) arrived.get(0).getContent();
        assertThat(parts.getBodyPart(1).getFileName()).isEqualTo("letter.pdf");
    }

    @Test
    void aPhotoIsStored() {
        RecoveryCase found = withStep("photos-of-correction");
        Page page = shown(found);
        page.locator(".sr-panel input[type=file]")
                .setInputFiles(new FilePayload("valve.jpg", "image/jpeg", Pictures.photo(800, 600, 1, 30)));
        assertThat(page.locator(".sr-panel .sr-photos img")).isVisible();
        answer(page, "Completed");
        send(page, "photos-of-correction completed");

        isCompleted(found, "photos-of-correction completed");
        assertThat(about(found, """
                        select name || ' ' || width || 'x' || height || ' ' || c.state
                          from case_file join file_content c on c.key = content
                         where exists (select 1 from file_piece p where p.content = c.key)""")).containsExactly("valve.jpg 800x600 KEPT");
    }

    @Test
    void aTrainingNoteIsKeptUnderItsCauseForItsAudience() {
        RecoveryCase found = withStep("internal-training-note");
        Page page = shown(found);
        answer(page, "Completed");
        choose(page, "rootCauseTag", "Repair did not hold");
        choose(page, "audience", "Operatives");
        send(page, "internal-training-note completed");

        isCompleted(found, "internal-training-note completed");
        assertThat(about(found, """
                        select t.code || ' ' || audience || ' ' || note
                          from training_note join root_cause_tag t on t.id = tag_id"""))
                .containsExactly("repair-did-not-hold OPERATIVES internal-training-note completed");
    }

    @Test
    void theCauseThatWasAnalysedStandsInTheFormOfTheResolution() {
        RecoveryCase found = withStep("root-cause-analysis");
        Page page = shown(found);
        answer(page, "Completed");
        fill(page, "why1", "The seal was old");
        choose(page, "rootCauseTag", "Repair did not hold");
        fill(page, "preventionIdea", "A new seal at every visit");
        send(page, "root-cause-analysis completed");

        isCompleted(found, "root-cause-analysis completed");
        Desk.show(page, loop.task(found, "UserTask_ResolveCase"));
        assertThat(page.locator("[id$='Field_preventionAction']")).hasValue("A new seal at every visit");
        assertThat(page.locator("[id$='Field_rootCauseTag']")).hasValue("Repair did not hold");
        Browser.keep(page, "step-root-cause-in-the-resolution");
    }

    /** With {@code -Dsteps=all} every type; else those whose forms have most to leave out. */
    static Stream<Arguments> leftUndone() {
        Stream<String> types = "all".equals(System.getProperty("steps"))
                ? Stream.of(
                        "call-customer",
                        "email-customer",
                        "schedule-visit",
                        "issue-refund",
                        "issue-credit",
                        "escalate-to-manager",
                        "write-apology-letter",
                        "photos-of-correction",
                        "internal-training-note",
                        "root-cause-analysis")
                : Stream.of("photos-of-correction");
        return types.flatMap(type -> Stream.of(
                Arguments.of(type, "Skipped: it is not needed any more", StepState.SKIPPED),
                Arguments.of(type, "Failed: it could not be done", StepState.FAILED)));
    }

    @ParameterizedTest(name = "{0} {2}")
    @MethodSource("leftUndone")
    void aStepThatIsNotDoneSaysWhyInTheJournalAndNothingGoesOut(String type, String choice, StepState end) {
        RecoveryCase found = withStep(type);
        String notes = type + " " + end.code();
        Page page = shown(found);
        answer(page, choice);
        send(page, notes);

        Step ended = step(found);
        assertThat(ended.state()).isEqualTo(end);
        assertThat(ended.notes()).isEqualTo(notes);
        assertThat(entry(found, "step " + end.code()).content()).containsEntry("notes", notes);
        Outbox.deliver(application);
        assertThat(MailServer.to(address(found))).isEmpty();
        assertThat(journal.of(found.id()))
                .extracting(Journal.Entry::kind)
                .doesNotContain("acknowledged", "step completed");
        assertThat(db.sql("""
                        select 'mail to ' || recipient from mail_outbox where case_id = :case and audience = 'CUSTOMER'
                        union all select 'letter' from letter where case_id = :case
                        union all select 'file' from case_file where case_id = :case
                        union all select 'compensation' from compensation where case_id = :case
                        union all select 'note' from training_note where case_id = :case
                        union all select 'cause' from root_cause_analysis where case_id = :case
                        union all select 'call' from customer_call where step_id = :step
                        union all select 'order' from work_order_step where step_id = :step
                        union all select decision from plan_step where id = :step and decision is not null""")
                        .param("case", found.id())
                        .param("step", ended.id())
                        .query(String.class)
                        .list())
                .isEmpty();
    }

    /** A case that has this one step to be worked, and a customer who can be reached in every way. */
    private RecoveryCase withStep(String type) {
        String customer = "C-" + UUID.randomUUID();
        customers.register(
                customer,
                "Nora Falk",
                UUID.randomUUID() + "@steps.example",
                "+44 113 496 0999",
                "7 Dale Street\nLeeds LS2 7AB");
        NewCase wanted = new NewCase(
                customer, Severity.MINOR, FailureSource.COMPLAINT, "The new valve leaks", null, null, OWNER, null);
        RecoveryCase opened = loop.as(Role.CX_LEAD, () -> cases.open(wanted));
        loop.does(
                Role.CX_LEAD,
                () -> plan.finish(opened.number(), List.of(new NewStep(type, "Put it right: " + type, null))));
        return loop.again(opened);
    }

    /** The form of the step, before whoever works it: a manager has to claim an escalation first. */
    private Page shown(RecoveryCase found) {
        Task task = tasks.createTaskQuery()
                .processInstanceId(step(found).processInstanceId())
                .singleResult();
        boolean mine = OWNER.equals(task.getAssignee());
        Page page = DESK.tasklist(mine ? OWNER : loop.person(Role.MANAGER));
        // Tall enough for the longest form.
        page.setViewportSize(1400, 1500);
        Desk.show(page, task);
        if (!mine) {
            page.getByText("Claim", new Page.GetByTextOptions().setExact(true)).click();
        }
        assertThat(page.locator("[id$='Field_notes']")).isEnabled();
        return page;
    }

    private static Locator form(Page page) {
        return page.locator(".fjs-form");
    }

    private static void answer(Page page, String outcome) {
        form(page)
                .getByLabel(outcome, new Locator.GetByLabelOptions().setExact(true))
                .check();
    }

    /** @param notes what is typed as well; the screenshot is named by it */
    private static void send(Page page, String notes) {
        fill(page, "notes", notes);
        // Shown above the form, and loaded after it.
        assertThat(page.locator(".sr-panel > *").first()).isVisible();
        Browser.keep(page, "step-" + notes.replace(' ', '-'));
        Response sent = page.waitForResponse("**/submit-form", () -> complete(page));
        assertThat(sent.status()).as("what the engine says").isEqualTo(HttpURLConnection.HTTP_NO_CONTENT);
        assertThat(form(page)).hasCount(0);
    }

    private void isCompleted(RecoveryCase found, String notes) {
        Step ended = step(found);
        assertThat(ended.state()).isEqualTo(StepState.COMPLETED);
        assertThat(ended.notes()).isEqualTo(notes);
        assertThat(entry(found, "step completed").content()).containsEntry("notes", notes);
    }

    private Step step(RecoveryCase of) {
        return plan.steps(of.id()).get(0);
    }

    private Journal.Entry entry(RecoveryCase of, String kind) {
        return journal.of(of.id()).stream()
                .filter(each -> each.kind().equals(kind))
                .findFirst()
                .orElseThrow(() -> new AssertionError("No entry of the kind " + kind));
    }

    private String address(RecoveryCase of) {
        return customers.byId(of.customerId()).email();
    }

    /** The rows of the case's step; what is read names the table that has its id. */
    private List<String> about(RecoveryCase of, String select) {
        String key = select.contains("from plan_step") ? "id" : "step_id";
        return db.sql(select + (select.contains(" where ") ? " and " : " where ") + key + " = ?")
                .param(step(of).id())
                .query(String.class)
                .list();
    }
}
