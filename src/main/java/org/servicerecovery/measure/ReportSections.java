package org.servicerecovery.measure;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Messages;
import org.servicerecovery.measure.MeasuresApi.CourseJson;
import org.servicerecovery.measure.MeasuresApi.FigureJson;
import org.servicerecovery.measure.MeasuresApi.PeriodJson;
import org.servicerecovery.measure.Printed.Bar;
import org.servicerecovery.measure.Printed.Cell;
import org.servicerecovery.measure.Printed.Column;
import org.servicerecovery.measure.Printed.Section;
import org.servicerecovery.measure.Printed.Tile;

/** What of the Recovery page stands on paper: how well it is done first, and how many cases there were nowhere as praise. */
final class ReportSections {

    /** @param sentences below the figure, what it is of first */
    record Headline(
            String name,
            String value,
            List<String> sentences,
            @Nullable String few) {}

    /** What the headline is compared with. */
    record Beside(String name, boolean running, Value upheld, Value deadlines) {}

    private static final int SHADES = 5;
    private static final int TILES = 4;

    private final Recovery.RecoveryJson data;
    private final ReportWords words;

    ReportSections(Recovery.RecoveryJson data, ReportWords words) {
        this.data = data;
        this.words = words;
    }

    Headline headline() {
        CourseJson course = data.course(Measures.UPHELD);
        FigureJson value = course.whole().get(0);
        FigureJson regulator = data.course("regulator-upheld-rate").whole().get(0);
        List<String> sentences = new ArrayList<>();
        sentences.add(words.text("report.headlineOf", words.month(data.to()), words.longDay(data.today())));
        if (value.value() == null) {
            sentences.add(words.text("recovery.undecided"));
        } else {
            sentences.add(ofAll("recovery.upheldOf", value));
            sentences.add(words.text("recovery.byChance", words.percent(value.low()), words.percent(value.high())));
        }
        sentences.add(
                regulator.value() == null
                        ? words.text("recovery.noRegulator")
                        : ofAll("recovery.regulator", regulator));
        return new Headline(
                course.measure().label(),
                words.percent(value.value()),
                sentences,
                value.few() ? words.text("recovery.few", words.number(value.denominator())) : null);
    }

    Section compared(List<Beside> besides) {
        CourseJson upheld = data.course(Measures.UPHELD);
        CourseJson deadlines = data.course(Measures.DEADLINES);
        List<List<Cell>> rows = new ArrayList<>();
        for (Beside each : besides) {
            rows.add(compared(
                    each.running() ? words.text("recovery.running", each.name()) : each.name(),
                    FigureJson.of(Measures.UPHELD, each.upheld()),
                    FigureJson.of(Measures.DEADLINES, each.deadlines())));
        }
        rows.add(compared(
                words.text("report.months"),
                upheld.whole().get(0),
                deadlines.whole().get(0)));
        return new Section(
                words.text("report.beside"),
                null,
                "",
                List.of(
                        Column.words(words.text("report.time")),
                        Column.number(upheld.measure().label()),
                        Column.number(words.text("report.decided")),
                        Column.number(deadlines.measure().label()),
                        Column.number(words.text("report.inTime"))),
                rows,
                null);
    }

    private List<Cell> compared(String name, FigureJson upheld, FigureJson deadlines) {
        return List.of(
                Cell.of(name, "whole"),
                Cell.of(words.percent(upheld.value()), "strong"),
                Cell.of(of(upheld), "quiet"),
                Cell.of(words.percent(deadlines.value()), "strong"),
                Cell.of(of(deadlines), "quiet"));
    }

    /** In rows of four, which leave each of them the width it needs. */
    List<List<Tile>> tiles() {
        List<Tile> tiles = figuresAtAGlance();
        return Stream.iterate(0, at -> at < tiles.size(), at -> at + TILES)
                .map(at -> tiles.subList(at, Math.min(at + TILES, tiles.size())))
                .toList();
    }

