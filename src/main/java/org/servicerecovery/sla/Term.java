package org.servicerecovery.sla;

import java.time.Duration;
import org.servicerecovery.Messages;

/** How long a promise is. */
public sealed interface Term {

    /** So much time that counts on the calendar, and not while the clock is paused. */
    record CountingTime(Duration length) implements Term {}

    /**
     * The end of the n-th working day after the day on which the clock started.
     *
     * @param atClose whether the day ends with its working hours, or at midnight
     */
    record WorkingDays(int days, boolean atClose) implements Term {}

    /** The end of the same weekday so many weeks later. */
    record Weeks(int weeks) implements Term {}

    /** Whether a pause stops the time, or the date stands whatever happens. */
    default boolean countsTime() {
        return this instanceof CountingTime;
    }

    /** In the reader's words, such as "24 h" or "5 working days". */
    default String inWords() {
        if (this instanceof CountingTime counting) {
            return Words.of(counting.length());
        }
        if (this instanceof WorkingDays days) {
            String count = days.days() == 1
                    ? Messages.text("term.workingDay")
                    : Messages.text("term.workingDays", String.valueOf(days.days()));
            return days.atClose() ? Messages.text("term.untilClose", count) : count;
        }
        return Messages.text("term.weeks", String.valueOf(((Weeks) this).weeks()));
    }
}
