package org.servicerecovery.engine;

import java.util.Arrays;
import java.util.Collection;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Messages;

/** What may stand in a cell of a decision table. */
@FunctionalInterface
public interface TableCell {

    /** What is wrong with a value, as the rest of a sentence that begins with it; null when nothing is. */
    @Nullable
    String wrong(String value);

    static TableCell anything() {
        return value -> null;
    }

    /**
     * @param key of the messages file: what is said of a value that is none, and of those that there are
     * @param known asked each time: what is known can grow while the application runs
     */
    static TableCell oneOf(String key, Supplier<? extends Collection<String>> known) {
        return value -> {
            Collection<String> all = known.get();
            return all.contains(value) ? null : Messages.text(key, String.join(", ", all));
        };
    }

    static TableCell wholeNumber(int least) {
        return value -> value.matches("\\d{1,6}") && Integer.parseInt(value) >= least
                ? null
                : Messages.text("table.wholeNumber", String.valueOf(least));
    }

    static TableCell wholeNumberUpTo(int most) {
        return value -> value.matches("\\d{1,6}") && Integer.parseInt(value) >= 1 && Integer.parseInt(value) <= most
                ? null
                : Messages.text("table.wholeNumberTo", String.valueOf(most));
    }

    /** Several values in one text, with commas between them. */
    static TableCell listOf(TableCell each) {
        return value -> Arrays.stream(value.split(",", -1))
                .map(String::strip)
                .map(one -> {
                    String wrong = each.wrong(one);
                    return wrong == null
                            ? null
                            : (one.equals(value) ? wrong : Messages.text("table.holds", one, wrong));
                })
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }
}
