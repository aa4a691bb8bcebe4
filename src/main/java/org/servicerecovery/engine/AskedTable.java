package org.servicerecovery.engine;

import java.util.List;
import java.util.Map;

/**
 * A decision table that can be asked: the newest that is deployed, or one that is only tried. Whoever puts a question to
 * a table takes one of these, so that a trial asks as the product does.
 */
@FunctionalInterface
public interface AskedTable {

    /** What the rows say that fit; none when no row does. */
    List<Decisions.Answer> askAll(Map<String, Object> inputs);

    /** @throws IllegalStateException when no row, or more than one, answers: a table must cover every input */
    default Decisions.Answer ask(Map<String, Object> inputs) {
        List<Decisions.Answer> answers = askAll(inputs);
        if (answers.size() != 1) {
            throw new IllegalStateException(
                    "The table answers with " + answers.size() + " rows instead of one for " + inputs.keySet() + ".");
        }
        return answers.get(0);
    }
}
