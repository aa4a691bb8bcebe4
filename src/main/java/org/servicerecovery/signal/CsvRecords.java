package org.servicerecovery.signal;

import de.siegmar.fastcsv.reader.CsvReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.signal.PhysicalLines.Line;

/**
 * The records of a CSV file (RFC 4180, UTF-8), one after the other. FastCSV takes a record apart; where a record ends is
 * decided here, because a broken one (a quote that never closes, a stray quote) may cost one row and not the rest of the
 * file: reading goes on at the next line from which a whole, recognisable record can be read.
 */
final class CsvRecords implements Closeable {

    /** A row of the file as it could be read. */
    sealed interface Row permits Whole, Broken {}

    /** A record with as many fields as the header has. */
    record Whole(long line, List<String> fields) implements Row {}

    record Broken(RowRefused refused) implements Row {}

    /** The file's beginning cannot be read as the header of a CSV file. */
    static final class NoHeader extends IOException {

        private static final long serialVersionUID = 1L;

        NoHeader(String message) {
            super(message);
        }
    }

    /** Lines. A search for the next good record does not go on through a file that has none. */
    private static final int LONGEST_SEARCH = 50_000;

    private static final int FEWEST_FIELDS = 5;

    private enum Ending {
        WHOLE,
        STRAY_QUOTE,
        OPEN_QUOTE,
        TOO_LONG
    }

    /**
     * @param lines how many physical lines were looked at
     * @param field index of the field in which the scan ended
     * @param fields the fields of a whole record, else empty
     */
    private record Scan(Ending ending, int lines, int field, List<String> fields) {}

    private final PhysicalLines source;
    private final char separator;
    private final CsvReader.CsvReaderBuilder parser;
    /** Lines read but not yet given out; those before {@link #head} are. */
    private final List<Line> ahead = new ArrayList<>();

    private int head;
    private final List<String> header;

    /** @throws NoHeader when there is none, with a sentence for the reader */
    CsvRecords(InputStream in, char separator) throws IOException {
        this.source = new PhysicalLines(in);
        this.separator = separator;
        this.parser = CsvReader.builder()
                .fieldSeparator(separator)
                .skipEmptyLines(false)
                .allowExtraCharsAfterClosingQuote(false)
                .allowUnclosedQuote(false);
        this.header = readHeader();
    }

    private List<String> readHeader() throws IOException {
        skipBlankLines();
        if (line(0) == null) {
            throw new NoHeader("The file is empty: not even a header line is in it.");
        }
        Scan scan = scan(0);
        if (scan.ending() != Ending.WHOLE) {
            throw new NoHeader("The first line of the file cannot be read as a header: its quotes do not match.");
        }
        drop(scan.lines());
        List<String> names = scan.fields().stream().map(String::strip).toList();
        if (names.stream().anyMatch(name -> Signal.damage(name).isPresent())) {
            throw new NoHeader("The first line of the file is no header in UTF-8. Save the file as CSV in UTF-8.");
        }
        return names;
    }

    /** The names of the columns, without blanks around them. */
    List<String> header() {
        return header;
    }

    /** How far the file has been read; a little ahead of the rows given out. */
    long bytesRead() {
        return source.bytesRead();
    }

    /**
     * The next row, or null at the end of the file. Empty lines are no rows.
     *
     * @param recognisable whether the fields look like a row of this file; asked only after a broken row
     */
    @Nullable
    Row next(Predicate<List<String>> recognisable) throws IOException {
        skipBlankLines();
        Line first = line(0);
        if (first == null) {
            return null;
        }
        Scan scan = scan(0);
        if (scan.ending() == Ending.WHOLE && scan.fields().size() == header.size()) {
            drop(scan.lines());
            return new Whole(first.number(), scan.fields());
        }
        Broken broken = new Broken(refusal(first, scan));
        resynchronise(scan, recognisable);
        return broken;
    }

    private RowRefused refusal(Line first, Scan scan) {
        int wanted = header.size();
        String column = scan.field() < wanted ? header.get(scan.field()) : "";
        return switch (scan.ending()) {
            case WHOLE -> {
                int has = scan.fields().size();
                yield RowRefused.of(
                        first.number(),
                        has < wanted ? header.get(has) : "",
                        first.text().strip(),
                        "has " + has + (has == 1 ? " column" : " columns") + " where the header has " + wanted + ".");
            }
            case STRAY_QUOTE ->
                RowRefused.of(
                        first.number(),
                        column,
                        first.text().strip(),
                        "has a quote in the middle of a field. A quote in a text is written twice,"
                                + " and the text stands in quotes.");
            case OPEN_QUOTE ->
                RowRefused.of(
                        first.number(), column, first.text().strip(), "has an opening quote that is never closed.");
            case TOO_LONG ->
                RowRefused.of(
                        first.number(),
                        column,
                        first.text().strip(),
                        "is longer than " + PhysicalLines.LONGEST
                                + " characters, or has an opening quote that is never closed.");
        };
    }

    /**
     * Finds the line at which to go on. A record that starts inside the broken one shows that the broken one swallowed
     * it. Otherwise the broken one ends where it seems to end, or, when its quotes leave that open, before the next
     * recognisable record.
     */
    private void resynchronise(Scan broken, Predicate<List<String>> recognisable) throws IOException {
        int end = broken.ending() == Ending.WHOLE ? broken.lines() : forgivingEnd();
        if (broken.ending() != Ending.WHOLE && end > 0 && !looksLikeRow(end, recognisable)) {
            end = 0;
        }
        long searched = 0;
        for (int at = 1; end == 0 || at < end; at++) {
            Line line = line(at);
            if (line == null
                    || startsRecognisableRecord(at, recognisable)
                    || (end == 0 && startsAnotherBrokenRow(line, recognisable))
                    || (end == 0 && (at >= LONGEST_SEARCH || searched > 2L * PhysicalLines.LONGEST))) {
                drop(at);
                return;
            }
            searched += line.text().length();
        }
        drop(end);
    }