    private List<Tile> figuresAtAGlance() {
        List<Tile> tiles = new ArrayList<>();
        RightNow.Escalations escalations = data.escalations();
        List<RightNow.Load> workload = data.workload();
        if (escalations != null && workload != null) {
            long open = workload.stream().mapToLong(RightNow.Load::cases).sum();
            long missed = workload.stream().mapToLong(RightNow.Load::missed).sum();
            long unowned = workload.stream()
                    .filter(each -> each.owner().id() == null)
                    .mapToLong(RightNow.Load::cases)
                    .sum();
            tiles.add(Tile.of(
                    words.text("recovery.openCases"),
                    words.number(open),
                    open == 0
                            ? words.text("recovery.noOpenCases")
                            : unowned > 0
                                    ? words.text("recovery.unowned", words.number(unowned))
                                    : words.text("recovery.allOwned"),
                    ""));
            long near = escalations.all() - missed;
            tiles.add(Tile.of(
                    words.text("recovery.missedNow"),
                    words.number(missed),
                    words.text(Messages.ofCount("recovery.nearNow", near), words.number(near)),
                    missed > 0 ? "urgent" : ""));
        }
        tiles.add(shareTile("deadline-attainment", "recovery.ofCases"));
        CourseJson resolution = data.course("time-to-resolution");
        BigDecimal median = resolution.whole().get(0).value();
        tiles.add(Tile.of(resolution.measure().label(), seconds(median), words.text("measure.part.median"), ""));
        tiles.add(shareTile("reopened-share", "recovery.ofCases"));
        tiles.add(shareTile("prevention-done", "recovery.ofActions"));
        tiles.add(shareTile("prevention-effective", "recovery.ofActions"));
        return tiles;
    }

    private Tile shareTile(String key, String ofWhat) {
        CourseJson course = data.course(key);
        FigureJson value = course.whole().get(0);
        Instant counted = course.countedAt();
        return new Tile(
                course.measure().label(),
                words.percent(value.value()),
                value.value() == null ? words.text("recovery.nothingYet") : ofAll(ofWhat, value),
                "",
                counted == null ? null : words.text("recovery.countedAt", words.moment(counted)));
    }

    /** What waits for somebody; nothing for those who see no case. */
    List<Section> now() {
        RightNow.Escalations escalations = data.escalations();
        List<RightNow.Load> workload = data.workload();
        return escalations == null || workload == null ? List.of() : List.of(escalated(escalations), loads(workload));
    }

    private Section escalated(RightNow.Escalations escalations) {
        List<RightNow.Escalation> rows = escalations.rows();
        return new Section(
                words.text("recovery.escalations"),
                words.text("report.asOf", words.moment(data.readAt())),
                words.text("recovery.noEscalations"),
                List.of(
                        Column.words(words.text("recovery.case")),
                        Column.words(words.text("recovery.severity")),
                        Column.words(words.text("recovery.level")),
                        Column.words(words.text("recovery.timeLeft")),
                        Column.words(words.text("recovery.owner"))),
                rows.stream()
                        .map(each -> List.of(
                                Cell.of(each.caseNumber(), "whole"),
                                Cell.of(words.text("severity." + each.severity())),
                                Cell.of(level(each), each.missed() ? "bad" : "near"),
                                left(each),
                                person(each.owner())))
                        .toList(),
                firstOf(rows.size(), escalations.all()));
    }

    private String level(RightNow.Escalation escalation) {
        String level = switch (escalation.level()) {
            case 1 -> words.text("recovery.levelNear");
            case 2 -> words.text("recovery.levelMissed");
            default -> words.text("recovery.levelFurther", escalation.level());
        };
        return escalation.clock().equals("resolution")
                ? level
                : level + " (" + words.text("clockName." + escalation.clock()) + ")";
    }

    private Cell left(RightNow.Escalation escalation) {
        Instant due = escalation.dueAt();
        if (due == null) {
            return Cell.of(words.text("recovery.waits"));
        }
        Duration left = Duration.between(data.readAt(), due);
        return left.isNegative()
                ? Cell.of(words.text("recovery.late", words.duration(left)), "bad")
                : Cell.of(words.text("recovery.left", words.duration(left)));
    }

    private Section loads(List<RightNow.Load> workload) {
        long most = workload.stream().mapToLong(RightNow.Load::cases).max().orElse(1);
        return new Section(
                words.text("recovery.workload"),
                words.text("report.loadNote"),
                words.text("recovery.noOpenCases"),
                List.of(
                        Column.words(words.text("recovery.owner")),
                        Column.bar(words.text("recovery.load.cases")),
                        Column.number(words.text("recovery.load.near")),
                        Column.number(words.text("recovery.load.missed"))),
                workload.stream()
                        .map(each -> List.of(
                                person(each.owner()),
                                Cell.of(words.number(each.cases())).drawn(load(each, most)),
                                Cell.of(words.number(each.near())),
                                Cell.of(words.number(each.missed()), each.missed() > 0 ? "bad" : "")))
                        .toList(),
                null);
    }

