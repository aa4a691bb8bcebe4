package org.servicerecovery.plan;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.servicerecovery.Coded;
import org.servicerecovery.Messages;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.engine.AskedTable;
import org.servicerecovery.engine.CheckedTable;
import org.servicerecovery.engine.Decisions;
import org.servicerecovery.engine.TableCell;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What the table of step deadlines may say. */
@Component
class StepDeadlines implements CheckedTable {

    static final String TABLE = "step-deadline";

    record Question(String type, Severity severity) {}

    private final JdbcClient db;

    StepDeadlines(JdbcClient db) {
        this.db = db;
    }

    /** Puts a question to the table, whichever it is. */
    static Decisions.Answer ask(AskedTable table, Question question) {
        return table.ask(Map.of(
                "stepType", question.type(), "severity", question.severity().code()));
    }

    @Override
    public String table() {
        return TABLE;
    }

    @Override
    public Map<String, TableCell> inputs() {
        return Map.of(
                "stepType", TableCell.oneOf("table.noStepType", this::types),
                "severity", TableCell.oneOf("table.noSeverity", () -> Coded.all(Severity.class)));
    }

    @Override
    public Map<String, TableCell> outputs() {
        return Map.of("hours", TableCell.wholeNumber(1));
    }

    @Override
    public List<String> wrongAnswers(Function<Map<String, Object>, List<Map<String, Object>>> ask) {
        return types().stream()
                .filter(type -> Arrays.stream(Severity.values())
                        .anyMatch(severity -> ask.apply(Map.of("stepType", type, "severity", severity.code()))
                                        .size()
                                != 1))
                .map(type -> Messages.text("table.rowOfStepType", type))
                .toList();
    }

    private List<String> types() {
        return db.sql("select code from step_type order by position")
                .query(String.class)
                .list();
    }
}
