package org.servicerecovery.workorder.pairs;

import de.bwaldvogel.liblinear.Feature;
import de.bwaldvogel.liblinear.FeatureNode;
import de.bwaldvogel.liblinear.Linear;
import de.bwaldvogel.liblinear.Model;
import de.bwaldvogel.liblinear.Parameter;
import de.bwaldvogel.liblinear.Problem;
import de.bwaldvogel.liblinear.SolverType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Says by what can be seen at one place which order of a pair came from a case: logistic regression (liblinear) on the
 * differences within pairs, learned on four fifths of the pairs and judged on the last, five times.
 *
 * <p>Which of a pair came from a case was drawn like a coin, after all else of the pair was settled. So where the way of an
 * order leaves no trace, these coins are independent of all that can be seen, and the share of pairs that is told right is
 * distributed as it is for coins thrown again. That gives an exact p-value, whatever the classifier does and however
 * orders of different pairs hang together; each throw learns all anew. Throwing stops once twenty throws did as well as the
 * real coins (Besag and Clifford 1991): p is then twenty over the number of throws.
 */
final class TellApart {

    /**
     * @param fromCase which of the two came from a case: the first one or the other
     */
    record Pair(Seen first, Seen second, boolean fromCase) {}

    /**
     * @param right the share of the held-out pairs in which the order from a case was found
     */
    record Verdict(double right, double p) {}

    /** A difference of length one. */
    private record Row(int[] features, double[] values) {

        static Row of(Map<Integer, Double> difference) {
            int[] features =
                    difference.keySet().stream().mapToInt(key -> key).sorted().toArray();
            double[] values =
                    IntStream.of(features).mapToDouble(difference::get).toArray();
            double length =
                    Math.sqrt(Arrays.stream(values).map(value -> value * value).sum());
            return new Row(
                    features, Arrays.stream(values).map(value -> value / length).toArray());
        }

        double times(Row other) {
            double sum = 0;
            int at = 0;
            for (int i = 0; i < features.length; i++) {
                while (at < other.features.length && other.features[at] < features[i]) {
                    at++;
                }
                if (at < other.features.length && other.features[at] == features[i]) {
                    sum += values[i] * other.values[at];
                }
            }
            return sum;
        }
    }

    static final int THROWS = 199;
    private static final int ENOUGH = 20;
    private static final int PARTS = 5;
    /** Small weights are preferred so much; no search for a better value, which would have to be part of each throw. */
    private static final double COST = 1;

    private static final double EXACTNESS = 0.01;
    private static final double NO_DIFFERENCE = 1e-6;
    private static final double ALMOST_NOTHING = 1e-9;
    /** What tells fewer pairs apart, such as pieces of a token, would change nothing in the end, and costs time. */
    private static final double SELDOM = 0.05;

    private static final int LEAST = 3;
    private static final int LONGEST_GRAM = 4;

    private final Feature[][] differences;
    private final boolean[] coins;
    private final int[] parts;

    private TellApart(Feature[][] differences, boolean[] coins, Random random) {
        this.differences = differences;
        this.coins = coins;
        List<Integer> order = new ArrayList<>(
                IntStream.range(0, coins.length).map(i -> i % PARTS).boxed().toList());
        Collections.shuffle(order, random);
        this.parts = order.stream().mapToInt(part -> part).toArray();
    }

    static Verdict at(Channel channel, List<Pair> pairs, long seed) {
        Linear.setDebugOutput(null);
        // Not the stream that the real coins were drawn from: a throw that meets it is the real one again.
        Random random = new Random(seed * 1_000_003 + 71);
        Feature[][] differences = differences(channel, pairs);
        boolean[] coins = new boolean[pairs.size()];
        for (int i = 0; i < coins.length; i++) {
            coins[i] = pairs.get(i).fromCase();
        }
        return new TellApart(differences, coins, random).verdict(random);
    }

    private Verdict verdict(Random random) {
        double right = right(coins);
        int asGood = 0;
        boolean[] thrown = new boolean[coins.length];
        for (int i = 1; i <= THROWS; i++) {
            for (int pair = 0; pair < thrown.length; pair++) {
                thrown[pair] = random.nextBoolean();
            }
            if (right(thrown) >= right) {
                asGood++;
            }
            if (asGood == ENOUGH) {
                return new Verdict(right, ENOUGH / (double) i);
            }
        }
        return new Verdict(right, (asGood + 1) / (THROWS + 1.0));
    }

    /** The share of held-out pairs told right; one that cannot be told counts half. */
    private double right(boolean[] labels) {
        double right = 0;
        for (int part = 0; part < PARTS; part++) {
            double[] weights = learn(labels, part);
            for (int pair = 0; pair < labels.length; pair++) {
                if (parts[pair] == part) {
                    double sum = 0;
                    for (Feature feature : differences[pair]) {
                        sum += weights[feature.getIndex() - 1] * feature.getValue();
                    }
                    right += Math.abs(sum) < NO_DIFFERENCE ? 0.5 : (sum > 0) == labels[pair] ? 1 : 0;
                }
            }
        }
        return right / labels.length;
    }

