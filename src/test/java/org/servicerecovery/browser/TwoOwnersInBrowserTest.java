package org.servicerecovery.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.identity.User;
import org.camunda.bpm.engine.task.Task;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.servicerecovery.Loop;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.FailureSource;
import org.servicerecovery.cases.Journal;
import org.servicerecovery.cases.NewCase;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.plan.NewStep;
import org.servicerecovery.plan.Plan;
import org.servicerecovery.plan.Step;
import org.servicerecovery.plan.StepState;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

/** Two people at the same work, each in a browser of their own: what each is told, and that nothing is lost or done twice. */
@RunningApplication
class TwoOwnersInBrowserTest {

    private static final String BEATRIX = "test-beatrix-" + UUID.randomUUID();
    private static final String OSKAR = "test-oskar-" + UUID.randomUUID();

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
    Journal journal;

    @Autowired
    Plan plan;

    Loop loop;

    @BeforeEach
    void twoOwners() {
        loop = new Loop(application);
        if (identities.createUserQuery().userId(BEATRIX).count() == 0) {
            owner(BEATRIX, "Beatrix");
            owner(OSKAR, "Oskar");
        }
    }

    @Test
    void whoClaimsWhatTheOtherHasClaimedIsToldWithWhomItIs() {
        RecoveryCase found = opened(null);
        Task question = task(found, "UserTask_AssignOwner");
        Page hers = shown(DESK.tasklist(BEATRIX), question);
        Page his = shown(DESK.tasklist(OSKAR), question);
        claim(hers).waitFor();
        claim(his).waitFor();

        claim(hers).click();
        owner(hers).waitFor();
        assertThat(owner(hers)).isEnabled();
        claim(his).click();

        assertThat(error(his))
                .containsText("“Assign owner” is with " + name(BEATRIX) + " now. Ask them, or a manager,");
        assertThat(error(his)).not().containsText("ENGINE");
        Browser.keep(his, "two-owners-claimed");
        assertThat(task(found, "UserTask_AssignOwner").getAssignee()).isEqualTo(BEATRIX);
    }

    @Test
    void whoCompletesWhatTheOtherHasClaimedMeanwhileIsToldAndKeepsTheForm() {
        RecoveryCase found = opened(null);
        Task question = task(found, "UserTask_AssignOwner");
        Page hers = claimed(BEATRIX, question);
        TasklistForms.choose(hers, "owner", name(BEATRIX));
        // She let it go in another window.
        tasks.setAssignee(question.getId(), null);
        claims(OSKAR, question);

        complete(hers);

        assertThat(error(hers)).containsText("“Assign owner” is with " + name(OSKAR) + " now.");
        assertThat(owner(hers)).hasValue(name(BEATRIX));
        Browser.keep(hers, "two-owners-not-hers");
        assertThat(loop.again(found).owner()).isNull();
        assertThat(task(found, "UserTask_AssignOwner").getAssignee()).isEqualTo(OSKAR);
    }

    @Test
    void aFormThatIsSentAfterTheOtherHasCompletedItSaysWhoDidAndKeepsWhatWasWritten() {
        RecoveryCase found = planned(BEATRIX);
        Task call = stepTask(found);
        Page hers = justLoaded(BEATRIX, call);
        write(hers, "Half a thought of hers");
        loop.does(Role.MANAGER, () -> cases.assign(found.number(), OSKAR));
        Page his = shown(DESK.tasklist(OSKAR), call);
        write(his, "He said sorry");
        complete(his);
        assertThat(his.locator(".page-notifications .alert-success")).containsText("Done");

        complete(hers);

        assertThat(error(hers)).containsText("“Call customer” was completed by " + name(OSKAR) + " on ");
        assertThat(error(hers)).containsText("Nothing of yours was sent");
        assertThat(notes(hers)).hasValue("Half a thought of hers");
        Browser.keep(hers, "two-owners-stale-form");
        assertThat(step(found).notes()).isEqualTo("He said sorry");
        assertThat(step(found).settledBy()).isEqualTo(OSKAR);
        assertThat(kinds(found).stream().filter("step completed"::equals)).hasSize(1);
    }

