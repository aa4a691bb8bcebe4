package org.servicerecovery.sla;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Coded;
import org.servicerecovery.Messages;
import org.servicerecovery.cases.CaseRoles;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.engine.CheckedTable;
import org.servicerecovery.engine.Decisions;
import org.servicerecovery.engine.TableCell;
import org.springframework.stereotype.Component;

/** Who is told of a deadline, and how long after it. A designer changes that in the table. */
@Component
class EscalationChain implements CheckedTable {

    private static final String TABLE = "escalation-chain";

    private final Decisions decisions;

    EscalationChain(Decisions decisions) {
        this.decisions = decisions;
    }

    @Override
    public String table() {
        return TABLE;
    }

    @Override
    public Map<String, TableCell> inputs() {
        return Map.of(
                "clock", TableCell.oneOf("table.noClock", () -> Coded.all(ClockName.class)),
                "severity", TableCell.oneOf("table.noSeverity", () -> Coded.all(Severity.class)));
    }

    @Override
    public Map<String, TableCell> outputs() {
        return Map.of(
                "level", EscalationChain::wrongLevel,
                "roles", TableCell.listOf(TableCell.oneOf("table.noRole", () -> CaseRoles.WORK_CASES)),
                "hoursAfter", TableCell.wholeNumber(0));
    }

    private static @Nullable String wrongLevel(String level) {
        return level.matches("[123]") ? null : Messages.text("table.noLevel");
    }

    @Override
    public Map<String, String> wrongTogether(Map<String, String> rule) {
        int level = Integer.parseInt(rule.get("level"));
        if (level <= ClockLedger.MISSED && !"0".equals(rule.get("hoursAfter"))) {
            return Map.of(
                    "hoursAfter",
                    Messages.text(
                            level == ClockLedger.NEAR ? "table.levelAtWarning" : "table.levelAtDeadline",
                            String.valueOf(level)));
        }
        String clock = rule.getOrDefault("clock", "-");
        return level > ClockLedger.MISSED && !clock.equals("\"" + ClockName.RESOLUTION.code() + "\"")
                ? Map.of("level", Messages.text("table.levelThree"))
                : Map.of();
    }

    @Override
    public List<String> wrongAnswers(Function<Map<String, Object>, List<Map<String, Object>>> ask) {
        List<String> wrong = new ArrayList<>();
        for (ClockName clock : ClockName.values()) {
            for (Severity severity : Severity.values()) {
                List<String> levels = ask.apply(Map.of("clock", clock.code(), "severity", severity.code())).stream()
                        .map(row -> String.valueOf(row.get("level")))
                        .sorted()
                        .toList();

                if (levels.size() > Set.copyOf(levels).size()) {
                    wrong.add(Messages.text("table.levelTwice", clock.code(), severity.code()));
                } else if (!levels.containsAll(List.of("1", "2"))) {
                    wrong.add(Messages.text(
                            "table.levelMissing", clock.code(), severity.code(), levels.contains("1") ? "2" : "1"));
                }
            }
        }
        return wrong;
    }

    List<Policy.Level> levels(ClockName clock, Severity severity) {
        return decisions.askAll(TABLE, Map.of("clock", clock.code(), "severity", severity.code())).stream()
                .map(row -> new Policy.Level(
                        row.number("level"),
                        Arrays.asList(row.text("roles").split("\\s*,\\s*")),
                        Duration.ofHours(row.number("hoursAfter"))))
                .sorted(Comparator.comparing(Policy.Level::number))
                .toList();
    }
}
