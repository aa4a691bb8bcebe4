package org.servicerecovery.sla;

import java.time.Duration;
import java.util.Map;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.engine.Decisions;
import org.servicerecovery.sla.calendar.Calendars;
import org.springframework.stereotype.Component;

/** How long a case may take by its severity, as the table says today. A designer changes the numbers there. */
@Component
class ResolutionPolicy {

    private static final String TABLE = "resolution-deadline";

    private final Decisions decisions;
    private final Calendars calendars;
    private final EscalationChain chain;

    ResolutionPolicy(Decisions decisions, Calendars calendars, EscalationChain chain) {
        this.decisions = decisions;
        this.calendars = calendars;
        this.chain = chain;
    }

    Policy of(Severity severity) {
        Decisions.Answer answer = decisions.ask(TABLE, Map.of("severity", severity.code()));
        String calendar = answer.text("calendar");
        return new Policy(
                answer.reference(),
                severity,
                new Term.CountingTime(Duration.ofHours(answer.number("hours"))),
                Duration.ofHours(answer.number("warnHoursBefore")),
                calendar,
                calendars.newestVersion(calendar),
                chain.levels(ClockName.RESOLUTION, severity));
    }
}
