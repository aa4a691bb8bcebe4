package org.servicerecovery.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.WaitForSelectorState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.camunda.bpm.engine.IdentityService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.servicerecovery.Loop;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.measure.PastCases;
import org.servicerecovery.resolution.Resolutions;
import org.servicerecovery.trend.taxonomy.Taxonomy;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The pages of Tasklist on causes and on prevention actions, in every state they can be in. */
@RunningApplication
class CausePagesInBrowserTest {

    private static final Pattern TAGS = Pattern.compile("/api/tags\\?all=true$");
    private static final Pattern ACTIONS = Pattern.compile("/api/prevention-actions\\?");

    @RegisterExtension
    static final Desk DESK = Desk.forTheWholeClass();

    @Autowired
    ApplicationContext application;

    @Autowired
    IdentityService identities;

    @Autowired
    Taxonomy taxonomy;

    @Autowired
    Resolutions resolutions;

    @Autowired
    JdbcClient db;

    /** In the names of all tags of a test. */
    final String word = "q" + UUID.randomUUID().toString().substring(0, 7);

    final Axe axe = new Axe();
    final List<String> scriptErrors = new ArrayList<>();
    Loop loop;
    PastCases past;

    @BeforeEach
    void begin() {
        loop = new Loop(application);
        past = new PastCases(db);
    }

    @AfterEach
    void nothingIsLeft() {
        past.forget();
        db.sql("delete from root_cause_tag where code like 'many-of-%'").update();
    }

