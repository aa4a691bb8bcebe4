package org.servicerecovery.workorder.leak;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
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
    private static final int GAP = 4;
    private static final int SHORT_GAP = 2;
    /** A shorter word is too easily another one misspelt. */
    private static final int LONG_ENOUGH = 7;

    /** What gives something away, and what. */
    record Rule(String reason, Phrase phrase) {}

    /** A way to write numbers that give something away. */
    record NumberRule(String reason, Pattern form) {}

    private final Analysis analysis;
    private final Set<String> names;
    private final Map<String, List<Test>> families = new HashMap<>();
    private final Map<String, List<Rule>> rulesByOpener = new HashMap<>();
    private final List<Rule> otherRules = new ArrayList<>();
    private final List<NumberRule> numbers = new ArrayList<>();
    private final List<Phrase> trade = new ArrayList<>();
    private final Map<String, String> misspelt = new LinkedHashMap<>();
    private final Set<String> ordinary = new HashSet<>();

    private Vocabulary(Analysis analysis, Set<String> names) {
        this.analysis = analysis;
        this.names = names;
    }

    static Vocabulary of(String language) {
        List<String> lines = lines("leak/" + language + ".txt");
        Analysis plain = Analysis.of(language, Set.of());
        Set<String> names = new HashSet<>();
        lines("leak/names.txt")
                .forEach(line -> List.of(line.split("\\s+")).forEach(name -> names.add(name.toLowerCase(Locale.ROOT))));
        Set<String> compounded = new HashSet<>();
        String section = "";
        for (String line : lines) {
            section = heading(line, section);
            boolean leaks = !section.equals(TRADE) && !section.equals(ORDINARY);
            if (leaks && line.length() >= LONG_ENOUGH && PLAIN.matcher(line).matches()) {
                compounded.add(plain.read(line).get(0).text());
            }
        }
        Vocabulary vocabulary = new Vocabulary(Analysis.of(language, compounded), Set.copyOf(names));
        vocabulary.take(lines);
        return vocabulary;
    }

    Analysis analysis() {
        return analysis;
    }

    /** The rules that may hold from this word on. */
    List<Rule> rules(Word word) {
        List<Rule> rules = new ArrayList<>(otherRules);
        word.forms().forEach(form -> rules.addAll(rulesByOpener.getOrDefault(form, List.of())));
        return rules;
    }

    List<NumberRule> numbers() {
        return numbers;
    }

    List<Phrase> trade() {
        return trade;
    }

    /** The words that are also known when they are misspelt, each with what it gives away. */
    Map<String, String> misspelt() {
        return misspelt;
    }

    /** Words that are what they are, however much they look like another one misspelt. */
    boolean ordinary(String word) {
        return ordinary.contains(word) || ordinary.contains(word.replaceFirst("(e?s|e?n)$", ""));
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
        String[] sides = line.split(" & ");
        Phrase phrase = new Phrase(parts(sides[0]), sides.length > 1 ? parts(sides[1]) : List.of());
        if (section.equals(TRADE)) {
            trade.add(phrase);
            for (String word : line.split("[\\s|?!*]+")) {
                if (PLAIN.matcher(word).matches()) {
                    ordinary.add(analysis.text(word));
                }
            }
            return;
        }
        Rule rule = new Rule(section, phrase);
        if (phrase.openers().isEmpty()) {
            otherRules.add(rule);
        }
        phrase.openers()
                .forEach(form -> rulesByOpener
                        .computeIfAbsent(form, none -> new ArrayList<>())
                        .add(rule));
        if (line.endsWith("~")
                || (line.length() >= LONG_ENOUGH && PLAIN.matcher(line).matches())) {
            misspelt.put(analysis.text(line), section);
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
        if (word.equals("#")) {
            return new Test(Set.of(), found -> NUMBER.matcher(found.text()).matches());
        }
        if (word.equals("NAME")) {
            return new Test(Set.of(), this::isName);
        }
        if (word.equals("NAMES")) {
            return new Test(
                    Set.of(),
                    found -> isName(found)
                            && found.written().matches(".*(['’]s|s['’]?)")
                            && !names.contains(found.written().toLowerCase(Locale.ROOT)));
        }
        if (analysis.read(word.replaceAll("[*~!]", "")).size() != 1) {
            throw new IllegalArgumentException("not one word: " + word);
        }
        if (word.endsWith("!")) {
            String only = analysis.text(word.substring(0, word.length() - 1));
            return new Test(Set.of(only), found -> found.text().equals(only));
        }
        boolean open = word.endsWith("*");
        boolean within = word.startsWith("*");
        String bare = word.replace("*", "").replace("~", "");
        String text = analysis.text(bare);
        if (within && open) {
            return new Test(Set.of(), found -> found.text().contains(text));
        }
        if (within) {
            return new Test(Set.of(), found -> found.text().endsWith(text));
        }
        if (open) {
            return new Test(Set.of(), found -> {
                for (String form : found.forms()) {
                    if (form.startsWith(text)) {
                        return true;
                    }
                }
                return false;
            });
        }
        Set<String> forms = Set.copyOf(analysis.forms(bare));
        return new Test(forms, found -> {
            for (String form : found.forms()) {
                if (forms.contains(form)) {
                    return true;
                }
            }
            return false;
        });
    }

    private boolean isName(Word word) {
        if (word.written().isEmpty() || !Character.isUpperCase(word.written().charAt(0))) {
            return false;
        }
        String name = word.written().toLowerCase(Locale.ROOT);
        return names.contains(name)
                || names.contains(name.replaceFirst("(['’]s|['’])$", ""))
                || (name.endsWith("s") && names.contains(name.substring(0, name.length() - 1)));
    }

    private static String heading(String line, String otherwise) {
        return line.startsWith("[") && line.endsWith("]") ? line.substring(1, line.length() - 1) : otherwise;
    }

    private static List<String> lines(String resource) {
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
