package org.servicerecovery.trend.statistics;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which of many tests to believe, so that of those believed no more than a given share is wrong on average: the step-up
 * procedure of Benjamini and Hochberg, "Controlling the false discovery rate", J. R. Statist. Soc. B 57 (1995). It holds
 * for tests that rise together as well (Benjamini and Yekutieli, 2001), as those of a cause and of its teams do.
 */
public final class FalseDiscoveries {

    private FalseDiscoveries() {}

    /**
     * @param tests the probabilities of all tests that were made, those that say nothing included
     * @param rate the share of wrong ones
     */
    public static <T> Set<T> believed(Map<T, Double> tests, double rate) {
        List<Map.Entry<T, Double>> byP = tests.entrySet().stream()
                .sorted(Comparator.comparingDouble(Map.Entry::getValue))
                .toList();
        int last = 0;
        for (int i = 1; i <= byP.size(); i++) {
            if (byP.get(i - 1).getValue() <= rate * i / byP.size()) {
                last = i;
            }
        }
        Set<T> believed = new HashSet<>();
        byP.subList(0, last).forEach(each -> believed.add(each.getKey()));
        return believed;
    }
}
