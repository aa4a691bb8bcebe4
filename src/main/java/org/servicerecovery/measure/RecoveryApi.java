package org.servicerecovery.measure;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Coded;
import org.servicerecovery.cases.Actor;
import org.servicerecovery.cases.CaseRoles;
import org.servicerecovery.measure.CauseCounts.Origin;
import org.servicerecovery.trend.Dimension;
import org.servicerecovery.trend.Span;
import org.servicerecovery.trend.TrendAccess;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** All that the Recovery page in Cockpit shows. What a role does not see is left out, and said so. */
@RestController
class RecoveryApi {

    /** For the card on Cockpit's dashboard. */
    record CardJson(
            Instant readAt,
            MeasuresApi.CourseJson upheld,
            MeasuresApi.CourseJson deadlines,
            RightNow.@Nullable Escalations escalations) {}

    record OriginsJson(String origin, List<CauseCounts.Part> parts) {}

    private final Recovery recovery;
    private final Measures measures;
    private final CauseCounts causes;
    private final RightNow rightNow;
    private final Clock clock;

    RecoveryApi(Recovery recovery, Measures measures, CauseCounts causes, RightNow rightNow, Clock clock) {
        this.recovery = recovery;
        this.measures = measures;
        this.causes = causes;
        this.rightNow = rightNow;
        this.clock = clock;
    }

    /** All of the page at one moment; of twelve months where no span is given. */
    @GetMapping("/api/recovery")
    public Recovery.RecoveryJson all(
            @RequestParam(required = false) @Nullable String from,
            @RequestParam(required = false) @Nullable String to,
            @RequestParam(required = false) @Nullable String by) {
        return recovery.of(measures.span(from, to, by));
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
            @RequestParam(required = false) @Nullable String to,
            @RequestParam(required = false) @Nullable String by) {
        measures.visible();
        Origin wanted = Coded.parse(Origin.class, "origin", origin);
        if (wanted == Origin.OPERATIVE) {
            TrendAccess.requireMaySee(Dimension.OPERATIVE);
        }
        return new OriginsJson(wanted.code(), causes.by(wanted, measures.span(from, to, by)));
    }
}
