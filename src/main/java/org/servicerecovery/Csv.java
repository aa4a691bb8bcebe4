package org.servicerecovery;

import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

/** Tables for other programs, as RFC 4180 says. */
public final class Csv {

    private Csv() {}

    /** @param records the header first; null is an empty cell */
    public static String of(List<? extends List<? extends @Nullable String>> records) {
        StringWriter text = new StringWriter();
        try (CsvWriter csv = CsvWriter.builder().build(text)) {
            records.forEach(each -> csv.writeRecord(each.stream().map(Csv::cell).toArray(String[]::new)));
        } catch (IOException e) {
            throw new UncheckedIOException("Memory cannot be written to.", e);
        }
        return text.toString();
    }

    public static ResponseEntity<String> attachment(
            String name, List<? extends List<? extends @Nullable String>> records) {
        return ResponseEntity.ok()
                .contentType(new MediaType("text", "csv", StandardCharsets.UTF_8))
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + name + ".csv\"")
                .body(of(records));
    }

    /** A text that a spreadsheet would take for a formula is kept from being one; a plain number is none. */
    private static String cell(@Nullable String text) {
        if (text == null) {
            return "";
        }
        return text.matches("(?s)[=+\\-@\\t\\r].*") && !text.matches("-\\d+(\\.\\d+)?") ? "'" + text : text;
    }
}
