package org.servicerecovery.signal;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Complaint files of a made-up visit desk, as {@code visits.yml} maps them: sound rows and planted defects. */
final class Visits {

    static final Path MAPPING = Path.of("src/test/resources/import/visits.yml");
    static final Path FILE = Path.of("src/test/resources/import/visits.csv");
    static final String HEADER =
            "Ref,Reported,Account,Name,E-mail,Phone,How bad,Channel,What happened,In their words,Kind,Job,Team,Area";

    private static final String WORDS = "\"They left it open, and the dog was gone.\"";

    /**
     * A row that has to be refused.
     *
     * @param lines how many lines of the file it takes
     */
    record Defect(String name, byte[] row, int lines, String column, String reason) {}

    /** A file with defects among sound rows. */
    record Planted(byte[] bytes, int soundRows, Map<Long, Defect> defectByLine) {}

    private Visits() {}

    /** A sound row as column to value. */
    static Map<String, String> row(String ref) {
        Map<String, String> row = new LinkedHashMap<>();
        row.put("Ref", ref);
        row.put("Reported", "6.3.2025");
        row.put("Account", "A-20");
        row.put("Name", "Nora Falk");
        row.put("E-mail", "nora.falk@mail.example");
        row.put("Phone", "030 5550 1120");
        row.put("How bad", "bad");
        row.put("Channel", "letter");
        row.put("What happened", "Gate left open");
        row.put("In their words", "They left it open, and the dog was gone.");
        row.put("Kind", "job");
        row.put("Job", "J-" + ref.replaceAll("[^0-9]", ""));
        row.put("Team", "North");
        row.put("Area", "Pankow");
        return row;
    }

    static Map<String, String> row(String ref, String column, String value) {
        Map<String, String> row = row(ref);
        row.put(column, value);
        return row;
    }

    /** The row as a line of the file; every value with a separator, quote or break in it stands in quotes. */
    static String csv(Map<String, String> row) {
        return row.values().stream()
                        .map(value ->
                                value.matches("(?s).*[,\"\r\n].*") ? "\"" + value.replace("\"", "\"\"") + "\"" : value)
                        .collect(Collectors.joining(","))
                + "\r\n";
    }

    private static String sound(int number) {
        String words = number % 3 == 0
                ? "First they came late.\n\nThen they left \"early\", without a word.\r\nVD-9999,6.3.2025"
                : "They left it open, and the dog was gone.";
        return csv(row("VD-%d".formatted(1000 + number), "In their words", words));
    }

