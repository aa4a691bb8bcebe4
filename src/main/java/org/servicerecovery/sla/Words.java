package org.servicerecovery.sla;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Durations as people say them; the units are written alike in every language, and so they are kept. */
final class Words {

    private Words() {}

    /** Such as "2 d 3 h", "45 min" or "0 min"; two units at most below a day's worth of detail, never rounded up. */
    static String of(Duration duration) {
        Duration length = duration.abs();
        List<String> parts = new ArrayList<>();
        if (length.toHours() > 72) {
            parts.add(length.toDays() + " d");
            length = length.minusDays(length.toDays());
        }
        if (length.toHours() > 0) {
            parts.add(length.toHours() + " h");
        }
        if (length.toMinutesPart() > 0) {
            parts.add(length.toMinutesPart() + " min");
        }
        if (parts.isEmpty()) {
            parts.add(length.toSecondsPart() > 0 ? length.toSecondsPart() + " s" : "0 min");
        }
        return String.join(" ", parts);
    }
}
