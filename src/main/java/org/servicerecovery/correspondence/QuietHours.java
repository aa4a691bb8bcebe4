package org.servicerecovery.correspondence;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import org.servicerecovery.BusinessZone;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** When colleagues get no mail: it waits until the quiet hours end. Tasks never wait. */
@Component
class QuietHours {

    private final LocalTime from;
    private final LocalTime to;
    private final BusinessZone zone;

    /** @param hours such as {@code 21:00-07:00} in the business's zone; the same time twice for none */
    QuietHours(@Value("${service-recovery.mail.quiet-hours}") String hours, BusinessZone zone) {
        String[] ends = hours.split("-", -1);
        try {
            this.from = LocalTime.parse(ends[0].strip());
            this.to = LocalTime.parse(ends[1].strip());
        } catch (DateTimeException | ArrayIndexOutOfBoundsException e) {
            throw new IllegalArgumentException(
                    "service-recovery.mail.quiet-hours is \"" + hours + "\"; it has to be such as 21:00-07:00.", e);
        }
        this.zone = zone;
    }

    /** The instant itself, or the end of the quiet hours that it lies in. */
    Instant notBefore(Instant instant) {
        ZonedDateTime local = instant.atZone(zone.id());
        LocalTime time = local.toLocalTime();
        boolean overNight = from.isAfter(to);
        boolean quiet =
                overNight ? !time.isBefore(from) || time.isBefore(to) : !time.isBefore(from) && time.isBefore(to);
        if (!quiet) {
            return instant;
        }
        boolean tomorrow = overNight && !time.isBefore(from);
        return local.toLocalDate()
                .plusDays(tomorrow ? 1 : 0)
                .atTime(to)
                .atZone(zone.id())
                .toInstant();
    }
}
