package org.servicerecovery.trend;

import java.time.ZoneId;
import java.time.ZoneOffset;

/** A zone by the name that PostgreSQL knows it by. */
public final class SqlZone {

    private SqlZone() {}

    public static String nameOf(ZoneId zone) {
        if (!(zone.normalized() instanceof ZoneOffset offset)) {
            return zone.getId();
        }
        // A bare offset is read there as POSIX does: what is east of Greenwich has a minus.
        int seconds = -offset.getTotalSeconds();
        return seconds == 0
                ? "UTC"
                : "UTC%s%02d:%02d:%02d"
                        .formatted(
                                seconds < 0 ? "-" : "+",
                                Math.abs(seconds) / 3600,
                                Math.abs(seconds) / 60 % 60,
                                Math.abs(seconds) % 60);
    }
}
