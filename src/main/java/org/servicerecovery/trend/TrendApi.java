package org.servicerecovery.trend;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.cases.Actor;
import org.servicerecovery.cases.CaseAccess;
import org.servicerecovery.cases.CaseNumber;
import org.servicerecovery.cases.CaseRoles;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.RecoveryCase;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What repeats, over HTTP. */
@RestController
class TrendApi {

    record WordsJson(@Nullable String words) {}

    private final Taxonomy taxonomy;
    private final Trends trends;
    private final Lessons lessons;
    private final TagSuggestions suggestions;
    private final Cases cases;
    private final CaseAccess access;

    TrendApi(
            Taxonomy taxonomy,
            Trends trends,
            Lessons lessons,
            TagSuggestions suggestions,
            Cases cases,
            CaseAccess access) {
        this.taxonomy = taxonomy;
        this.trends = trends;
        this.lessons = lessons;
        this.suggestions = suggestions;
        this.cases = cases;
        this.access = access;
    }

    /** The causes that a case may have, by its own words and, where given, those of its analysis. */
    @PostMapping("/api/cases/{number}/tag-suggestions")
    List<TagSuggestions.Suggestion> suggest(@PathVariable String number, @RequestBody WordsJson given) {
        RecoveryCase found = cases.get(new CaseNumber(number));
        access.requireMaySee(found);
        return suggestions.of(found, given.words() == null ? "" : given.words());
    }

    /** What colleagues are to learn about a cause, newest first. */
    @GetMapping("/api/tags/{code}/training-notes")
    List<Lessons.TrainingNote> notes(@PathVariable String code) {
        return lessons.notesUnder(taxonomy.details(code).tag());
    }

    /** Counts per cause in a quarter; without one, the quarter the business is in. Case owners count their own cases. */
    @GetMapping("/api/trend/causes")
    List<Trends.Count> causes(@RequestParam(required = false) @Nullable String quarter) {
        return trends.counts(quarter == null ? trends.currentQuarter() : quarter, onlyOf());
    }

    @GetMapping("/api/trend/signals")
    List<TrainingSignal> signals() {
        return trends.signals(onlyOf());
    }

    private static @Nullable String onlyOf() {
        Actor actor = Actor.current();
        return CaseRoles.seesEveryTrend(actor) ? null : actor.id();
    }
}
