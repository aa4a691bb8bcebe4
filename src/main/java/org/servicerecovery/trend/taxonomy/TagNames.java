package org.servicerecovery.trend.taxonomy;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.commons.text.similarity.JaroWinklerSimilarity;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;

/** Compares names of tags as a reader does: without case, accents, punctuation, and whatever the order of the words. */
final class TagNames {

    private static final JaroWinklerSimilarity SIMILARITY = new JaroWinklerSimilarity();

    private TagNames() {}

    /** "Größe  falsch!" as "grosse falsch". Empty where nothing but punctuation is there. */
    static String folded(String name) {
        char[] letters = name.toCharArray();
        // A letter becomes four at most.
        char[] plain = new char[letters.length * 4];
        int length = ASCIIFoldingFilter.foldToASCII(letters, 0, plain, 0, letters.length);
        return new String(plain, 0, length)
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N}]+", " ")
                .strip();
    }

    /** From 0 to 1: how alike two folded names are, as they stand or with their words in order, whichever is more. */
    static double alike(String one, String other) {
        return Math.max(SIMILARITY.apply(one, other), SIMILARITY.apply(inOrder(one), inOrder(other)));
    }

    private static String inOrder(String folded) {
        return Arrays.stream(folded.split(" ")).sorted().collect(Collectors.joining(" "));
    }
}
