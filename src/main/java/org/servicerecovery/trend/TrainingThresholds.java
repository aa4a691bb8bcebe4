package org.servicerecovery.trend;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.servicerecovery.Messages;
import org.servicerecovery.engine.AskedTable;
import org.servicerecovery.engine.CheckedTable;
import org.servicerecovery.engine.Decisions;
import org.servicerecovery.engine.TableCell;
import org.servicerecovery.trend.taxonomy.RootCauseTag;
import org.servicerecovery.trend.taxonomy.Taxonomy;
import org.springframework.stereotype.Component;

/** What the table of training thresholds may say. */
@Component
class TrainingThresholds implements CheckedTable {

    static final String TABLE = "training-threshold";
    static final String THRESHOLD = "threshold";
    static final String PLAN_WITHIN_DAYS = "planWithinDays";
    static final String WATCH_WEEKS = "watchWeeks";

    /** Two years: what is watched for longer is not what was changed. */
    private static final int MOST_WEEKS = 104;

    /** @param tag the code of the cause, or of the head of a family */
    record Question(String tag, Dimension dimension) {}

    private final Taxonomy taxonomy;

    TrainingThresholds(Taxonomy taxonomy) {
        this.taxonomy = taxonomy;
    }

    /** Puts a question to the table, whichever it is. */
    static Decisions.Answer ask(AskedTable table, Question question) {
        return table.ask(
                Map.of("tag", question.tag(), "dimension", question.dimension().code()));
    }

    static boolean isReached(Decisions.Answer policy, long cases) {
        return cases >= policy.number(THRESHOLD);
    }

    @Override
    public String table() {
        return TABLE;
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
                THRESHOLD, TableCell.wholeNumber(1),
                PLAN_WITHIN_DAYS, TableCell.wholeNumber(1),
                WATCH_WEEKS, TableCell.wholeNumberUpTo(MOST_WEEKS));
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
