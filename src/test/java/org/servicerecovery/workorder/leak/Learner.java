package org.servicerecovery.workorder.leak;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Logistic regression by gradient descent (Adam) with a penalty on large weights; the same weights each time. */
final class Learner {

    private static final int ROUNDS = 60;
    private static final double STEP = 0.09;
    private static final double PENALTY = 0.1;
    private static final double MEAN = 0.9;
    private static final double SQUARE = 0.99;

    private Learner() {}

    /** @param seldom a feature that fewer texts have is left out */
    static Map<String, Double> learn(List<Boolean> leaks, List<Collection<String>> texts, int seldom) {
        Map<String, Integer> counts = new TreeMap<>();
        texts.forEach(text -> text.forEach(feature -> counts.merge(feature, 1, Integer::sum)));
        Map<String, Integer> places = new HashMap<>();
        counts.forEach((feature, count) -> {
            if (count >= seldom) {
                places.put(feature, places.size() + 1);
            }
        });
        List<int[]> rows = new ArrayList<>();
        for (Collection<String> text : texts) {
            rows.add(text.stream()
                    .filter(places::containsKey)
                    .mapToInt(places::get)
                    .toArray());
        }
        double[] weights = descend(leaks, rows, places.size() + 1);
        Map<String, Double> learned = new HashMap<>();
        learned.put(Wording.ALWAYS, weights[0]);
        places.forEach((feature, place) -> learned.put(feature, weights[place]));
        return learned;
    }

    private static double[] descend(List<Boolean> leaks, List<int[]> rows, int features) {
        double[] weights = new double[features];
        double[] mean = new double[features];
        double[] square = new double[features];
        for (int round = 1; round <= ROUNDS; round++) {
            double[] gradient = gradient(leaks, rows, weights);
            for (int i = 0; i < features; i++) {
                mean[i] = MEAN * mean[i] + (1 - MEAN) * gradient[i];
                square[i] = SQUARE * square[i] + (1 - SQUARE) * gradient[i] * gradient[i];
                double straight = mean[i] / (1 - Math.pow(MEAN, round));
                double size = Math.sqrt(square[i] / (1 - Math.pow(SQUARE, round))) + 1e-8;
                weights[i] -= STEP * straight / size;
            }
        }
        return weights;
    }

    private static double[] gradient(List<Boolean> leaks, List<int[]> rows, double[] weights) {
        double[] gradient = new double[weights.length];
        for (int i = 1; i < weights.length; i++) {
            gradient[i] = PENALTY * weights[i];
        }
        for (int row = 0; row < rows.size(); row++) {
            int[] places = rows.get(row);
            double value = 1 / Math.sqrt(Math.max(1, places.length));
            double sum = weights[0];
            for (int place : places) {
                sum += value * weights[place];
            }
            double wrong = 1 / (1 + Math.exp(-sum)) - (leaks.get(row) ? 1 : 0);
            gradient[0] += wrong;
            for (int place : places) {
                gradient[place] += wrong * value;
            }
        }
        return gradient;
    }
}
