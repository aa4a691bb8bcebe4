package org.servicerecovery.workorder;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.servicerecovery.Coded;
import org.servicerecovery.Messages;
import org.servicerecovery.engine.CheckedTable;
import org.servicerecovery.engine.Decisions;
import org.servicerecovery.engine.TableCell;
import org.servicerecovery.job.JobState;
import org.springframework.stereotype.Component;

/** What the end of a visit means for its case, by the table. */
@Component
class VisitOutcome implements CheckedTable {

    /**
     * @param fails whether the work was not done, so that somebody plans again
     * @param raises whether the case becomes more severe by one level
     */
    record Meaning(boolean fails, boolean raises, String policy) {}

    private static final String YES = "yes";
    private static final TableCell YES_OR_NO = TableCell.oneOf("table.yesOrNo", () -> List.of(YES, "no"));

    private final Decisions decisions;

    VisitOutcome(Decisions decisions) {
        this.decisions = decisions;
    }

    Meaning of(JobState ended) {
        Decisions.Answer answer = decisions.ask("visit-outcome", Map.of("jobState", ended.code()));
        return new Meaning(
                answer.text("stepFails").equals(YES),
                answer.text("severityRises").equals(YES),
                answer.reference());
    }

    @Override
    public String table() {
        return "visit-outcome";
    }

    @Override
    public Map<String, TableCell> inputs() {
        return Map.of("jobState", TableCell.oneOf("table.noJobState", VisitOutcome::ends));
    }

    @Override
    public Map<String, TableCell> outputs() {
        return Map.of("stepFails", YES_OR_NO, "severityRises", YES_OR_NO);
    }

    @Override
    public List<String> wrongAnswers(Function<Map<String, Object>, List<Map<String, Object>>> ask) {
        return ends().stream()
                .filter(end -> ask.apply(Map.of("jobState", end)).size() != 1)
                .map(end -> Messages.text("table.rowOfJobState", end))
                .toList();
    }

    private static List<String> ends() {
        return Arrays.stream(JobState.values())
                .filter(state -> state != JobState.OPEN)
                .map(Coded::code)
                .toList();
    }
}
