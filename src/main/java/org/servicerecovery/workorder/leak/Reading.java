package org.servicerecovery.workorder.leak;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.workorder.leak.Phrase.Span;

/** One text read in one language. */
final class Reading {

    /** "r e c o v e r y" has no more letters. */
    private static final int LONGEST_JOINED = 20;

    private static final int SHORTEST_JOINED = 7;
    private static final int SHORTEST_HALF = 3;
    /** Shorter words are too easily others misspelt. */
    private static final int SHORTEST_MISSPELT = 6;

    private final String text;
    private final Vocabulary vocabulary;
    private final List<Word> words;
    /** What terms of the trades cover. */
    private final List<Span> trade = new ArrayList<>();

    private List<Reading> all = List.of();

    Reading(String text, Vocabulary vocabulary) {
        this.text = text;
        this.vocabulary = vocabulary;
        this.words = vocabulary.read(text);
    }

    String text() {
        return text;
    }

    List<Word> words() {
        return words;
    }

    List<Word> tag(String tag) {
        return vocabulary.tag(tag);
    }

    Analysis analysis() {
        return vocabulary.analysis();
    }

    /** @param readings of the same text, this one too: the terms and ordinary words of one language protect in all */
    void protect(List<Reading> readings) {
        all = readings;
        readings.forEach(reading -> reading.terms().forEach(this::cover));
    }

    List<Found> byVocabulary() {
        List<Found> found = new ArrayList<>();
        for (int at = 0; at < words.size(); at++) {
            for (Phrases.Entry rule : vocabulary.rules().from(words.get(at))) {
                rule.phrase()
                        .at(words, at, trade)
                        .forEach(span -> found.add(found(span, rule.reason(), rule.evidence())));
            }
        }
        misspelt(found);
        for (Vocabulary.NumberRule rule : vocabulary.numbers()) {
            Matcher matcher = rule.form().matcher(text);
            while (matcher.find()) {
                if (matcher.end() > matcher.start()) {
                    found.add(new Found(matcher.start(), matcher.end(), rule.reason(), rule.evidence()));
                }
            }
        }
        return found;
    }

    Found found(Span span, String reason, Evidence evidence) {
        return new Found(
                words.get(span.from()).start(), words.get(span.to() - 1).end(), reason, evidence);
    }

    boolean covered(Span span) {
        return span.within(trade);
    }

    /** Whether the word is what it is, however much it looks like another one misspelt. */
    boolean ordinary(Word word) {
        for (Reading reading : all) {
            if (reading.vocabulary.ordinary(word.text())) {
                return true;
            }
        }
        return false;
    }

    private List<Found> terms() {
        List<Found> terms = new ArrayList<>();
        for (int at = 0; at < words.size(); at++) {
            for (Phrases.Entry term : vocabulary.trade().from(words.get(at))) {
                term.phrase()
                        .at(words, at, List.of())
                        .forEach(span -> terms.add(found(span, term.reason(), term.evidence())));
            }
        }
        return terms;
    }

    /** The other reading may have other words. */
    private void cover(Found term) {
        int from = 0;
        while (from < words.size() && words.get(from).start() < term.start()) {
            from++;
        }
        int to = from;
        while (to < words.size() && words.get(to).end() <= term.end()) {
            to++;
        }
        trade.add(new Span(from, to));
    }

    private void misspelt(List<Found> found) {
        for (int at = 0; at < words.size(); at++) {
            if (covered(new Span(at, at + 1))) {
                continue;
            }
            Word word = words.get(at);
            if (!ordinary(word)) {
                for (String form : word.forms()) {
                    if (form.length() >= SHORTEST_MISSPELT) {
                        add(
                                found,
                                new Span(at, at + 1),
                                vocabulary.misspellings().meantBy(form));
                    }
                }
            }
            joined(found, at);
        }
    }

    private void joined(List<Found> found, int from) {
        Word word = words.get(from);
        StringBuilder joined = new StringBuilder(word.text());
        boolean spelled = word.text().length() == 1;
        for (int to = from + 1; to < words.size() && joined.length() < LONGEST_JOINED; to++) {
            Word next = words.get(to);
            spelled = spelled && next.text().length() == 1;
            if (next.opens() || (!spelled && to > from + 1)) {
                return;
            }
            joined.append(next.text());
            Span span = new Span(from, to + 1);
            boolean words = joined.length() >= SHORTEST_JOINED
                    && Math.min(word.text().length(), next.text().length()) >= SHORTEST_HALF;
            if ((words || spelled) && !span.touches(trade)) {
                add(found, span, vocabulary.misspellings().meantByJoined(joined.toString()));
            }
        }
    }

    private void add(List<Found> found, Span span, @Nullable String reason) {
        if (reason != null) {
            found.add(found(span, reason, Evidence.CORE));
        }
    }
}
