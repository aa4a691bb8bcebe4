package org.servicerecovery.signal;

import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The refused rows as a CSV file: line, column, value, reason. Each row is on disk once it is written. */
final class ImportReport implements Closeable {

    private final CsvWriter rows;

    ImportReport(Path file) throws IOException {
        rows = CsvWriter.builder().autoFlush(true).build(file, StandardCharsets.UTF_8);
        rows.writeRecord("line", "column", "value", "reason");
    }

    synchronized void add(RowRefused refused) {
        rows.writeRecord(Long.toString(refused.line()), refused.column(), inert(refused.value()), refused.reason());
    }

    /** A spreadsheet takes a text for a formula by its first character; the text came from outside. */
    private static String inert(String value) {
        return !value.isEmpty() && "=+-@\t".indexOf(value.charAt(0)) >= 0 ? "'" + value : value;
    }

    @Override
    public synchronized void close() throws IOException {
        rows.close();
    }
}
