package org.servicerecovery.workorder.leak;

import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Words of which the parts must follow one another, gaps and parts that may be left out allowed for; and, where it has
 * a neighbourhood, some other words not far before or behind. Never across the end of a sentence.
 *
 * @param near also to be there, empty when the words alone do
 */
record Phrase(List<Part> parts, List<Part> near) {

    /** How many words may lie between the words and their neighbourhood. */
    private static final int NEAR = 6;
    /** With more words to choose from, a part leaves much open. */
    private static final int ALTERNATIVES = 20;

    /** A part of a phrase. */
    sealed interface Part {}

    /**
     * What a word must be.
     *
     * @param forms one of which the word then has; empty where that cannot be told beforehand
     * @param beginning how one of its forms then starts; empty where that cannot be told
     */
    record Test(Set<String> forms, String beginning, Predicate<Word> test) {

        static Test form(Set<String> forms) {
            return new Test(forms, "", word -> {
                for (String form : word.forms()) {
                    if (forms.contains(form)) {
                        return true;
                    }
                }
                return false;
            });
        }

        static Test beginning(String beginning) {
            return new Test(Set.of(), beginning, word -> {
                for (String form : word.forms()) {
                    if (form.startsWith(beginning)) {
                        return true;
                    }
                }
                return false;
            });
        }

        static Test of(Predicate<Word> test) {
            return new Test(Set.of(), "", test);
        }

        boolean any() {
            return forms.isEmpty() && beginning.isEmpty();
        }
    }

    /** One word that one of the tests takes. */
    record One(List<Test> any, boolean optional) implements Part {
        boolean takes(Word word) {
            for (Test each : any) {
                if (each.test.test(word)) {
                    return true;
                }
            }
            return false;
        }
    }

    /** Up to so many words, whatever they are. */
    record Gap(int upTo) implements Part {}

    /** The start of a sentence. */
    record Opening() implements Part {}

    /** Words from one to before another. */
    record Span(int from, int to) {
        boolean within(List<Span> others) {
            for (Span other : others) {
                if (other.from <= from && to <= other.to) {
                    return true;
                }
            }
            return false;
        }

        boolean touches(List<Span> others) {
            for (Span other : others) {
                if (other.from < to && from < other.to) {
                    return true;
                }
            }
            return false;
        }
    }

    /** What finding it says. */
    Evidence evidence() {
        if (!near.isEmpty()) {
            return Evidence.NEAR;
        }
        if (parts.size() == 1) {
            return Evidence.WORD;
        }
        boolean plain = parts.stream()
                .allMatch(part -> part instanceof One one && one.any().size() <= ALTERNATIVES);
        return plain ? Evidence.SEQUENCE : Evidence.OPEN;
    }

    /** What the first word must be; empty when it may be any. */
    List<Test> openers() {
        if (!(parts.get(0) instanceof One first)
                || first.optional()
                || first.any().stream().anyMatch(Test::any)) {
            return List.of();
        }
        return first.any();
    }

    /**
     * Where the phrase stands when it starts at this word, and its neighbourhood; empty when it does not.
     *
     * @param covered what trade terms cover: neither the phrase nor its neighbourhood is found in there
     */
    List<Span> at(List<Word> words, int from, List<Span> covered) {
        int to = end(parts, 0, words, from, from);
        if (to <= from || new Span(from, to).within(covered)) {
            return List.of();
        }
        Span found = new Span(from, to);
        if (near.isEmpty()) {
            return List.of(found);
        }
        int first = from;
        while (first > 0 && from - first < NEAR && !words.get(first).opens()) {
            first--;
        }
        for (int start = first; start < words.size() && start < to + NEAR; start++) {
            if (start > from && words.get(start).opens()) {
                break;
            }
            int end = end(near, 0, words, start, start);
            Span other = new Span(start, end);
            if (end > start && !other.touches(List.of(found)) && !other.within(covered)) {
                return List.of(found, other);
            }
        }
        return List.of();
    }

    private static int end(List<Part> parts, int part, List<Word> words, int at, int start) {
        if (part == parts.size()) {
            return at;
        }
        Part next = parts.get(part);
        if (next instanceof Opening) {
            return at < words.size() && words.get(at).opens() ? end(parts, part + 1, words, at, start) : -1;
        }
        if (next instanceof Gap gap) {
            for (int skipped = 0; skipped <= gap.upTo(); skipped++) {
                int end = end(parts, part + 1, words, at + skipped, start);
                if (end >= 0) {
                    return end;
                }
                if (at + skipped >= words.size() || ends(words, at + skipped, start)) {
                    return -1;
                }
            }
            return -1;
        }
        One one = (One) next;
        if (at < words.size() && !ends(words, at, start) && one.takes(words.get(at))) {
            int end = end(parts, part + 1, words, at + 1, start);
            if (end >= 0) {
                return end;
            }
        }
        return one.optional() ? end(parts, part + 1, words, at, start) : -1;
    }

    private static boolean ends(List<Word> words, int at, int start) {
        return at > start && words.get(at).opens();
    }
}
