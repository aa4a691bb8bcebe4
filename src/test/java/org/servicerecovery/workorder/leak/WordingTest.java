package org.servicerecovery.workorder.leak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The second opinion of the guard: learns its weights, and is judged on texts that were not among those it learned. */
class WordingTest {

    private static final Path TEXTS = Path.of("src/test/resources/leak/development.tsv");
    private static final List<Path> ORDINARY =
            List.of(Path.of("src/test/resources/jobs/texts-a.tsv"), Path.of("src/test/resources/jobs/texts-b.tsv"));
    private static final Path WEIGHTS = Path.of("src/main/resources/leak/wording.tsv");
    private static final int PARTS = 10;
    private static final double FALSE_ALARMS = 0.0035;
    private static final int SELDOM = 2;
    private static final double SMALL = 0.01;

    private record Text(boolean leaks, Collection<String> features) {}

    private record Learned(Map<String, Double> weights, double least, double caught) {}

    /** Learns anew and writes the weights: {@code -Dleak.train=true}. */
    @Test
    void theWeightsAreLearnedOnTheDevelopmentTexts() throws IOException {
        assumeTrue(Boolean.getBoolean("leak.train"), "no -Dleak.train");
        Files.writeString(WEIGHTS, file(learned()), StandardCharsets.UTF_8);
    }

    static Learned learned() throws IOException {
        List<Text> texts = new ArrayList<>(texts());
        Collections.shuffle(texts, new Random(7));
        List<Double> leaking = new ArrayList<>();
        List<Double> innocent = new ArrayList<>();
        for (int part = 0; part < PARTS; part++) {
            int held = part;
            List<Text> others = IntStream.range(0, texts.size())
                    .filter(i -> i % PARTS != held)
                    .mapToObj(texts::get)
                    .toList();
            Wording wording = Wording.with(Learner.learn(leaks(others), features(others), SELDOM), 0);
            for (int i = held; i < texts.size(); i += PARTS) {
                Text text = texts.get(i);
                (text.leaks ? leaking : innocent).add(wording.sum(text.features));
            }
        }
        Collections.sort(innocent);
        double least = innocent.get((int) Math.ceil((1 - FALSE_ALARMS) * innocent.size()) - 1) + SMALL;
        double caught = leaking.stream().filter(sum -> sum >= least).count() / (double) leaking.size();
        System.out.printf(
                "of %d leaks that were held back, rules left aside, %.1f %% are caught where %.2f %% of %d innocent"
                        + " ones are held up%n",
                leaking.size(), 100 * caught, 100 * FALSE_ALARMS, innocent.size());
        assertThat(caught).isGreaterThan(0.15);
        return new Learned(Learner.learn(leaks(texts), features(texts), SELDOM), least, caught);
    }

    static String file(Learned learned) {
        StringBuilder file =
                new StringBuilder("; Weights of the second opinion, learned by WordingTest; see Wording.\n");
        file.append(String.format(Locale.ROOT, "least\t%.3f%n", learned.least));
        new TreeMap<>(learned.weights).forEach((feature, weight) -> {
            if (Math.abs(weight) >= SMALL) {
                file.append(String.format(Locale.ROOT, "%s\t%.2f%n", feature, weight));
            }
        });
        return file.toString();
    }

    private static List<Text> texts() throws IOException {
        Wording wording = Wording.with(new HashMap<>(), 0);
        List<Text> texts = new ArrayList<>();
        for (String line : Files.readAllLines(TEXTS, StandardCharsets.UTF_8)) {
            String[] cells = line.split("\t", 4);
            texts.add(new Text(cells[0].equals("leak"), wording.features(cells[3])));
        }
        for (Path path : ORDINARY) {
            for (String line : Files.readAllLines(path, StandardCharsets.UTF_8)) {
                texts.add(new Text(false, wording.features(line.split("\t", 2)[1])));
            }
        }
        return texts;
    }

    private static List<Boolean> leaks(List<Text> texts) {
        return texts.stream().map(Text::leaks).toList();
    }

    private static List<Collection<String>> features(List<Text> texts) {
        return texts.stream().map(Text::features).toList();
    }
}
