package org.servicerecovery.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.WaitForSelectorState;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.identity.User;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.servicerecovery.Loop;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.resolution.Resolutions;
import org.servicerecovery.trend.taxonomy.Taxonomy;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What is said of a case at its end and afterwards: causes, prevention, the review and a regulator. */
@RunningApplication
class ResolutionInBrowserTest {

    @RegisterExtension
    static final Desk DESK = Desk.forTheWholeClass();

    @Autowired
    ApplicationContext application;

    @Autowired
    IdentityService identities;

    @Autowired
    Taxonomy taxonomy;

    @Autowired
    Cases cases;

    @Autowired
    JdbcClient db;

    final String word = "r" + UUID.randomUUID().toString().substring(0, 7);
    final String owner = "test-rosa-" + word;
    final String colleague = "test-carl-" + word;
    final Axe axe = new Axe();
    final List<String> scriptErrors = new ArrayList<>();
    Loop loop;

    @BeforeEach
    void begin() {
        loop = new Loop(application);
        TestPeople.add(identities, owner, Role.CASE_OWNER);
        TestPeople.add(identities, colleague, Role.CASE_OWNER);
        User carl = identities.createUserQuery().userId(colleague).singleResult();
        carl.setLastName("Carl " + word);
        identities.saveUser(carl);
    }

    @Test
    void causesPreventionTheReviewAndARegulatorAreRecordedEachByThoseWhoMay() {
        String main = tag("main", "had no spare part");
        String further = tag("further", "nobody called");
        String right = tag("right", "the wrong part on the truck");
        LocalDate due = LocalDate.now(ZoneOffset.UTC).plusDays(20);
        RecoveryCase ready = loop.readyToResolve(Severity.MINOR);
        loop.does(Role.MANAGER, () -> cases.assign(ready.number(), owner));

        Page page = DESK.tasklist(owner);
        page.onPageError(scriptErrors::add);
        resolve(page, ready, due);
        assertThat(db.sql("""
                                select concat_ws('/', r.type, t.code, f.code, r.prevention_action, r.prevention_owner,
                                                 r.prevention_due_on, r.prevention_effect, r.resolved_by)
                                  from resolution r join root_cause_tag t on t.id = r.tag_id
                                  join resolution_further_tag x on x.case_id = r.case_id and x.epoch = r.epoch
                                  join root_cause_tag f on f.id = x.tag_id
                                 where r.case_id = ?""").param(ready.id()).query(String.class).single())
                .isEqualTo(String.join(
                        "/",
                        "APOLOGY_ONLY",
                        main,
                        further,
                        "Stock the truck by the plan",
                        colleague,
                        due.toString(),
                        "No second visits",
                        owner));
        loop.as(Role.CX_LEAD, () -> {
            application
                    .getBean(Resolutions.class)
                    .closeLoop(ready.number(), Map.of("told", "phone", "notes", "All is well."));
            return "closed";
        });
        ownerCorrectsTheCausesAndSaysWhatBecameOfThePrevention(page, ready, main, further, right);
        reviewerAndRegulator(ready);

        page.locator(".sr-refresh").click();
        assertThat(page.locator(".sr-case")).containsText("Not upheld by Test Reviewer");
        assertThat(page.locator(".sr-case")).containsText("Housing Ombudsman");
        page.setViewportSize(390, 2200);
        Browser.fits(page, ".sr-page");
        Browser.keep(page, "resolution-narrow");
        axe.look(page, "narrow", ".sr-case");
        Page german = DESK.signedInSpeaking("de-DE", owner, "/cases/" + ready.number());
        assertThat(german.locator(".sr-case")).containsText("Housing Ombudsman");
        german.setViewportSize(1400, 2200);
        german.locator("[data-action=tagAgain]").click();
        assertThat(german.locator("form.sr-action option:checked").first())
                .hasText(word + " the wrong part on the truck");
        Browser.keep(german, "resolution-german");
        axe.foundNothing();
        assertThat(scriptErrors).isEmpty();
    }

    private void resolve(Page page, RecoveryCase ready, LocalDate due) {
        page.setViewportSize(1400, 1500);
        Desk.show(page, loop.task(ready, "UserTask_ResolveCase"));
        page.locator(".fjs-form").waitFor();
        TasklistForms.choose(page, "resolutionType", "Apology Only");
        TasklistForms.choose(page, "rootCauseTag", word + " had no spare part");
        page.locator("[id$='Field_furtherTags']").fill(word + " nobody");
        TasklistForms.take(page, word + " nobody called");
        TasklistForms.fill(page, "preventionAction", "Stock the truck by the plan");
        TasklistForms.choose(page, "preventionOwner", "Test Carl " + word);
        TasklistForms.pickDay(page, "preventionDueOn", due);
        TasklistForms.fill(page, "preventionEffect", "No second visits");
        Browser.keep(page, "resolution-form");
        TasklistForms.complete(page);
        assertThat(page.locator(".fjs-form")).hasCount(0);
    }

