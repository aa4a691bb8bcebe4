package org.servicerecovery.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.FilePayload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.servicerecovery.Loop;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

/** A table is changed in the page, tried, and taken along to be deployed. */
@RunningApplication
class TryTableInBrowserTest {

    private static final String COCKPIT = "/camunda/app/cockpit/default/";

    @RegisterExtension
    static final Desk DESK = Desk.forTheWholeClass();

    @Autowired
    ApplicationContext application;

    @Autowired
    IdentityService identities;

    @AfterEach
    void timeGoesOn() {
        ClockUtil.reset();
    }

    @Test
    void aTableIsChangedTriedOnThePastAndTakenAlong() throws IOException {
        Axe axe = new Axe();
        List<String> scriptErrors = new ArrayList<>();
        RecoveryCase late = closed("2046-03-02T08:00:00Z", "2046-03-05T00:00:00Z");
        Page page = tryTable(Role.CX_LEAD);
        page.onPageError(scriptErrors::add);
        Locator trial = page.locator(".srt");
        assertThat(trial).containsText("See what a changed table would have done with past cases");
        button(page, "Try it").click();
        assertThat(trial.getByRole(AriaRole.ALERT)).containsText("Choose a table first");

        button(page, "Change the table Resolution deadline here").click();
        Locator hours = page.getByLabel("Row 1, Hours until the case must be resolved");
        assertThat(page.getByLabel("Row 1, Severity")).isFocused();
        assertThat(hours).hasValue("72");
        page.getByLabel("From", new Page.GetByLabelOptions().setExact(true)).fill("2046-03-01");
        page.getByLabel("to", new Page.GetByLabelOptions().setExact(true)).fill("2046-03-31");
        button(page, "Try it").click();
        assertThat(trial).containsText("The only case would not have had another deadline.");
        assertThat(trial).containsText("Nothing of this time would have been treated otherwise.");
        assertThat(trial).containsText("The past never reached rows 2, 3, 4.");
        Browser.keep(page, "try-table-nothing-changes");

        hours.fill("48");
        assertThat(trial).containsText("changed here");
        hours.press("Enter");
        assertThat(trial.locator(".srt-said"))
                .hasText("The only case would have had another deadline: 1 shorter; 1 met one would have been missed.");
        Locator link = trial.getByRole(
                AriaRole.LINK,
                new Locator.GetByRoleOptions().setName(late.number().value()));
        assertThat(link).hasAttribute("href", "/cases/" + late.number());
        assertThat(trial).containsText("1 d earlier");
        page.setViewportSize(1400, 2600);
        Browser.keep(page, "try-table-differences");
        axe.look(page, "differences", ".srt");
        Download csv =
                page.waitForDownload(() -> button(page, "All of it as CSV").click());
        assertThat(Files.readString(csv.path())).contains(late.number().value());
        Download changed = page.waitForDownload(
                () -> button(page, "Download the file as it stands here").click());
        assertThat(changed.suggestedFilename()).isEqualTo("resolution-deadline.dmn");
        assertThat(Files.readString(changed.path()))
                .startsWith("<?xml")
                .contains("<text>48</text>")
                .doesNotContain("<text>72</text>");

        button(page, "Copy row 4").press("Enter");
        assertThat(page.getByLabel("Row 5, Severity")).isFocused();
        button(page, "Try it").click();
        assertThat(trial).containsText("It would be refused if you deployed it as it is");
        Browser.keep(page, "try-table-two-rows-fit");
        axe.look(page, "two rows fit", ".srt");
        button(page, "Remove row 5").click();
        page.getByLabel("Row 1, Severity").fill("minor");
        button(page, "Try it").click();
        assertThat(trial.getByRole(AriaRole.ALERT)).containsText("row 1, column \"Severity\": minor fits nothing.");
        Browser.keep(page, "try-table-refused");
        axe.look(page, "refused", ".srt");
        page.locator("input[type=file][hidden]")
                .setInputFiles(
                        new FilePayload("holiday.txt", "text/plain", "Good morning".getBytes(StandardCharsets.UTF_8)));
        assertThat(trial).containsText("The rows of this file cannot be shown here.");
        button(page, "Try it").click();
        assertThat(trial.getByRole(AriaRole.ALERT)).containsText("is no decision table (DMN) that can be read");

        button(page, "Change the table Training threshold here").click();
        assertThat(trial).containsText("Training threshold, as deployed");
        page.getByLabel("From", new Page.GetByLabelOptions().setExact(true)).fill("2041-01-01");
        page.getByLabel("to", new Page.GetByLabelOptions().setExact(true)).fill("2041-01-02");
        AtomicReference<Route> held = new AtomicReference<>();
        page.route(Pattern.compile("/api/table-trials"), held::set);
        button(page, "Try it").click();
        assertThat(trial).containsText("This takes longer than usual.");
        Browser.keep(page, "try-table-slow");
        held.get().resume();
        assertThat(trial).containsText("so there is nothing to try the table on.");
        Browser.keep(page, "try-table-no-past");
        page.unrouteAll();
        page.route(
                Pattern.compile("/api/table-trials"),
                route -> route.fulfill(new Route.FulfillOptions().setStatus(503).setBody("")));
        button(page, "Try it").click();
        assertThat(trial.getByRole(AriaRole.ALERT)).containsText("The table could not be tried.");
        page.unrouteAll();
        button(page, "Try again").click();
        assertThat(trial).containsText("so there is nothing to try the table on.");

        // A proxy answers in our place, as if all were well.
        page.route(
                Pattern.compile("/api/decision-tables$"),
                route -> route.fulfill(
                        new Route.FulfillOptions().setContentType("text/html").setBody("<p>Hello</p>")));
        page.reload();
        assertThat(trial.locator("h1")).hasText("Try a decision table");
        assertThat(trial.getByRole(AriaRole.ALERT)).containsText("it came from something in between, such as a proxy");
        page.unrouteAll();
        button(page, "Try again").click();
        assertThat(trial.getByRole(AriaRole.ALERT)).hasCount(0);

        button(page, "Change the table Further clocks here").click();
        page.getByLabel("Row 1, Length").fill("96");
        page.getByLabel("From", new Page.GetByLabelOptions().setExact(true)).fill("2046-03-01");
        page.getByLabel("to", new Page.GetByLabelOptions().setExact(true)).fill("2046-03-31");
        button(page, "Try it").click();
        assertThat(trial.locator(".srt-said"))
                .hasText("The only clock would have run otherwise: 1 due later, 1 met instead of missed.");
        assertThat(trial).containsText("Acknowledgement");
        assertThat(trial).containsText("96 h");
        assertThat(trial).containsText("3 d later");
        Browser.keep(page, "try-table-further-clocks");
        axe.look(page, "further clocks", ".srt");

        Page designer = tryTable(Role.PROCESS_DESIGNER);
        button(designer, "Change the table Resolution deadline here").click();
        designer.getByLabel("Row 1, Hours until the case must be resolved").fill("48");
        designer.getByLabel("From", new Page.GetByLabelOptions().setExact(true)).fill("2046-03-01");
        designer.getByLabel("to", new Page.GetByLabelOptions().setExact(true)).fill("2046-03-31");
        button(designer, "Try it").click();
        assertThat(designer.locator(".srt-said")).containsText("The only case would have had another deadline");
        assertThat(designer.locator(".srt")).containsText("Your role sees counts");
        assertThat(designer.locator(".srt")).not().containsText(late.number().value());
        designer.getByText("How to deploy it").click();
        assertThat(designer.locator(".srt-deploy code")).containsText("/engine-rest");
        designer.setViewportSize(400, 3600);
        Browser.fits(designer, ".srt");
        Browser.keep(designer, "try-table-designer-narrow");
        axe.look(designer, "narrow", ".srt");

        Page admin = DESK.signedInSpeaking("de-DE", TestPeople.person(identities, Role.ADMINISTRATOR), COCKPIT);
        open(admin);
        assertThat(admin.locator(".srr-notice")).containsText("Das gehört nicht zu Ihrer Rolle.");
        Browser.keep(admin, "try-table-wrong-role");
        axe.foundNothing();
        assertThat(scriptErrors).isEmpty();
    }

    private RecoveryCase closed(String opened, String resolved) {
        Loop loop = new Loop(application);
        Loop.itIs(Instant.parse(opened));
        RecoveryCase planned = loop.planned(Severity.MINOR, 1);
        Loop.itIs(Instant.parse(resolved));
        loop.work(planned, 1);
        RecoveryCase closed = loop.closeLoop(loop.resolve(loop.again(planned), loop.tag()));
        ClockUtil.reset();
        return closed;
    }

    private Page tryTable(Role role) {
        Page page = DESK.signedIn(TestPeople.person(identities, role), COCKPIT);
        // Below "More", where the window is not wide enough for every entry.
        assertThat(page.locator("a[href='#/try-table']").first()).isAttached();
        open(page);
        return page;
    }

    private static void open(Page page) {
        page.navigate(page.url().replaceFirst("#.*", "") + "#/try-table");
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }
}
