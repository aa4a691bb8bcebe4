package org.servicerecovery.models;

import java.util.ArrayList;
import java.util.List;

/** Sentences that say which file and which element break which rule. */
final class Violations {

    private final List<String> sentences = new ArrayList<>();

    void add(String file, String element, String what) {
        sentences.add(file + ": " + (element.isEmpty() ? "" : element + " ") + what);
    }

    void unless(boolean kept, String file, String element, String what) {
        if (!kept) {
            add(file, element, what);
        }
    }

    void addAll(Violations others) {
        sentences.addAll(others.sentences);
    }

    List<String> sentences() {
        return List.copyOf(sentences);
    }
}
