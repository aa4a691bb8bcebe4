package org.servicerecovery.trial;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Messages;

/** How often a trial found what, by name: of all that it looked at, and of each group. */
public final class Tally {

    /** What there is to count of deadlines: by how much they are others, and whether they were missed. */
    public static final String LONGER = "longer";

    public static final String SHORTER = "shorter";
    public static final String NOW_MET = "nowMet";
    public static final String NOW_MISSED = "nowMissed";
    public static final String MISSED_BEFORE = "missedBefore";
    public static final String MISSED_AFTER = "missedAfter";

    private final Map<String, Long> counts = new LinkedHashMap<>();

    /** @param names in the order in which they are told */
    public Tally(List<String> names) {
        names.forEach(name -> counts.put(name, 0L));
    }

    /** For a group that nothing was counted of. */
    public Map<String, Long> zero() {
        Map<String, Long> zero = new LinkedHashMap<>(counts);
        zero.replaceAll((name, number) -> 0L);
        return zero;
    }

    public void count(String what) {
        counts.computeIfPresent(what, (name, number) -> number + 1);
    }

    /** What no name of the whole stands for, such as how many there are, is counted of the group alone. */
    public void count(Map<String, Long> group, String what) {
        group.merge(what, 1L, Long::sum);
        count(what);
    }

    /**
     * What became of a deadline.
     *
     * @param secondsLonger 0 where it is the same, or there is none on one side
     * @param missedBefore null where that is not known
     */
    public void deadline(
            Map<String, Long> group,
            long secondsLonger,
            @Nullable Boolean missedBefore,
            @Nullable Boolean missedAfter) {
        if (Boolean.TRUE.equals(missedBefore)) {
            count(group, MISSED_BEFORE);
        }
        if (Boolean.TRUE.equals(missedAfter)) {
            count(group, MISSED_AFTER);
        }
        if (secondsLonger != 0) {
            count(group, secondsLonger > 0 ? LONGER : SHORTER);
        }
        if (missedBefore != null && missedAfter != null && !missedBefore.equals(missedAfter)) {
            count(group, missedBefore ? NOW_MET : NOW_MISSED);
        }
    }

    public void add(Map<String, Long> group) {
        group.forEach((name, number) -> counts.computeIfPresent(name, (same, sum) -> sum + number));
    }

    public Map<String, Long> counts() {
        return counts;
    }

    /**
     * What was found at all, each in words: {@code prefix.name} of the messages, with its number, or {@code
     * prefix.name.one} where one is said otherwise.
     */
    public static List<String> told(String prefix, Map<String, Long> counts, List<String> names) {
        List<String> parts = new ArrayList<>();
        for (String name : names) {
            long number = counts.getOrDefault(name, 0L);
            if (number > 0) {
                String many = prefix + "." + name;
                String key = Messages.ofCount(many, number);
                parts.add(Messages.text(Messages.has(key) ? key : many, number));
            }
        }
        return parts;
    }

    /** How many of how many would have been treated otherwise, and how; {@code prefix} has nonePast, none, some and only. */
    public static String sentence(
            String prefix, long looked, long differing, Map<String, Long> counts, List<String> names) {
        if (looked == 0) {
            return Messages.text(prefix + ".nonePast");
        }
        return sentence(prefix, looked, differing, String.join(", ", told(prefix, counts, names))) + ".";
    }

    /** The same without its end, of some that were looked at; {@code how} is how those that differ do. */
    public static String sentence(String prefix, long looked, long differing, String how) {
        if (differing == 0) {
            return Messages.text(Messages.ofCount(prefix + ".none", looked), looked);
        }
        String some = Messages.ofCount(prefix + ".some", differing);
        return Messages.text(looked == 1 ? prefix + ".only" : some, differing, looked, how);
    }
}
