package org.servicerecovery.resolution;

import io.swagger.v3.oas.annotations.Operation;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Coded;
import org.servicerecovery.ListLimit;
import org.servicerecovery.cases.CaseNumber;
import org.servicerecovery.cases.OwnerDirectory;
import org.servicerecovery.trend.Comparison;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Prevention actions over HTTP: which are due, done, and helped. */
@RestController
class PreventionApi {

    /**
     * @param epoch of the resolution; absent for the latest one
     * @param notes what was done
     */
    record DoneJson(@Nullable Integer epoch, @Nullable String notes) {}

    /**
     * @param notes what shows it; needed before the cases before and after are compared, and where the figures say otherwise
     * @param dueOn until when it is to be done again where it did not help, such as 2026-12-24
     */
    record EffectJson(
            @Nullable Integer epoch,
            @Nullable Boolean helped,
            @Nullable String notes,
            @Nullable String dueOn) {}

    /**
     * @param ownerName the full name, or the id of somebody who left
     * @param opens whether the caller may see the case
     * @param may whether the caller may say that it was done, and whether it helped
     * @param notes what was done
     * @param judgedNotes what shows whether it helped
     * @param compareOn when the cases before and after are compared; absent while it is not done
     * @param past the times before that it was done without effect, the first one first
     */
    record LineJson(
            String caseNumber,
            int epoch,
            String tag,
            String tagLabel,
            String action,
            @Nullable String owner,
            @Nullable String ownerName,
            @Nullable LocalDate dueOn,
            boolean overdue,
            @Nullable String effect,
            @Nullable Instant doneAt,
            @Nullable Boolean helped,
            @Nullable String notes,
            @Nullable String judgedNotes,
            @Nullable LocalDate compareOn,
            @Nullable Comparison comparison,
            List<Preventions.Past> past,
            boolean opens,
            boolean may) {}

    private final Preventions preventions;
    private final OwnerDirectory people;

    PreventionApi(Preventions preventions, OwnerDirectory people) {
        this.preventions = preventions;
        this.people = people;
    }

    @Operation(summary = "Prevention actions (open, overdue, done, to-judge, every), the soonest due first")
    @GetMapping("/api/prevention-actions")
    List<LineJson> list(
            @RequestParam(defaultValue = "open") String state,
            @RequestParam(required = false) @Nullable String owner,
            @RequestParam(defaultValue = "100") int limit) {
        Map<String, String> names = people.whoMayOwnCases().stream()
                .collect(Collectors.toMap(OwnerDirectory.Colleague::id, OwnerDirectory.Colleague::name));
        return preventions
                .list(Coded.parse(Preventions.PreventionFilter.class, "state", state), owner, ListLimit.checked(limit))
                .stream()
                .map(line -> new LineJson(
                        line.caseNumber(),
                        line.epoch(),
                        line.tag(),
                        line.tagLabel(),
                        line.action(),
                        line.owner(),
                        line.owner() == null ? null : names.getOrDefault(line.owner(), line.owner()),
                        line.dueOn(),
                        line.overdue(),
                        line.effect(),
                        line.doneAt(),
                        line.helped(),
                        line.notes(),
                        line.judgedNotes(),
                        line.compareOn(),
                        line.comparison(),
                        line.past(),
                        line.opens(),
                        line.may()))
                .toList();
    }

    @Operation(summary = "The prevention action of a case was done")
    @PostMapping("/api/cases/{number}/prevention/done")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void done(@PathVariable String number, @RequestBody DoneJson given) {
        preventions.done(new CaseNumber(number), given.epoch(), given.notes());
    }

    @Operation(summary = "Whether the prevention action of a case helped; one that did not is open again")
    @PostMapping("/api/cases/{number}/prevention/effect")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void judged(@PathVariable String number, @RequestBody EffectJson given) {
        preventions.judged(new CaseNumber(number), given.epoch(), given.helped(), given.notes(), given.dueOn());
    }
}
