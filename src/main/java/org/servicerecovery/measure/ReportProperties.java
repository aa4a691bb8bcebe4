package org.servicerecovery.measure;

import java.time.DayOfWeek;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * When the Recovery page is sent to those who want it, by the business's clock.
 *
 * @param url where colleagues reach this application, for the link in the mail; empty for none
 */
@ConfigurationProperties("service-recovery.report")
record ReportProperties(
        @DefaultValue("monday") DayOfWeek day,
        @DefaultValue("7") int hour,
        @DefaultValue("") String url) {

    private static final int LAST_HOUR = 23;

    ReportProperties {
        if (hour < 0 || hour > LAST_HOUR) {
            throw new IllegalArgumentException(
                    "service-recovery.report.hour is " + hour + "; it has to be an hour of the day, from 0 to 23.");
        }
    }
}
