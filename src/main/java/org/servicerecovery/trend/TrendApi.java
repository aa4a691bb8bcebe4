package org.servicerecovery.trend;

import io.swagger.v3.oas.annotations.Operation;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.Actor;
import org.servicerecovery.engine.CaseOfTask;
import org.servicerecovery.trend.taxonomy.TaxonomyView;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What repeats, over HTTP. */
@RestController
class TrendApi {

    private final Trends trends;
    private final TrendCounts counts;
    private final TrendFold fold;
    private final TrainingSignals signals;
    private final PatternDetails patterns;
    private final CaseOfTask engine;

    TrendApi(
            Trends trends,
            TrendCounts counts,
            TrendFold fold,
            TrainingSignals signals,
            PatternDetails patterns,
            CaseOfTask engine) {
        this.engine = engine;
        this.trends = trends;
        this.counts = counts;
        this.fold = fold;
        this.signals = signals;
        this.patterns = patterns;
    }

    /**
     * Counts per cause in a quarter; without one, the quarter the business is in. Case owners count their own cases.
     *
     * @param as is: by the taxonomy of today; was: by what was said at closing; family: by the heads of families
     */
    @GetMapping("/api/trend/causes")
    List<TrendCounts.Count> causes(
            @RequestParam(required = false) @Nullable String quarter, @RequestParam(defaultValue = "is") String as) {
        return counts.ofQuarter(quarterOf(quarter), TaxonomyView.parse("as", as), TrendAccess.onlyOf());
    }

    /** The causes by team, area, product or operative, in a quarter. */
    @GetMapping("/api/trend/parts")
    List<TrendCounts.Part> parts(
            @RequestParam String dimension,
            @RequestParam(required = false) @Nullable String tag,
            @RequestParam(required = false) @Nullable String quarter) {
        Dimension by = Dimension.parse("dimension", dimension);
        TrendAccess.requireMaySee(by);
        Quarter of = quarterOf(quarter);
        return counts.parts(by, tag, of.first(), of.last(), TrendAccess.onlyOf());
    }

    /** One cluster over months or quarters, of a span that is asked for as at the measures. */
    @GetMapping("/api/trend/series")
    List<TrendCounts.Point> series(
            @RequestParam String tag,
            @RequestParam(defaultValue = "tag") String dimension,
            @RequestParam(defaultValue = "") String key,
            @RequestParam(required = false) @Nullable String from,
            @RequestParam(required = false) @Nullable String to,
            @RequestParam(required = false) @Nullable String by) {
        Dimension of = Dimension.parse("dimension", dimension);
        TrendAccess.requireMaySee(of);
        return counts.overTime(of, tag, key, Span.of(from, to, by, trends.today()), TrendAccess.onlyOf());
    }

    @Operation(
            summary = "The patterns that were found, what was tried against each and with what effect, newest first;"
                    + " for a case owner those of their own cases, of which alone they are told the number,"
                    + " and no evidence and no comparison where they do not see to it")
    @GetMapping("/api/trend/signals")
    List<TrainingSignal> signals() {
        return signals.all(TrendAccess.onlyOf(), TrendAccess.seesOperatives());
    }

    @Operation(summary = "One of these patterns")
    @GetMapping("/api/trend/signals/{id}")
    TrainingSignal signal(@PathVariable long id) {
        return signals.one(id, TrendAccess.onlyOf(), TrendAccess.seesOperatives())
                .orElseThrow(() -> Refused.notFound("refused.trend.unknownSignal"));
    }

    @Operation(
            summary =
                    "What one of these patterns is made of: the cases that the caller may see, where they cluster, and how many there were in the quarters before")
    @GetMapping("/api/trend/signals/{id}/pattern")
    PatternDetails.Details patternOf(@PathVariable long id) {
        TrainingSignal signal = signal(id);
        String of = TrendAccess.onlyOf();
        return patterns.of(signal, TrendAccess.seesOperatives(), signal.isWholeFor(of) ? null : of);
    }

    @Operation(summary = "The training signal that a task of Tasklist is about, with what was tried and the comparison")
    @GetMapping("/api/tasks/{taskId}/training-signal")
    TrainingSignal ofTask(@PathVariable String taskId) {
        return signalOf(taskId);
    }

    @Operation(
            summary =
                    "What the pattern of that signal is made of: the cases that the caller may see, where they cluster, and how many there were in the quarters before")
    @GetMapping("/api/tasks/{taskId}/training-signal/pattern")
    PatternDetails.Details patternOfTask(@PathVariable String taskId) {
        return patterns.of(signalOf(taskId), TrendAccess.seesOperatives(), null);
    }

    private TrainingSignal signalOf(String taskId) {
        Actor asker = Actor.current();
        TrainingSignal found = engine.place(taskId, asker.id(), asker.groups())
                .flatMap(place -> signals.ofInstance(place.processInstanceId()))
                .orElseThrow(() -> Refused.notFound("refused.trend.noSignal"));
        TrendAccess.requireMaySee(Dimension.parse("dimension", found.dimension()));
        return found;
    }

    /** Counts everything anew, and says what was wrong until now. */
    @PostMapping("/api/trend/recount")
    TrendFold.Recount recount() {
        return fold.recount();
    }

    private Quarter quarterOf(@Nullable String text) {
        return text == null ? trends.currentQuarter() : Quarter.parse(text);
    }
}
