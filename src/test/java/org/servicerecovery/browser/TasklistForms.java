package org.servicerecovery.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;

/** How people fill in the forms of Tasklist. */
final class TasklistForms {

    private TasklistForms() {}

    static Locator refusalOf(Page page, String field) {
        return page.locator(".fjs-form-field:has([id$='Field_" + field + "']) .sr-refusal");
    }

    static Locator card(Page page, String task) {
        return page.locator(".tasks-list li.task", new Page.LocatorOptions().setHasText(task));
    }

    static void open(Page page, String task) {
        card(page, task).first().click();
        assertThat(page.locator(".task-details, [class*=task-details], section.task")
                        .getByText(task)
                        .first())
                .isVisible();
        page.locator(".fjs-form").waitFor();
    }

    static void fill(Page page, String field, String text) {
        page.locator("[id$='Field_" + field + "']").fill(text);
    }

    static void choose(Page page, String field, String option) {
        Locator input = page.locator("[id$='Field_" + field + "']");
        // The box around it: a list without a search keeps its input hidden.
        page.locator(".fjs-input-group", new Page.LocatorOptions().setHas(input))
                .click();
        if (input.isVisible()) {
            input.fill(option);
        }
        page.locator(".fjs-dropdownlist-item", new Page.LocatorOptions().setHasText(option))
                .first()
                .click();
    }

    /** A form with rows saves its draft after a change, and can then be completed. */
    static void draftIsSaved(Page page) {
        assertThat(page.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName("Save").setExact(true)))
                .isDisabled();
    }

    static void complete(Page page) {
        Locator complete = page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Complete"));
        // Typed text becomes part of the form a moment later.
        page.waitForTimeout(500);
        assertThat(complete).isEnabled();
        complete.click();
    }
}
