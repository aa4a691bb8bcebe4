package org.servicerecovery.trend;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;

/**
 * Days of the business that follow each other.
 *
 * @param to the first day that is not among them
 */
record Days(LocalDate from, LocalDate to) {

    int count() {
        return (int) Math.max(0, ChronoUnit.DAYS.between(from, to));
    }

    /** What of them is not before a day. */
    Days since(LocalDate first) {
        return from.isBefore(first) ? new Days(first, to.isBefore(first) ? first : to) : this;
    }

    /** What is left without others: up to two stretches. */
    List<Days> without(Days others) {
        return Stream.of(
                        new Days(from, earlier(to, others.from)),
                        new Days(from.isBefore(others.to) ? others.to : from, to))
                .filter(part -> part.count() > 0)
                .toList();
    }

    static int count(List<Days> parts) {
        return parts.stream().mapToInt(Days::count).sum();
    }

    private static LocalDate earlier(LocalDate one, LocalDate other) {
        return one.isBefore(other) ? one : other;
    }
}
