package org.servicerecovery.workorder.leak;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** First names: after one of them, a deed counts as blame. */
final class Names {

    private static final Pattern POSSESSIVE = Pattern.compile("(['’]s|['’])$");

    private final Set<String> names = new HashSet<>();
    /** "Mark stained slabs", "Rod the drain": at the start of a sentence these are no names. */
    private final Set<String> words = new HashSet<>();

    /** @param lines of names, with a star after those which are words as well */
    Names(List<String> lines) {
        for (String line : lines) {
            for (String name : line.toLowerCase(Locale.ROOT).split("\\s+")) {
                String bare = name.replace("*", "");
                names.add(bare);
                if (name.endsWith("*")) {
                    words.add(bare);
                }
            }
        }
    }

    boolean isName(String written) {
        String name = written.toLowerCase(Locale.ROOT);
        return !written.isEmpty()
                && Character.isUpperCase(written.charAt(0))
                && (names.contains(name)
                        || names.contains(POSSESSIVE.matcher(name).replaceFirst("")));
    }

    /** Says in the word's forms that it is a name. */
    void mark(Word word) {
        if (word.written().isEmpty() || !Character.isUpperCase(word.written().charAt(0))) {
            return;
        }
        String written = word.written().toLowerCase(Locale.ROOT);
        String bare = POSSESSIVE.matcher(written).replaceFirst("");
        boolean whose = !bare.equals(written);
        if (!whose && bare.endsWith("s") && !names.contains(bare)) {
            bare = bare.substring(0, bare.length() - 1);
            whose = true;
        }
        if (!names.contains(bare) || (!whose && word.opens() && words.contains(bare))) {
            return;
        }
        word.forms().add(Word.NAME);
        if (whose) {
            word.forms().add(Word.NAMES);
        }
    }
}