    private boolean startsRecognisableRecord(int line, Predicate<List<String>> recognisable) throws IOException {
        Scan scan = scan(line);
        return scan.ending() == Ending.WHOLE
                && scan.fields().size() == header.size()
                && recognisable.test(scan.fields());
    }

    /** Whether this line can be the beginning of a row, if only of another broken one. */
    private boolean looksLikeRow(int at, Predicate<List<String>> recognisable) throws IOException {
        Line line = line(at);
        return line == null
                || line.isBlank()
                || startsRecognisableRecord(at, recognisable)
                || recognisable.test(beginning(line));
    }

    /** Enough fields, and what tells a row in its place: a line of somebody's text hardly looks like that. */
    private boolean startsAnotherBrokenRow(Line line, Predicate<List<String>> recognisable) {
        long fields = line.text().chars().filter(c -> c == separator).count() + 1;
        return fields >= Math.max(FEWEST_FIELDS, header.size() / 2) && recognisable.test(beginning(line));
    }

    /** The fields of one line, as far as it goes and without regard to its quotes. */
    private List<String> beginning(Line line) {
        List<String> fields = new ArrayList<>();
        for (String field : line.text().strip().split(Pattern.quote(String.valueOf(separator)), header.size())) {
            fields.add(field.replace("\"", ""));
        }
        while (fields.size() < header.size()) {
            fields.add("");
        }
        return fields;
    }

    /**
     * How many lines the record has when a quote inside a field is taken for part of the text, or 0 when even then it has
     * not as many fields as the header.
     */
    private int forgivingEnd() throws IOException {
        boolean quoted = false;
        boolean atStart = true;
        int fields = 1;
        long length = 0;
        for (int lines = 0; ; lines++) {
            Line line = line(lines);
            if (line == null || length > PhysicalLines.LONGEST) {
                return 0;
            }
            String text = line.text();
            length += text.length();
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (quoted) {
                    if (c == '"' && endsField(text, i + 1)) {
                        quoted = false;
                    }
                } else if (c == separator) {
                    fields++;
                    atStart = true;
                } else if (c == '"' && atStart) {
                    quoted = true;
                    atStart = false;
                } else {
                    atStart = false;
                }
            }
            if (fields > header.size()) {
                return 0;
            }
            if (!quoted) {
                return fields == header.size() ? lines + 1 : 0;
            }
        }
    }

    private boolean endsField(String text, int at) {
        return at >= text.length() || text.charAt(at) == separator || isBreak(text.charAt(at));
    }

    private static boolean isBreak(char c) {
        return c == '\n' || c == '\r';
    }

    /** Reads one record, strictly, from the given line on. */
    private Scan scan(int from) throws IOException {
        boolean quoted = false;
        boolean wasQuoted = false;
        boolean atStart = true;
        int field = 0;
        StringBuilder record = new StringBuilder();
        for (int at = from; ; at++) {
            Line line = line(at);
            int lines = at - from + 1;
            if (line == null) {
                return new Scan(Ending.OPEN_QUOTE, lines - 1, field, List.of());
            }
            if (line.tooLong() || record.length() + line.text().length() > PhysicalLines.LONGEST) {
                return new Scan(Ending.TOO_LONG, lines, field, List.of());
            }
            String text = line.text();
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (quoted) {
                    if (c == '"') {
                        if (i + 1 < text.length() && text.charAt(i + 1) == '"') {
                            i++;
                        } else {
                            quoted = false;
                            wasQuoted = true;
                        }
                    }
                } else if (c == separator) {
                    field++;
                    atStart = true;
                    wasQuoted = false;
                } else if (!isBreak(c)) {
                    if (c == '"' && atStart) {
                        quoted = true;
                    } else if (c == '"' || wasQuoted) {
                        return new Scan(Ending.STRAY_QUOTE, lines, field, List.of());
                    }
                    atStart = false;
                }
            }
            record.append(text);
            if (!quoted) {
                return new Scan(Ending.WHOLE, lines, field, fields(withoutBreak(record)));
            }
        }
    }

    private static String withoutBreak(StringBuilder record) {
        int end = record.length();
        while (end > 0 && isBreak(record.charAt(end - 1))) {
            end--;
        }
        return record.substring(0, end);
    }

    private List<String> fields(String record) {
        return record.isEmpty() ? List.of("") : parser.ofSingleCsvRecord(record).getFields();
    }

    private void skipBlankLines() throws IOException {
        Line line = line(0);
        while (line != null && line.isBlank()) {
            drop(1);
            line = line(0);
        }
    }

    private @Nullable Line line(int index) throws IOException {
        while (ahead.size() - head <= index) {
            Line line = source.next();
            if (line == null) {
                return null;
            }
            ahead.add(line);
        }
        return ahead.get(head + index);
    }

    private void drop(int lines) {
        head = Math.min(head + lines, ahead.size());
        if (head == ahead.size() || head > 1000 && head > ahead.size() / 2) {
            ahead.subList(0, head).clear();
            head = 0;
        }
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
