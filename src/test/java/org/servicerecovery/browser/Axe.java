package org.servicerecovery.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.args.AxeRunOptions;
import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.AxeResults;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What axe-core finds on our parts of a page; all of it is told at the end. */
final class Axe {

    private static final List<String> WCAG =
            List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice");

    private static final Set<String> GRAVE = Set.of("serious", "critical");

    private final List<String> violations = new ArrayList<>();

    /** @param ours a selector of what is ours on the page */
    void look(Page page, String what, String ours) {
        AxeRunOptions options = new AxeRunOptions();
        // Of what passes one node is told then, not each of hundreds.
        options.setResultTypes(List.of("violations"));
        AxeResults seen = new AxeBuilder(page)
                .setLegacyMode(true)
                .options(options)
                .withTags(WCAG)
                .include(ours)
                .analyze();
        assertThat(seen.getPasses()).as("what was looked at: " + what).isNotEmpty();
        for (Rule rule : seen.getViolations()) {
            if (GRAVE.contains(rule.getImpact())) {
                rule.getNodes()
                        .forEach(node -> violations.add(what + ": " + rule.getId() + " (" + rule.getHelp() + ") "
                                + node.getHtml() + " " + node.getFailureSummary()));
            }
        }
    }

    void foundNothing() {
        assertThat(violations).isEmpty();
    }
}
