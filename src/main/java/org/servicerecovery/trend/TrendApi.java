package org.servicerecovery.trend;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.cases.Actor;
import org.servicerecovery.cases.CaseRoles;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The taxonomy and what repeats, over HTTP. */
@RestController
class TrendApi {

    record TagJson(@Nullable String code, @Nullable String label) {}

    private final Taxonomy taxonomy;
    private final Trends trends;

    TrendApi(Taxonomy taxonomy, Trends trends) {
        this.taxonomy = taxonomy;
        this.trends = trends;
    }

    @GetMapping("/api/tags")
    List<RootCauseTag> tags() {
        return taxonomy.tags();
    }

    @PostMapping("/api/tags")
    @ResponseStatus(HttpStatus.CREATED)
    RootCauseTag add(@RequestBody TagJson wanted) {
        return taxonomy.add(wanted.code() == null ? "" : wanted.code(), wanted.label() == null ? "" : wanted.label());
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
