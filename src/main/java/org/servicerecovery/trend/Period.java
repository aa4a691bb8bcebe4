package org.servicerecovery.trend;

import java.time.LocalDate;

/**
 * Some days, from the first to the last, in the business's zone.
 *
 * @param name such as 2026-10, 2026-Q4, 2026-W48, or 2026-01/2026-12
 */
public record Period(String name, LocalDate first, LocalDate last) {

    public boolean holds(LocalDate day) {
        return !day.isBefore(first) && !day.isAfter(last);
    }

    /** Whether nothing more can happen in it. */
    public boolean isOver(LocalDate today) {
        return today.isAfter(last);
    }
}
