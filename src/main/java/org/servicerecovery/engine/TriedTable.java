package org.servicerecovery.engine;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.camunda.bpm.dmn.engine.DmnDecision;
import org.camunda.bpm.dmn.engine.DmnEngineException;
import org.camunda.bpm.dmn.engine.impl.hitpolicy.DmnHitPolicyException;
import org.camunda.bpm.dmn.feel.impl.FeelException;
import org.jspecify.annotations.Nullable;

/**
 * A decision table in memory. It is asked as a deployed one is, by the same engine with the same settings, and nothing is
 * kept of it. Each question is put to it once, however often it comes.
 */
public final class TriedTable {

    /** Why a table has no answer to a question. */
    public enum Gap {
        NO_ROW,
        SEVERAL_ROWS,
        BROKEN
    }

    /**
     * A row as it is written.
     *
     * @param number from 1 on
     * @param cells by the labels of the columns, inputs first
     * @param comparesBy what it does not leave open, by what the columns ask for
     */
    public record Row(int number, String description, List<String> cells, Set<String> comparesBy) {}

    /**
     * A question to which there is no answer.
     *
     * @param rows those that fit
     * @param detail what the engine says of a table that breaks; empty otherwise
     * @param times how often it came
     */
    public record Unanswered(Map<String, String> inputs, Gap gap, List<Integer> rows, String detail, long times) {}

    /** Finds what the rows say to a question, and which they are. */
    interface Asking {

        /** Throws {@link DmnEngineException} or {@link FeelException} when the table breaks. */
        Hits ask(DmnDecision table, Map<String, Object> inputs);

        /** The rows that fit, whatever the table makes of it when there are several. */
        List<String> fitting(Map<String, Object> inputs);
    }

    record Hits(List<Map<String, Object>> answers, List<String> rules) {}

    private static final class NoAnswer extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final transient Map<String, Object> inputs;
        private final Gap gap;
        private final transient List<Integer> rows;

        NoAnswer(Map<String, Object> inputs, Gap gap, List<Integer> rows, String detail) {
            super(detail);
            this.inputs = inputs;
            this.gap = gap;
            this.rows = rows;
        }
    }

    private final String id;
    private final String name;
    private final int version;
    private final List<String> columns;
    private final List<Row> rows;
    private final Map<String, Integer> numbers;
    private final List<String> notDeployable;
    private final DmnDecision table;
    private final Asking engine;

    TriedTable(
            String id,
            String name,
            int version,
            List<String> columns,
            Map<String, Row> rows,
            List<String> notDeployable,
            DmnDecision table,
            Asking engine) {
        this.id = id;
        this.name = name;
        this.version = version;
        this.columns = List.copyOf(columns);
        this.rows = List.copyOf(rows.values());
        this.numbers = new HashMap<>();
        rows.forEach((rule, row) -> numbers.put(rule, row.number()));
        this.notDeployable = List.copyOf(notDeployable);
        this.table = table;
        this.engine = engine;
    }

    /** The id of the decision. */
    public String id() {
        return id;
    }

    public String name() {
        return name;
    }

    /** 0 for one that is not deployed. */
    public int version() {
        return version;
    }

    /** Their labels, inputs first. */
    public List<String> columns() {
        return columns;
    }

    public List<Row> rows() {
        return rows;
    }

    /** Why it would be refused where it was deployed as it is, although its cells can be understood. */
    public List<String> notDeployable() {
        return notDeployable;
    }

    /**
     * What this table says to questions of one kind, each asked once.
     *
     * @param ask puts a question to a table as the product does
     */
    public <Q, A> Sayings<Q, A> sayings(BiFunction<AskedTable, Q, A> ask) {
        return new Sayings<>(question -> {
            List<Integer> reached = new ArrayList<>();
            try {
                return new Known<>(ask.apply(new Once(reached), question), reached, null);
            } catch (NoAnswer none) {
                return new Known<>(null, reached, none);
            }
        });
    }

    private record Known<A>(
            @Nullable A answer,
            List<Integer> rows,
            @Nullable NoAnswer none) {}

    /** Answers to questions, and what came of asking. */
    public static final class Sayings<Q, A> {

        private final Function<Q, Known<A>> ask;
        private final Map<Q, Known<A>> known = new HashMap<>();
        private final Map<Q, Long> times = new HashMap<>();

        private Sayings(Function<Q, Known<A>> ask) {
            this.ask = ask;
        }

        /** Null when the table has no answer; see {@link #unanswered}. */
        public @Nullable A to(Q question) {
            times.merge(question, 1L, Long::sum);
            Known<A> before = known.get(question);
            if (before == null) {
                before = ask.apply(question);
                known.put(question, before);
            }
            return before.answer();
        }

        /** How often each row was reached, by its number; those that never were are missing. */
        public Map<Integer, Long> reached() {
            Map<Integer, Long> reached = new TreeMap<>();
            known.forEach((question, each) ->
                    each.rows().forEach(row -> reached.merge(row, times.getOrDefault(question, 0L), Long::sum)));
            return reached;
        }

        /** The most frequent first. */
        public List<Unanswered> unanswered() {
            List<Unanswered> all = new ArrayList<>();
            known.forEach((question, each) -> {
                NoAnswer none = each.none();
                if (none != null) {
                    Map<String, String> inputs = new TreeMap<>();
                    none.inputs.forEach((input, value) -> inputs.put(
                            input,
                            value instanceof BigDecimal number ? number.toPlainString() : String.valueOf(value)));
                    all.add(new Unanswered(
                            inputs,
                            none.gap,
                            none.rows,
                            String.valueOf(none.getMessage()),
                            times.getOrDefault(question, 0L)));
                }
            });
            all.sort(Comparator.comparingLong(Unanswered::times)
                    .reversed()
                    .thenComparing(each -> each.inputs().toString()));
            return all;
        }
    }

    /** The table while one question is put to it. */
    private final class Once implements AskedTable {

        private final List<Integer> reached;

        Once(List<Integer> reached) {
            this.reached = reached;
        }

        @Override
        public List<Decisions.Answer> askAll(Map<String, Object> inputs) {
            try {
                Hits hits = engine.ask(table, inputs);
                hits.rules().forEach(rule -> reached.add(numbers.getOrDefault(rule, 0)));
                return hits.answers().stream()
                        .map(values -> new Decisions.Answer(id, version, values))
                        .toList();
            } catch (DmnHitPolicyException several) {
                throw severalRows(inputs);
            } catch (DmnEngineException | FeelException broken) {
                throw new NoAnswer(inputs, Gap.BROKEN, List.of(), String.valueOf(broken.getMessage()));
            }
        }

        @Override
        public Decisions.Answer ask(Map<String, Object> inputs) {
            List<Decisions.Answer> answers = askAll(inputs);
            if (answers.size() > 1) {
                throw severalRows(inputs);
            }
            if (answers.isEmpty()) {
                throw new NoAnswer(inputs, Gap.NO_ROW, List.of(), "");
            }
            return answers.get(0);
        }

        private NoAnswer severalRows(Map<String, Object> inputs) {
            List<Integer> fitting = engine.fitting(inputs).stream()
                    .map(rule -> numbers.getOrDefault(rule, 0))
                    .toList();
            return new NoAnswer(inputs, Gap.SEVERAL_ROWS, fitting, "");
        }
    }
}
