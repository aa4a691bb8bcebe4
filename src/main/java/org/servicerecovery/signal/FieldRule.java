package org.servicerecovery.signal;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;

/**
 * How one field of a signal is made from a row: a template, then where given a list of values; or rules of which the
 * first that fits decides.
 *
 * @param values the source's value, in lower case, to ours; empty when the value is taken as it is
 * @param otherwise for a value that no entry or rule fits; null refuses the row
 */
record FieldRule(
        Template template,
        Map<String, String> values,
        List<Rule> rules,
        @Nullable String otherwise) {

    /** @param when column to the values (in lower case) of which it must have one; every column must fit */
    record Rule(Map<String, Set<String>> when, String then) {

        boolean fits(UnaryOperator<String> cells) {
            return when.entrySet().stream()
                    .allMatch(condition -> condition.getValue().contains(key(cells.apply(condition.getKey()))));
        }
    }

    /** Values are compared without blanks around them, in upper or lower case. */
    static String key(String value) {
        return value.strip().toLowerCase(Locale.ROOT);
    }

    Set<String> columns() {
        Set<String> columns = new LinkedHashSet<>(template.columns());
        rules.forEach(rule -> columns.addAll(rule.when().keySet()));
        return columns;
    }

    /** What this rule can come to whatever the row says: for checking terms when the mapping is read. */
    Set<String> constants() {
        Set<String> constants = new TreeSet<>(values.values());
        rules.forEach(rule -> constants.add(rule.then()));
        if (otherwise != null) {
            constants.add(otherwise);
        }
        if (rules.isEmpty() && values.isEmpty() && template.columns().isEmpty()) {
            constants.add(template.fill(name -> ""));
        }
        return constants;
    }

    /** @throws Refused under the field's name when the value has no entry and no rule fits */
    String apply(String field, UnaryOperator<String> cells) {
        for (Rule rule : rules) {
            if (rule.fits(cells)) {
                return rule.then();
            }
        }
        String value = template.fill(cells);
        if (values.isEmpty() && rules.isEmpty()) {
            return value;
        }
        String ours = values.get(key(value));
        if (ours != null) {
            return ours;
        }
        if (otherwise != null) {
            return otherwise;
        }
        throw Refused.field(
                field, value.isBlank() ? "refused.missing" : "refused.signal.notInMapping", Signal.shown(value));
    }
}