    private void ownerCorrectsTheCausesAndSaysWhatBecameOfThePrevention(
            Page page, RecoveryCase closed, String main, String further, String right) {
        long mails = mails();
        page.setViewportSize(1400, 1800);
        page.navigate(page.url().replaceFirst("#.*", "") + "#/case/" + closed.number());
        Locator found = page.locator(".sr-case");
        assertThat(found).containsText(word + " had no spare part (root cause)");
        assertThat(found).containsText("Not done yet");
        assertThat(page.locator(".sr-bar-of-actions")).not().containsText("Record finding");
        Browser.keep(page, "resolution-closed");
        axe.look(page, "closed case", ".sr-case");

        Locator form = page.locator("form.sr-action");
        page.locator("[data-action=tagAgain]").click();
        form.locator("select[name=main] option[value='" + right + "']")
                .waitFor(new Locator.WaitForOptions().setState(WaitForSelectorState.ATTACHED));
        form.getByLabel("Root cause").selectOption(right);
        form.getByLabel("Further cause 1").selectOption(main);
        form.getByLabel("Further cause 2").selectOption(further);
        form.getByLabel("Why").fill("It was there, on the other truck");
        Browser.keep(page, "resolution-other-causes");
        axe.look(page, "other causes", ".sr-case");
        send(form);
        assertThat(found).containsText(word + " the wrong part on the truck (root cause)");
        assertThat(db.sql("""
                                select string_agg(t.code, ' ' order by c.main desc, t.code) from case_cause c
                                  join root_cause_tag t on t.id = c.tag_id where c.case_id = ?""").param(closed.id()).query(String.class).single())
                .isEqualTo(right + " " + further + " " + main);
        assertThat(db.sql("select actor from case_event where case_id = ? and kind = 'causes changed'")
                        .param(closed.id())
                        .query(String.class)
                        .list())
                .containsExactly(owner);
        assertThat(mails()).as("nobody is disturbed").isEqualTo(mails);

        page.locator("[data-action=prevented]").click();
        form.getByLabel("What was done").fill("A list hangs in every truck");
        send(form);
        assertThat(found).containsText("A list hangs in every truck");
        page.locator("[data-action=effect]").click();
        assertThat(form).containsText("Expected: No second visits");
        form.locator("button[type=submit]").click();
        assertThat(form.locator(".sr-error")).containsText("needs an answer");
        Browser.keep(page, "resolution-effect-unanswered");
        form.getByLabel("Did it help?").selectOption("Yes");
        form.locator("button[type=submit]").click();
        assertThat(form.locator(".sr-error")).containsText("are not compared yet");
        form.getByLabel("How it shows").fill("No second visit since");
        send(form);
        assertThat(found).containsText("It helped.");
        assertThat(found).containsText("What was done: A list hangs in every truck");
        assertThat(found).containsText("How it shows: No second visit since");
        assertThat(db.sql("""
                                select prevention_done_by || '/' || prevention_helped || '/' || prevention_judged_notes
                                  from resolution where case_id = ?""").param(closed.id()).query(String.class).single())
                .isEqualTo(owner + "/true/No second visit since");
    }

    private void reviewerAndRegulator(RecoveryCase closed) {
        Page page = DESK.signedIn(loop.person(Role.REVIEWER), "/cases/" + closed.number());
        page.onPageError(scriptErrors::add);
        page.setViewportSize(1400, 1800);
        Locator form = page.locator("form.sr-action");
        page.locator("[data-action=find]").click();
        form.locator("button[type=submit]").click();
        assertThat(form.locator(".sr-error")).isVisible();
        Browser.keep(page, "resolution-finding-unanswered");
        form.getByLabel("Is the complaint upheld?").selectOption("not-upheld");
        send(form);
        assertThat(page.locator(".sr-case")).containsText("Not upheld by");
        // Theirs who work the case.
        assertThat(page.locator("[data-action=tagAgain], [data-action=effect]")).hasCount(0);

        page.locator(".sr-more-actions summary").click();
        page.locator("[data-action=regulator]").click();
        form.locator("button[type=submit]").click();
        assertThat(form.locator(".sr-error")).hasCount(3);
        Browser.keep(page, "resolution-regulator-refused");
        axe.look(page, "regulator refused", ".sr-case");
        form.getByLabel("Which regulator or ombudsman?").fill("Housing Ombudsman");
        form.getByLabel("Their reference").fill("HO-1");
        form.getByLabel("What did they find?").selectOption("upheld");
        form.getByLabel("Decided on").fill(LocalDate.now(ZoneOffset.UTC).toString());
        send(form);
        assertThat(page.locator(".sr-case")).containsText(Pattern.compile("Housing Ombudsman, .*: Upheld"));
        Browser.keep(page, "resolution-with-regulator");
        assertThat(db.sql("""
                                select r.finding || '/' || r.found_by || '/' || g.body || '/' || g.finding || '/' || g.recorded_by
                                  from resolution r join regulator_finding g on g.case_id = r.case_id
                                 where r.case_id = ?""").param(closed.id()).query(String.class).single())
                .isEqualTo("NOT_UPHELD/test-reviewer/Housing Ombudsman/UPHELD/test-reviewer");

        page.locator("[data-action=regulatorBack]").click();
        form.getByLabel("Why was it a mistake?").fill("It was about another case");
        axe.look(page, "regulator taken back", ".sr-case");
        send(form);
        assertThat(page.locator("[data-action=regulatorBack]")).hasCount(0);
        assertThat(page.locator(".sr-case")).containsText("Taken back that Housing Ombudsman decided on");
        assertThat(page.getByRole(AriaRole.ALERT)).hasCount(0);
    }

    private static void send(Locator form) {
        form.locator("button[type=submit]").click();
        assertThat(form).hasCount(0);
    }

    private String tag(String code, String label) {
        String full = code + "-" + word;
        loop.does(Role.CX_LEAD, () -> taxonomy.add(full, word + " " + label));
        return full;
    }

    private long mails() {
        return db.sql("select count(*) from mail_outbox").query(Long.class).single();
    }
}
