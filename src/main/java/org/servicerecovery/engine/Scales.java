package org.servicerecovery.engine;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.camunda.bpm.model.dmn.instance.DecisionTable;
import org.camunda.bpm.model.dmn.instance.Input;
import org.camunda.bpm.model.dmn.instance.Rule;
import org.camunda.bpm.model.dmn.instance.Text;
import org.jspecify.annotations.Nullable;

/**
 * Which amounts a table tells apart. Where a column does nothing but compare with numbers, all that lies between two of
 * them has one answer: of a hundred thousand different amounts some dozen need to be asked.
 */
final class Scales {

    private static final Pattern NUMBER = Pattern.compile("\\d+(\\.\\d+)?");
    private static final Pattern BESIDE_NUMBERS = Pattern.compile("(not|[\\s,<>=\\-\\[\\]().])*");

    /** A place between two numbers of a column, or at one of them. */
    private record Place(@Nullable BigDecimal notBelow, boolean exactly) {}

    private final DecisionTable table;
    /** By the name of an input; empty for one that has to be asked as it is. */
    private final Map<String, List<NavigableSet<BigDecimal>>> known = new HashMap<>();

    Scales(DecisionTable table) {
        this.table = table;
    }

    /** The same for two questions that the table cannot tell apart. */
    Map<String, Object> alike(Map<String, Object> inputs) {
        Map<String, Object> alike = new HashMap<>(inputs);
        inputs.forEach((name, value) -> {
            if (value instanceof BigDecimal amount) {
                known.computeIfAbsent(name, this::scale).forEach(scale -> alike.put(name, place(scale, amount)));
            }
        });
        return alike;
    }

    private static Place place(NavigableSet<BigDecimal> scale, BigDecimal amount) {
        BigDecimal floor = scale.floor(amount);
        return new Place(floor, floor != null && floor.compareTo(amount) == 0);
    }

    private List<NavigableSet<BigDecimal>> scale(String name) {
        Pattern word = Pattern.compile("\\b" + Pattern.quote(name) + "\\b");
        Collection<Text> texts = table.getModelInstance().getModelElementsByType(Text.class);
        long named = texts.stream()
                .filter(text -> word.matcher(text.getTextContent()).find())
                .count();
        NavigableSet<BigDecimal> numbers = new TreeSet<>();
        long asked = 0;
        List<Input> inputs = List.copyOf(table.getInputs());
        for (int column = 0; column < inputs.size(); column++) {
            if (expression(inputs.get(column)).equals(name)) {
                asked++;
                for (Rule rule : table.getRules()) {
                    String cell = Objects.requireNonNullElse(
                            List.copyOf(rule.getInputEntries()).get(column).getTextContent(), "");
                    Matcher number = NUMBER.matcher(cell);
                    if (!BESIDE_NUMBERS.matcher(number.replaceAll("")).matches()) {
                        return List.of();
                    }
                    // A sign is left out of the number: both sides of zero are told apart.
                    number.reset()
                            .results()
                            .map(found -> new BigDecimal(found.group()))
                            .forEach(each -> {
                                numbers.add(each);
                                numbers.add(each.negate());
                            });
                }
            }
        }
        // Whatever else speaks of it may reckon with it.
        return named == asked ? List.of(numbers) : List.of();
    }

    private static String expression(Input input) {
        return input.getInputExpression() == null || input.getInputExpression().getText() == null
                ? ""
                : input.getInputExpression().getText().getTextContent().strip();
    }
}