    private double[] learn(boolean[] labels, int held) {
        int[] learned =
                IntStream.range(0, labels.length).filter(i -> parts[i] != held).toArray();
        Problem problem = new Problem();
        problem.l = learned.length;
        problem.n = labels.length;
        problem.x = IntStream.of(learned).mapToObj(i -> differences[i]).toArray(Feature[][]::new);
        problem.y = IntStream.of(learned).mapToDouble(i -> labels[i] ? 1 : -1).toArray();
        Model model = Linear.train(problem, new Parameter(SolverType.L2R_LR, COST, EXACTNESS));
        double[] weights = model.getFeatureWeights();
        if (model.getLabels()[0] == -1) {
            for (int i = 0; i < weights.length; i++) {
                weights[i] = -weights[i];
            }
        }
        return weights;
    }

    /**
     * First order less second order, in three groups of the same weight: pieces of up to four bytes, words, measures. To a
     * linear classifier with this penalty nothing counts but the products of differences with each other. So each is
     * written with as many numbers as there are pairs, by Cholesky's way: all comes out the same, a hundred times faster.
     */
    private static Feature[][] differences(Channel channel, List<Pair> pairs) {
        List<List<Row>> groups = List.of(
                group(pairs, seen -> grams(seen.text(channel))),
                group(pairs, seen -> words(seen.text(channel))),
                group(pairs, measures(channel, pairs)));
        double[][] rows = new double[pairs.size()][pairs.size()];
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = i == j ? ALMOST_NOTHING : 0;
                for (List<Row> group : groups) {
                    sum += group.get(i).times(group.get(j));
                }
                for (int k = 0; k < j; k++) {
                    sum -= rows[i][k] * rows[j][k];
                }
                rows[i][j] = i == j ? Math.sqrt(Math.max(sum, ALMOST_NOTHING)) : sum / rows[j][j];
            }
        }
        return Arrays.stream(rows)
                .map(row -> IntStream.range(0, row.length)
                        .filter(i -> row[i] != 0)
                        .mapToObj(i -> new FeatureNode(i + 1, row[i]))
                        .toArray(Feature[]::new))
                .toArray(Feature[][]::new);
    }

    private static List<Row> group(List<Pair> pairs, Function<Seen, Map<Integer, Double>> of) {
        List<Map<Integer, Double>> rows = new ArrayList<>();
        Map<Integer, Integer> counts = new HashMap<>();
        for (Pair pair : pairs) {
            Map<Integer, Double> difference = of.apply(pair.first());
            of.apply(pair.second()).forEach((key, value) -> difference.merge(key, -value, Double::sum));
            difference.values().removeIf(value -> Math.abs(value) < ALMOST_NOTHING);
            difference.keySet().forEach(key -> counts.merge(key, 1, Integer::sum));
            rows.add(difference);
        }
        double least = Math.max(LEAST, SELDOM * pairs.size());
        return rows.stream()
                .map(row -> {
                    row.keySet().removeIf(key -> counts.getOrDefault(key, 0) < least);
                    return Row.of(row);
                })
                .toList();
    }

    private static Map<Integer, Double> grams(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int[] hashes = new int[bytes.length * LONGEST_GRAM];
        for (int from = 0; from < bytes.length; from++) {
            int gram = 0;
            for (int length = 1; length <= LONGEST_GRAM; length++) {
                gram = from + length <= bytes.length ? gram * 257 + bytes[from + length - 1] + 129 : 0;
                hashes[from * LONGEST_GRAM + length - 1] = gram;
            }
        }
        Arrays.sort(hashes);
        Map<Integer, Double> grams = new HashMap<>();
        for (int from = 0, to = 0; from < hashes.length; from = to) {
            while (to < hashes.length && hashes[to] == hashes[from]) {
                to++;
            }
            grams.put(hashes[from], Math.log1p(to - from));
        }
        return grams;
    }

    private static Map<Integer, Double> words(String text) {
        Map<Integer, Double> words = new HashMap<>();
        for (String word : text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+")) {
            words.merge(word.hashCode(), 1.0, Double::sum);
        }
        words.replaceAll((word, count) -> Math.log1p(count));
        return words;
    }

    /** Each by its rank among all, and by itself: a gap of one says something else than one of two. */
    private static Function<Seen, Map<Integer, Double>> measures(Channel channel, List<Pair> pairs) {
        Map<String, TreeSet<Double>> values = new TreeMap<>();
        for (Pair pair : pairs) {
            for (Seen seen : List.of(pair.first(), pair.second())) {
                seen.measures(channel)
                        .forEach((name, value) -> values.computeIfAbsent(name, none -> new TreeSet<>())
                                .add(value));
            }
        }
        return seen -> {
            Map<Integer, Double> measures = new HashMap<>();
            seen.measures(channel).forEach((name, value) -> {
                TreeSet<Double> known = values.get(name);
                measures.put(name.hashCode(), known.headSet(value).size() / (double) known.size());
                measures.put((name + "=" + value).hashCode(), 1.0);
            });
            return measures;
        };
    }
}
