package org.servicerecovery.sla.replay;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A log with one row for every change of an incident: CSV (RFC 4180, UTF-8) with a header. It is read row by row; only
 * what the clocks need is kept, because nothing promises that the rows of an incident stand together.
 */
final class IncidentLog {

    /** The file is no such log. The message is a sentence for the reader. */
    static final class NotALog extends IOException {

        private static final long serialVersionUID = 1L;

        NotALog(String message) {
            super(message);
        }
    }

    static final String OPENED_AT = "opened_at";
    static final String UPDATED_AT = "sys_updated_at";
    static final String RESOLVED_AT = "resolved_at";
    static final String CLOSED_AT = "closed_at";

    private static final String NUMBER = "number";
    private static final String STATE = "incident_state";
    private static final String PRIORITY = "priority";
    private static final String MADE_SLA = "made_sla";

    private static final List<String> COLUMNS =
            List.of(NUMBER, STATE, PRIORITY, MADE_SLA, OPENED_AT, UPDATED_AT, RESOLVED_AT, CLOSED_AT);

    private static final DateTimeFormatter DATE = new DateTimeFormatterBuilder()
            .appendPattern("d/M/")
            .appendValue(ChronoField.YEAR, 4)
            .appendPattern(" H:m")
            .toFormatter(Locale.ROOT)
            .withResolverStyle(ResolverStyle.STRICT);

    private final ZoneId zone;
    private final Map<String, Incident> incidents = new LinkedHashMap<>();
    private final Map<String, Integer> unreadable = new LinkedHashMap<>();
    private long rows;
    private @Nullable Instant lastInstant;

    private IncidentLog(ZoneId zone) {
        this.zone = zone;
        List.of(OPENED_AT, UPDATED_AT, RESOLVED_AT, CLOSED_AT).forEach(column -> unreadable.put(column, 0));
    }

    /** @param zone in which the dates of the log are read */
    static IncidentLog read(InputStream in, ZoneId zone) throws IOException {
        IncidentLog log = new IncidentLog(zone);
        try (CsvReader<NamedCsvRecord> records = CsvReader.builder()
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .allowUnclosedQuote(false)
                .detectBomHeader(true)
                .ofNamedCsvRecord(in)) {
            log.readAll(records.iterator());
        } catch (CsvParseException e) {
            throw e.getCause() instanceof IOException cause
                    ? cause
                    : new NotALog("The file cannot be read as CSV from row " + (log.rows + 1) + " on.");
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return log;
    }

    private void readAll(Iterator<NamedCsvRecord> records) throws NotALog {
        while (records.hasNext()) {
            NamedCsvRecord record = records.next();
            check(record);
            add(record);
        }
        if (rows == 0) {
            throw new NotALog("The file has no rows below a header.");
        }
        if (lastInstant == null) {
            throw new NotALog("No row has a date in " + UPDATED_AT + " that can be read, such as 29/2/2016 01:16.");
        }
    }

    private void check(NamedCsvRecord record) throws NotALog {
        List<String> header = record.getHeader();
        if (rows == 0) {
            List<String> missing =
                    COLUMNS.stream().filter(column -> !header.contains(column)).toList();
            if (!missing.isEmpty()) {
                throw new NotALog("The file is no incident log: its header lacks " + String.join(", ", missing) + ".");
            }
        }
        int fields = record.getFieldCount();
        if (fields != header.size()) {
            throw new NotALog("Line " + record.getStartingLineNumber() + " has " + fields
                    + (fields == 1 ? " column" : " columns") + " where the header has " + header.size() + ".");
        }
        if (text(record, NUMBER).isEmpty()) {
            throw new NotALog("Line " + record.getStartingLineNumber() + " has no number of an incident.");
        }
    }

    private void add(NamedCsvRecord record) {
        rows++;
        Instant updatedAt = date(record, UPDATED_AT);
        if (updatedAt != null && (lastInstant == null || updatedAt.isAfter(lastInstant))) {
            lastInstant = updatedAt;
        }
        incidents
                .computeIfAbsent(text(record, NUMBER), number -> new Incident())
                .add(new Incident.Row(
                        updatedAt,
                        // The same few words on every row.
                        text(record, STATE).intern(),
                        text(record, PRIORITY).intern(),
                        date(record, OPENED_AT),
                        date(record, RESOLVED_AT),
                        date(record, CLOSED_AT),
                        !text(record, MADE_SLA).equalsIgnoreCase("false")));
    }

    private String text(NamedCsvRecord record, String column) {
        return record.getField(column).strip();
    }

    private @Nullable Instant date(NamedCsvRecord record, String column) {
        try {
            return LocalDateTime.parse(text(record, column), DATE).atZone(zone).toInstant();
        } catch (DateTimeParseException e) {
            unreadable.merge(column, 1, Integer::sum);
            return null;
        }
    }

    Collection<Incident> incidents() {
        return incidents.values();
    }

    long rows() {
        return rows;
    }

    /** When the log's last event was: up to then it knows what happened. */
    Instant lastInstant() {
        return Objects.requireNonNull(lastInstant);
    }

    /** How many rows hold no readable date in this column; "?" is none. */
    int unreadable(String dateColumn) {
        return unreadable.getOrDefault(dateColumn, 0);
    }
}
