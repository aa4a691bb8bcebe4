package org.servicerecovery.workorder.leak;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Phrases by the word they start with, so that not each of some thousands is tried at each word. */
final class Phrases {

    private final Map<String, List<Entry>> byForm = new HashMap<>();
    private final Map<String, List<Entry>> byBeginning = new HashMap<>();
    private final List<Entry> others = new ArrayList<>();

    /** @param reason what the phrase gives away; for a term of a trade, nothing */
    record Entry(String reason, Phrase phrase, Evidence evidence) {}

    void add(String reason, Phrase phrase, Evidence evidence) {
        Entry entry = new Entry(reason, phrase, evidence);
        List<Phrase.Test> openers = phrase.openers();
        if (openers.isEmpty()) {
            others.add(entry);
        }
        for (Phrase.Test opener : openers) {
            opener.forms().forEach(form -> put(byForm, form, entry));
            if (!opener.beginning().isEmpty()) {
                put(byBeginning, opener.beginning(), entry);
            }
        }
    }

    /** Those which may hold from this word on. */
    Set<Entry> from(Word word) {
        Set<Entry> entries = new LinkedHashSet<>(others);
        for (String form : word.forms()) {
            entries.addAll(byForm.getOrDefault(form, List.of()));
            for (int length = 1; length <= form.length(); length++) {
                entries.addAll(byBeginning.getOrDefault(form.substring(0, length), List.of()));
            }
        }
        return entries;
    }

    private static void put(Map<String, List<Entry>> entries, String key, Entry entry) {
        entries.computeIfAbsent(key, none -> new ArrayList<>()).add(entry);
    }
}
