package org.servicerecovery.sla;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.cases.Severity;

/**
 * What was promised when a clock started or its severity changed, as the tables said then. It is kept with the ledger:
 * a table that changes later does not change what was promised.
 *
 * @param source the table and version that said so, such as {@code resolution-deadline/3}
 * @param severity the severity it was asked for
 * @param term how long the promise is
 * @param warnings how long before the deadline the first level is told, the longest first: counting time, or for dated
 *     terms elapsed time
 * @param calendar the calendar's code
 * @param calendarVersion the version of it that counts; 0 for the built-in one
 * @param levels who is told when nobody has acted on the missed deadline, in order
 * @param extendBy by how many working days one of the further clocks may be extended at most; that of the resolution has
 *     no limit
 */
public record Policy(
        String source,
        Severity severity,
        Term term,
        List<Duration> warnings,
        String calendar,
        int calendarVersion,
        List<Level> levels,
        int extendBy) {

    /** A promise to which no extension of a regulator belongs. */
    public Policy(
            String source,
            Severity severity,
            Term term,
            List<Duration> warnings,
            String calendar,
            int calendarVersion,
            List<Level> levels) {
        this(source, severity, term, warnings, calendar, calendarVersion, levels, 0);
    }

    /**
     * A step of the escalation chain.
     *
     * @param number 1 is told when the deadline is near, 2 when it is missed, the further ones after it
     * @param roles the groups that get the task; for level 1 the case's owner comes first
     * @param after counting time after the deadline; zero for levels 1 and 2
     */
    public record Level(int number, List<String> roles, Duration after) {}

    /** The same on a version of its calendar, with those who are told of a breach. */
    Policy on(int version, List<Level> told) {
        return new Policy(source, severity, term, warnings, calendar, version, told, extendBy);
    }

    /** The same promise for another severity. */
    Policy as(Severity other) {
        return new Policy(source, other, term, warnings, calendar, calendarVersion, levels, extendBy);
    }

    /** Empty when the chain ends before. */
    @Nullable
    Level level(int number) {
        return levels.stream()
                .filter(level -> level.number() == number)
                .findFirst()
                .orElse(null);
    }
}
