package org.servicerecovery.signal;

import java.text.ParsePosition;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.time.temporal.TemporalAccessor;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.servicerecovery.Refused;

/**
 * Reads when a failure was reported. A date without a time is the start of its day, and a time without an offset is
 * local time, both in the mapping's zone.
 */
final class ReportedDate {

    private record Format(String pattern, DateTimeFormatter formatter) {}

    private final List<Format> formats;
    private final ZoneId zone;

    /** @throws IllegalArgumentException when a pattern is none that {@link DateTimeFormatter} knows */
    ReportedDate(List<String> patterns, ZoneId zone) {
        this.zone = zone;
        this.formats = patterns.stream()
                .map(pattern -> new Format(
                        pattern,
                        DateTimeFormatter.ofPattern(strictYear(pattern), Locale.ENGLISH)
                                .withResolverStyle(ResolverStyle.STRICT)))
                .toList();
    }

    /** Strict reading wants the year u: the y that people write is the year of an era. */
    private static String strictYear(String pattern) {
        StringBuilder strict = new StringBuilder();
        boolean quoted = false;
        for (char c : pattern.toCharArray()) {
            quoted ^= c == '\'';
            strict.append(c == 'y' && !quoted ? 'u' : c);
        }
        return strict.toString();
    }

    boolean canRead(String text) {
        try {
            read(text);
            return true;
        } catch (Refused refused) {
            return false;
        }
    }

    /** @throws Refused for {@code reportedAt} when the text is no date of these formats or no day of the calendar */
    Instant read(String text) {
        String date = text.strip();
        for (Format format : formats) {
            ParsePosition position = new ParsePosition(0);
            TemporalAccessor parsed = format.formatter().parseUnresolved(date, position);
            if (parsed != null && position.getIndex() == date.length()) {
                return resolve(date, format.formatter());
            }
        }
        throw Refused.field(
                "reportedAt",
                "refused.signal.dateForm",
                formats.stream().map(Format::pattern).collect(Collectors.joining(" or ")));
    }

    private Instant resolve(String date, DateTimeFormatter formatter) {
        try {
            TemporalAccessor moment =
                    formatter.parseBest(date, OffsetDateTime::from, LocalDateTime::from, LocalDate::from);
            if (moment instanceof OffsetDateTime at) {
                return at.toInstant();
            }
            if (moment instanceof LocalDateTime at
                    && !zone.getRules().getValidOffsets(at).isEmpty()) {
                return at.atZone(zone).toInstant();
            }
            if (moment instanceof LocalDate day) {
                return day.atStartOfDay(zone).toInstant();
            }
        } catch (DateTimeException e) {
            // Below: the form is right, the day or hour does not exist.
        }
        throw Refused.field("reportedAt", "refused.signal.noSuchDate");
    }
}
