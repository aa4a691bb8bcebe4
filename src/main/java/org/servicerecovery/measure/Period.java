package org.servicerecovery.measure;

import java.time.LocalDate;
import java.time.YearMonth;

/**
 * Some months, whole ones, in the business's zone.
 *
 * @param name such as 2026-10, 2026-Q4, or 2026-01/2026-12
 */
record Period(String name, YearMonth first, YearMonth last) {

    boolean holds(YearMonth month) {
        return !month.isBefore(first) && !month.isAfter(last);
    }

    /** Whether nothing more can happen in it. */
    boolean isOver(LocalDate today) {
        return today.isAfter(last.atEndOfMonth());
    }
}
