package org.servicerecovery.sla;

import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.servicerecovery.Messages;
import org.servicerecovery.engine.TableCell;

/** The points before a deadline at which its owner is warned, as the tables write them: "12", or "24, 4, 30 min". */
final class Warnings {

    private static final Pattern ONE = Pattern.compile("(\\d{1,5})\\s*(h|min)?");

    static final TableCell CELL =
            TableCell.listOf(one -> ONE.matcher(one).matches() ? null : Messages.text("table.noWarning"));

    private Warnings() {}

    /** How long before the deadline, the first warning first. */
    static List<Duration> parse(String text) {
        return Arrays.stream(text.split(","))
                .map(String::strip)
                .map(Warnings::one)
                .distinct()
                .sorted(Comparator.reverseOrder())
                .toList();
    }

    private static Duration one(String text) {
        Matcher parts = ONE.matcher(text);
        if (!parts.matches()) {
            throw new IllegalStateException("A deadline table warns \"" + text + "\" before. Write hours or minutes.");
        }
        long count = Long.parseLong(parts.group(1));
        return "min".equals(parts.group(2)) ? Duration.ofMinutes(count) : Duration.ofHours(count);
    }
}