    private static Bar[] load(RightNow.Load load, long most) {
        double missed = 100.0 * load.missed() / most;
        double near = 100.0 * load.near() / most;
        return new Bar[] {
            new Bar("missed", 0, missed),
            new Bar("near", missed, near),
            new Bar("other", missed + near, 100.0 * load.cases() / most - missed - near)
        };
    }

    /** How it went in the twelve months, and why it happened. */
    List<Section> why() {
        return List.of(overTime(), pareto(), causesOverTime());
    }

    /** Where failures came from: a table by each origin that is known of any. */
    List<Section> origins(Map<String, List<CauseCounts.Part>> origins) {
        List<Section> known = origins.entrySet().stream()
                .filter(each -> !each.getValue().isEmpty())
                .map(each -> origin(each.getKey(), each.getValue()))
                .toList();
        return known.isEmpty()
                ? List.of(new Section(
                        words.text("recovery.origins"),
                        null,
                        words.text("recovery.noOrigins"),
                        List.of(),
                        List.of(),
                        null))
                : known;
    }

    private Section origin(String origin, List<CauseCounts.Part> parts) {
        long most = parts.stream().mapToLong(CauseCounts.Part::cases).max().orElse(1);
        String name = words.text("origin." + origin);
        return new Section(
                words.text("recovery.origins") + ": " + name,
                words.text("recovery.originsNote"),
                "",
                List.of(Column.words(name), Column.bar(words.text("recovery.cases"))),
                parts.stream()
                        .map(part -> List.of(
                                called(part.key()),
                                Cell.of(words.number(part.cases()))
                                        .drawn(Bar.of("value", (double) part.cases() / most))))
                        .toList(),
                null);
    }

    /** What it cost, for those who see it, and all that is measured. */
    List<Section> measured() {
        return data.sees().money() ? List.of(money(), allMeasures()) : List.of(allMeasures());
    }

    private Section overTime() {
        CourseJson upheld = data.course(Measures.UPHELD);
        CourseJson deadlines = data.course(Measures.DEADLINES);
        List<List<Cell>> rows = new ArrayList<>();
        for (int at = 0; at < upheld.periods().size(); at++) {
            PeriodJson period = upheld.periods().get(at);
            FigureJson rate = period.figures().get(0);
            FigureJson kept = deadlines.periods().get(at).figures().get(0);
            String name = words.period(period.name());
            rows.add(List.of(
                    Cell.of(period.over() ? name : words.text("recovery.running", name), "whole"),
                    share(rate),
                    Cell.of(of(rate), "quiet"),
                    share(kept),
                    Cell.of(of(kept), "quiet")));
        }
        return new Section(
                words.text("report.overTime"),
                words.text("report.overTimeNote"),
                "",
                List.of(
                        Column.words(words.text("recovery.period.month")),
                        Column.bar(upheld.measure().label()),
                        Column.number(words.text("report.decided")),
                        Column.bar(deadlines.measure().label()),
                        Column.number(words.text("report.inTime"))),
                rows,
                null);
    }

    private Cell share(FigureJson figure) {
        BigDecimal value = figure.value();
        BigDecimal low = figure.low();
        BigDecimal high = figure.high();
        return value == null || low == null || high == null
                ? Cell.of(ReportWords.NONE, "empty")
                : Cell.of(words.percent(value))
                        .drawn(Bar.of("value", value.doubleValue()), Bar.between("chance", low, high));
    }

    private Section pareto() {
        long all = data.causes().stream().mapToLong(CauseCounts.Cause::cases).sum();
        long most =
                data.causes().stream().mapToLong(CauseCounts.Cause::cases).max().orElse(1);
        List<List<Cell>> rows = new ArrayList<>();
        long together = 0;
        for (CauseCounts.Cause cause : data.causes()) {
            together += cause.cases();
            double upTo = (double) together / all;
            rows.add(List.of(
                    called(cause.label()),
                    Cell.of(words.number(cause.cases()))
                            .drawn(Bar.of("value", (double) cause.cases() / most), Bar.mark("mark", upTo)),
                    Cell.of(words.percent(BigDecimal.valueOf((double) cause.cases() / all))),
                    Cell.of(words.percent(BigDecimal.valueOf(upTo)))));
        }
        return new Section(
                words.text("recovery.pareto"),
                words.text("report.paretoNote"),
                words.text("recovery.empty"),
                List.of(
                        Column.words(words.text("recovery.cause")),
                        Column.bar(words.text("recovery.cases")),
                        Column.number(words.text("recovery.share")),
                        Column.number(words.text("recovery.upTo"))),
                rows,
                null);
    }

