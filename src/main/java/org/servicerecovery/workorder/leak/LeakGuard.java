package org.servicerecovery.workorder.leak;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.servicerecovery.Messages;
import org.springframework.stereotype.Component;

/**
 * Reads what is to be sent to an operative and tells which words let on that there was a complaint. Holds nothing of
 * what it read; safe for many threads.
 */
@Component
public class LeakGuard {

    private final Map<String, Vocabulary> vocabularies = new ConcurrentHashMap<>();
    private final Wording wording = Wording.learned();

    /** Reads the vocabularies, so that a mistake in a file stops the start and no text waits for them. */
    LeakGuard() {
        List.of("en", "de").forEach(this::vocabulary);
    }

    /**
     * @param texts by the name of their field
     * @return the leaks, by field in the order given and then as they stand in the text; empty for a clean text
     */
    public List<Leak> check(Map<String, String> texts, LeakContext context) {
        return check(texts, Set.of(), context);
    }

    /**
     * @param texts by the name of their field
     * @param names the fields that hold names and terms and no sentences: how they are worded says nothing
     * @return the leaks, by field in the order given and then as they stand in the text; empty for a clean text
     */
    public List<Leak> check(Map<String, String> texts, Set<String> names, LeakContext context) {
        List<Leak> leaks = new ArrayList<>();
        texts.forEach((field, text) -> {
            for (Found each : Found.merged(found(text, !names.contains(field), context))) {
                String words = text.substring(each.start(), each.end());
                String why = Messages.text("leak." + each.reason(), words);
                leaks.add(new Leak(field, each.start(), each.end(), words, each.reason(), why));
            }
        });
        return leaks;
    }

    /** Office language mixes: a text is read in each language, and the terms of one protect in all. */
    private List<Found> found(String text, boolean worded, LeakContext context) {
        List<Reading> readings = context.languages().stream()
                .map(language -> new Reading(text, vocabulary(language)))
                .toList();
        List<Found> found = new ArrayList<>();
        for (Reading reading : readings) {
            reading.protect(readings);
            found.addAll(reading.byVocabulary());
            found.addAll(new CaseTraces(context, reading).found());
        }
        if (!worded) {
            return found;
        }
        if (Evidence.weight(found) + wording.sum(text) < wording.least()) {
            return List.of();
        }
        return found.isEmpty() ? wording.found(text) : found;
    }

    private Vocabulary vocabulary(String language) {
        return vocabularies.computeIfAbsent(language, Vocabulary::of);
    }
}
