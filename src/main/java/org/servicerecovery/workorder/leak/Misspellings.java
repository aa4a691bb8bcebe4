package org.servicerecovery.workorder.leak;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The words that are known also when they are misspelt, or written as they sound, each with what it gives away. */
final class Misspellings {

    private final Analysis analysis;
    private final List<Known> known = new ArrayList<>();

    private record Known(String word, int letters, String reason) {}

    Misspellings(Analysis analysis) {
        this.analysis = analysis;
    }

    void add(String word, String reason) {
        known.add(new Known(word, letters(word), reason));
    }

    /** What the word gives away if it was meant to be one of the known, otherwise null. */
    @Nullable
    String meantBy(String word) {
        if (word.length() < Likeness.SHORTEST) {
            return null;
        }
        int letters = letters(word);
        for (Known each : known) {
            if (others(each.letters, letters) <= Likeness.MOST
                    && (others(letters, each.letters) <= Likeness.MOST || analysis.compounds())) {
                if (Likeness.misspells(word, each.word)
                        || analysis.compounds() && Likeness.misspellsPart(word, each.word)) {
                    return each.reason;
                }
            }
        }
        return null;
    }

    /** The same for words written one by one: "good will", "r e c o v e r y". */
    @Nullable
    String meantByJoined(String joined) {
        int letters = letters(joined);
        for (Known each : known) {
            if (joined.equals(each.word)) {
                return each.reason;
            }
            if (joined.charAt(0) == each.word.charAt(0)
                    && Math.min(joined.length(), each.word.length()) >= Likeness.HEARD
                    && others(letters, each.letters) <= 2) {
                if (Likeness.misspells(joined, each.word)) {
                    return each.reason;
                }
            }
        }
        return null;
    }

    private static int letters(String word) {
        int letters = 0;
        for (int i = 0; i < word.length(); i++) {
            letters |= 1 << (word.charAt(i) & 31);
        }
        return letters;
    }

    /** How many letters of one word the other does not have: so many at least were changed. */
    private static int others(int one, int other) {
        return Integer.bitCount(one & ~other);
    }
}
