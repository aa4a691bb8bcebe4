package org.servicerecovery.measure;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.TemporalAdjusters;
import org.servicerecovery.BusinessZone;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/** When the report goes out: at an hour of the business's clock, whatever that clock was put to meanwhile. */
@Component
@EnableConfigurationProperties(ReportProperties.class)
class ReportSchedule {

    /** @param week the last one that was over by then */
    record Sending(Instant at, Week week) {}

    private final ReportProperties properties;
    private final BusinessZone zone;

    ReportSchedule(ReportProperties properties, BusinessZone zone) {
        this.properties = properties;
        this.zone = zone;
    }

    /** The latest one that was to be by now. */
    Sending latest(Instant now) {
        LocalDate day = zone.dateOf(now).with(TemporalAdjusters.previousOrSame(properties.day()));
        Sending sending = on(day);
        return sending.at().isAfter(now) ? on(day.minusWeeks(1)) : sending;
    }

    Instant next(Instant now) {
        LocalDate day = zone.dateOf(latest(now).at()).plusWeeks(1);
        return on(day).at();
    }

    private Sending on(LocalDate day) {
        // An hour that the clock leaves out is the one after it; of one that comes twice, the first.
        Instant at = day.atTime(properties.hour(), 0).atZone(zone.id()).toInstant();
        LocalDate lastDayOver = day.minusDays(1);
        Week week = Week.of(lastDayOver);
        return new Sending(at, lastDayOver.getDayOfWeek() == DayOfWeek.SUNDAY ? week : week.before());
    }
}
