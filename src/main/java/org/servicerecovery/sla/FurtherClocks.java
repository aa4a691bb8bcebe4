package org.servicerecovery.sla;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.servicerecovery.Coded;
import org.servicerecovery.Messages;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.engine.AskedTable;
import org.servicerecovery.engine.CheckedTable;
import org.servicerecovery.engine.Decisions;
import org.servicerecovery.engine.TableCell;
import org.servicerecovery.installation.StatutoryProfile;
import org.servicerecovery.sla.calendar.AroundTheClock;
import org.servicerecovery.sla.calendar.Calendars;
import org.springframework.stereotype.Component;

/** Which clocks run beside that of the resolution, as the table says for the statutory profile of the business. */
@Component
class FurtherClocks implements CheckedTable {

    /** What the table is asked. */
    record Question(StatutoryProfile.Profile profile, int stage, Severity severity) {}

    /** @param waitsForAcknowledgement whether it starts with that, and not with the epoch */
    record FurtherClock(ClockName name, Policy policy, boolean waitsForAcknowledgement) {}

    static final String TABLE = "further-clocks";
    private static final String OPENING = "opening";
    private static final String ACKNOWLEDGEMENT = "acknowledgement";
    private static final List<String> UNITS = List.of("hours", "working-days", "working-days-until-close", "weeks");

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

    @Override
    public String table() {
        return TABLE;
    }

    @Override
    public Map<String, TableCell> inputs() {
        return Map.of(
                "profile", TableCell.oneOf("table.noProfile", () -> Coded.all(StatutoryProfile.Profile.class)),
                "stage", TableCell.oneOf("table.noStage", () -> List.of("1", "2")),
                "severity", TableCell.oneOf("table.noSeverity", () -> Coded.all(Severity.class)));
    }

    @Override
    public Map<String, TableCell> outputs() {
        return Map.of(
                "clock", TableCell.oneOf("table.noFurtherClock", FurtherClocks::known),
                "startsWith", TableCell.oneOf("table.noStart", () -> List.of(OPENING, ACKNOWLEDGEMENT)),
                "length", TableCell.wholeNumber(1),
                "unit", TableCell.oneOf("table.noUnit", () -> UNITS),
                "warnHoursBefore", Warnings.CELL,
                "calendar", TableCell.oneOf("table.noCalendar", calendars::codes),
                "extendBy", TableCell.wholeNumber(0));
    }

    private static List<String> known() {
        return Coded.all(ClockName.class).stream()
                .filter(clock -> !clock.equals(ClockName.RESOLUTION.code()))
                .toList();
    }

    @Override
    public Map<String, String> wrongTogether(Map<String, String> rule) {
        return ACKNOWLEDGEMENT.equals(rule.get("clock")) && ACKNOWLEDGEMENT.equals(rule.get("startsWith"))
                ? Map.of("startsWith", Messages.text("table.acknowledgementWaits"))
                : Map.of();
    }

    @Override
    public List<String> wrongAnswers(Function<Map<String, Object>, List<Map<String, Object>>> ask) {
        List<String> wrong = new ArrayList<>();
        for (String profile : Coded.all(StatutoryProfile.Profile.class)) {
            for (int stage : List.of(1, 2)) {
                for (String severity : Coded.all(Severity.class)) {
                    List<Map<String, Object>> rows =
                            ask.apply(Map.of("profile", profile, "stage", stage, "severity", severity));
                    List<String> clocks = rows.stream()
                            .map(row -> String.valueOf(row.get("clock")))
                            .toList();

                    if (clocks.size() > Set.copyOf(clocks).size()) {
                        wrong.add(Messages.text("table.clockTwice", profile, String.valueOf(stage), severity));
                    } else if (rows.stream().anyMatch(row -> ACKNOWLEDGEMENT.equals(row.get("startsWith")))
                            && !clocks.contains(ACKNOWLEDGEMENT)) {
                        wrong.add(Messages.text("table.noAcknowledgement", profile, String.valueOf(stage), severity));
                    }
                }
            }
        }
        return wrong;
    }

    List<ClockName> names(RecoveryCase found) {
        return said(found).stream().map(FurtherClock::name).toList();
    }

    FurtherClock of(RecoveryCase found, ClockName name) {
        return find(found, name).orElseThrow();
    }

