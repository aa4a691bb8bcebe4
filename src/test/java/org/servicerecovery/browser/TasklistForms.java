package org.servicerecovery.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.time.LocalDate;

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
        Locator input = unfold(page, field);
        if (input.isVisible()) {
            input.fill(option);
        }
        take(page, option);
    }

    /** Shows what can be chosen. */
    static Locator unfold(Page page, String field) {
        Locator input = page.locator("[id$='Field_" + field + "']");
        // The box around it: a list without a search keeps its input hidden.
        page.locator(".fjs-input-group", new Page.LocatorOptions().setHas(input))
                .click();
        return input;
    }

    static void take(Page page, String option) {
        page.locator(".fjs-dropdownlist-item", new Page.LocatorOptions().setHasText(option))
                .first()
                .click();
    }

    /** Types a date as the browser's country writes it, and a time. */
    static void pick(Page page, String field, LocalDate date, String time) {
        Locator day = pickDay(page, field, date);
        String typed = day.inputValue();
        Locator clock = page.locator("[id$='Field_" + field + "-time']");
        clock.fill(time);
        clock.press("Enter");
        clock.press("Tab");
        assertThat(clock).hasValue(time);
        assertThat(day).hasValue(typed);
    }

    /** Types a date as the browser's country writes it. */
    static Locator pickDay(Page page, String field, LocalDate date) {
        Locator day = page.locator("[id$='Field_" + field + "-date']");
        String typed = day.getAttribute("placeholder")
                .replace("dd", "%02d".formatted(date.getDayOfMonth()))
                .replace("mm", "%02d".formatted(date.getMonthValue()))
                .replace("yyyy", String.valueOf(date.getYear()));
        day.fill(typed);
        day.press("Enter");
        assertThat(day).hasValue(typed);
        return day;
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
