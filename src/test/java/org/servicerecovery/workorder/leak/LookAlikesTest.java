package org.servicerecovery.workorder.leak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files {@code leak/lookalikes-*.txt}: words of the language that would be taken for one of ours misspelt. */
class LookAlikesTest {

    private static final int SHORTEST = 6;

    /** Writes the file anew from a list of the language's words: {@code -Dleak.words.en=PATH}, a word a line. */
    @ParameterizedTest
    @ValueSource(strings = {"en", "de"})
    void theWordsOfTheLanguageThatLookLikeOneOfOursAreWritten(String language) throws IOException {
        String path = System.getProperty("leak.words." + language);
        assumeTrue(path != null, "no -Dleak.words." + language);
        List<String> words = Files.readAllLines(Path.of(path), StandardCharsets.UTF_8);
        Set<String> alike = lookAlikes(language, words);
        assertThat(alike).isNotEmpty();
        StringBuilder file = new StringBuilder("; Words of the language that look like one of the vocabularies"
                + " misspelt, but are what they are.\n; Made by LookAlikesTest from a list of words.\n");
        alike.forEach(word -> file.append(word).append('\n'));
        Files.writeString(
                Path.of("src/main/resources/leak/lookalikes-" + language + ".txt"), file, StandardCharsets.UTF_8);
    }

    static Set<String> lookAlikes(String language, List<String> words) {
        Analysis analysis = Analysis.of(language, Set.of());
        List<Vocabulary> vocabularies = List.of(Vocabulary.of("en"), Vocabulary.of("de"));
        Set<String> alike = new TreeSet<>();
        for (String word : words) {
            String small = word.toLowerCase(Locale.ROOT);
            if (small.length() < SHORTEST) {
                continue;
            }
            for (Vocabulary vocabulary : vocabularies) {
                for (Word read : vocabulary.analysis().read(small)) {
                    if (read.forms().stream()
                            .anyMatch(form -> form.length() >= SHORTEST
                                    && vocabulary.misspellings().meantBy(form) != null)) {
                        alike.add(analysis.text(small));
                    }
                }
            }
        }
        return alike;
    }
}