    @Test
    void leadsFindAddRenameMergeSplitAndRetireTagsAndTakeAMergeBackByKeyboardAlone() {
        db.sql("""
                        insert into root_cause_tag (code, label, created_at)
                        select 'many-of-' || n, 'Cause number ' || n, now() from generate_series(1, 300) n""").update();
        String late = tag("late", "arrived late");
        String slow = tag("slow", "came slowly");
        String target = tag("zz", "zz goes on");
        String parts = tag("parts", "had the wrong part");
        String apart = tag("apart", "was told apart");
        db.sql("""
                        insert into tag_likeness (tag_id, other_id, names, co_use, found_at)
                        select least(a.id, b.id), greatest(a.id, b.id), 0.93, 0.4, now()
                          from root_cause_tag a, root_cause_tag b where a.code = ? and b.code = ?""").params(slow, apart).update();
        Page page = tasklist(Role.CX_LEAD);
        to(page, "taxonomy");
        Locator find = page.getByLabel("Find a tag");
        assertThat(tagOf(page, late)).isVisible();
        assertThat(page.locator("h1")).hasText("Taxonomy of causes");
        assertThat(
                        (Boolean)
                                page.evaluate(
                                        "document.elementFromPoint(...(r => [r.x + 5, r.y + 5])(document.querySelector('h1').getBoundingClientRect())).tagName === 'H1'"))
                .as("the header does not cover the page")
                .isTrue();
        Browser.keep(page, "taxonomy-many");
        axe.look(page, "many", ".sr-page");
        find.fill(word);
        assertThat(page.getByText(Pattern.compile("^5 of \\d+$"))).isVisible();
        assertThat(page.locator(".sr-taxonomy > li:visible")).hasCount(5);

        button(page, "Add a tag").click();
        Locator adding = page.locator("form[aria-label='A new tag']");
        Locator name = adding.getByLabel("Label", new Locator.GetByLabelOptions().setExact(true));
        name.fill(word + " arived late");
        assertThat(adding.locator(".sr-alike")).containsText(word + " arrived late");
        Browser.keep(page, "taxonomy-near-duplicate");
        axe.look(page, "near-duplicate", ".sr-page");
        adding.locator(".sr-alike li", new Locator.LocatorOptions().setHasText(word + " arrived late"))
                .getByText("Use this one")
                .click();
        assertThat(adding).hasCount(0);
        assertThat(page.locator(".sr-told")).hasText(word + " arrived late is there already: nothing was added.");
        assertThat(tagOf(page, late).locator("summary")).isFocused();
        assertThat(page.locator(".sr-taxonomy > li:visible")).hasCount(1);
        find.fill(word);
        button(page, "Add a tag").click();
        name.fill(word + " arived late");
        assertThat(adding.locator(".sr-alike")).containsText("as another name of it");
        adding.locator("button[type=submit]").click();
        assertThat(adding).hasCount(0);
        String added = word + "-arived-late";
        assertThat(page.locator(".sr-told")).hasText(word + " arived late: Added.");

        Locator rename = open(page, added, "rename");
        rename.getByRole(AriaRole.TEXTBOX).fill(word + " arrived  LATE");
        assertThat(rename.locator(".sr-alike")).containsText(word + " arrived late");
        rename.locator(".sr-alike li", new Locator.LocatorOptions().setHasText(word + " arrived late"))
                .getByText("Merge into it")
                .click();
        Locator merged = tagOf(page, added).locator("form");
        assertThat(merged.locator("select")).hasValue(late);
        merged.getByText("Cancel").click();
        open(page, added, "rename").getByRole(AriaRole.TEXTBOX).fill(word + " arrived  LATE");
        rename.locator("button[type=submit]").click();
        assertThat(rename.locator(".sr-error")).containsText("is a name of the tag " + word + " arrived late");
        Browser.keep(page, "taxonomy-refused");
        rename.getByRole(AriaRole.TEXTBOX).fill("Straße gesperrt " + word);
        assertThat(rename.locator(".sr-alike")).hasCount(0);
        send(rename);
        assertThat(tagOf(page, added)).containsText("Straße gesperrt " + word);
        assertThat(tagOf(page, added).locator("[data-action=rename]")).isFocused();
        Locator define = open(page, added, "define");
        define.getByRole(AriaRole.TEXTBOX).fill("The road was closed");
        send(define);
        Locator alias = open(page, added, "addAlias");
        alias.getByRole(AriaRole.TEXTBOX).fill(word + " detour");
        send(alias);
        Locator family = open(page, added, "move");
        family.getByRole(AriaRole.COMBOBOX).selectOption(late);
        send(family);
        Locator owner = open(page, added, "giveTo");
        owner.locator("option[value='" + loop.person(Role.CX_LEAD) + "']").waitFor(attached());
        owner.getByRole(AriaRole.COMBOBOX).selectOption(loop.person(Role.CX_LEAD));
        send(owner);
        tagOf(page, added).locator("[data-action=history]").click();
        assertThat(tagOf(page, added).locator(".sr-timeline li")).containsText(new String[] {
            "Owner changed: – → Test",
            "Family changed: – → " + word + " arrived late",
            "Other name added: " + word + " detour",
            "Defined: – → The road was closed",
            "Renamed: " + word + " arived late → Straße gesperrt " + word,
            "Added"
        });
        Browser.keep(page, "taxonomy-tag-with-history");
        axe.look(page, "tag", ".sr-page");
        assertThat(row(added))
                .isEqualTo("Straße gesperrt " + word + "/The road was closed/" + late + "/test-cx-lead/" + word
                        + " detour/null");
        Locator circle = open(page, late, "merge");
        circle.getByRole(AriaRole.COMBOBOX).selectOption(added);
        circle.locator("button[type=submit]").click();
        assertThat(circle.locator(".sr-error")).containsText("Take it out of that family first.");
        circle.press("Escape");

        byKeyboardAlone(page, find, added, target);

        find.fill(word);
        Locator split = open(page, parts, "split");
        split.locator("button[type=submit]").click();
        assertThat(split.locator("[data-field=part1] .sr-error, [data-field=part2] .sr-error"))
                .hasText(new Pattern[] {
                    Pattern.compile("Give this part a name"), Pattern.compile("Give this part a name")
                });
        assertThat(split.getByLabel("Name of part 1")).isFocused();
        split.getByLabel("Part 2").fill(word + " arrived late");
        split.getByLabel("Part 3").fill(word + " third");
        split.locator("button[type=submit]").click();
        assertThat(split.locator("[data-field=part2] .sr-error")).containsText("is a name of the tag");
        split.getByLabel("Part 1").fill(word + " part missing");
        split.getByLabel("Part 2").fill("遅刻 " + word.toUpperCase(Locale.ROOT));
        split.getByLabel("Part 3").fill("部品 · " + word);
        Browser.keep(page, "taxonomy-split");
        send(split);
        assertThat(page.locator(".sr-told")).hasText(word + " had the wrong part: Split.");
        assertThat(db.sql("""
                                select p.code from root_cause_tag p join root_cause_tag o on o.id = p.split_from
                                 where o.code = ? order by p.id""").param(parts).query(String.class).list())
                .containsExactly(word + "-part-missing", word, word + "-2");

        Locator retire = open(page, late, "retire");
        retire.getByRole(AriaRole.COMBOBOX).selectOption(target);
        send(retire);
        assertThat(tagOf(page, late)).containsText("no longer used, take: " + word + " zz goes on");
        assertThat(state(late)).isEqualTo("retired for " + target);
        send(open(page, late, "revive"));
        assertThat(page.locator(".sr-told")).hasText(word + " arrived late: Used again.");
        assertThat(state(late)).isEqualTo("in use");

        Locator pair = page.locator(".sr-section li", new Page.LocatorOptions().setHasText(word + " came slowly"));
        assertThat(pair).containsText("Names 93 % alike, 40 % of their cases in common");
        Browser.keep(page, "taxonomy-pair");
        pair.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("They differ"))
                .click();
        assertThat(pair).hasCount(0);
        assertThat(db.sql("""
                                select decision from tag_likeness l join root_cause_tag a on a.id in (l.tag_id, l.other_id)
                                 where a.code = ?""").param(slow).query(String.class).single()).isEqualTo("DIFFERENT");
        axe.foundNothing();
        assertThat(scriptErrors).isEmpty();
    }

    private void byKeyboardAlone(Page page, Locator find, String tag, String into) {
        find.focus();
        find.fill("");
        page.keyboard().type(tag);
        page.keyboard().press("Tab");
        page.keyboard().press("Tab");
        assertThat(tagOf(page, tag).locator("summary")).isFocused();
        walkTo(page, "merge");
        page.keyboard().press("Enter");
        assertThat(tagOf(page, tag).locator("select")).isFocused();
        page.keyboard().type(word + " zz");
        assertThat(tagOf(page, tag).locator("select")).hasValue(into);
        Browser.keep(page, "taxonomy-merge-by-keyboard");
        page.keyboard().press("Tab");
        page.keyboard().press("Enter");
        assertThat(page.locator(".sr-told"))
                .hasText("Straße gesperrt " + word + ": Merged. It stands among those that are not in use.");
        assertThat(state(tag)).isEqualTo("merged into " + into);
        assertThat(page.getByRole(
                        AriaRole.HEADING,
                        new Page.GetByRoleOptions().setName("Tags").setExact(true)))
                .isFocused();

        page.keyboard().press("Tab");
        assertThat(find).isFocused();
        page.keyboard().press("Tab");
        page.keyboard().press("Space");
        assertThat(tagOf(page, tag)).containsText("merged, take: " + word + " zz goes on");
        Browser.keep(page, "taxonomy-merged");
        page.keyboard().press("Tab");
        page.keyboard().press("Enter");
        walkTo(page, "undoMerge");
        page.keyboard().press("Enter");
        assertThat(tagOf(page, tag).locator("form button[type=submit]")).isFocused();
        page.keyboard().press("Enter");
        assertThat(page.locator(".sr-told")).hasText("Straße gesperrt " + word + ": Merge taken back.");
        assertThat(state(tag)).isEqualTo("in use");
    }

    /** From button to button, as somebody without a mouse does. */
    private static void walkTo(Page page, String action) {
        for (int i = 0; i < 15; i++) {
            if (action.equals(page.evaluate("document.activeElement.dataset.action"))) {
                return;
            }
            page.keyboard().press("Tab");
        }
        throw new AssertionError("The keyboard does not reach " + action + ".");
    }

    @Test
    void aSlowServerAFailingOneNoTagsOneTagOtherRolesAndAPhoneAreToldInPlace() {
        String tag = tag("one", "stands alone");
        Page lead = tasklist(Role.CX_LEAD);
        AtomicReference<Route> held = new AtomicReference<>();
        lead.route(TAGS, held::set);
        to(lead, "taxonomy");
        assertThat(lead.locator(".sr-page .sr-loading")).hasText("Loading…");
        assertThat(button(lead, "Add a tag")).hasCount(0);
        Browser.keep(lead, "taxonomy-server-slow");
        lead.waitForCondition(() -> held.get() != null);
        held.get().resume();
        assertThat(tagOf(lead, tag)).isVisible();

        answers(lead, TAGS, 503, "");
        to(lead, "taxonomy");
        assertThat(lead.locator(".sr-page [role=alert]")).hasCount(1);
        assertThat(lead.locator(".sr-page [role=alert]")).containsText("The server answered with an error (503).");
        Browser.keep(lead, "taxonomy-server-failing");
        axe.look(lead, "failing", ".sr-page");
        answers(lead, TAGS, 200, "[]");
        button(lead, "Try again").click();
        assertThat(lead.getByText("There are no tags yet.")).isVisible();
        Browser.keep(lead, "taxonomy-empty");
        axe.look(lead, "empty", ".sr-page");
        lead.unrouteAll();

        lead.setViewportSize(360, 740);
        to(lead, "taxonomy");
        lead.getByLabel("Find a tag").fill(word);
        open(lead, tag, "split");
        Browser.fits(lead, ".sr-page");
        tagOf(lead, tag).scrollIntoViewIfNeeded();
        Browser.keep(lead, "taxonomy-one-narrow");
        axe.look(lead, "narrow", ".sr-page");

        Page owner = tasklist(Role.CASE_OWNER);
        to(owner, "taxonomy");
        assertThat(owner.getByText("You can read the taxonomy.")).isVisible();
        tagOf(owner, tag).locator("summary").click();
        assertThat(tagOf(owner, tag).getByRole(AriaRole.BUTTON)).hasText(new String[] {"History"});
        assertThat(button(owner, "Add a tag")).hasCount(0);
        Browser.keep(owner, "taxonomy-read-by-case-owner");
        Page administrator = tasklist(Role.ADMINISTRATOR);
        for (String each : List.of("taxonomy", "prevention")) {
            to(administrator, each);
            assertThat(administrator.locator(".sr-page .sr-notice")).isVisible();
            assertThat(administrator.locator(".sr-page .sr-notice")).not().containsText("error");
            assertThat(administrator.getByLabel("Find a tag")).isHidden();
            assertThat(button(administrator, "Try again")).hasCount(0);
            Browser.keep(administrator, each + "-wrong-role");
        }
        // These have no Tasklist.
        for (Role role : List.of(Role.PROCESS_DESIGNER, Role.OPERATIVE, Role.ACCOUNTANT)) {
            Page outside =
                    DESK.signedIn(TestPeople.person(identities, role), "/camunda/app/tasklist/default/#/taxonomy");
            assertThat(outside.locator("body")).containsText("not for your role");
            assertThat(outside.locator(".sr-page")).hasCount(0);
        }

        Page german = DESK.signedInSpeaking("de-DE", loop.person(Role.CX_LEAD));
        german.onPageError(scriptErrors::add);
        german.locator("a[href='#/taxonomy']").waitFor();
        to(german, "taxonomy");
        german.getByLabel("Ursache suchen").fill(word);
        Locator merge = open(german, tag, "merge");
        assertThat(merge).containsText("Zusammenlegen: " + word + " stands alone");
        Browser.keep(german, "taxonomy-german");
        to(german, "prevention");
        assertThat(german.locator("h1")).hasText("Vorbeugende Maßnahmen");
        Browser.keep(german, "prevention-german");
        axe.foundNothing();
        assertThat(scriptErrors).isEmpty();
    }

    @Test
    void preventionActionsAreFoundDoneAndJudgedByThoseWhoSeeToThem() {
        String anna = "test-anna-" + word;
        TestPeople.add(identities, anna, Role.CASE_OWNER);
        Page page = DESK.tasklist(anna);
        page.onPageError(scriptErrors::add);
        to(page, "prevention");
        assertThat(page.getByText("Nothing is to be done or judged.")).isVisible();
        Browser.keep(page, "prevention-empty");
        axe.look(page, "no actions", ".sr-page");

        RecoveryCase ready = loop.readyToResolve(Severity.MINOR);
        loop.does(
                Role.CASE_OWNER,
                () -> resolutions.resolve(
                        ready.number(),
                        new Resolutions.Draft(
                                "apology-only",
                                "billing-error",
                                "Call the day before",
                                null,
                                anna,
                                null,
                                "Nobody waits for nothing")));
        loop.closeLoop(loop.again(ready));
        button(page, "Overdue").click();
        assertThat(page.getByText("Nothing is overdue.")).isVisible();
        button(page, "Open").click();
        Locator action = page.locator(".sr-prevention > li");
        assertThat(action).hasCount(1);
        assertThat(action).containsText("Call the day before");
        assertThat(action).containsText("Expected: Nobody waits for nothing");
        // Not her case.
        assertThat(action.locator("a")).hasCount(0);
        Browser.keep(page, "prevention-one");

        action.locator("[data-action=prevented]").click();
        action.locator("form button[type=submit]").click();
        assertThat(action.locator("[data-field=notes] .sr-error"))
                .hasText(Pattern.compile("This is missing. What was done\\?"));
        action.locator("form").getByLabel("What was done").fill("Called twelve of them");
        send(action.locator("form"));
        assertThat(page.getByText("Nothing is to be done or judged.")).isVisible();
        assertThat(page.getByText("Nothing is to be done or judged.")).isFocused();
        button(page, "Done").click();
        assertThat(action.locator("[data-action=effect]")).hasText("Say before the comparison whether it helped");
        action.locator("[data-action=effect]").click();
        action.locator("form button[type=submit]").click();
        assertThat(action.locator(".sr-error")).containsText("needs an answer");
        Browser.keep(page, "prevention-answer-missing");
        axe.look(page, "answer missing", ".sr-page");
        action.locator("form").getByLabel("Did it help?").selectOption("No");
        action.locator("form").getByLabel("How it shows").fill("As many calls as before");
        send(action.locator("form"));
        assertThat(page.getByText("Nothing is done yet.")).isVisible();
        button(page, "Open").click();
        // Folded away with the times before.
        assertThat(action).containsText("What was done: Called twelve of them");
        assertThat(action).containsText("How it shows: As many calls as before");
        assertThat(db.sql(
                                "select done_by || ' ' || judged_by || ' ' || notes || ', ' || judged_notes from prevention_past where case_id = ?")
                        .param(ready.id())
                        .query(String.class)
                        .single())
                .isEqualTo(anna + " " + anna + " Called twelve of them, As many calls as before");
        assertThat(db.sql("select kind from case_event where case_id = ? order by seq desc limit 2")
                        .param(ready.id())
                        .query(String.class)
                        .list())
                .containsExactly("prevention did not help", "prevention done");

        List<Long> many = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            many.add(past.resolved("2026-01-10T10:00:00Z")
                    .prevention(i < 20 ? "2026-02-01" : "2099-03-01", null, null)
                    .id());
        }
        db.sql("update resolution set prevention_owner = ? where case_id = any(?)")
                .params(anna, many.toArray(Long[]::new))
                .update();
        button(page, "Open").click();
        assertThat(page.getByText("61 actions")).isVisible();
        assertThat(page.locator(".sr-prevention .sr-late")).hasCount(20);
        Browser.keep(page, "prevention-many");
        axe.look(page, "many actions", ".sr-page");
        page.setViewportSize(360, 740);
        Browser.fits(page, ".sr-page");
        Browser.keep(page, "prevention-narrow");
        axe.look(page, "actions narrow", ".sr-page");
        page.setViewportSize(1400, 1000);

        AtomicReference<Route> held = new AtomicReference<>();
        page.route(ACTIONS, held::set);
        button(page, "All").click();
        assertThat(page.locator(".sr-page .sr-loading")).isVisible();
        Browser.keep(page, "prevention-server-slow");
        page.waitForCondition(() -> held.get() != null);
        held.get().abort();
        assertThat(page.locator(".sr-page [role=alert]")).containsText("The server cannot be reached.");
        answers(page, ACTIONS, 503, "");
        button(page, "Try again").click();
        assertThat(page.locator(".sr-page [role=alert]")).containsText("(503)");
        Browser.keep(page, "prevention-server-failing");
        page.unrouteAll();
        button(page, "Try again").click();
        assertThat(page.getByText("61 actions")).isVisible();

        Page reviewer = tasklist(Role.REVIEWER);
        List<String> refused = new ArrayList<>();
        reviewer.onResponse(answer -> {
            if (answer.status() == 403) {
                refused.add(answer.url());
            }
        });
        to(reviewer, "taxonomy");
        assertThat(reviewer.getByText("You can read the taxonomy.")).isVisible();
        assertThat(button(reviewer, "Add a tag")).hasCount(0);
        to(reviewer, "prevention");
        assertThat(reviewer.getByText("You can read these.")).isVisible();
        Locator others = reviewer.locator(".sr-prevention > li");
        assertThat(others.first()).isVisible();
        assertThat(others.getByRole(AriaRole.BUTTON)).hasCount(0);
        assertThat(refused).noneMatch(each -> each.contains("/api/colleagues"));
        Browser.keep(reviewer, "prevention-read-by-reviewer");
        axe.foundNothing();
        assertThat(scriptErrors).isEmpty();
    }

    private Page tasklist(Role role) {
        String person = TestPeople.person(identities, role);
        // Those who open no cases have less in their header to wait for.
        Page page = role == Role.CX_LEAD || role == Role.CASE_OWNER ? DESK.tasklist(person) : DESK.signedIn(person);
        page.onPageError(scriptErrors::add);
        return page;
    }

    /** The page anew, wherever it was: over another one that Tasklist draws nothing into. */
    private static void to(Page page, String path) {
        for (String each : List.of("absence", path)) {
            page.evaluate("document.querySelector('main.sr-page')?.classList.add('old')");
            page.navigate(page.url().replaceFirst("#.*", "") + "#/" + each);
            page.locator("main.sr-page:not(.old)").waitFor();
        }
    }

    private static Locator.WaitForOptions attached() {
        return new Locator.WaitForOptions().setState(WaitForSelectorState.ATTACHED);
    }

    private static void answers(Page page, Pattern address, int status, String body) {
        page.unrouteAll();
        page.route(
                address,
                route -> route.fulfill(new Route.FulfillOptions()
                        .setStatus(status)
                        .setContentType("application/json")
                        .setBody(body)));
    }

    private static Locator button(Page page, String name) {
        return page.locator(".sr-page")
                .getByRole(
                        AriaRole.BUTTON,
                        new Locator.GetByRoleOptions().setName(name).setExact(true));
    }

    private static Locator tagOf(Page page, String code) {
        return page.locator("details[data-key='" + code + "']");
    }

    /** The form of what is to be done to a tag. */
    private static Locator open(Page page, String code, String action) {
        Locator tag = tagOf(page, code);
        if (tag.getAttribute("open") == null) {
            tag.locator("summary").click();
        }
        tag.locator("[data-action=" + action + "]").click();
        return tag.locator("form");
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

    private String row(String code) {
        return db.sql("""
                        select concat_ws('/', t.label, t.definition, p.code, t.owner,
                                         (select a.alias from tag_alias a where a.tag_id = t.id),
                                         coalesce(t.merged_into::text, 'null'))
                          from root_cause_tag t left join root_cause_tag p on p.id = t.parent_id where t.code = ?""").param(code).query(String.class).single();
    }

    private String state(String code) {
        return db.sql("""
                        select case when t.merged_into is not null then 'merged into ' || m.code
                                    when t.retired_at is not null then 'retired for ' || i.code
                                    else 'in use' end
                          from root_cause_tag t left join root_cause_tag m on m.id = t.merged_into
                          left join root_cause_tag i on i.id = t.instead_id where t.code = ?""").param(code).query(String.class).single();
    }
}