    /** Empty for a clock that the table does not name, or not any more. */
    Optional<FurtherClock> find(RecoveryCase found, ClockName name) {
        return said(found).stream()
                .filter(clock -> clock.name() == name)
                .map(clock -> new FurtherClock(
                        name,
                        clock.policy()
                                .on(
                                        calendars.newestVersion(clock.policy().calendar()),
                                        chain.levels(name, found.severity())),
                        clock.waitsForAcknowledgement()))
                .findFirst();
    }

    /** What a profile brings, a line for each clock, as the table says today. */
    List<String> inWords(StatutoryProfile.Profile of) {
        List<String> lines = new ArrayList<>();
        for (ClockName name : ClockName.values()) {
            // How long by the severity; most clocks ask for none.
            Map<String, List<String>> terms = new LinkedHashMap<>();
            for (Severity severity : Severity.values()) {
                Stream.of(1, 2)
                        .flatMap(stage -> ask(decisions.newestOf(TABLE), new Question(of, stage, severity)).stream())
                        .filter(clock -> clock.name() == name)
                        .map(FurtherClocks::inWords)
                        .distinct()
                        .forEach(term -> terms.computeIfAbsent(term, any -> new ArrayList<>())
                                .add(severity.shownInText()));
            }
            terms.forEach((term, severities) -> lines.add(name.shown()
                    + (severities.size() < Severity.values().length ? " (" + String.join(", ", severities) + ")" : "")
                    + ": " + term));
        }
        return lines;
    }

    private static String inWords(FurtherClock clock) {
        Policy policy = clock.policy();
        String term = Messages.text(
                clock.waitsForAcknowledgement() ? "clock.fromAcknowledgement" : "clock.fromOpening",
                policy.term().inWords());
        return term
                + (policy.calendar().equals(AroundTheClock.CODE)
                        ? Messages.text("clock.dayAndNight")
                        : Messages.text("clock.onCalendar", policy.calendar()))
                + (policy.extendBy() > 0
                        ? Messages.text("clock.extendable", String.valueOf(policy.extendBy()))
                        : Messages.text("clock.notExtendable"));
    }

    private List<FurtherClock> said(RecoveryCase found) {
        return ask(decisions.newestOf(TABLE), new Question(profile.current(), found.stage(), found.severity()));
    }

    /** What a table says, whichever it is; the versions of the calendars and who is told of a breach are not known yet. */
    static List<FurtherClock> ask(AskedTable table, Question question) {
        Map<String, Object> inputs = Map.of(
                "profile", question.profile().code(),
                "stage", question.stage(),
                "severity", question.severity().code());
        return table.askAll(inputs).stream()
                .map(row -> new FurtherClock(
                        Coded.parse(ClockName.class, "clock", row.text("clock")),
                        new Policy(
                                row.reference(),
                                question.severity(),
                                term(row.number("length"), row.text("unit")),
                                Warnings.parse(row.text("warnHoursBefore")),
                                row.text("calendar"),
                                0,
                                List.of(),
                                row.number("extendBy")),
                        row.text("startsWith").equals(ACKNOWLEDGEMENT)))
                .toList();
    }

    /** The column <em>Unit</em> of a promise. */
    static String unit(Term term) {
        if (term instanceof Term.CountingTime) {
            return "hours";
        }
        if (term instanceof Term.WorkingDays days) {
            return days.atClose() ? "working-days-until-close" : "working-days";
        }
        return "weeks";
    }

    /** The column <em>Length</em> of a promise. */
    static long length(Term term) {
        if (term instanceof Term.CountingTime time) {
            return time.length().toHours();
        }
        return term instanceof Term.WorkingDays days ? days.days() : ((Term.Weeks) term).weeks();
    }

    private static Term term(int length, String unit) {
        return switch (unit) {
            case "hours" -> new Term.CountingTime(Duration.ofHours(length));
            case "working-days" -> new Term.WorkingDays(length, false);
            case "working-days-until-close" -> new Term.WorkingDays(length, true);
            case "weeks" -> new Term.Weeks(length);
            default ->
                throw new IllegalStateException(
                        "The table further-clocks names the unit \"" + unit + "\"; it can be one of " + UNITS + ".");
        };
    }
}