    /** @param name null for all that are not named */
    private Cell called(@Nullable String name) {
        return Cell.of(name == null ? words.text("recovery.others") : name);
    }

    private Section causesOverTime() {
        List<YearMonth> months = Stream.iterate(
                        data.from(), each -> !each.isAfter(data.to()), each -> each.plusMonths(1))
                .toList();
        long most = data.causes().stream()
                .flatMap(cause -> cause.months().values().stream())
                .mapToLong(Long::longValue)
                .max()
                .orElse(1);
        List<Column> columns = new ArrayList<>(List.of(Column.words(words.text("recovery.cause"))));
        months.forEach(
                month -> columns.add(Column.count(words.period(month.toString()).replace(' ', '\n'))));
        columns.add(Column.count(words.text("recovery.all")));
        List<List<Cell>> rows = new ArrayList<>();
        for (CauseCounts.Cause cause : data.causes()) {
            List<Cell> row = new ArrayList<>(List.of(called(cause.label())));
            months.forEach(month -> {
                long cases = cause.months().getOrDefault(month, 0L);
                row.add(Cell.of(words.number(cases), "shade-" + (cases * SHADES + most - 1) / most));
            });
            row.add(Cell.of(words.number(cause.cases()), "strong"));
            rows.add(row);
        }
        return new Section(
                words.text("recovery.causesOverTime"),
                words.text("recovery.volumeNote"),
                words.text("recovery.empty"),
                columns,
                rows,
                null);
    }

    /** Each currency by itself. */
    private Section money() {
        CourseJson course = data.course("cost-of-recovery");
        List<String> currencies = course.whole().stream().map(FigureJson::part).toList();
        List<Column> columns = new ArrayList<>(List.of(Column.words(words.text("recovery.period.month"))));
        currencies.forEach(currency -> columns.add(Column.number(currency)));
        List<List<Cell>> rows = new ArrayList<>();
        if (!currencies.isEmpty()) {
            course.periods()
                    .forEach(
                            period -> rows.add(amounts(words.period(period.name()), "", currencies, period.figures())));
            rows.add(amounts(words.text("recovery.all"), "strong", currencies, course.whole()));
        }
        return new Section(course.measure().label(), null, words.text("recovery.noCost"), columns, rows, null);
    }

    private List<Cell> amounts(String name, String tone, List<String> currencies, List<FigureJson> figures) {
        List<Cell> row = new ArrayList<>(List.of(Cell.of(name, tone)));
        currencies.forEach(currency -> row.add(figures.stream()
                .filter(figure -> figure.part().equals(currency) && figure.amount() != null)
                .findFirst()
                .map(figure -> Cell.of(words.money(new BigDecimal(String.valueOf(figure.amount())), currency), tone))
                .orElse(Cell.of(ReportWords.NONE, "empty"))));
        return row;
    }

    private Section allMeasures() {
        List<List<Cell>> rows = new ArrayList<>();
        for (CourseJson course : data.measures()) {
            String unit = course.measure().unit();
            // Of a share the first part is the measure; the others are told on the page.
            for (FigureJson figure : unit.equals("share") ? course.whole().subList(0, 1) : course.whole()) {
                rows.add(List.of(
                        Cell.of(name(course, figure)),
                        figure.value() == null
                                ? Cell.of(words.text("recovery.notKnown"), "empty")
                                : Cell.of(value(unit, figure, figure.value()), "strong"),
                        Cell.of(words.number(figure.denominator()), "quiet"),
                        Cell.of(
                                figure.low() == null || figure.high() == null
                                        ? ReportWords.NONE
                                        : value(unit, figure, figure.low()) + " – "
                                                + value(unit, figure, figure.high()),
                                "quiet")));
            }
        }
        return new Section(
                words.text("report.allMeasures"),
                words.text("recovery.satisfactionNote"),
                "",
                List.of(
                        Column.words(words.text("recovery.measure")),
                        Column.number(words.text("report.value")),
                        Column.number(words.text("recovery.ofAll")),
                        Column.number(words.text("recovery.between"))),
                rows,
                null);
    }

