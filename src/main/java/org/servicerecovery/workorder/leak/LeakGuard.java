package org.servicerecovery.workorder.leak;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.servicerecovery.Messages;
import org.servicerecovery.workorder.leak.Phrase.Span;
import org.springframework.stereotype.Component;

/**
 * Reads what is to be sent to an operative and tells which words let on that there was a complaint. Holds nothing of
 * what it read; safe for many threads.
 */
@Component
public class LeakGuard {

    private static final Pattern CASE_NUMBER = Pattern.compile("\\D*(\\d{4})\\D0*(\\d+)");
    private static final Pattern TAG_NOTED = Pattern.compile(
            "(?:\\b(?:tags?|cause|reason|code|category|grund|ursache|kategorie|kennzeichen)\\b\\s*[:=]?\\s*|[\\[#])$",
            Pattern.CASE_INSENSITIVE);

    /** What is known of the case tells more than a general rule. */
    private static final Set<String> OF_THE_CASE = Set.of("number", "tag", "operative");

    private final Map<String, Vocabulary> vocabularies = new ConcurrentHashMap<>();

    /** Reads the vocabularies, so that a mistake in a file stops the start and no text waits for them. */
    LeakGuard() {
        List.of("en", "de").forEach(this::vocabulary);
    }

    /**
     * @param texts by the name of their field
     * @return the leaks, by field in the order given and then as they stand in the text; empty for a clean text
     */
    public List<Leak> check(Map<String, String> texts, LeakContext context) {
        List<Leak> leaks = new ArrayList<>();
        texts.forEach((field, text) -> {
            List<Reading> readings = context.languages().stream()
                    .map(language -> new Reading(text, vocabulary(language), context))
                    .toList();
            List<Found> found = readings.stream()
                    .flatMap(reading -> reading.leaks(readings).stream())
                    .toList();
            for (Found each : merged(found)) {
                String words = text.substring(each.start, each.end);
                String why = Messages.text("leak." + each.reason, words);
                leaks.add(new Leak(field, each.start, each.end, words, each.reason, why));
            }
        });
        return leaks;
    }

    private Vocabulary vocabulary(String language) {
        return vocabularies.computeIfAbsent(language, Vocabulary::of);
    }

    private record Found(int start, int end, String reason) {}

    /** What overlaps is told once, for the reason that tells most. */
    private static List<Found> merged(List<Found> found) {
        List<Found> sorted = found.stream()
                .sorted(Comparator.comparingInt(Found::start).thenComparing(each -> -each.end))
                .toList();
        List<Found> merged = new ArrayList<>();
        for (Found each : sorted) {
            Optional<Found> last = merged.isEmpty() ? Optional.empty() : Optional.of(merged.get(merged.size() - 1));
            if (last.isPresent() && each.start < last.get().end) {
                Found before = last.get();
                boolean better = OF_THE_CASE.contains(each.reason) || each.end - each.start > before.end - before.start;
                String reason = better && !OF_THE_CASE.contains(before.reason) ? each.reason : before.reason;
                merged.set(merged.size() - 1, new Found(before.start, Math.max(before.end, each.end), reason));
            } else {
                merged.add(each);
            }
        }
        return merged;
    }

    /** One text read in one language. */
    private static final class Reading {

        private final String text;
        private final Vocabulary vocabulary;
        private final LeakContext context;
        private final List<Word> words;
        private final List<Found> found = new ArrayList<>();
        /** What trade terms cover, in words of this reading. */
        private final List<Span> trade = new ArrayList<>();

        private final List<Reading> all = new ArrayList<>();

        Reading(String text, Vocabulary vocabulary, LeakContext context) {
            this.text = text;
            this.vocabulary = vocabulary;
            this.context = context;
            this.words = vocabulary.analysis().read(text);
        }

        /** @param readings of the same text: the terms and ordinary words of one language protect in all */
        List<Found> leaks(List<Reading> readings) {
            all.addAll(readings);
            readings.forEach(reading -> reading.terms().forEach(this::cover));
            numbers();
            tags();
            operatives();
            for (int at = 0; at < words.size(); at++) {
                for (Vocabulary.Rule rule : vocabulary.rules(words.get(at))) {
                    Optional<Set<Span>> spans = rule.phrase().at(words, at, trade);
                    spans.ifPresent(each -> add(each, rule.reason()));
                }
            }
            misspelt();
            return found;
        }

        private List<int[]> terms() {
            List<int[]> terms = new ArrayList<>();
            for (int at = 0; at < words.size(); at++) {
                for (Phrase term : vocabulary.trade()) {
                    term.at(words, at, List.of())
                            .ifPresent(spans -> spans.forEach(span -> terms.add(new int[] {
                                words.get(span.from()).start(),
                                words.get(span.to() - 1).end()
                            })));
                }
            }
            return terms;
        }

        private void cover(int[] term) {
            int from = 0;
            while (from < words.size() && words.get(from).start() < term[0]) {
                from++;
            }
            int to = from;
            while (to < words.size() && words.get(to).end() <= term[1]) {
                to++;
            }
            trade.add(new Span(from, to));
        }

        private boolean ordinary(Word word) {
            return all.stream().anyMatch(reading -> reading.vocabulary.ordinary(word.text()));
        }

        private void add(Set<Span> spans, String reason) {
            spans.forEach(span -> add(span.from(), span.to(), reason));
        }

        private void add(int from, int to, String reason) {
            found.add(new Found(words.get(from).start(), words.get(to - 1).end(), reason));
        }

