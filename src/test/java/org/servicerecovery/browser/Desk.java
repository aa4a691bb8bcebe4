package org.servicerecovery.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/**
 * People before the running application, each in a browser of their own: {@code @RegisterExtension Desk desk}. One
 * Chromium serves the whole test run; what a test opened is closed behind it, and what its pages showed when it failed
 * is kept as {@code target/screenshots/failed-….png}.
 */
public final class Desk implements BeforeEachCallback, AfterEachCallback, AfterAllCallback {

    private static final int WIDTH = 1400;
    private static final int HEIGHT = 1000;
    private static final String TASKLIST = "/camunda/app/tasklist/default/";

    private final List<Page> pages = new ArrayList<>();
    private final Map<String, Page> tasklists = new HashMap<>();
    private final boolean forTheWholeClass;
    private Browser browser;
    private int port;

    public Desk() {
        this(false);
    }

    private Desk(boolean forTheWholeClass) {
        this.forTheWholeClass = forTheWholeClass;
    }

    /**
     * For a static field: what {@link #tasklist} opened stays open from test to test, which saves loading Tasklist (three
     * seconds of CPU) for each; only where a test failed it is closed behind it, as all other pages are anyway.
     */
    public static Desk forTheWholeClass() {
        return new Desk(true);
    }

    @Override
    public void beforeEach(ExtensionContext test) {
        browser = test.getRoot()
                .getStore(Namespace.create(Desk.class))
                .getOrComputeIfAbsent(Browser.class, key -> Browser.launch(), Browser.class);
        port = SpringExtension.getApplicationContext(test)
                .getEnvironment()
                .getRequiredProperty("local.server.port", Integer.class);
    }

    @Override
    public void afterEach(ExtensionContext test) {
        boolean failed = test.getExecutionException().isPresent();
        if (failed) {
            String name = test.getRequiredTestMethod().getName()
                    + (forTheWholeClass ? "-" + test.getDisplayName().replaceAll("\\W+", "-") : "");
            for (int i = 0; i < pages.size(); i++) {
                if (!pages.get(i).isClosed()) {
                    Browser.keep(pages.get(i), "failed-" + name + "-" + (i + 1));
                }
            }
        }
        if (failed || !forTheWholeClass) {
            close();
        } else {
            closeAllBut(tasklists.values());
        }
    }

    @Override
    public void afterAll(ExtensionContext tests) {
        close();
    }

    private void close() {
        tasklists.clear();
        closeAllBut(List.of());
    }

    /** A page that nobody comes back to goes on asking the server. */
    private void closeAllBut(Collection<Page> open) {
        List<Page> others = pages.stream().filter(page -> !open.contains(page)).toList();
        pages.removeAll(others);
        others.stream()
                .filter(page -> !page.isClosed())
                .forEach(page -> page.context().close());
    }

    /** Somebody new, who has no session and stands before no page yet. */
    public Page stranger(int width, int height) {
        return kept(browser.open(width, height));
    }

    /** Somebody who signed in before Tasklist; it may still be loading. */
    public Page signedIn(String person) {
        return signedIn(person, TASKLIST);
    }

    /** The same before another page of the application, such as {@code /accounting}. */
    public Page signedIn(String person, String path) {
        return signIn(stranger(WIDTH, HEIGHT), person, path);
    }

    /** The same in Tasklist, living in another zone. */
    public Page signedInFrom(String zone, String person) {
        return signIn(kept(browser.open(WIDTH, HEIGHT, zone)), person, TASKLIST);
    }

    /** The same in Tasklist, speaking another language. */
    public Page signedInSpeaking(String language, String person) {
        return signIn(kept(browser.open(1400, 1000, "UTC", language)), person, TASKLIST);
    }

    /** The same before another page of the application. */
    public Page signedInSpeaking(String language, String person, String path) {
        return signIn(kept(browser.open(WIDTH, HEIGHT, "UTC", language)), person, path);
    }

    /** Goes to Tasklist on a page that is open, and signs in there. */
    public Page signIn(Page page, String person) {
        return signIn(page, person, TASKLIST);
    }

    private Page signIn(Page page, String person, String path) {
        Browser.signIn(page, port, person, path);
        return page;
    }

    /**
     * Somebody who opens cases, before a Tasklist that is loaded with what is ours in it. Where pages stay open, it is the
     * one that this person had in the tests before.
     */
    public Page tasklist(String person) {
        Page open = tasklists.get(person);
        if (open != null && !open.isClosed()) {
            return asLoaded(open);
        }
        Page page = signedIn(person);
        isLoaded(page);
        if (forTheWholeClass) {
            tasklists.put(person, page);
        }
        return page;
    }

    /** Without the task, the messages and the held requests of the test before. */
    private static Page asLoaded(Page page) {
        page.unrouteAll();
        page.setViewportSize(WIDTH, HEIGHT);
        page.navigate(page.url().replaceFirst("#.*", "") + "#/");
        // All at once: some go by themselves meanwhile.
        page.evaluate(
                "document.querySelectorAll('.page-notifications .alert .close:not(.ng-hide)').forEach(each => each.click())");
        assertThat(page.locator(".page-notifications .alert, .fjs-form, .sr-case"))
                .hasCount(0);
        return page;
    }

    static void isLoaded(Page page) {
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("New case"))
                .waitFor();
    }

    /** Shows a task in the Tasklist that is open, whether or not it stands in the list. */
    static void show(Page page, Task task) {
        show(page, task.getId());
    }

    static void show(Page page, String taskId) {
        page.navigate(page.url().replaceFirst("#.*", "") + placeOf(taskId));
    }

    /** Where the task is shown to somebody who comes from elsewhere. */
    static String addressOf(Task task) {
        return TASKLIST + placeOf(task.getId());
    }

    private static String placeOf(String taskId) {
        return "#/?forceDisplayTask=true&task=" + taskId;
    }

    /** The tab of the task that is shown. */
    static void tab(Page page, String name) {
        page.locator(".nav-tabs").getByText(name).click();
    }

    private Page kept(Page page) {
        pages.add(page);
        return page;
    }
}
