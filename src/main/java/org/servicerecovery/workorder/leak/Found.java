package org.servicerecovery.workorder.leak;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * Some chars of a text that let on something.
 *
 * @param reason what
 * @param evidence how much it says by itself
 */
record Found(int start, int end, String reason, Evidence evidence) {

    /** What is known of the case tells more than a general rule. */
    private static final Set<String> OF_THE_CASE = Set.of("number", "tag", "operative");

    /** What overlaps is told once, for the reason that tells most. */
    static List<Found> merged(List<Found> found) {
        List<Found> sorted = found.stream()
                .sorted(Comparator.comparingInt(Found::start).thenComparing(each -> -each.end))
                .toList();
        List<Found> merged = new ArrayList<>();
        for (Found each : sorted) {
            Found last = merged.isEmpty() ? null : merged.get(merged.size() - 1);
            if (last != null && each.start < last.end) {
                merged.set(merged.size() - 1, last.with(each));
            } else {
                merged.add(each);
            }
        }
        return merged;
    }

    private Found with(Found other) {
        boolean better = OF_THE_CASE.contains(other.reason) || other.end - other.start > end - start;
        String telling = better && !OF_THE_CASE.contains(reason) ? other.reason : reason;
        return new Found(start, Math.max(end, other.end), telling, evidence);
    }
}
