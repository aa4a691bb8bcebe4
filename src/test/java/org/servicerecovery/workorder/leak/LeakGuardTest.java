package org.servicerecovery.workorder.leak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The guard on texts as people write them: how many leaks it catches, how many innocent ones it holds up. */
class LeakGuardTest {

    private static final Path TEXTS = Path.of("src/test/resources/leak");
    private static final Set<String> TAGS = Set.of(
            "installer-rudeness", "Installer rudeness",
            "wrong-part-on-truck", "Wrong part on truck",
            "scheduling-mistake", "Scheduling mistake",
            "missed-appointment", "Missed appointment",
            "repair-did-not-hold", "Repair did not hold",
            "property-damage", "Property damage",
            "billing-error", "Billing error",
            "no-call-before-visit", "No call before visit",
            "unclear-quote", "Unclear quote");
    private static final LeakContext ANY = new LeakContext(Set.of("en", "de"), TAGS, Set.of(), null);

    private static final LeakGuard GUARD = new LeakGuard();

    /** Every third of them; {@code -Dleak.all=true}: all. */
    @Test
    void theTextsTheVocabularyWasWrittenOnAreToldApart() throws IOException {
        List<Text> all = read(TEXTS.resolve("development.tsv"));
        int step = Boolean.getBoolean("leak.all") ? 1 : 3;
        assertBars(IntStream.iterate(0, i -> i < all.size(), i -> i + step)
                .mapToObj(all::get)
                .toList());
    }

    /** Further ones: {@code -Dleak.texts=PATH}, lines of "leak|innocent, en|de, kind, text" between tabs. */
    @Test
    void textsGivenByPathAreToldApart() throws IOException {
        String path = System.getProperty("leak.texts");
        assumeTrue(path != null, "no -Dleak.texts");
        assertThat(Path.of(path)).exists();
        assertBars(read(Path.of(path)));
    }

    @Test
    void manyThreadsReadTheSameAsOne() {
        List<String> texts = List.of(
                "Beschwerdefall Hr. Yilmaz, Boiler tropft",
                "minor leak at critical valve",
                "Complant from flat 12",
                "Dachrinne reinigen, 3 Fallrohre");
        List<List<Leak>> alone = texts.stream().map(this::check).toList();
        List<List<Leak>> together = IntStream.range(0, 400)
                .parallel()
                .mapToObj(i -> check(texts.get(i % texts.size())))
                .toList();
        for (int i = 0; i < together.size(); i++) {
            assertThat(together.get(i)).isEqualTo(alone.get(i % alone.size()));
        }
    }

    private record Text(boolean leaks, String language, String kind, String text) {}

    private static List<Text> read(Path file) throws IOException {
        return Files.readAllLines(file, StandardCharsets.UTF_8).stream()
                .filter(line -> !line.isBlank())
                .map(line -> line.split("\t", 4))
                .map(cells -> new Text(cells[0].equals("leak"), cells[1], cells[2], cells[3]))
                .toList();
    }

    private List<Leak> check(String text) {
        return GUARD.check(Map.of("task", text), ANY);
    }

    private void assertBars(List<Text> texts) {
        Map<String, int[]> held = new TreeMap<>();
        List<String> wrong = new ArrayList<>();
        int leaks = 0;
        int caught = 0;
        int alarms = 0;
        long start = System.nanoTime();
        for (Text text : texts) {
            List<Leak> found = check(text.text());
            int[] count = held.computeIfAbsent(
                    (text.leaks() ? "leak" : "innocent") + " " + text.language() + " " + text.kind(),
                    kind -> new int[2]);
            count[0] += found.isEmpty() ? 0 : 1;
            count[1]++;
            leaks += text.leaks() ? 1 : 0;
            caught += text.leaks() && !found.isEmpty() ? 1 : 0;
            alarms += !text.leaks() && !found.isEmpty() ? 1 : 0;
            if (text.leaks() == found.isEmpty()) {
                wrong.add(text + " " + found.stream().map(Leak::words).toList());
            }
        }
        double millis = (System.nanoTime() - start) / 1e6 / texts.size();
        held.forEach((kind, count) -> System.out.println(kind + ": " + count[0] + " of " + count[1] + " held up"));
        System.out.printf(
                "%d of %d leaks caught, %d of %d innocent texts held up, %.1f ms a text%n",
                caught, leaks, alarms, texts.size() - leaks, millis);
        assertThat(caught).as("leaks caught of %d; %s", leaks, wrong).isGreaterThanOrEqualTo((int)
                Math.ceil(0.95 * leaks));
        assertThat(alarms).as("false alarms; %s", wrong).isLessThanOrEqualTo((int)
                Math.floor(0.03 * (texts.size() - leaks)));
    }
}