        private void misspelt() {
            for (int at = 0; at < words.size(); at++) {
                Word word = words.get(at);
                int here = at;
                if (new Span(at, at + 1).within(trade)) {
                    continue;
                }
                if (!ordinary(word)) {
                    word.forms().stream()
                            .filter(form -> form.length() > 5)
                            .forEach(form -> meant(form, here, here + 1));
                }
                // "good will", "r e c o v e r y"
                StringBuilder joined = new StringBuilder(word.text());
                boolean spelled = word.text().length() == 1;
                for (int to = at + 1; to < words.size() && joined.length() < 20; to++) {
                    Word next = words.get(to);
                    spelled = spelled && next.text().length() == 1;
                    if (next.opens() || (!spelled && to > at + 1)) {
                        break;
                    }
                    joined.append(next.text());
                    boolean bothOrdinary = ordinary(word) && ordinary(next);
                    if (joined.length() >= 7 && !bothOrdinary && word.text().length() != 2 || spelled) {
                        joinedMeant(joined.toString(), at, to + 1);
                    }
                }
            }
        }

        private void meant(String word, int from, int to) {
            for (Map.Entry<String, String> meant : vocabulary.misspelt().entrySet()) {
                if (Likeness.misspells(word, meant.getKey(), vocabulary.analysis())
                        || vocabulary.analysis().compounds() && Likeness.misspellsPart(word, meant.getKey())) {
                    add(from, to, meant.getValue());
                    return;
                }
            }
        }

        private void joinedMeant(String word, int from, int to) {
            for (Map.Entry<String, String> meant : vocabulary.misspelt().entrySet()) {
                String whole = meant.getKey();
                boolean alike = word.equals(whole)
                        || whole.length() >= 7
                                && word.charAt(0) == whole.charAt(0)
                                && Likeness.distance(word, whole, 2) <= (word.length() >= 9 ? 2 : 1);
                boolean heard = whole.length() >= 7
                        && Likeness.distance(word, whole, 3) <= 2
                        && vocabulary
                                .analysis()
                                .sound(word)
                                .equals(vocabulary.analysis().sound(whole));
                if ((alike || heard) && !new Span(from, to).touches(trade)) {
                    add(from, to, meant.getValue());
                    return;
                }
            }
        }

        private void numbers() {
            for (Vocabulary.NumberRule rule : vocabulary.numbers()) {
                Matcher matcher = rule.form().matcher(text);
                while (matcher.find()) {
                    if (matcher.end() > matcher.start()) {
                        found.add(new Found(matcher.start(), matcher.end(), rule.reason()));
                    }
                }
            }
            String caseNumber = context.caseNumber();
            if (caseNumber == null) {
                return;
            }
            Matcher parts = CASE_NUMBER.matcher(caseNumber);
            if (parts.matches()) {
                String year = "(?:" + parts.group(1) + "|" + parts.group(1).substring(2) + ")";
                String sequence = "0*" + parts.group(2);
                Matcher matcher = Pattern.compile("(?<!\\d)(?:" + year + "\\W{1,3}" + sequence + "|" + sequence
                                + "\\s?/\\s?" + year + "|0{2,}" + parts.group(2) + ")(?!\\d)")
                        .matcher(text);
                while (matcher.find()) {
                    found.add(new Found(matcher.start(), matcher.end(), "number"));
                }
            }
        }

        private void tags() {
            for (String tag : context.tags()) {
                List<String> parts =
                        vocabulary.analysis().read(tag).stream().map(Word::text).toList();
                for (int at = 0; at + parts.size() <= words.size() && !parts.isEmpty(); at++) {
                    // One word alone may be any word, unless it is noted as a tag.
                    boolean counts = parts.size() > 1
                            || TAG_NOTED
                                    .matcher(text.substring(0, words.get(at).start()))
                                    .find();
                    if (counts && stands(parts, at) && !new Span(at, at + parts.size()).within(trade)) {
                        add(at, at + parts.size(), "tag");
                    }
                }
            }
        }

        private boolean stands(List<String> parts, int at) {
            for (int i = 0; i < parts.size(); i++) {
                Word word = words.get(at + i);
                String part = parts.get(i);
                Set<String> forms = vocabulary.analysis().forms(part);
                boolean same = word.forms().stream().anyMatch(forms::contains)
                        || Likeness.misspells(word.text(), part, vocabulary.analysis());
                if (!same) {
                    return false;
                }
            }
            return true;
        }

        private void operatives() {
            for (String operative : context.operatives()) {
                for (Word part : vocabulary.analysis().read(operative)) {
                    if (part.text().length() < 3) {
                        continue;
                    }
                    for (int at = 0; at < words.size(); at++) {
                        if (isName(words.get(at), part.text())) {
                            add(at, at + 1, "operative");
                        }
                    }
                }
            }
        }

        private boolean isName(Word word, String name) {
            String bare = word.text().replaceFirst("'s?$", "");
            boolean same = bare.equals(name) || bare.equals(name + "s");
            boolean capital = Character.isUpperCase(word.written().charAt(0));
            boolean misspelt = capital
                    && bare.length() >= 4
                    && name.length() >= 4
                    && !ordinary(word)
                    && (Likeness.distance(bare, name, 2) <= 1 && bare.charAt(0) == name.charAt(0)
                            || Likeness.misspells(bare, name, vocabulary.analysis())
                            || Likeness.distance(bare, name, 2) <= 2
                                    && vocabulary
                                            .analysis()
                                            .sound(bare)
                                            .equals(vocabulary.analysis().sound(name)));
            // "Will", "Mark": a word in small letters is no name, unless it can be nothing else.
            return same && (capital || name.length() >= 5) || misspelt;
        }
    }
}
