package org.servicerecovery;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** The zone in which the business counts its days, quarters and years. */
@Component
public class BusinessZone {

    private final ZoneId id;

    BusinessZone(@Value("${service-recovery.zone}") String id) {
        this.id = ZoneId.of(id);
    }

    public ZoneId id() {
        return id;
    }

    public LocalDate dateOf(Instant instant) {
        return LocalDate.ofInstant(instant, id);
    }

    /** The calendar quarter of the instant in the business's zone, such as {@code 2026-Q4}. */
    public String quarterOf(Instant instant) {
        LocalDate date = dateOf(instant);
        return "%04d-Q%d".formatted(date.getYear(), (date.getMonthValue() - 1) / 3 + 1);
    }
}
