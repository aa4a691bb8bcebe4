package org.servicerecovery.sla.calendar;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Working-time calendars over HTTP. The deadline tables name them by their code. */
@RestController
@RequestMapping("/api/calendars")
class CalendarsApi {

    /**
     * @param recompute whether cases that are open now are measured by the new version as well; no without
     * @param basedOn the version that was changed, 0 for a new calendar: 409 when somebody saved another one since; without
     *     it, the newest is replaced whatever it is
     */
    record CalendarJson(
            @Nullable String zone,
            @Nullable Map<String, List<String>> week,
            @Nullable String holidays,
            @Nullable List<LocalDate> closedOn,
            @Nullable List<LocalDate> openOn,
            @Nullable Boolean recompute,
            @Nullable Integer basedOn) {}

    private final Calendars calendars;

    CalendarsApi(Calendars calendars) {
        this.calendars = calendars;
    }

    @GetMapping
    List<Calendars.Saved> all() {
        return calendars.all();
    }

    @GetMapping("/{code}")
    List<Calendars.Saved> versions(@PathVariable String code) {
        List<Calendars.Saved> versions = calendars.saved(code);
        if (versions.isEmpty()) {
            throw Refused.notFound("refused.calendar.none", code);
        }
        return versions;
    }

    @PutMapping("/{code}")
    Calendars.Saved save(@PathVariable String code, @RequestBody CalendarJson wanted) {
        if (wanted.zone() == null || wanted.week() == null) {
            throw Refused.field(wanted.zone() == null ? "zone" : "week", "refused.missing");
        }
        return calendars.save(
                code,
                new CalendarDefinition(
                        wanted.zone(),
                        wanted.week(),
                        wanted.holidays(),
                        wanted.closedOn() == null ? List.of() : wanted.closedOn(),
                        wanted.openOn() == null ? List.of() : wanted.openOn()),
                Boolean.TRUE.equals(wanted.recompute()),
                wanted.basedOn());
    }
}
