package org.servicerecovery.engine;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A decision table as the feature knows it that asks it. What is wrong with one is said to the designer who deploys it,
 * and not to the person whose case fails by it, or goes without its deadline.
 */
public interface CheckedTable {

    /** The id of the decision. */
    String table();

    /** What may stand below each input, by the name it asks for. A table may leave inputs out, but not add any. */
    Map<String, TableCell> inputs();

    /** What may stand below each output, by its name. A table must have them all. */
    Map<String, TableCell> outputs();

    /**
     * What is wrong with a rule whose cells are right each by itself.
     *
     * @param rule the texts of its cells by column, outputs without their quotes
     * @return sentences by column
     */
    default Map<String, String> wrongTogether(Map<String, String> rule) {
        return Map.of();
    }

    /**
     * What is wrong with the answers of the whole table.
     *
     * @param ask answers with the rows that fit
     * @return sentences about the table
     */
    default List<String> wrongAnswers(Function<Map<String, Object>, List<Map<String, Object>>> ask) {
        return List.of();
    }
}