    private String name(CourseJson course, FigureJson figure) {
        String label = course.measure().label();
        boolean alone = course.whole().size() == 1 || course.measure().unit().equals("share");
        if (alone && !course.measure().unit().equals("money")) {
            return label;
        }
        return label + ", "
                + (course.measure().unit().equals("money")
                        ? figure.part()
                        : words.text("measure.part." + figure.part()));
    }

    private String value(String unit, FigureJson figure, BigDecimal value) {
        return switch (unit) {
            case "share" -> words.percent(value);
            case "seconds" -> seconds(value);
            case "money" -> words.money(value, figure.part());
            default -> words.score(value);
        };
    }

    /**
     * What is done so that it does not happen again; nothing for those who see no case.
     *
     * @param isNew of the moment at which a signal was opened
     */
    List<Section> whatIsDone(Predicate<Instant> isNew) {
        List<RightNow.Pattern> patterns = data.patterns();
        RightNow.Actions prevention = data.prevention();
        return patterns == null || prevention == null
                ? List.of()
                : List.of(signals(patterns, isNew), actions(prevention));
    }

    private Section signals(List<RightNow.Pattern> patterns, Predicate<Instant> isNew) {
        return new Section(
                words.text("recovery.patterns"),
                words.text("report.asOf", words.moment(data.readAt())),
                words.text("recovery.noPatterns"),
                List.of(
                        Column.words(words.text("recovery.cause")),
                        Column.words(words.text("recovery.quarter")),
                        Column.number(words.text("recovery.cases")),
                        Column.words(words.text("recovery.state")),
                        Column.words(words.text("recovery.owner")),
                        Column.words(words.text("recovery.due"))),
                patterns.stream()
                        .map(each -> List.of(
                                Cell.of(cluster(each))
                                        .with(isNew.test(each.openedAt()) ? words.text("report.new") : null),
                                Cell.of(words.period(each.quarter()), "whole"),
                                Cell.of(words.number(each.cases())),
                                Cell.of(
                                        words.text("recovery.pattern." + each.state()),
                                        each.state().equals("overdue") ? "bad" : ""),
                                each.owner() == null ? Cell.of(ReportWords.NONE) : person(each.owner()),
                                Cell.of(each.dueOn() == null ? ReportWords.NONE : words.day(each.dueOn()), "whole")))
                        .toList(),
                null);
    }

    private String cluster(RightNow.Pattern pattern) {
        return pattern.key().isEmpty()
                ? pattern.label()
                : pattern.label() + ", " + words.text("origin." + pattern.dimension()) + " " + pattern.key();
    }

    private Section actions(RightNow.Actions prevention) {
        return new Section(
                words.text("recovery.actions"),
                words.text("recovery.actionsOf", words.number(prevention.open()), words.number(prevention.overdue())),
                words.text("recovery.noActions"),
                List.of(
                        Column.words(words.text("recovery.case")),
                        Column.words(words.text("recovery.action")),
                        Column.words(words.text("recovery.owner")),
                        Column.words(words.text("recovery.due"))),
                prevention.rows().stream()
                        .map(each -> List.of(
                                Cell.of(each.caseNumber(), "whole"),
                                Cell.of(each.action()),
                                person(each.owner()),
                                Cell.of(words.day(each.dueOn()), each.overdue() ? "bad whole" : "whole")
                                        .with(each.overdue() ? words.text("recovery.overdue") : null)))
                        .toList(),
                firstOf(prevention.rows().size(), prevention.open()));
    }

    private Cell person(RightNow.Person person) {
        String name = person.name();
        return name == null ? Cell.of(words.text("recovery.nobody"), "quiet") : Cell.of(name);
    }

    private @Nullable String firstOf(int shown, long all) {
        return all > shown ? words.text("recovery.firstOf", words.number(shown), words.number(all)) : null;
    }

    private String ofAll(String key, FigureJson figure) {
        return words.text(
                Messages.ofCount(key, figure.denominator()),
                words.number(figure.numerator()),
                words.number(figure.denominator()));
    }

    private String of(FigureJson figure) {
        return figure.denominator() == 0
                ? ReportWords.NONE
                : words.number(figure.numerator()) + " / " + words.number(figure.denominator());
    }

    private String seconds(@Nullable BigDecimal seconds) {
        return seconds == null ? ReportWords.NONE : words.duration(Duration.ofSeconds(seconds.longValue()));
    }
}
