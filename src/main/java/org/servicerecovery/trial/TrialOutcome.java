package org.servicerecovery.trial;

import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.engine.TriedTable;

/**
 * What a trial found.
 *
 * @param looked how many cases, offers or clusters were put to both tables
 * @param cut whether there were more than are looked at
 * @param sentence what there is to say, in the language of whoever reads it
 * @param counts by their name, in the order in which they are told
 * @param groups the same by what the table is asked, so that no single one shows
 * @param differences the largest first
 * @param before what came of asking the table that is compared with
 */
public record TrialOutcome(
        long looked,
        long differing,
        boolean cut,
        Supplier<String> sentence,
        Map<String, Long> counts,
        List<Group> groups,
        List<? extends Difference> differences,
        Asked before,
        Asked after) {

    /** What there is to say of how many were looked at, how many of them differ, and what was counted, by its name. */
    public interface Sentence {
        String of(long looked, long differing, Map<String, Long> counts);
    }

    /** Of what was counted so far: the sentence is put together when somebody reads it. */
    public static TrialOutcome of(
            long looked,
            boolean cut,
            Tally tally,
            Sentence sentence,
            List<Group> groups,
            List<? extends Difference> differences,
            Asked before,
            Asked after) {
        Map<String, Long> counts = Map.copyOf(tally.counts());
        long differing = differences.size();
        return new TrialOutcome(
                looked,
                differing,
                cut,
                () -> sentence.of(looked, differing, counts),
                tally.counts(),
                groups,
                differences,
                before,
                after);
    }

    /** Whether its differences tell of cases, which are not for everybody who may see counts. */
    public boolean tellsOfCases() {
        return differences.stream().anyMatch(Difference::tellsOfACase);
    }

    /**
     * @param of what its members have in common, by name
     * @param amount how much money it is about; null where it is about none
     */
    public record Group(
            Map<String, String> of,
            Map<String, Long> counts,
            @Nullable BigDecimal amount) {}

    /**
     * @param reached how often each row was, by its number
     * @param untold the rows of which that is not said, since what may have reached them is not for the reader
     */
    public record Asked(Map<Integer, Long> reached, List<TriedTable.Unanswered> unanswered, Set<Integer> untold) {

        public static Asked of(TriedTable.Sayings<?, ?> sayings) {
            return new Asked(sayings.reached(), sayings.unanswered(), Set.of());
        }

        /** Where nothing reached a row but, maybe, what these answer and was left out. */
        public static Asked of(TriedTable.Sayings<?, ?> sayings, TriedTable.Sayings<?, ?> leftOut) {
            Set<Integer> untold = new HashSet<>(leftOut.reached().keySet());
            untold.removeAll(sayings.reached().keySet());
            return new Asked(sayings.reached(), sayings.unanswered(), untold);
        }
    }
}
