package org.servicerecovery.measure;

import java.time.Clock;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.BusinessZone;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.Actor;
import org.servicerecovery.cases.CaseRoles;
import org.servicerecovery.trend.Period;
import org.servicerecovery.trend.Span;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** All measures, the headline first, for those who may see them. */
@Component
class Measures {

    private static final Set<String> FOR_THE_CUSTOMER = Set.of("UPHELD", "PARTIALLY_UPHELD");

    static final Measure UPHELD = upheld("upheld-rate", "finding");
    static final Measure DEADLINES =
            new Share("deadline-attainment", "deadline", List.of(new Share.Part("share", Set.of("MET"))));

    private static final List<Measure> ALL = List.of(
            UPHELD,
            upheld("regulator-upheld-rate", "regulator"),
            DEADLINES,
            new TimeTaken("time-to-first-action", "first-action"),
            new TimeTaken("time-to-resolution", "resolution"),
            new Cost("cost-of-recovery", "cost"),
            Share.ofYes("reopened-share", "reopened"),
            new MeanScore("satisfaction-after-recovery", "satisfaction", List.of("mean")),
            new MeanScore(
                    "satisfaction-compared",
                    "satisfaction-compared",
                    List.of("before", "after", "well-recovered", "never-failed")),
            Share.ofYes("customers-kept-90", "kept-90"),
            Share.ofYes("customers-kept-365", "kept-365"),
            Share.ofYes("prevention-done", "prevention-done"),
            Share.ofYes("prevention-effective", "prevention-effective"));

    private final JdbcClient db;
    private final Clock clock;
    private final BusinessZone zone;

    Measures(JdbcClient db, Clock clock, BusinessZone zone) {
        this.db = db;
        this.clock = clock;
        this.zone = zone;
    }

    private static Measure upheld(String key, String series) {
        return new Share(
                key,
                series,
                List.of(new Share.Part("upheld", FOR_THE_CUSTOMER), new Share.Part("fully-upheld", Set.of("UPHELD"))));
    }

    LocalDate today() {
        return zone.dateOf(clock.instant());
    }

    Span span(@Nullable String from, @Nullable String to, @Nullable String by) {
        return Span.of(from, to, by, today());
    }

    /** Those that the current user may see: money is not for everybody who sees counts. */
    List<Measure> visible() {
        Actor actor = Actor.current();
        if (!CaseRoles.seesEveryTrend(actor)) {
            throw Refused.forbidden("refused.measure.notYours");
        }
        return ALL.stream()
                .filter(measure -> !measure.isMoney() || CaseRoles.seesEveryMoney(actor))
                .toList();
    }

    /** @throws Refused when there is none of that key, or it is not for the current user */
    Measure visible(String key) {
        List<Measure> visible = visible();
        Measure wanted = ALL.stream()
                .filter(measure -> measure.key().equals(key))
                .findFirst()
                .orElseThrow(() -> Refused.notFound("refused.measure.none", key));
        if (!visible.contains(wanted)) {
            throw Refused.forbidden("refused.measure.money");
        }
        return wanted;
    }

    /**
     * A measure over a span.
     *
     * @param periods by period, in their order
     * @param whole the same for the span as one
     */
    record Course(Measure measure, Map<Period, List<Value>> periods, List<Value> whole) {

        /** The first of its figures in one of the periods. */
        Value first(Period period) {
            return Objects.requireNonNull(periods.get(period), period.name()).get(0);
        }
    }

    Course course(Measure measure, Span span) {
        return courses(List.of(measure), span).get(0);
    }

    List<Course> courses(List<Measure> measures, Span span) {
        Figures figures = Figures.read(
                db, span, measures.stream().map(Measure::series).distinct().toList());
        return measures.stream()
                .map(measure -> {
                    Map<Period, List<Value>> periods = new LinkedHashMap<>();
                    span.periods().forEach(period -> periods.put(period, measure.of(figures, period)));
                    return new Course(measure, periods, measure.of(figures, span.whole()));
                })
                .toList();
    }

    /** The first figure of each of some measures of verdicts and deadlines in a few days, whatever months these are in. */
    List<Value> ofDays(List<Measure> measures, Period days) {
        Figures figures = Figures.ofDays(db, days);
        return measures.stream()
                .map(measure -> measure.of(figures, days).get(0))
                .toList();
    }
}
