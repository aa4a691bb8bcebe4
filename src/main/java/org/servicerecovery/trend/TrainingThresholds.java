package org.servicerecovery.trend;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.servicerecovery.Messages;
import org.servicerecovery.engine.CheckedTable;
import org.servicerecovery.engine.TableCell;
import org.springframework.stereotype.Component;

/** What the table of training thresholds may say. */
@Component
class TrainingThresholds implements CheckedTable {

    private final Taxonomy taxonomy;

    TrainingThresholds(Taxonomy taxonomy) {
        this.taxonomy = taxonomy;
    }

    @Override
    public String table() {
        return "training-threshold";
    }

    @Override
    public Map<String, TableCell> inputs() {
        return Map.of(
                "tag",
                TableCell.oneOf(
                        "table.noTag",
                        () -> taxonomy.tags().stream().map(RootCauseTag::code).toList()));
    }

    @Override
    public Map<String, TableCell> outputs() {
        return Map.of("threshold", TableCell.wholeNumber(1), "planWithinDays", TableCell.wholeNumber(1));
    }

    @Override
    public List<String> wrongAnswers(Function<Map<String, Object>, List<Map<String, Object>>> ask) {
        return ask.apply(Map.of("tag", "any-other")).size() == 1
                ? List.of()
                : List.of(Messages.text("table.rowOfEveryTag"));
    }
}