    @Test
    void aFormThatIsOpenWhileItsCaseIsMergedSaysWhereItGoesOnAndTakesWhatWasWrittenThere() {
        RecoveryCase found = planned(BEATRIX);
        RecoveryCase goesOn = loop.as(Role.MANAGER, () -> {
            RecoveryCase other = loop.another(found);
            return cases.assign(other.number(), BEATRIX);
        });
        Page hers = justLoaded(BEATRIX, stepTask(found));
        write(hers, "She wants her money back");
        loop.does(Role.MANAGER, () -> cases.merge(found.number(), goesOn.number(), "One visit", Set.of()));

        complete(hers);

        assertThat(error(hers))
                .containsText("“Call customer” has ended: case " + found.number() + " was merged into "
                        + goesOn.number() + ", which goes on.");
        assertThat(notes(hers)).hasValue("She wants her money back");
        Browser.keep(hers, "two-owners-merged-meanwhile");
        hers.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName("Keep what I wrote as a note on " + goesOn.number()))
                .click();
        assertThat(hers.getByText("It is kept as a note on " + goesOn.number())).isVisible();
        assertThat(journal.of(goesOn.id()).stream()
                        .filter(entry -> entry.kind().equals("note"))
                        .map(entry -> String.valueOf(entry.content())))
                .singleElement()
                .asString()
                .contains("She wants her money back");
        assertThat(step(found).state()).isEqualTo(StepState.SKIPPED);
    }

    @Test
    void whatTwoSendAtTheSameMomentIsDoneOnceAndTheOtherIsToldByWhom() {
        RecoveryCase found = opened(null);
        Task question = task(found, "UserTask_AssignOwner");
        Page hers = claimed(BEATRIX, question);
        TasklistForms.choose(hers, "owner", name(BEATRIX));
        tasks.setAssignee(question.getId(), null);
        Page his = claimed(OSKAR, question);
        TasklistForms.choose(his, "owner", name(OSKAR));
        // Nobody has it, so each of them may complete it.
        tasks.setAssignee(question.getId(), null);
        List<Route> held = new ArrayList<>();
        hers.route("**/submit-form", held::add);
        his.route("**/submit-form", held::add);
        complete(hers);
        complete(his);
        hers.waitForCondition(() -> held.size() == 2);

        held.forEach(Route::resume);

        Locator said = hers.locator(".page-notifications .alert");
        assertThat(said.first()).isVisible();
        assertThat(his.locator(".page-notifications .alert").first()).isVisible();
        RecoveryCase owned = loop.again(found);
        boolean sheWon = BEATRIX.equals(owned.owner());
        assertThat(owned.owner()).isIn(BEATRIX, OSKAR);
        Page loser = sheWon ? his : hers;
        assertThat(error(loser))
                .containsText("“Assign owner” was completed by " + name(sheWon ? BEATRIX : OSKAR) + " on ");
        assertThat(owner(loser)).hasValue(name(sheWon ? OSKAR : BEATRIX));
        Browser.keep(loser, "two-owners-at-once");
        assertThat(kinds(found).stream().filter("owner assigned"::equals)).hasSize(1);
        assertThat(loop.openTasks(owned)).containsExactly("UserTask_PlanRecovery");
    }

    private void owner(String id, String firstName) {
        TestPeople.add(identities, id, Role.CASE_OWNER);
        User user = identities.createUserQuery().userId(id).singleResult();
        user.setFirstName(firstName);
        // The lists of colleagues hold those of other tests, too.
        user.setLastName("Test " + id.substring(id.length() - 6));
        identities.saveUser(user);
    }

    private String name(String person) {
        User user = identities.createUserQuery().userId(person).singleResult();
        return user.getFirstName() + " " + user.getLastName();
    }

    private static Locator owner(Page page) {
        return page.locator("[id$='Field_owner']");
    }

    private RecoveryCase opened(@Nullable String owner) {
        NewCase wanted = new NewCase(
                loop.customer(), Severity.MINOR, FailureSource.COMPLAINT, "Nobody came", null, null, owner, null);
        return loop.as(Role.MANAGER, () -> cases.open(wanted));
    }

    private RecoveryCase planned(String owner) {
        RecoveryCase opened = opened(owner);
        loop.does(
                Role.MANAGER, () -> plan.finish(opened.number(), List.of(new NewStep("call-customer", "Sorry", null))));
        return loop.again(opened);
    }

    private Task task(RecoveryCase of, String key) {
        return loop.task(of, key);
    }

    private Task stepTask(RecoveryCase of) {
        return tasks.createTaskQuery()
                .processInstanceId(step(of).processInstanceId())
                .singleResult();
    }

    private Step step(RecoveryCase of) {
        return plan.steps(of.id()).get(0);
    }

    private List<String> kinds(RecoveryCase of) {
        return journal.of(of.id()).stream().map(Journal.Entry::kind).toList();
    }

    private static Page claims(String person, Task task) {
        Page page = shown(DESK.tasklist(person), task);
        claim(page).click();
        assertThat(owner(page)).isEnabled();
        return page;
    }

    private static Page claimed(String person, Task task) {
        Page page = claims(person, task);
        // Tasklist reads a claimed task several times; from here on it knows no more than now.
        page.reload();
        assertThat(owner(page)).isEnabled();
        return page;
    }

    /** A page that was open before may read its task once more, and then it knows what the other did. */
    private static Page justLoaded(String person, Task task) {
        return DESK.signedIn(person, Desk.addressOf(task));
    }

    private static Page shown(Page page, Task task) {
        Desk.show(page, task);
        return page;
    }

    private static void write(Page page, String text) {
        notes(page).waitFor();
        page.locator(".fjs-form").getByLabel("Completed").check();
        TasklistForms.choose(page, "reached", "The customer");
        notes(page).fill(text);
    }

    private static void complete(Page page) {
        TasklistForms.complete(page);
    }

    private static Locator notes(Page page) {
        return page.locator("[id$='Field_notes']");
    }

    private static Locator claim(Page page) {
        return page.getByText("Claim", new Page.GetByTextOptions().setExact(true));
    }

    private static Locator error(Page page) {
        return page.locator(".page-notifications .alert-danger");
    }
}
