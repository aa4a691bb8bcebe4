package org.servicerecovery.measure;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.BusinessZone;
import org.servicerecovery.Coded;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.Actor;
import org.servicerecovery.cases.CaseRoles;
import org.servicerecovery.measure.CauseCounts.Origin;
import org.servicerecovery.trend.TrendAccess;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** All that the Recovery page in Cockpit shows. What a role does not see is left out, and said so. */
@RestController
class RecoveryApi {

    /**
     * @param cases whether open work and who has it is told
     * @param origins by what origin cases may be counted
     */
    record SeesJson(boolean cases, boolean money, List<String> origins) {}

    /**
     * @param days today and the span, in the business's zone
     * @param escalations null, as the three after it, for those who see no case
     */
    record RecoveryJson(
            Instant readAt,
            String zone,
            LocalDate today,
            YearMonth from,
            YearMonth to,
            String by,
            SeesJson sees,
            List<MeasuresApi.CourseJson> measures,
            List<CauseCounts.Cause> causes,
            RightNow.@Nullable Escalations escalations,
            @Nullable List<RightNow.Load> workload,
            @Nullable List<RightNow.Pattern> patterns,
            RightNow.@Nullable Actions prevention) {}

    /** For the card on Cockpit's dashboard. */
    record CardJson(
            Instant readAt,
            MeasuresApi.CourseJson upheld,
            MeasuresApi.CourseJson deadlines,
            RightNow.@Nullable Escalations escalations) {}

    record OriginsJson(String origin, List<CauseCounts.Part> parts) {}

    private final Measures measures;
    private final MeasureRecount recount;
    private final CauseCounts causes;
    private final RightNow rightNow;
    private final Clock clock;
    private final BusinessZone zone;

    RecoveryApi(
            Measures measures,
            MeasureRecount recount,
            CauseCounts causes,
            RightNow rightNow,
            Clock clock,
            BusinessZone zone) {
        this.measures = measures;
        this.recount = recount;
        this.causes = causes;
        this.rightNow = rightNow;
        this.clock = clock;
        this.zone = zone;
    }

    /** All of the page at one moment; of twelve months where no span is given. */
    @GetMapping("/api/recovery")
    @Transactional(readOnly = true)
    public RecoveryJson all(
            @RequestParam(required = false) @Nullable String from,
            @RequestParam(required = false) @Nullable String to,
            @RequestParam(required = false) @Nullable String by) {
        Actor actor = Actor.current();
        List<Measure> visible = measures.visible();
        Span span = measures.span(from, to, by);
        LocalDate today = measures.today();
        Map<String, Instant> counted = recount.lastCounts();
        List<MeasuresApi.CourseJson> courses = measures.courses(visible, span).stream()
                .map(course -> MeasuresApi.CourseJson.of(
                        course, span, today, counted.get(course.measure().series())))
                .toList();
        boolean seesCases = CaseRoles.seesEveryCase(actor);
        Map<String, String> names = seesCases ? rightNow.names() : Map.of();
        List<RightNow.Escalation> escalated = seesCases ? rightNow.escalated(names) : List.of();
        return new RecoveryJson(
                clock.instant(),
                zone.id().getId(),
                today,
                span.from(),
                span.to(),
                span.by().code(),
                new SeesJson(seesCases, CaseRoles.seesEveryMoney(actor), origins()),
                courses,
                causes.of(span),
                seesCases ? RightNow.summary(escalated) : null,
                seesCases ? rightNow.workload(escalated, names) : null,
                seesCases ? rightNow.patterns(TrendAccess.seesOperatives(), today, names) : null,
                seesCases ? rightNow.preventionDue(today, names) : null);
    }

    /** The headline and what is urgent. */
    @GetMapping("/api/recovery/card")
    @Transactional(readOnly = true)
    public CardJson card() {
        measures.visible();
        Span span = measures.span(null, null, null);
        LocalDate today = measures.today();
        List<MeasuresApi.CourseJson> both =
                measures.courses(List.of(Measures.UPHELD, Measures.DEADLINES), span).stream()
                        .map(course -> MeasuresApi.CourseJson.of(course, span, today, null))
                        .toList();
        return new CardJson(
                clock.instant(),
                both.get(0),
                both.get(1),
                CaseRoles.seesEveryCase(Actor.current())
                        ? RightNow.summary(rightNow.escalated(rightNow.names()))
                        : null);
    }

    /** How often failures came from each team, area, product or operative. */
    @GetMapping("/api/recovery/origins")
    public OriginsJson origins(
            @RequestParam(required = false) @Nullable String origin,
            @RequestParam(required = false) @Nullable String from,
            @RequestParam(required = false) @Nullable String to) {
        measures.visible();
        Origin wanted = Coded.parse(Origin.class, "origin", origin);
        if (wanted == Origin.OPERATIVE && !TrendAccess.seesOperatives()) {
            throw Refused.forbidden("refused.measure.operative");
        }
        return new OriginsJson(wanted.code(), causes.by(wanted, measures.span(from, to, null)));
    }

    private static List<String> origins() {
        return Arrays.stream(Origin.values())
                .filter(origin -> origin != Origin.OPERATIVE || TrendAccess.seesOperatives())
                .map(Origin::code)
                .toList();
    }
}
