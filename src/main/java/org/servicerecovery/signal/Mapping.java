package org.servicerecovery.signal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;

/**
 * How the rows of one kind of file become signals. Read from a file by {@link MappingFile}; bound to a file's header it
 * reads rows.
 *
 * @param fields by the name of the signal's field, such as {@code customer.number}
 * @param reportedAt how to read the field {@code reportedAt}; null when the mapping has none
 */
record Mapping(
        String name,
        String sourceSystem,
        char separator,
        UnknownCustomer unknownCustomer,
        Map<String, ColumnRule> columns,
        Map<String, FieldRule> fields,
        @Nullable ReportedDate reportedAt) {

    /**
     * What a value in this column must be.
     *
     * @param oneOf the allowed values in lower case; empty for any
     */
    record ColumnRule(
            boolean required, Set<String> oneOf, @Nullable Pattern pattern) {

        @Nullable
        String complaint(String value) {
            if (value.isBlank()) {
                return required ? "is missing." : null;
            }
            if (!oneOf.isEmpty() && !oneOf.contains(FieldRule.key(value))) {
                return "\"" + Signal.shown(value) + "\" is not known. Known are: "
                        + String.join(", ", new TreeSet<>(oneOf)) + ".";
            }
            return pattern != null && !pattern.matcher(value).matches()
                    ? "does not have the form that the mapping asks for (" + pattern.pattern() + ")."
                    : null;
        }
    }

    /** The mapping and the file do not go together: no row can be read. */
    static final class DoesNotFit extends Exception {

        private static final long serialVersionUID = 1L;

        DoesNotFit(String message) {
            super(message);
        }
    }

    /** A row as the mapping reads it: fit to be sent, or refused. */
    sealed interface Read permits Fit, Unfit {}

    record Fit(Signal.Draft draft) implements Read {}

    record Unfit(RowRefused refused) implements Read {}

    Set<String> columnsUsed() {
        Set<String> used = new LinkedHashSet<>(columns.keySet());
        fields.values().forEach(rule -> used.addAll(rule.columns()));
        return used;
    }

    /** @throws DoesNotFit when a column that the mapping uses is not in the header, or is there twice */
    Bound to(List<String> header) throws DoesNotFit {
        Set<String> missing = new LinkedHashSet<>(columnsUsed());
        header.forEach(missing::remove);
        if (!missing.isEmpty()) {
            throw new DoesNotFit("The file has no column "
                    + missing.stream().map(column -> "\"" + column + "\"").collect(Collectors.joining(", "))
                    + ", which the mapping " + name + " uses. The file's columns are: " + String.join(", ", header)
                    + ".");
        }
        Set<String> seen = new HashSet<>();
        for (String column : header) {
            if (!seen.add(column) && columnsUsed().contains(column)) {
                throw new DoesNotFit("The file has the column \"" + column + "\" twice, and the mapping " + name
                        + " uses it: which one is meant is not clear.");
            }
        }
        return new Bound(header);
    }

    /** This mapping for files with one header. */
    final class Bound {

        private record Problem(Set<String> columns, String reason) {}

        private final List<String> header;
        private final Map<String, Integer> index = new HashMap<>();

        private Bound(List<String> header) {
            this.header = header;
            for (int i = 0; i < header.size(); i++) {
                index.putIfAbsent(header.get(i), i);
            }
        }

        /** Whether these fields look like a row of this file and not like a piece of somebody's text. */
        boolean recognises(List<String> row) {
            UnaryOperator<String> cells = cellsOf(row);
            return hasId(cells) || hasDate(cells);
        }

        private boolean hasId(UnaryOperator<String> cells) {
            FieldRule rule = fields.get("externalId");
            if (rule == null) {
                return false;
            }
            String id = rule.template().fill(cells);
            return Signal.ID.matcher(id).matches()
                    && id.length() <= Signal.LONGEST_ID
                    && rule.columns().stream().allMatch(column -> complaint(column, cells.apply(column)) == null);
        }

        private boolean hasDate(UnaryOperator<String> cells) {
            FieldRule rule = fields.get("reportedAt");
            return rule != null
                    && reportedAt != null
                    && reportedAt.canRead(rule.template().fill(cells));
        }

        private @Nullable String complaint(String column, String value) {
            ColumnRule rule = columns.get(column);
            return rule == null ? null : rule.complaint(value);
        }

        private UnaryOperator<String> cellsOf(List<String> row) {
            return column -> row.get(index.getOrDefault(column, 0));
        }

        /** @param now the latest moment a failure can have been reported */
        Read read(CsvRecords.Whole row, Instant now) {
            UnaryOperator<String> cells = cellsOf(row.fields());
            List<Problem> problems = new ArrayList<>();
            checkCells(row.fields(), problems);
            columns.forEach((column, rule) -> {
                String complaint = rule.complaint(cells.apply(column));
                if (complaint != null) {
                    problems.add(new Problem(Set.of(column), complaint));
                }
            });
            Signal.Draft draft = draft(cells, problems);
            try {
                draft.check(now);
            } catch (Refused refused) {
                refused.problems().forEach(problem -> add(problem, problems));
            }
            return problems.isEmpty() ? new Fit(draft) : new Unfit(refusal(row, problems));
        }

        /** Damage counts in every column, also in one that the mapping does not use: the row is not what was written. */
        private void checkCells(List<String> row, List<Problem> problems) {
            for (int i = 0; i < row.size(); i++) {
                String cell = row.get(i);
                Set<String> column = Set.of(header.get(i));
                if (PhysicalLines.isDamaged(cell)) {
                    problems.add(new Problem(column, "holds bytes that are not UTF-8."));
                } else {
                    Signal.damage(cell).ifPresent(what -> problems.add(new Problem(column, what)));
                }
            }
        }

        private Signal.Draft draft(UnaryOperator<String> cells, List<Problem> problems) {
            Map<String, String> values = new HashMap<>();
            fields.forEach((field, rule) -> {
                try {
                    values.put(field, rule.apply(field, cells));
                } catch (Refused refused) {
                    refused.problems().forEach(problem -> add(problem, problems));
                }
            });
            Signal.OriginDraft origin = fields.containsKey("origin.kind")
                    ? new Signal.OriginDraft(
                            line(values, "origin.kind"),
                            line(values, "origin.externalId"),
                            line(values, "origin.team"),
                            line(values, "origin.area"),
                            line(values, "origin.product"),
                            line(values, "origin.operative"))
                    : null;
            return new Signal.Draft(
                    sourceSystem,
                    values.get("externalId"),
                    new Signal.Account(
                            line(values, "customer.number"),
                            line(values, "customer.name"),
                            line(values, "customer.email"),
                            line(values, "customer.phone")),
                    unknownCustomer.code(),
                    line(values, "severity"),
                    line(values, "failureSource"),
                    line(values, "summary"),
                    values.get("verbatim"),
                    origin,
                    reported(values, problems));
        }

        private @Nullable Instant reported(Map<String, String> values, List<Problem> problems) {
            String text = values.get("reportedAt");
            if (text == null || text.isBlank() || reportedAt == null) {
                return null;
            }
            try {
                return reportedAt.read(text);
            } catch (Refused refused) {
                refused.problems().forEach(problem -> add(problem, problems));
                return null;
            }
        }

        /** Everything but the customer's own words stands on one line: breaks and runs of blanks become one blank. */
        private static @Nullable String line(Map<String, String> values, String field) {
            String text = values.get(field);
            return text == null || text.isBlank() ? null : text.strip().replaceAll("\\s+", " ");
        }

        /** A column that is at fault already is not named again for what follows from that. */
        private void add(Refused.Problem problem, List<Problem> problems) {
            Set<String> used = columnsOf(problem.field());
            boolean follows =
                    problems.stream().anyMatch(known -> known.columns().stream().anyMatch(used::contains));
            if (!follows) {
                problems.add(new Problem(
                        used, used.isEmpty() ? problem.field() + " " + problem.message() : problem.message()));
            }
        }

        private RowRefused refusal(CsvRecords.Whole row, List<Problem> problems) {
            Problem first = problems.get(0);
            String reason = problems.size() == 1
                    ? first.reason()
                    : problems.stream()
                            .map(problem ->
                                    (problem.columns().isEmpty() ? "" : String.join(" + ", problem.columns()) + " ")
                                            + problem.reason())
                            .collect(Collectors.joining(" "));
            return RowRefused.of(row.line(), String.join(" + ", first.columns()), value(row, first.columns()), reason);
        }

        private String value(CsvRecords.Whole row, Set<String> used) {
            UnaryOperator<String> cells = cellsOf(row.fields());
            return used.stream().map(cells).collect(Collectors.joining(" + "));
        }

        /** A refusal by the application, told in terms of the file. */
        RowRefused refusal(CsvRecords.Whole row, String field, String reason) {
            Set<String> used = columnsOf(field);
            return RowRefused.of(row.line(), String.join(" + ", used), value(row, used), reason);
        }
    }

    private Set<String> columnsOf(String field) {
        FieldRule rule = fields.get(field);
        return rule == null ? Set.of() : rule.columns();
    }
}
