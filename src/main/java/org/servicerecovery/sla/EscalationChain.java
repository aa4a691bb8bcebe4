package org.servicerecovery.sla;

import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.engine.Decisions;
import org.springframework.stereotype.Component;

/** Who is told of a deadline, and how long after it. A designer changes that in the table. */
@Component
class EscalationChain {

    private static final String TABLE = "escalation-chain";

    private final Decisions decisions;

    EscalationChain(Decisions decisions) {
        this.decisions = decisions;
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
