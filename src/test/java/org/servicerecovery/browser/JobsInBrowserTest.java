package org.servicerecovery.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.FilePayload;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.files.Pictures;
import org.servicerecovery.job.Queue;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;

/** The operatives' page on a phone. Screenshots are kept as build output. */
@RunningApplication
class JobsInBrowserTest {

    private static Browser browser;

    @LocalServerPort
    private int port;

    @Autowired
    private ApplicationContext application;

    @BeforeAll
    static void launch() {
        browser = Browser.launch();
    }

    @AfterAll
    static void close() {
        browser.close();
    }

    @Test
    void anOperativeTakesAJobAndReportsItWithPhotosOnAPhone() {
        Queue queue = new Queue(application);
        String wes = queue.operative("phone-wes", "plumbing-west");
        Page page = browser.open(360, 740);
        Browser.signIn(page, port, wes, "/");
        assertThat(page).hasTitle("Jobs");
        assertThat(page.getByText("There is no free job for your teams at the moment."))
                .isVisible();
        Browser.keep(page, "jobs-1-empty");
        String number = queue.released("west");
        queue.released("west");
        page.reload();
        Browser.keep(page, "jobs-2-list");
        fits(page);

        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(number))
                .click();
        fits(page);
        Browser.keep(page, "jobs-3-job");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Take this job"))
                .click();
        page.getByLabel("What was done").fill("New valve.\nNo drops after ten minutes.");
        page.getByLabel("Add photos")
                .setInputFiles(new FilePayload[] {photo("before.jpg", 31), photo("after.jpg", 32)});
        assertThat(page.locator(".photos img")).hasCount(2);
        assertThat((Boolean) page.getByAltText("Photo 1: before.jpg")
                        .evaluate("image => image.decode().then(() => image.naturalWidth > 0)"))
                .isTrue();
        assertThat(page.getByLabel("What was done")).hasValue("New valve.\nNo drops after ten minutes.");
        fits(page);
        page.screenshot(new Page.ScreenshotOptions()
                .setFullPage(true)
                .setPath(java.nio.file.Path.of("target", "screenshots", "jobs-4-photos.png")));

        page.context().setOffline(true);
        page.getByLabel("Add photos").setInputFiles(photo("later.jpg", 33));
        assertThat(page.locator("#uploads")).containsText("The server cannot be reached.");
        button(page, "Done").click();
        assertThat(page.getByRole(AriaRole.STATUS)).containsText("A photo is not with the job.");
        Browser.keep(page, "jobs-5-no-signal");
        fits(page);
        page.context().setOffline(false);
        button(page, "Try again").click();
        assertThat(page.locator(".photos img")).hasCount(3);
        assertThat(page.locator("#uploads li")).hasCount(0);
        page.context().setOffline(true);
        button(page, "Done").click();
        assertThat(page.getByRole(AriaRole.STATUS)).containsText("What you wrote is still here.");
        page.context().setOffline(false);

        button(page, "Done").click();
        assertThat(page.getByRole(AriaRole.STATUS)).containsText(number + " is reported.");
        Browser.keep(page, "jobs-6-done");
    }

    private static FilePayload photo(String name, long seed) {
        return new FilePayload(name, "image/jpeg", Pictures.photo(900, 600, 6, seed));
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    /** Nothing is cut off at the side, and what is tapped is large enough for a thumb. */
    private static void fits(Page page) {
        Browser.fits(page, "html");
        page.waitForFunction(
                "() => [...document.querySelectorAll('button:not([hidden]), .jobs a, a.call, a.back, input[type=file]')]"
                        + ".every(each => each.getBoundingClientRect().height >= 44)");
    }
}
