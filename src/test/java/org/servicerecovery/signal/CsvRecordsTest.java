package org.servicerecovery.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CsvRecordsTest {

    private static final String HEADER = "id,day,words\n";

    @Test
    void aQuotedTextKeepsItsLineBreaksQuotesAndSeparators() throws IOException {
        List<CsvRecords.Row> rows = read(HEADER + "A1,Mon,\"First,\r\n\r\nhe said \"\"no\"\"\n\"\r\nA2,Tue,x\n");

        assertThat(rows)
                .containsExactly(
                        new CsvRecords.Whole(2, List.of("A1", "Mon", "First,\r\n\r\nhe said \"no\"\n")),
                        new CsvRecords.Whole(6, List.of("A2", "Tue", "x")));
    }

    @Test
    void byteOrderMarkMixedLineBreaksAndEmptyLinesAreNoDefects() throws IOException {
        List<CsvRecords.Row> rows = read("\uFEFFid,day,words\r\n\r\nA1,Mon,x\n\n  \rA2,Tue,y\rA3,Wed,");

        assertThat(rows)
                .containsExactly(
                        new CsvRecords.Whole(3, List.of("A1", "Mon", "x")),
                        new CsvRecords.Whole(6, List.of("A2", "Tue", "y")),
                        new CsvRecords.Whole(7, List.of("A3", "Wed", "")));
    }

    @Test
    void everyPlantedQuoteCostsItsOwnRowOnly() throws IOException {
        for (String broken : List.of(
                "B1,Mon,\"never closed\n",
                "B1,\"Mon,never closed\n",
                "B1,Mon,\"never closed\nover two lines\n",
                "B1,Mon,\"never closed\n\n\nwith, commas, in, it\n",
                "B1,Mon,a 5\" pipe\n",
                "B1,Mon,a 5\" pipe and a 6\" pipe\n",
                "B1,Mon,\"a \"good\" one\"\n",
                "B1,Mon,\"a \"good\"\none\"\n",
                "B1,Mon,\"closed\" too early\n",
                "B1,Mon\n",
                "B1,Mon,x,y\n",
                "B1,Mon,\"two\nlines\",y\n",
                "B1\n")) {
            for (String after :
                    List.of("A2,Tue,y\n", "A2,Tue,\"y, \"\"z\"\"\"\n", "A2,Tue,\"y\nz\"\n", "A2,Tue,\"\"\n")) {
                List<CsvRecords.Row> rows = read(HEADER + "A1,Mon,x\n" + broken + after + "A3,Wed,\"z\nz\"\n");

                assertThat(rows).as(broken + after).hasSize(4);
                assertThat(rows.get(1))
                        .isInstanceOfSatisfying(
                                CsvRecords.Broken.class,
                                row -> assertThat(row.refused().line()).isEqualTo(3));
                assertThat(ids(rows)).as(broken + after).containsExactly("A1", "A2", "A3");
            }
        }
    }

    @Test
    void brokenRowsSideBySideAreRefusedOneByOne() throws IOException {
        List<CsvRecords.Row> rows = read(HEADER
                + "A1,Mon,x\nB1,Mon\nB2,Mon,5\" pipe\nB3,Mon,\"a \"b\" c\"\nB4,Mon,\"two\nlines\",x\nA2,Tue,y\n");

        assertThat(refusedLines(rows)).containsExactly(3L, 4L, 5L, 6L);
        assertThat(ids(rows)).containsExactly("A1", "A2");
    }

    @Test
    void quoteThatIsNeverClosedInTheLastRowCostsThatRow() throws IOException {
        List<CsvRecords.Row> rows = read(HEADER + "A1,Mon,x\nB1,Mon,\"and then\nnothing\nmore");

        assertThat(ids(rows)).containsExactly("A1");
        assertThat(refusedLines(rows)).containsExactly(3L);
        assertThat(((CsvRecords.Broken) rows.get(1)).refused().reason())
                .isEqualTo("has an opening quote that is never closed.");
        assertThat(((CsvRecords.Broken) rows.get(1)).refused().column()).isEqualTo("words");
    }

    @Test
    void linesLongerThanAnyRecordAreCutAndCostOneRow() throws IOException {
        String endless = "B1,Mon," + "x".repeat(PhysicalLines.LONGEST + 10) + "\n";
        String manyLines = "B2,Mon,\"" + ("y".repeat(99) + "\n").repeat(PhysicalLines.LONGEST / 100 + 10) + "\"\n";

        List<CsvRecords.Row> rows = read(HEADER + "A1,Mon,x\n" + endless + "A2,Tue,y\n" + manyLines + "A3,Wed,z\n");

        assertThat(ids(rows)).containsExactly("A1", "A2", "A3");
        assertThat(refusedLines(rows)).containsExactly(3L, 5L);
    }

    @Test
    void bytesThatAreNotUtf8StayInTheirFieldAndLine() throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes((HEADER + "A1,Mon,caf").getBytes(StandardCharsets.UTF_8));
        file.write(0xE9);
        file.writeBytes("\nA2,Tue,\"ok 😀\"\nA3,Wed,".getBytes(StandardCharsets.UTF_8));
        file.writeBytes(new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80, (byte) 0xC3});

        List<CsvRecords.Row> rows = read(file.toByteArray());

        assertThat(ids(rows)).containsExactly("A1", "A2", "A3");
        assertThat(words(rows, 0)).matches(PhysicalLines::isDamaged);
        assertThat(words(rows, 1)).isEqualTo("ok 😀").matches(text -> !PhysicalLines.isDamaged(text));
        assertThat(words(rows, 2)).matches(PhysicalLines::isDamaged);
    }

    @Test
    void fileThatIsNoCsvInUtf8IsRefusedAsAWhole() {
        assertThatThrownBy(() -> read("id,day\n".getBytes(StandardCharsets.UTF_16)))
                .hasMessageContaining("UTF-16");
        assertThatThrownBy(() -> read("")).hasMessageContaining("empty");
        assertThatThrownBy(() -> read("\n \n")).hasMessageContaining("empty");
        assertThatThrownBy(() -> read("id,\"day\nA1,Mon\n")).hasMessageContaining("header");
        assertThatThrownBy(() -> read("PK\u0003\u0004\n")).hasMessageContaining("UTF-8");
    }

    @Test
    void semicolonsAndTabsCanSeparateToo() throws IOException {
        try (CsvRecords records =
                new CsvRecords(stream("id;day\nA1;\"a;b\"\n".getBytes(StandardCharsets.UTF_8)), ';')) {
            assertThat(records.next(row -> true)).isEqualTo(new CsvRecords.Whole(2, List.of("A1", "a;b")));
            assertThat(records.next(row -> true)).isNull();
        }
    }

    private static List<String> ids(List<CsvRecords.Row> rows) {
        return rows.stream()
                .filter(CsvRecords.Whole.class::isInstance)
                .map(row -> ((CsvRecords.Whole) row).fields().get(0))
                .toList();
    }

    private static List<Long> refusedLines(List<CsvRecords.Row> rows) {
        return rows.stream()
                .filter(CsvRecords.Broken.class::isInstance)
                .map(row -> ((CsvRecords.Broken) row).refused().line())
                .toList();
    }

    private static String words(List<CsvRecords.Row> rows, int index) {
        return ((CsvRecords.Whole) rows.get(index)).fields().get(2);
    }

    private static List<CsvRecords.Row> read(String file) throws IOException {
        return read(file.getBytes(StandardCharsets.UTF_8));
    }

    private static List<CsvRecords.Row> read(byte[] file) throws IOException {
        List<CsvRecords.Row> rows = new ArrayList<>();
        try (CsvRecords records = new CsvRecords(stream(file), ',')) {
            CsvRecords.Row row = records.next(fields -> fields.get(0).matches("[A-Z][0-9]+"));
            while (row != null) {
                rows.add(row);
                row = records.next(fields -> fields.get(0).matches("[A-Z][0-9]+"));
            }
        }
        return rows;
    }

    private static ByteArrayInputStream stream(byte[] file) {
        return new ByteArrayInputStream(file);
    }
}
