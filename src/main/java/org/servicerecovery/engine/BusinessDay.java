package org.servicerecovery.engine;

import java.time.Clock;
import java.time.LocalDate;
import java.util.Date;
import org.servicerecovery.BusinessZone;

/** Today, as the business counts days, for the lists in Tasklist; they compare with "after" and "before". Expressions call only what is public. */
@ProcessBean("businessDay")
public class BusinessDay {

    private final Clock clock;
    private final BusinessZone zone;

    BusinessDay(Clock clock, BusinessZone zone) {
        this.clock = clock;
        this.zone = zone;
    }

    /** The last moment of yesterday. */
    public Date lastOfYesterday() {
        return new Date(startOf(today()).getTime() - 1);
    }

    /** The first moment of tomorrow. */
    public Date firstOfTomorrow() {
        return startOf(today().plusDays(1));
    }

    private LocalDate today() {
        return zone.dateOf(clock.instant());
    }

    private Date startOf(LocalDate day) {
        return Date.from(day.atStartOfDay(zone.id()).toInstant());
    }
}
