package org.servicerecovery.job;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.servicerecovery.Messages;
import org.servicerecovery.engine.CheckedTable;
import org.servicerecovery.engine.Decisions;
import org.servicerecovery.engine.TableCell;
import org.springframework.stereotype.Component;

/** By when a job is to be done: one rule for all, which knows the skill and the window alone. */
@Component
class JobDue implements CheckedTable {

    private final Decisions decisions;
    private final JobsProperties properties;

    JobDue(Decisions decisions, JobsProperties properties) {
        this.decisions = decisions;
        this.properties = properties;
    }

    Instant of(String skill, Instant windowFrom, Instant windowTo) {
        long hours = Duration.between(windowFrom, windowTo).plusMinutes(59).toHours();
        int minutes = decisions
                .ask("job-due", Map.of("skill", skill, "windowHours", hours))
                .number("minutesAfterWindow");
        return windowTo.plus(Duration.ofMinutes(minutes));
    }

    @Override
    public String table() {
        return "job-due";
    }

    @Override
    public Map<String, TableCell> inputs() {
        return Map.of(
                "skill",
                TableCell.oneOf("table.noSkill", () -> properties.skills().keySet()),
                "windowHours",
                TableCell.wholeNumber(0));
    }

    @Override
    public Map<String, TableCell> outputs() {
        return Map.of("minutesAfterWindow", TableCell.wholeNumber(0));
    }

    @Override
    public List<String> wrongAnswers(Function<Map<String, Object>, List<Map<String, Object>>> ask) {
        return properties.skills().keySet().stream()
                .filter(skill -> List.of(1L, 48L, 336L).stream()
                        .anyMatch(hours -> ask.apply(Map.of("skill", skill, "windowHours", hours))
                                        .size()
                                != 1))
                .map(skill -> Messages.text("table.rowOfSkill", skill))
                .toList();
    }
}
