package org.servicerecovery.workorder.leak;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a text is worded, added to what the rules found and heard alone where they are silent: as people write about a
 * complaint ("we", "him", "last week" and "because" beside one another) or as they write about work. A sum of weights,
 * learned on the development texts; the words with most of it are what is told to the author.
 */
final class Wording {

    /** The feature that each text has. */
    static final String ALWAYS = "*";

    private static final String REASON = "wording";
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}']+");
    private static final Pattern DIGITS = Pattern.compile("\\d+");
    private static final Pattern PARTICIPLE_DE =
            Pattern.compile("(?:ge|ver|be|zer|ent|\\p{L}{2,4}ge)\\p{L}{3,}(?:t|en)");
    /** So many letters in a row count too: inflected, compounded and misspelt words have most of them in common. */
    private static final int LETTERS = 4;

    private static final String PART = "~";
    /** Cues count together within so many words. */
    private static final int NEAR = 4;
    /** A word is told when it has this part of the weight of the heaviest. */
    private static final double TELLING = 0.5;

    private final Map<String, List<String>> cues = new HashMap<>();
    private final Names names;
    private final Map<String, Double> weights;
    private final double least;

    /** What a text has, once, with the places of the words it is of. */
    private record Token(int start, int end, String word, Collection<String> cues) {}

    private Wording(Names names, List<String> cueLines, Map<String, Double> weights, double least) {
        this.names = names;
        this.weights = weights;
        this.least = least;
        for (String line : cueLines) {
            String[] sides = line.split("\\s*=\\s*", 2);
            for (String word : sides[1].split("\\s+")) {
                cues.computeIfAbsent(word, none -> new ArrayList<>()).add(sides[0]);
            }
        }
    }

    /** As learned: the file has the least sum that counts, then a feature and its weight a line. */
    static Wording learned() {
        List<String> lines = Vocabulary.lines("leak/wording.tsv");
        Map<String, Double> weights = new HashMap<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] cells = line.split("\t");
            weights.put(cells[0], Double.valueOf(cells[1]));
        }
        return with(weights, Double.parseDouble(lines.get(0).split("\t")[1]));
    }

    static Wording with(Map<String, Double> weights, double least) {
        return new Wording(
                new Names(Vocabulary.lines("leak/names.txt")), Vocabulary.lines("leak/cues.txt"), weights, least);
    }

    /** The words that weigh most. */
    List<Found> found(String text) {
        List<Token> tokens = tokens(text);
        Map<String, List<Integer>> features = features(tokens);
        double[] part = new double[tokens.size()];
        features.forEach((feature, at) -> {
            double weight = weights.getOrDefault(feature, 0.0) / at.size();
            at.forEach(token -> part[token] += weight);
        });
        double heaviest = 0;
        for (double each : part) {
            heaviest = Math.max(heaviest, each);
        }
        List<Found> found = new ArrayList<>();
        for (int i = 0; i < part.length; i++) {
            if (part[i] > 0 && part[i] >= TELLING * heaviest) {
                found.add(new Found(tokens.get(i).start, tokens.get(i).end, REASON, Evidence.NONE));
            }
        }
        return found;
    }

    /** A long text has no more weight than a short one. */
    double sum(Collection<String> features) {
        double sum = weights.getOrDefault(ALWAYS, 0.0);
        double all = 0;
        int known = 0;
        for (String feature : features) {
            Double weight = weights.get(feature);
            if (weight != null) {
                all += weight;
                known++;
            }
        }
        return sum + all / Math.sqrt(Math.max(1, known));
    }

    double sum(String text) {
        return sum(features(tokens(text)).keySet());
    }

    /** The sum that counts. */
    double least() {
        return least;
    }

    Collection<String> features(String text) {
        return new TreeSet<>(features(tokens(text)).keySet());
    }

    private Map<String, List<Integer>> features(List<Token> tokens) {
        Map<String, List<Integer>> features = new TreeMap<>();
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            put(features, token.word, i, i);
            if (i + 1 < tokens.size()) {
                put(features, token.word + " " + tokens.get(i + 1).word, i, i + 1);
            }
            for (int letter = 0; letter + LETTERS <= token.word.length(); letter++) {
                put(features, PART + token.word.substring(letter, letter + LETTERS), i, i);
            }
            for (String cue : token.cues) {
                put(features, cue, i, i);
                for (int next = i + 1; next <= i + NEAR && next < tokens.size(); next++) {
                    for (String other : tokens.get(next).cues) {
                        put(features, cue + ">" + other, i, next);
                    }
                }
            }
        }
        return features;
    }

    private static void put(Map<String, List<Integer>> features, String feature, int one, int other) {
        List<Integer> at = features.computeIfAbsent(feature, none -> new ArrayList<>());
        at.add(one);
        if (other != one) {
            at.add(other);
        }
    }

    private List<Token> tokens(String text) {
        List<Token> tokens = new ArrayList<>();
        Matcher words = WORD.matcher(text.replace('’', '\''));
        while (words.find()) {
            String written = words.group();
            String word = DIGITS.matcher(written.toLowerCase(Locale.ROOT)).replaceAll("0");
            tokens.add(new Token(words.start(), words.end(), word, cues(written, word)));
        }
        return tokens;
    }

    private Collection<String> cues(String written, String word) {
        List<String> found = new ArrayList<>(cues.getOrDefault(word, List.of()));
        if (names.isName(written)) {
            found.add("NAME");
        }
        if (word.length() > 4 && word.endsWith("ed")) {
            found.add("PAST");
        }
        if (PARTICIPLE_DE.matcher(word).matches()) {
            found.add("PARTICIPLE");
        }
        return found;
    }
}