    /**
     * A file in which a sound row follows every defect.
     */
    static Planted planted(List<Defect> defects) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes((HEADER + "\r\n").getBytes(StandardCharsets.UTF_8));
        Map<Long, Defect> byLine = new LinkedHashMap<>();
        long line = 2;
        int sound = 0;
        for (Defect defect : defects) {
            String before = sound(++sound);
            file.writeBytes(before.getBytes(StandardCharsets.UTF_8));
            line += before.lines().count();
            file.writeBytes(defect.row());
            byLine.put(line, defect);
            line += defect.lines();
        }
        file.writeBytes(sound(++sound).getBytes(StandardCharsets.UTF_8));
        return new Planted(file.toByteArray(), sound, byLine);
    }

    /** One of each kind of defect that a row can have by itself or against its neighbours. */
    static List<Defect> everyDefect() {
        Defects defects = new Defects();
        String sound = csv(row("VD-2000"));
        defects.raw("a column too few", sound.replace(",Pankow", ""), "Area", "has 13 columns where the header has 14");
        defects.raw("a column too many", sound.replace(",Pankow", ",Pankow,x"), "", "has 15 columns");
        defects.raw(
                "two lines and a column too many",
                csv(row("VD-2001", "Team", "North\nWest")).replace(",Pankow", ",,Pankow"),
                "",
                "has 15 columns");
        defects.raw("a line of another text", "Export of 6 March, page 2\r\n", "Account", "has 2 columns");
        defects.raw("the header again", HEADER + "\r\n", "Ref", "does not have the form");
        defects.raw("a quote that is never closed", sound.replace("North", "\"North"), "Team", "quote");
        defects.raw(
                "a quote never closed over three lines",
                sound.replace(WORDS, "\"They\nreally\nleft"),
                "In their words",
                "quote");
        defects.raw(
                "a quote in an unquoted text",
                sound.replace("Gate", "5\" pipe"),
                "What happened",
                "quote in the middle");
        defects.raw(
                "a text after its closing quote",
                csv(row("VD-2002", "Name", "Falk, Nora")).replace("Nora\"", "Nora\" (Ms)"),
                "Name",
                "quote in the middle");
        defects.raw(
                "quotes that are not doubled over two lines",
                sound.replace(WORDS, "\"He said \"no\",\nand left\""),
                "In their words",
                "quote");
        defects.value("no id", "Ref", "", "is missing.");
        defects.value("a blank id", "Ref", "   ", "is missing.");
        defects.value("an id with a blank", "Ref", "VD 2003", "does not have the form");
        defects.value("an id with a blank at its end", "Ref", "VD-2003 ", "does not have the form");
        defects.value("an id with an odd character", "Ref", "VD-20ä3", "does not have the form");
        defects.value("an id that is too long", "Ref", "VD-" + "2".repeat(120), "does not have the form");
        defects.value("no channel", "Channel", "", "is missing.");
        defects.value("an unknown channel", "Channel", "pigeon", "\"pigeon\" is not in the mapping’s list");
        defects.value("an unknown severity", "How bad", "meh", "\"meh\" is not in the mapping’s list");
        defects.value("no severity", "How bad", "", "is missing.");
        defects.value("an unknown kind of origin", "Kind", "rumour", "\"rumour\" is not known. Choose one of: job");
        defects.value("no kind of origin", "Kind", "", "is missing.");
        defects.value("a date in another form", "Reported", "3/6/2025", "is not a date of the form d.M.yyyy");
        defects.value("words for a date", "Reported", "last week", "is not a date of the form");
        defects.value("a day that does not exist", "Reported", "30.2.2025", "is not a date that exists");
        defects.value("a month that does not exist", "Reported", "1.13.2025", "is not a date that exists");
        defects.value("no leap day in that year", "Reported", "29.2.2023", "is not a date that exists");
        defects.value("a date with a time", "Reported", "6.3.2025 10:15", "is not a date of the form");
        defects.value("a date in the future", "Reported", "1.1.2999", "lies in the future");
        defects.value("a year with two digits", "Reported", "6.3.0025", "lies before 1900");
        defects.value("no summary", "What happened", "", "is missing.");
        defects.value(
                "a summary that is too long", "What happened", "x".repeat(501), "has 509 characters; at most 500 fit");
        defects.value("words that are too long", "In their words", "long ".repeat(20_001), "at most 100000 fit");
        defects.value("a NUL", "In their words", "be\0fore", "holds a NUL character");
        defects.value("a control character", "Name", "Nora\u0007", "holds the control character U+0007");
        defects.value("a character lost before", "Area", "K\uFFFDpenick", "holds U+FFFD");
        defects.value("an e-mail address that is none", "E-mail", "nora at mail", "is not an e-mail address");
        defects.value("a phone number that is none", "Phone", "ask for Nora", "is not a phone number");
        defects.value("an account number that is too long", "Account", "A".repeat(101), "has 101 characters");
        defects.raw(
                "bytes of another encoding",
                sound.replace("VD-2000", "VD-2004").replace("Gate", "Tür"),
                StandardCharsets.ISO_8859_1,
                "What happened",
                "bytes that are not UTF-8");
        defects.bytes(
                "half a character",
                sound.replace("VD-2000", "VD-2005"),
                "dog",
                new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
                "In their words",
                "bytes that are not UTF-8");
        defects.raw("a row again", sound(1), "Ref", "repeats the id of line 2 with the same content");
        defects.raw(
                "an id again with other content", csv(row("VD-1002", "Area", "Mitte")), "Ref", "with other content");
        defects.value(
                "no account and nothing else to find the customer by",
                "Account",
                "",
                "is missing. A customer is registered");
        defects.raw(
                "an unknown customer without a name",
                csv(row("VD-2006", "Account", "A-99")).replace("Nora Falk", ""),
                "Name",
                "is missing. A customer is registered");
        return defects.all;
    }

    private static final class Defects {

        private final List<Defect> all = new ArrayList<>();
        private int next = 3000;

        void value(String name, String column, String value, String reason) {
            Map<String, String> row = row("VD-%d".formatted(next++), column, value);
            if (column.equals("Account")) {
                row.put("E-mail", "");
                row.put("Phone", "");
            }
            raw(name, csv(row), column.equals("What happened") ? "What happened + Team" : column, reason);
        }

        void raw(String name, String row, String column, String reason) {
            raw(name, row, StandardCharsets.UTF_8, column, reason);
        }

        void raw(String name, String row, java.nio.charset.Charset charset, String column, String reason) {
            all.add(new Defect(name, row.getBytes(charset), (int) row.lines().count(), column, reason));
        }

        void bytes(String name, String row, String instead, byte[] bytes, String column, String reason) {
            int at = row.indexOf(instead);
            ByteArrayOutputStream broken = new ByteArrayOutputStream();
            broken.writeBytes(row.substring(0, at).getBytes(StandardCharsets.UTF_8));
            broken.writeBytes(bytes);
            broken.writeBytes(row.substring(at + instead.length()).getBytes(StandardCharsets.UTF_8));
            all.add(new Defect(name, broken.toByteArray(), (int) row.lines().count(), column, reason));
        }
    }
}
