package org.servicerecovery.sla;

import java.time.Duration;
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
import org.servicerecovery.sla.calendar.Calendars;
import org.springframework.stereotype.Component;

/** How long a case may take by its severity, as the table says today. A designer changes the numbers there. */
@Component
class ResolutionPolicy implements CheckedTable {

    static final String TABLE = "resolution-deadline";

    private final Decisions decisions;
    private final Calendars calendars;
    private final EscalationChain chain;

    ResolutionPolicy(Decisions decisions, Calendars calendars, EscalationChain chain) {
        this.decisions = decisions;
        this.calendars = calendars;
        this.chain = chain;
    }

    @Override
    public String table() {
        return TABLE;
    }

    @Override
    public Map<String, TableCell> inputs() {
        return Map.of("severity", TableCell.oneOf("table.noSeverity", () -> Coded.all(Severity.class)));
    }

    @Override
    public Map<String, TableCell> outputs() {
        return Map.of(
                "hours", TableCell.wholeNumber(1),
                "warnHoursBefore", Warnings.CELL,
                "calendar", TableCell.oneOf("table.noCalendar", calendars::codes));
    }

    @Override
    public List<String> wrongAnswers(Function<Map<String, Object>, List<Map<String, Object>>> ask) {
        return Arrays.stream(Severity.values())
                .map(Severity::code)
                .filter(severity -> ask.apply(Map.of("severity", severity)).size() != 1)
                .map(severity -> Messages.text("table.rowOfSeverity", severity))
                .toList();
    }

    Policy of(Severity severity) {
        Policy asSaid = ask(decisions.newestOf(TABLE), severity);
        return asSaid.on(calendars.newestVersion(asSaid.calendar()), chain.levels(ClockName.RESOLUTION, severity));
    }

    /** What a table says, whichever it is; the version of its calendar and who is told of a breach are not known yet. */
    static Policy ask(AskedTable table, Severity severity) {
        Decisions.Answer answer = table.ask(Map.of("severity", severity.code()));
        return new Policy(
                answer.reference(),
                severity,
                new Term.CountingTime(Duration.ofHours(answer.number("hours"))),
                Warnings.parse(answer.text("warnHoursBefore")),
                answer.text("calendar"),
                0,
                List.of());
    }
}
