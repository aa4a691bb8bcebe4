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
import org.servicerecovery.cases.Actor;
import org.servicerecovery.cases.CaseRoles;
import org.servicerecovery.measure.CauseCounts.Origin;
import org.servicerecovery.trend.Span;
import org.servicerecovery.trend.TrendAccess;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** All that the Recovery page shows, on the screen and on paper. What a role does not see is left out, and said so. */
@Component
class Recovery {

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
            RightNow.@Nullable Actions prevention) {

        MeasuresApi.CourseJson course(Measure measure) {
            return course(measure.key());
        }

        /** Of a measure that every reader sees. */
        MeasuresApi.CourseJson course(String key) {
            return measures.stream()
                    .filter(course -> course.measure().key().equals(key))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private final Measures measures;
    private final MeasureRecount recount;
    private final CauseCounts causes;
    private final RightNow rightNow;
    private final Clock clock;
    private final BusinessZone zone;

    Recovery(
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

    /** All of it at one moment, as the current user may see it. */
    @Transactional(readOnly = true)
    RecoveryJson of(Span span) {
        Actor actor = Actor.current();
        List<Measure> visible = measures.visible();
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

    private static List<String> origins() {
        return Arrays.stream(Origin.values())
                .filter(origin -> origin != Origin.OPERATIVE || TrendAccess.seesOperatives())
                .map(Origin::code)
                .toList();
    }
}
