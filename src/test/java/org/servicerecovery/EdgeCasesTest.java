package org.servicerecovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.OnlyIncludeTests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.annotation.Testable;

/** Every edge case of the domain has a test; which one is written to target/edge-cases.md. */
class EdgeCasesTest {

    private static final List<String> CLOCK = List.of(
            "24 h is elapsed time across DST",
            "A working day is the local calendar's",
            "Severity raised so that the new deadline has passed: breach now, one notice, no burst of back-dated ones",
            "Severity lowered after a breach: the breach stays",
            "A pause needs a reason",
            "A pause ends when the customer answers on any channel",
            "A pause cannot be stacked",
            "Deadline against resolution: compare instants, the loser does nothing",
            "Job executor down for hours: breach time is the deadline, detection time is kept beside it",
            "An extension keeps the original deadline and needs approval",
            "A calendar has several intervals a day",
            "A calendar has holidays",
            "A calendar has at least one working interval");

    private static final List<String> LIFE_OF_A_CASE = List.of(
            "Step added after the plan was finished: back to planning",
            "Step added during resolution: resolution waits",
            "All steps skipped or failed: an explicit decision",
            "A failed refund does not pass as Full Refund",
            "Combined means at least two remedies carried out",
            "Customer Declined All means the offers are on record",
            "Duplicate, opened in error, withdrawn: closed without a cause and outside every statistic",
            "Cases merged: earliest start, breaches kept, counted once",
            "Reopened: the first verdict stays",
            "Owner deactivated: the case is left to those that nobody owns",
            "Owner away: a manager hands the case over",
            "Owner away: a substitute has the work until they are back",
            "A reviewer who handled the case cannot record the finding",
            "A case about its own owner is refused");

    private static final List<String> CAUSES = List.of(
            "A cluster that falls below the threshold again keeps its signal",
            "One signal per tag and period",
            "Quarters in the business’s time zone",
            "Tags have a stable id and a label at close",
            "A tag is renamed",
            "Merging tags is reversible and makes no cycles",
            "A tag is split",
            "A tag is retired",
            "The upheld rate counts decided cases only",
            "A closed case is tagged again: journaled, and nobody is disturbed");

    private static final Map<String, SortedSet<String>> TESTS = tests();

    @Test
    void everyEdgeCaseHasATestAndNoTestNamesAnotherOne() throws IOException {
        Files.writeString(Path.of("target", "edge-cases.md"), table());

        assertThat(TESTS.keySet())
                .containsExactlyInAnyOrderElementsOf(Stream.of(CLOCK, LIFE_OF_A_CASE, CAUSES)
                        .flatMap(List::stream)
                        .toList());
    }

    private static Map<String, SortedSet<String>> tests() {
        Map<String, SortedSet<String>> tests = new TreeMap<>();
        new ClassFileImporter()
                .withImportOption(new OnlyIncludeTests()).importPackages(EdgeCasesTest.class.getPackageName()).stream()
                        .flatMap(type -> type.getMethods().stream())
                        .filter(method -> method.isAnnotatedWith(EdgeCase.class) && isRun(method))
                        .forEach(method -> {
                            for (String edgeCase :
                                    method.getAnnotationOfType(EdgeCase.class).value()) {
                                tests.computeIfAbsent(edgeCase, key -> new TreeSet<>())
                                        .add(method.getOwner().getSimpleName() + "." + method.getName());
                            }
                        });
        return tests;
    }

    private static boolean isRun(JavaMethod method) {
        return method.isMetaAnnotatedWith(Testable.class)
                && !method.isAnnotatedWith(Disabled.class)
                && !method.getOwner().isAnnotatedWith(Disabled.class);
    }

    private static String table() {
        return section("Clock", CLOCK) + "\n" + section("Life of a case", LIFE_OF_A_CASE) + "\n"
                + section("Causes", CAUSES);
    }

    private static String section(String title, List<String> edgeCases) {
        return edgeCases.stream()
                .map(edgeCase -> "| " + edgeCase + " | "
                        + String.join("<br>", TESTS.getOrDefault(edgeCase, new TreeSet<>())) + " |\n")
                .collect(Collectors.joining("", "| " + title + " | tests |\n|---|---|\n", ""));
    }
}
