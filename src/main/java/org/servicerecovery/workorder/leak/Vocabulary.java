package org.servicerecovery.workorder.leak;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.servicerecovery.workorder.leak.Phrase.Gap;
import org.servicerecovery.workorder.leak.Phrase.One;
import org.servicerecovery.workorder.leak.Phrase.Opening;
import org.servicerecovery.workorder.leak.Phrase.Part;
import org.servicerecovery.workorder.leak.Phrase.Test;

/** The vocabulary of one language, as its file {@code leak/<language>.txt} has it; how it is written is told there. */
final class Vocabulary {

    static final String TRADE = "trade";
    static final String ORDINARY = "ordinary";
    private static final Pattern NUMBER = Pattern.compile("\\p{L}{0,3}\\d[\\d.,]*");
    private static final Pattern PLAIN = Pattern.compile("[\\p{L}\\d]+");
    private static final Pattern ENDING = Pattern.compile("(e?s|e?n)$");
    private static final int GAP = 4;
    private static final int SHORT_GAP = 2;
    private static final String MISSPELT = "~";
    private static final Pattern MISSPELT_WORD = Pattern.compile("[\\p{L}\\d]+~");
    /** A shorter word is too easily a part of another one. */
    private static final int LONG_ENOUGH = 7;

    /** A way to write numbers, or tags, that give something away. */
    record NumberRule(String reason, Pattern form) {
        Evidence evidence() {
            return reason.equals(Evidence.TAG.name().toLowerCase(Locale.ROOT)) ? Evidence.TAG : Evidence.NUMBER;
        }
    }

    private final Analysis analysis;
    private final Names names;
    private final Map<String, List<Test>> families = new HashMap<>();
    private final Phrases rules = new Phrases();
    private final Phrases trade = new Phrases();
    private final List<NumberRule> numbers = new ArrayList<>();
    private final Misspellings misspellings;
    private final Set<String> ordinary = new HashSet<>();
    private final Map<String, List<Word>> tags = new ConcurrentHashMap<>();

    private Vocabulary(Analysis analysis, Names names) {
        this.analysis = analysis;
        this.names = names;
        this.misspellings = new Misspellings(analysis);
    }

    static Vocabulary of(String language) {
        List<String> lines = lines("leak/" + language + ".txt");
        Analysis plain = Analysis.of(language, Set.of());
        Set<String> compounded = new HashSet<>();
        String section = "";
        for (String line : lines) {
            section = heading(line, section);
            boolean leaks = !section.equals(TRADE) && !section.equals(ORDINARY);
            if (leaks && MISSPELT_WORD.matcher(line).matches() && line.length() > LONG_ENOUGH) {
                compounded.add(plain.read(line.replace(MISSPELT, "")).get(0).text());
            }
        }
        Vocabulary vocabulary = new Vocabulary(Analysis.of(language, compounded), new Names(lines("leak/names.txt")));
        vocabulary.take(lines);
        lines("leak/lookalikes-" + language + ".txt")
                .forEach(line -> vocabulary.ordinary.addAll(List.of(line.split("\\s+"))));
        return vocabulary;
    }

    Analysis analysis() {
        return analysis;
    }

    /** The words of a tag; the taxonomy has few, and each text is read for all of them. */
    List<Word> tag(String tag) {
        return tags.computeIfAbsent(tag, analysis::read);
    }

    List<Word> read(String text) {
        List<Word> words = analysis.read(text);
        for (Word word : words) {
            names.mark(word);
            if (NUMBER.matcher(word.text()).matches()) {
                word.forms().add(Word.NUMBER);
            }
        }
        return words;
    }

    Phrases rules() {
        return rules;
    }

    Phrases trade() {
        return trade;
    }

    List<NumberRule> numbers() {
        return numbers;
    }

    Misspellings misspellings() {
        return misspellings;
    }

    /** Words that are what they are, however much they look like another one misspelt. */
    boolean ordinary(String word) {
        return ordinary.contains(word) || ordinary.contains(ENDING.matcher(word).replaceFirst(""));
    }

    private void take(List<String> lines) {
        String section = "";
        for (String line : lines) {
            section = heading(line, section);
            try {
                take(section, line);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(e.getMessage() + " in the line: " + line, e);
            }
        }
    }

