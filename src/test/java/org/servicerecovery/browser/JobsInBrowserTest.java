package org.servicerecovery.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

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
        page.getByLabel("Add photos").setInputFiles(new FilePayload[] {
            new FilePayload("before.jpg", "image/jpeg", Pictures.photo(900, 600, 6, 31)),
            new FilePayload("after.jpg", "image/jpeg", Pictures.photo(600, 800, 1, 32))
        });
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Keep the chosen photos"))
                .click();
        assertThat(page.locator(".photos img")).hasCount(2);
        assertThat((Boolean) page.getByAltText("Photo 1: before.jpg")
                        .evaluate("image => image.decode().then(() => image.naturalWidth > 0)"))
                .isTrue();
        assertThat(page.getByLabel("What was done")).hasValue("New valve.\nNo drops after ten minutes.");
        fits(page);
        page.screenshot(new Page.ScreenshotOptions()
                .setFullPage(true)
                .setPath(java.nio.file.Path.of("target", "screenshots", "jobs-4-photos.png")));

        page.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName("Done").setExact(true))
                .click();
        assertThat(page.getByRole(AriaRole.STATUS)).containsText(number + " is reported.");
        Browser.keep(page, "jobs-5-done");
    }

    /** Nothing is cut off at the side, and what is tapped is large enough for a thumb. */
    private static void fits(Page page) {
        assertThat((Boolean) page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth"))
                .isTrue();
        assertThat((Boolean) page.evaluate(
                        "() => [...document.querySelectorAll('button, .jobs a, a.call, a.back, input[type=file]')]"
                                + ".every(each => each.getBoundingClientRect().height >= 44)"))
                .isTrue();
    }
}
