package org.servicerecovery.trend;

import java.util.Arrays;
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

    /** Two years: what is watched for longer is not what was changed. */
    private static final int MOST_WEEKS = 104;

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
                        () -> taxonomy.tags().stream().map(RootCauseTag::code).toList()),
                "dimension",
                TableCell.oneOf(
                        "table.noDimension",
                        () -> Arrays.stream(Dimension.values())
                                .map(Dimension::code)
                                .toList()));
    }

    @Override
    public Map<String, TableCell> outputs() {
        return Map.of(
                "threshold", TableCell.wholeNumber(1),
                "planWithinDays", TableCell.wholeNumber(1),
                "watchWeeks", TableCell.wholeNumberUpTo(MOST_WEEKS));
    }

    @Override
    public List<String> wrongAnswers(Function<Map<String, Object>, List<Map<String, Object>>> ask) {
        // Every cluster of every cause has to have an answer.
        boolean complete = Arrays.stream(Dimension.values())
                .allMatch(each -> ask.apply(Map.of("tag", "any-other", "dimension", each.code()))
                                .size()
                        == 1);
        return complete ? List.of() : List.of(Messages.text("table.rowOfEveryTag"));
    }
}
