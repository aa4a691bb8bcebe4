package org.servicerecovery.measure;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What stands on a printed page, in words and widths, so that the template has but to place it. */
final class Printed {

    /** Of twelve months and their sum. */
    private static final int SHORT = 14;

    /**
     * A table with its heading; a chart is a table with bars in it.
     *
     * @param note below the heading; null for none
     * @param none what is said in place of rows, where there are none
     * @param more below the table; null for nothing
     */
    record Section(
            String title,
            @Nullable String note,
            String none,
            List<Column> columns,
            List<List<Cell>> rows,
            @Nullable String more) {

        /** It fits on a page, and is not divided between two. */
        public boolean isShort() {
            return rows.size() <= SHORT;
        }

        /** They share the width. */
        public boolean twoBars() {
            return columns.stream()
                            .filter(column -> column.kind().equals("bar"))
                            .count()
                    > 1;
        }
    }

    /** @param kind how its cells are set: {@code words}, {@code number}, {@code bar}, {@code count} */
    record Column(String name, String kind) {

        static Column words(String name) {
            return new Column(name, "words");
        }

        static Column number(String name) {
            return new Column(name, "number");
        }

        static Column bar(String name) {
            return new Column(name, "bar");
        }

        static Column count(String name) {
            return new Column(name, "count");
        }
    }

    /**
     * @param tone a class of the template, such as {@code bad}; empty for none
     * @param chip a word of its own behind the text; null for none
     * @param bars drawn behind the text where there are any
     */
    record Cell(String text, String tone, @Nullable String chip, List<Bar> bars) {

        static Cell of(String text) {
            return new Cell(text, "", null, List.of());
        }

        static Cell of(String text, String tone) {
            return new Cell(text, tone, null, List.of());
        }

        Cell with(@Nullable String chip) {
            return new Cell(text, tone, chip, bars);
        }

        Cell drawn(Bar... bars) {
            return new Cell(text, tone, chip, List.of(bars));
        }
    }

    /** A part of the width, in hundredths of it. */
    record Bar(String tone, double left, double width) {

        private static final double ALL = 100;
        private static final double MARK = 1.2;

        static Bar of(String tone, double share) {
            return new Bar(tone, 0, ALL * share);
        }

        static Bar between(String tone, BigDecimal from, BigDecimal to) {
            return new Bar(
                    tone, ALL * from.doubleValue(), ALL * to.subtract(from).doubleValue());
        }

        /** A stroke at a place. */
        static Bar mark(String tone, double at) {
            return new Bar(tone, Math.max(0, ALL * at - MARK), MARK);
        }

        public String style() {
            return "left:" + left + "%;width:" + width + "%";
        }
    }

    /**
     * A figure of its own with what it is of.
     *
     * @param counted when, where that was not at this moment; null where it was
     */
    record Tile(
            String name,
            String value,
            String note,
            String tone,
            @Nullable String counted) {

        static Tile of(String name, String value, String note, String tone) {
            return new Tile(name, value, note, tone, null);
        }
    }

    private Printed() {}
}
