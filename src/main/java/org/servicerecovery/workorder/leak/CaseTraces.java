package org.servicerecovery.workorder.leak;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.servicerecovery.workorder.leak.Phrase.Span;

/** What a text has of the very case it was written for: its number, its tags, the operative it names. */
final class CaseTraces {

    private static final Pattern CASE_NUMBER = Pattern.compile("\\D*(\\d{4})\\D0*(\\d+)");
    private static final Pattern TAG_NOTED = Pattern.compile(
            "(?:\\b(?:tags?|cause|reason|code|category|grund|ursache|kategorie|kennzeichen)\\b\\s*[:=]?\\s*|[\\[#])$",
            Pattern.CASE_INSENSITIVE);
    private static final int SHORTEST_NAME = 3;
    /** "Will", "Mark": a shorter word in small letters may be something else. */
    private static final int PLAIN_NAME = 5;

    private static final int MISSPELT_NAME = 4;
    /** "Nowack" for "Nowak", not "Nowotny". */
    private static final double MISTAKE = 1.1;

    private final LeakContext context;
    private final Reading reading;
    private final List<Found> found = new ArrayList<>();

    CaseTraces(LeakContext context, Reading reading) {
        this.context = context;
        this.reading = reading;
    }

    List<Found> found() {
        number();
        context.tags().forEach(this::tag);
        context.operatives().forEach(this::operative);
        return found;
    }

    private void number() {
        Matcher parts = CASE_NUMBER.matcher(context.caseNumber() == null ? "" : context.caseNumber());
        if (!parts.matches()) {
            return;
        }
        String year = "(?:" + parts.group(1) + "|" + parts.group(1).substring(2) + ")";
        String sequence = "0*" + parts.group(2);
        Matcher matcher = Pattern.compile("(?<!\\d)(?:" + year + "\\W{1,3}" + sequence + "|" + sequence + "\\s?/\\s?"
                        + year + "|0{2,}" + parts.group(2) + ")(?!\\d)")
                .matcher(reading.text());
        while (matcher.find()) {
            found.add(new Found(matcher.start(), matcher.end(), "number", Evidence.KNOWN));
        }
    }

    private void tag(String tag) {
        List<Word> parts = reading.tag(tag);
        List<Word> words = reading.words();
        for (int at = 0; at + parts.size() <= words.size() && !parts.isEmpty(); at++) {
            Span span = new Span(at, at + parts.size());
            // One word alone may be any word, unless it is noted as a tag.
            boolean counts = parts.size() > 1 || notedAsTag(words.get(at));
            if (counts && stands(parts, at) && !reading.covered(span)) {
                found.add(reading.found(span, "tag", Evidence.KNOWN));
            }
        }
    }

    private boolean notedAsTag(Word word) {
        return TAG_NOTED.matcher(reading.text().substring(0, word.start())).find();
    }

    private boolean stands(List<Word> parts, int at) {
        for (int i = 0; i < parts.size(); i++) {
            Word word = reading.words().get(at + i);
            Set<String> forms = parts.get(i).forms();
            boolean same = word.forms().stream().anyMatch(forms::contains)
                    || Likeness.misspells(word.text(), parts.get(i).text());
            if (!same) {
                return false;
            }
        }
        return true;
    }

    private void operative(String operative) {
        for (Word part : reading.analysis().read(operative)) {
            if (part.text().length() < SHORTEST_NAME) {
                continue;
            }
            for (int at = 0; at < reading.words().size(); at++) {
                if (isName(reading.words().get(at), part.text())) {
                    found.add(reading.found(new Span(at, at + 1), "operative", Evidence.KNOWN));
                }
            }
        }
    }

    private boolean isName(Word word, String name) {
        String bare = word.text().replaceFirst("'s?$", "");
        boolean capital = !word.written().isEmpty()
                && Character.isUpperCase(word.written().charAt(0));
        if (bare.equals(name) || bare.equals(name + "s")) {
            return capital || name.length() >= PLAIN_NAME;
        }
        return capital
                && Math.min(bare.length(), name.length()) >= MISSPELT_NAME
                && !reading.ordinary(word)
                && Likeness.cost(bare, name, MISTAKE) <= MISTAKE;
    }
}