    private void take(String section, String line) {
        if (line.startsWith("[")) {
            return;
        }
        if (line.matches("@\\w+ = .*")) {
            family(line);
        } else if (line.startsWith("/")) {
            numbers.add(new NumberRule(
                    section,
                    Pattern.compile(
                            line.substring(1, line.length() - 1),
                            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.UNICODE_CHARACTER_CLASS)));
        } else if (section.equals(ORDINARY)) {
            List.of(line.split("\\s+")).forEach(word -> ordinary.add(analysis.text(word)));
        } else {
            rule(section, line);
        }
    }

    private void rule(String section, String line) {
        boolean core = MISSPELT_WORD.matcher(line).matches();
        String[] sides = (core ? line.replace(MISSPELT, "") : line).split(" & ");
        if (sides.length > 2) {
            throw new IllegalArgumentException("more than one &");
        }
        Phrase phrase = new Phrase(parts(sides[0]), sides.length > 1 ? parts(sides[1]) : List.of());
        if (section.equals(TRADE)) {
            trade.add(section, phrase, phrase.evidence());
            for (String word : line.split("[\\s|?!*]+")) {
                if (PLAIN.matcher(word).matches()) {
                    ordinary.add(analysis.text(word));
                }
            }
            return;
        }
        rules.add(section, phrase, core ? Evidence.CORE : phrase.evidence());
        if (core) {
            misspellings.add(analysis.text(line.replace(MISSPELT, "")), section);
        }
    }

    private void family(String line) {
        String[] sides = line.split("\\s*=\\s*", 2);
        List<Test> members = families.computeIfAbsent(sides[0], name -> new ArrayList<>());
        for (String word : sides[1].split("\\s+")) {
            members.addAll(tests(word));
        }
    }

    private List<Part> parts(String phrase) {
        List<Part> parts = new ArrayList<>();
        for (String part : phrase.strip().split("\\s+")) {
            if (part.equals("...")) {
                parts.add(new Gap(GAP));
            } else if (part.equals("..")) {
                parts.add(new Gap(SHORT_GAP));
            } else if (part.equals("^")) {
                parts.add(new Opening());
            } else {
                boolean optional = part.endsWith("?");
                String any = optional ? part.substring(0, part.length() - 1) : part;
                List<Test> tests = new ArrayList<>();
                for (String word : any.split("\\|")) {
                    tests.addAll(tests(word));
                }
                parts.add(new One(tests, optional));
            }
        }
        return List.copyOf(parts);
    }

    private List<Test> tests(String word) {
        if (word.startsWith("@")) {
            List<Test> family = families.get(word);
            if (family == null) {
                throw new IllegalArgumentException("no family of words " + word + " before it is used");
            }
            return family;
        }
        return List.of(test(word));
    }

    private Test test(String word) {
        if (Set.of(Word.NUMBER, Word.NAME, Word.NAMES).contains(word)) {
            return Test.form(Set.of(word));
        }
        if (analysis.read(word.replaceAll("[*~!]", "")).size() != 1) {
            throw new IllegalArgumentException("not one word: " + word);
        }
        if (word.endsWith("!")) {
            String only = analysis.text(word.substring(0, word.length() - 1));
            return new Test(Set.of(only), "", found -> found.text().equals(only));
        }
        if (word.endsWith(MISSPELT)) {
            String meant = analysis.text(word.substring(0, word.length() - 1));
            Set<String> forms = analysis.forms(meant);
            return Test.of(found -> found.forms().stream().anyMatch(forms::contains)
                    || Likeness.misspells(found.text(), meant) && !ordinary(found.text()));
        }
        boolean open = word.endsWith("*");
        boolean within = word.startsWith("*");
        String bare = word.replace("*", "");
        String text = analysis.text(bare);
        if (within) {
            return Test.of(
                    found -> open ? found.text().contains(text) : found.text().endsWith(text));
        }
        return open ? Test.beginning(text) : Test.form(Set.copyOf(analysis.forms(bare)));
    }

    private static String heading(String line, String otherwise) {
        return line.startsWith("[") && line.endsWith("]") ? line.substring(1, line.length() - 1) : otherwise;
    }

    static List<String> lines(String resource) {
        try (InputStream file = Vocabulary.class.getClassLoader().getResourceAsStream(resource)) {
            if (file == null) {
                throw new IllegalArgumentException("no file " + resource);
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith(";"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
