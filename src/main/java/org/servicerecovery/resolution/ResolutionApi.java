package org.servicerecovery.resolution;

import io.swagger.v3.oas.annotations.Operation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.cases.CaseNumber;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Resolving, closing and reviewing a case over HTTP. */
@RestController
@RequestMapping("/api/cases/{number}")
class ResolutionApi {

    record ClosingJson(@Nullable String told, @Nullable String notes) {}

    record FindingJson(@Nullable String finding) {}

    record TakingBackJson(@Nullable String why) {}

    record FindingAnswer(String number, String finding, String foundBy) {}

    /** @param why why the case is tagged again; may be left out */
    record CausesJson(
            @Nullable String main,
            @Nullable List<String> further,
            @Nullable String why) {}

    private final Resolutions resolutions;
    private final CaseCauses causes;
    private final RegulatorFindings regulators;

    ResolutionApi(Resolutions resolutions, CaseCauses causes, RegulatorFindings regulators) {
        this.resolutions = resolutions;
        this.causes = causes;
        this.regulators = regulators;
    }

    @PostMapping("/resolution")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void resolve(@PathVariable String number, @RequestBody Resolutions.Draft draft) {
        resolutions.resolve(new CaseNumber(number), draft);
    }

    @PostMapping("/closing")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void closeLoop(@PathVariable String number, @RequestBody ClosingJson given) {
        Map<String, Object> submitted = new HashMap<>();
        submitted.put("told", given.told());
        submitted.put("notes", given.notes());
        resolutions.closeLoop(new CaseNumber(number), submitted);
    }

    @PostMapping("/finding")
    FindingAnswer find(@PathVariable String number, @RequestBody FindingJson given) {
        Resolution found = resolutions.find(new CaseNumber(number), given.finding());
        return new FindingAnswer(
                number, Objects.requireNonNull(found.finding()).code(), String.valueOf(found.foundBy()));
    }

    @Operation(summary = "What a regulator found later, recorded beside the business's own finding")
    @PostMapping("/regulator-findings")
    @ResponseStatus(HttpStatus.CREATED)
    void regulatorFound(@PathVariable String number, @RequestBody RegulatorFindings.Draft draft) {
        regulators.record(new CaseNumber(number), draft);
    }

    @Operation(summary = "Take back what was recorded of a regulator by mistake; the journal keeps it")
    @PostMapping("/regulator-findings/{id}/taking-back")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void takeRegulatorFindingBack(
            @PathVariable String number, @PathVariable long id, @RequestBody TakingBackJson given) {
        regulators.takeBack(new CaseNumber(number), id, given.why());
    }

    @Operation(summary = "Put other causes on a closed case: its figures change, and nothing else")
    @PutMapping("/causes")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void tagAgain(@PathVariable String number, @RequestBody CausesJson given) {
        causes.tagAgain(
                new CaseNumber(number),
                given.main(),
                given.further(),
                given.why() == null ? "" : given.why().strip());
    }
}
