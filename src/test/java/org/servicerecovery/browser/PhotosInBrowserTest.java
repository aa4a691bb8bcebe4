package org.servicerecovery.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerecovery.browser.TasklistForms.card;
import static org.servicerecovery.browser.TasklistForms.complete;
import static org.servicerecovery.browser.TasklistForms.fill;
import static org.servicerecovery.browser.TasklistForms.open;

import com.microsoft.playwright.JSHandle;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.FilePayload;
import java.util.Base64;
import java.util.List;
import java.util.Map;
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
import org.servicerecovery.files.Pictures;
import org.servicerecovery.plan.NewStep;
import org.servicerecovery.plan.Plan;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Photos as people add and see them in Tasklist. Screenshots are kept as build output. */
@RunningApplication
class PhotosInBrowserTest {

    @RegisterExtension
    Desk desk = new Desk();

    @Autowired
    private ApplicationContext application;

    @Autowired
    private IdentityService identity;

    @Autowired
    private Cases cases;

    @Autowired
    private Plan plan;

    @Autowired
    private JdbcClient db;

    @Test
    void twoPhotosAreDroppedAboveTheFormAndSeenInTheCaseTab() {
        String owner = "photo-owner";
        TestPeople.add(identity, owner, Role.CASE_OWNER);
        Loop loop = new Loop(application);
        NewCase wanted = new NewCase(
                loop.customer(), Severity.MINOR, FailureSource.COMPLAINT, "The valve leaks", null, null, owner, null);
        RecoveryCase found = loop.as(Role.CX_LEAD, () -> cases.open(wanted));
        loop.does(
                Role.CX_LEAD,
                () -> plan.finish(
                        found.number(), List.of(new NewStep("photos-of-correction", "Show the new valve", null))));
        Page page = desk.signedIn(owner);
        open(page, "Photos of correction");
        assertThat(page.getByText("There are no photos yet.")).isVisible();
        completed(page);
        assertThat(page.locator(".fjs-form .sr-refusal")).containsText("before there is a photo");

        drop(page, "valve before.jpg", "valve after.jpg");
        assertThat(page.locator(".sr-panel .sr-photos img")).hasCount(2);
        assertThat(page.locator(".sr-panel .sr-sending li")).hasCount(0);
        page.locator(".sr-panel input[type=file]")
                .setInputFiles(new FilePayload("holiday.jpg", "image/jpeg", "MZ and so on".getBytes()));
        assertThat(page.locator(".sr-panel .sr-sending [role=alert]")).containsText("holiday.jpg: This is");
        Browser.keep(page, "photos-1-dropped");

        page.getByText("Case", new Page.GetByTextOptions().setExact(true))
                .first()
                .click();
        Locator thumbnails = page.locator(".sr-case .sr-photos img");
        assertThat(thumbnails).hasCount(2);
        Locator before =
                page.locator(".sr-case").getByAltText("Photo valve before.jpg of step 1, added by Test Case owner");
        before.scrollIntoViewIfNeeded();
        assertThat((Boolean) before.evaluate("image => image.decode().then(() => image.naturalWidth > 0)"))
                .isTrue();
        Browser.keep(page, "photos-2-case-tab");
        before.click();
        Locator large = page.locator("dialog.sr-large");
        assertThat(large).isVisible();
        // Turned as it asks to be: stored 900 by 600.
        assertThat((Boolean)
                        large.locator("img").evaluate("image => image.decode().then(() => image.naturalWidth === 600)"))
                .isTrue();
        Browser.keep(page, "photos-3-large");
        page.keyboard().press("ArrowRight");
        assertThat(large.locator("p")).containsText("valve after.jpg");
        page.keyboard().press("Escape");
        assertThat(large).hasCount(0);

        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Remove valve before.jpg"))
                .click();
        page.getByLabel("Why is it removed?").fill("It shows the old valve");
        page.locator(".sr-photos form button[type=submit]").click();
        assertThat(thumbnails).hasCount(1);
        page.setViewportSize(360, 740);
        thumbnails.first().scrollIntoViewIfNeeded();
        Browser.keep(page, "photos-4-narrow");
        page.setViewportSize(1400, 950);

        page.getByText("Form", new Page.GetByTextOptions().setExact(true))
                .first()
                .click();
        completed(page);
        assertThat(card(page, "Photos of correction")).hasCount(0);
        assertThat(db.sql("select f.name from case_file f where f.case_id = ?")
                        .param(found.id())
                        .query(String.class)
                        .list())
                .containsExactly("valve after.jpg");
        page.context().close();
    }

    private static void completed(Page page) {
        page.locator(".fjs-form").waitFor();
        page.locator(".fjs-form").getByLabel("Completed").check();
        fill(page, "notes", "The new valve is tight.");
        complete(page);
    }

    /** As somebody who drags files from a folder. */
    private static void drop(Page page, String... names) {
        JSHandle files = page.evaluateHandle("() => new DataTransfer()");
        for (int i = 0; i < names.length; i++) {
            String bytes = Base64.getEncoder().encodeToString(Pictures.photo(900, 600, 6, 40 + i));
            files.evaluate(
                    "(files, [name, bytes]) => files.items.add(new File("
                            + "[Uint8Array.from(atob(bytes), c => c.charCodeAt(0))], name, {type: 'image/jpeg'}))",
                    List.of(names[i], bytes));
        }
        page.locator(".sr-panel .sr-drop").dispatchEvent("drop", Map.of("dataTransfer", files));
    }
}
