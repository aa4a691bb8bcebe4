package org.servicerecovery.measure;

import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.servicerecovery.BusinessZone;
import org.servicerecovery.Coded;
import org.servicerecovery.Messages;
import org.servicerecovery.correspondence.PrintedPages;
import org.servicerecovery.trend.Period;
import org.servicerecovery.trend.Span;
import org.springframework.stereotype.Component;

/**
 * The Recovery page of a week on paper, in the reader's language. Its figures are those of the page: twelve months, the
 * last one being that in which the week ends, with the week and the quarter beside the headline. The roll-ups know
 * nothing shorter than a month, and what is known of a case changes: so the report of a week that is over holds what
 * happened after it as well, as does what waits for somebody. It says so, and when it was counted.
 */
@Component
class RecoveryReport {

    private final Recovery recovery;
    private final Measures measures;
    private final CauseCounts causes;
    private final PrintedPages pages;
    private final BusinessZone zone;

    RecoveryReport(Recovery recovery, Measures measures, CauseCounts causes, PrintedPages pages, BusinessZone zone) {
        this.recovery = recovery;
        this.measures = measures;
        this.causes = causes;
        this.pages = pages;
        this.zone = zone;
    }

    static String title(Week week) {
        return Messages.text("report.title", String.valueOf(week.number()), String.valueOf(week.year()));
    }

    static String fileName(Week week) {
        return "recovery-" + week + ".pdf";
    }

    /** The figures of a week's report. */
    Recovery.RecoveryJson figures(Week week) {
        return recovery.of(Span.yearUntil(lastDay(week)));
    }

    byte[] pdf(Week week) {
        return pdf(week, figures(week));
    }

    /** @param data its {@link #figures}: what stands in the mail is what stands in the PDF */
    byte[] pdf(Week week, Recovery.RecoveryJson data) {
        ReportWords words = ReportWords.ofReader(zone.id());
        ReportSections sections = new ReportSections(data, words);
        Instant monday = week.monday().atStartOfDay(zone.id()).toInstant();
        Instant nextMonday = week.monday().plusWeeks(1).atStartOfDay(zone.id()).toInstant();
        Map<String, Object> page = new HashMap<>();
        page.put("title", title(week));
        page.put("days", words.text("report.days", words.longDay(week.monday()), words.longDay(week.sunday())));
        page.put(
                "about",
                words.text(
                        "report.about",
                        words.month(data.from()),
                        words.month(data.to()),
                        words.moment(data.readAt()),
                        data.zone()));
        page.put(
                "later",
                week.period().isOver(data.today())
                        ? words.text("report.later", String.valueOf(week.number()), words.month(data.to()))
                        : "");
        page.put("headline", sections.headline());
        page.put("beside", sections.compared(besides(week, data, words)));
        page.put("glance", words.text("recovery.atAGlance"));
        page.put("tiles", sections.tiles());
        page.put(
                "sections",
                Stream.of(
                                sections.now(),
                                sections.whatIsDone(opened -> !opened.isBefore(monday) && opened.isBefore(nextMonday)),
                                sections.why(),
                                sections.origins(origins(data)),
                                sections.measured())
                        .flatMap(List::stream)
                        .toList());
        page.put("left", data.sees().cases() ? "" : words.text("report.leftOut"));
        return pages.of("recovery-report", words.reader(), page);
    }

    /** How often failures came from where, by each origin that the reader may see. */
    private Map<String, List<CauseCounts.Part>> origins(Recovery.RecoveryJson data) {
        Span span = new Span(data.from(), data.to(), Span.By.MONTH);
        Map<String, List<CauseCounts.Part>> origins = new LinkedHashMap<>();
        for (String origin : data.sees().origins()) {
            origins.put(origin, causes.by(Coded.parse(CauseCounts.Origin.class, "origin", origin), span));
        }
        return origins;
    }

    /** The week and the quarter, each with the one before. */
    private List<ReportSections.Beside> besides(Week week, Recovery.RecoveryJson data, ReportWords words) {
        LocalDate today = data.today();
        Span quarters = Span.quartersUntil(lastDay(week));
        List<Measures.Course> courses = measures.courses(List.of(Measures.UPHELD, Measures.DEADLINES), quarters);
        List<Period> both = quarters.periods();
        return List.of(
                inDays(words.text("report.week", String.valueOf(week.number())), week.period(), today),
                inDays(
                        words.text(
                                "report.weekBefore",
                                String.valueOf(week.before().number())),
                        week.before().period(),
                        today),
                inQuarter(words.period(both.get(1).name()), both.get(1), courses, today),
                inQuarter(
                        words.text(
                                "report.quarterBefore", words.period(both.get(0).name())),
                        both.get(0),
                        courses,
                        today));
    }

    private ReportSections.Beside inDays(String name, Period days, LocalDate today) {
        List<Value> values = measures.ofDays(List.of(Measures.UPHELD, Measures.DEADLINES), days);
        return new ReportSections.Beside(name, !days.isOver(today), values.get(0), values.get(1));
    }

    private static ReportSections.Beside inQuarter(
            String name, Period quarter, List<Measures.Course> courses, LocalDate today) {
        return new ReportSections.Beside(
                name,
                !quarter.isOver(today),
                courses.get(0).first(quarter),
                courses.get(1).first(quarter));
    }

    /** Of a week that has not ended, today: a month that has not begun says nothing. */
    private LocalDate lastDay(Week week) {
        LocalDate today = measures.today();
        return week.sunday().isAfter(today) ? today : week.sunday();
    }
}
