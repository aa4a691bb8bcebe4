package org.servicerecovery.plan;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.servicerecovery.Coded;
import org.servicerecovery.Messages;
import org.servicerecovery.cases.FailureSource;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.engine.CheckedTable;
import org.servicerecovery.engine.TableCell;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What the playbook may say: no row of it suggests what whoever plans could not submit. */
@Component
class Playbook implements CheckedTable {

    private final JdbcClient db;

    Playbook(JdbcClient db) {
        this.db = db;
    }

    @Override
    public String table() {
        return "playbook";
    }

    @Override
    public Map<String, TableCell> inputs() {
        return Map.of(
                "source", TableCell.oneOf("table.noSource", () -> Coded.all(FailureSource.class)),
                "severity", TableCell.oneOf("table.noSeverity", () -> Coded.all(Severity.class)));
    }

    @Override
    public Map<String, TableCell> outputs() {
        return Map.of(
                "type",
                TableCell.oneOf("table.noStepType", this::types),
                "purpose",
                value -> value.length() > Plan.LONGEST_PURPOSE
                        ? Messages.text("refused.longer", String.valueOf(Plan.LONGEST_PURPOSE))
                        : null,
                "start",
                TableCell.oneOf("table.noStartOfStep", () -> Coded.all(StepStart.class)),
                "hours",
                value -> value.matches("[1-9][0-9]{0,3}") && Integer.parseInt(value) <= PlanListener.MOST_HOURS
                        ? null
                        : Messages.text("table.wholeNumberTo", String.valueOf(PlanListener.MOST_HOURS)));
    }

    /** A hit policy that takes one row suggests one step, or fails the case of whoever plans. */
    @Override
    public List<String> wrongAnswers(Function<Map<String, Object>, List<Map<String, Object>>> ask) {
        return Arrays.stream(FailureSource.values())
                .flatMap(source -> Arrays.stream(Severity.values())
                        .filter(severity ->
                                ask.apply(Map.of("source", source.code(), "severity", severity.code())).stream()
                                        .anyMatch(Map::isEmpty))
                        .map(severity -> Messages.text("table.severalRows", source.code(), severity.code())))
                .limit(1)
                .toList();
    }

    private List<String> types() {
        return db.sql("select code from step_type order by position")
                .query(String.class)
                .list();
    }
}
