package org.servicerecovery.measure;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Csv;
import org.servicerecovery.trend.Period;
import org.servicerecovery.trend.Span;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * What the business is measured by, over HTTP. Months and quarters are those of the business's zone; a span holds both
 * its ends.
 */
@RestController
class MeasuresApi {

    /** @param definition what it means, in the reader's language */
    record DefinitionJson(String key, String unit, String label, String definition) {

        static DefinitionJson of(Measure measure) {
            return new DefinitionJson(measure.key(), measure.unit().code(), measure.label(), measure.definition());
        }
    }

    /**
     * @param amount the value of money, exact; the currency is its part
     * @param few fewer than 30: read with care
     */
    record FigureJson(
            String part,
            @Nullable BigDecimal value,
            @Nullable String amount,
            @Nullable BigDecimal numerator,
            long denominator,
            @Nullable BigDecimal low,
            @Nullable BigDecimal high,
            boolean few) {

        static FigureJson of(Measure measure, Value value) {
            return new FigureJson(
                    value.part(),
                    value.value(),
                    measure.isMoney() && value.value() != null ? value.value().toPlainString() : null,
                    value.numerator(),
                    value.denominator(),
                    value.low(),
                    value.high(),
                    value.isOfFew());
        }
    }

    /** @param over whether the period has ended */
    record PeriodJson(String name, LocalDate from, LocalDate until, boolean over, List<FigureJson> figures) {}

    /**
     * @param whole the span as one period
     * @param countedAt null where figures are always those of this moment
     */
    record CourseJson(
            DefinitionJson measure,
            YearMonth from,
            YearMonth to,
            String by,
            @Nullable Instant countedAt,
            List<FigureJson> whole,
            List<PeriodJson> periods) {

        static CourseJson of(Measures.Course course, Span span, LocalDate today, @Nullable Instant countedAt) {
            return new CourseJson(
                    DefinitionJson.of(course.measure()),
                    span.from(),
                    span.to(),
                    span.by().code(),
                    countedAt,
                    figures(course.measure(), course.whole()),
                    course.periods().entrySet().stream()
                            .map(each -> new PeriodJson(
                                    each.getKey().name(),
                                    each.getKey().first(),
                                    each.getKey().last(),
                                    each.getKey().isOver(today),
                                    figures(course.measure(), each.getValue())))
                            .toList());
        }

        private static List<FigureJson> figures(Measure measure, List<Value> values) {
            return values.stream().map(value -> FigureJson.of(measure, value)).toList();
        }
    }

    /** @param known whether it was told before */
    record ToldJson(boolean known) {}

    private final Measures measures;
    private final MeasureRecount recount;
    private final OutsideAnswers answers;

    MeasuresApi(Measures measures, MeasureRecount recount, OutsideAnswers answers) {
        this.measures = measures;
        this.recount = recount;
        this.answers = answers;
    }

    /** The measures that the caller may see, each with its definition. */
    @GetMapping("/api/measures")
    List<DefinitionJson> all() {
        return measures.visible().stream().map(DefinitionJson::of).toList();
    }

    /** A measure by month or quarter, such as {@code ?from=2026-01&to=2026-12&by=quarter}; without, of twelve months. */
    @GetMapping("/api/measures/{key:[A-Za-z0-9-]+}")
    CourseJson one(
            @PathVariable String key,
            @RequestParam(required = false) @Nullable String from,
            @RequestParam(required = false) @Nullable String to,
            @RequestParam(required = false) @Nullable String by) {
        Measure measure = measures.visible(key);
        Span span = measures.span(from, to, by);
        return CourseJson.of(
                measures.course(measure, span),
                span,
                measures.today(),
                recount.lastCounts().get(measure.series()));
    }

    /** The same as a table for other programs. */
    @GetMapping("/api/measures/{key:[A-Za-z0-9-]+}.csv")
    ResponseEntity<String> csv(
            @PathVariable String key,
            @RequestParam(required = false) @Nullable String from,
            @RequestParam(required = false) @Nullable String to,
            @RequestParam(required = false) @Nullable String by) {
        Measure measure = measures.visible(key);
        Span span = measures.span(from, to, by);
        List<List<? extends @Nullable String>> records = new ArrayList<>();
        records.add(List.of(
                "measure",
                "period",
                "from",
                "until",
                "over",
                "part",
                "value",
                "unit",
                "numerator",
                "denominator",
                "low",
                "high",
                "few"));
        measures.course(measure, span)
                .periods()
                .forEach((period, values) -> values.forEach(value -> records.add(record(measure, period, value))));
        return Csv.attachment(measure.key() + "-" + span.from() + "-" + span.to(), records);
    }

    private List<@Nullable String> record(Measure measure, Period period, Value value) {
        return Arrays.asList(
                measure.key(),
                period.name(),
                period.first().toString(),
                period.last().toString(),
                yesOrNo(period.isOver(measures.today())),
                value.part(),
                plain(value.value()),
                measure.unit().code(),
                plain(value.numerator()),
                Long.toString(value.denominator()),
                plain(value.low()),
                plain(value.high()),
                yesOrNo(value.isOfFew()));
    }

    private static String yesOrNo(boolean is) {
        return is ? "yes" : "no";
    }

    private static @Nullable String plain(@Nullable BigDecimal number) {
        return number == null ? null : number.toPlainString();
    }

    /** How satisfied a customer said they were, asked by another system; the same one twice is kept once. */
    @PostMapping("/api/customers/{number}/satisfaction")
    ResponseEntity<ToldJson> told(@PathVariable String number, @RequestBody OutsideAnswers.Draft draft) {
        boolean isNew = answers.told(number, draft);
        return ResponseEntity.status(isNew ? HttpStatus.CREATED : HttpStatus.OK).body(new ToldJson(!isNew));
    }
}
