package org.servicerecovery.sla;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.servicerecovery.Coded;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.engine.Decisions;
import org.servicerecovery.installation.StatutoryProfile;
import org.servicerecovery.sla.calendar.Calendars;
import org.springframework.stereotype.Component;

/** Which clocks run beside that of the resolution, as the table says for the statutory profile of the business. */
@Component
class FurtherClocks {

    /** @param waitsForAcknowledgement whether it starts with that, and not with the epoch */
    record FurtherClock(ClockName name, Policy policy, boolean waitsForAcknowledgement) {}

    private static final String TABLE = "further-clocks";

    private final Decisions decisions;
    private final Calendars calendars;
    private final EscalationChain chain;
    private final StatutoryProfile profile;

    FurtherClocks(Decisions decisions, Calendars calendars, EscalationChain chain, StatutoryProfile profile) {
        this.decisions = decisions;
        this.calendars = calendars;
        this.chain = chain;
        this.profile = profile;
    }

    List<ClockName> names(RecoveryCase found) {
        return rows(found).stream().map(FurtherClocks::name).toList();
    }

    FurtherClock of(RecoveryCase found, ClockName name) {
        return find(found, name).orElseThrow();
    }

    /** Empty for a clock that the table does not name, or not any more. */
    Optional<FurtherClock> find(RecoveryCase found, ClockName name) {
        return rows(found).stream()
                .filter(row -> name(row) == name)
                .map(row -> clock(found, row))
                .findFirst();
    }

    private List<Decisions.Answer> rows(RecoveryCase found) {
        return decisions.askAll(
                TABLE,
                Map.of(
                        "profile", profile.current().code(),
                        "stage", found.stage(),
                        "severity", found.severity().code()));
    }

    private FurtherClock clock(RecoveryCase found, Decisions.Answer row) {
        String calendar = row.text("calendar");
        Policy policy = new Policy(
                row.reference(),
                found.severity(),
                term(row.number("length"), row.text("unit")),
                Duration.ofHours(row.number("warnHoursBefore")),
                calendar,
                calendars.newestVersion(calendar),
                chain.levels(name(row), found.severity()));
        return new FurtherClock(name(row), policy, waitsForAcknowledgement(row));
    }

    private static ClockName name(Decisions.Answer row) {
        return Coded.parse(ClockName.class, "clock", row.text("clock"));
    }

    private static boolean waitsForAcknowledgement(Decisions.Answer row) {
        return row.text("startsWith").equals("acknowledgement");
    }

    private static Term term(int length, String unit) {
        return switch (unit) {
            case "hours" -> new Term.CountingTime(Duration.ofHours(length));
            case "working-days" -> new Term.WorkingDays(length, false);
            case "working-days-until-close" -> new Term.WorkingDays(length, true);
            case "weeks" -> new Term.Weeks(length);
            default ->
                throw new IllegalStateException("The table further-clocks names the unit \"" + unit
                        + "\"; it can be hours, working-days, working-days-until-close or weeks.");
        };
    }
}
